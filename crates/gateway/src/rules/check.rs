//! Walks a value along its schema and notes each mistake at its place. Every step is counted; when there were enough, that is the mistake.

use serde_json::{Map, Value};

use super::compile::{ARRAY, BOOLEAN, INTEGER, KINDS, NULL, NUMBER, Node, OBJECT, STRING, Schemas, Spot};
use super::{MOST, Mistake, Parameter, Place, text};
use crate::fields::Fields;

/// Steps of one call.
const STEPS: usize = 200_000;
/// Deepest value that is looked at.
const DEEPEST: usize = 128;

/// One look at one call.
pub(super) struct Check<'a> {
    schemas: &'a Schemas,
    steps: usize,
    place: &'static str,
    found: Vec<Mistake>,
}

impl<'a> Check<'a> {
    pub(super) fn new(schemas: &'a Schemas) -> Self {
        Self { schemas, steps: STEPS, place: "body", found: Vec::new() }
    }

    pub(super) fn into_mistakes(mut self) -> Vec<Mistake> {
        self.found.truncate(MOST);
        self.found
    }

    pub(super) fn body(&mut self, schema: Spot, value: &Value) {
        self.value(schema, value, "", 0);
    }

    pub(super) fn say(&mut self, pointer: &str, code: &'static str, limit: Option<String>) {
        if self.found.len() < MOST {
            self.found.push(Mistake { place: self.place, pointer: pointer.to_owned(), code, limit });
        }
    }

    /// Takes steps; `false` once there were enough, which is said once.
    fn step(&mut self, count: usize, pointer: &str) -> bool {
        if self.steps == 0 {
            return false;
        }
        self.steps = self.steps.saturating_sub(count);
        if self.steps == 0 {
            self.found.clear();
            self.say(pointer, "too-much", None);
        }
        self.steps > 0
    }

    pub(super) fn parameter(&mut self, parameter: &Parameter, rest: &str, query: Option<&str>, fields: &impl Fields) {
        let said = match &parameter.place {
            Place::Path(at) => text::segment(rest, *at).into_iter().collect(),
            Place::Query => text::query(query.unwrap_or_default(), &parameter.name),
            Place::Header(name) => fields.all(name.as_str()).map(|value| String::from_utf8_lossy(value).into_owned()).collect(),
        };
        self.place = match &parameter.place {
            Place::Path(_) => "path",
            Place::Query => "query",
            Place::Header(_) => "header",
        };
        let pointer = format!("/{}", escaped(&parameter.name));
        if said.is_empty() {
            if parameter.required {
                self.say(&pointer, "missing", None);
            }
            return;
        }
        let kinds = self.kinds(parameter.schema, 0);
        let readings = text::readings(&said, kinds, parameter.explode && matches!(parameter.place, Place::Query));
        // An object is written in more ways than one; it is passed on as it is.
        if kinds & OBJECT == 0 || kinds & !OBJECT != 0 {
            self.best_of(parameter.schema, &readings, &pointer);
        }
    }

    /// One of the readings of a text has to fit.
    fn best_of(&mut self, schema: Spot, readings: &[Value], pointer: &str) {
        let before = self.found.len();
        let mut first = None;
        for reading in readings {
            self.value(schema, reading, pointer, 0);
            if self.found.len() == before {
                return;
            }
            let mistakes = self.found.split_off(before);
            first.get_or_insert(mistakes);
        }
        self.found.extend(first.into_iter().flatten());
    }

    /// Kinds that a schema allows, as far as it says so plainly.
    fn kinds(&self, spot: Spot, depth: usize) -> u8 {
        let node = self.schemas.get(spot);
        match node.refer.filter(|_| node.kinds == 0 && depth < 16) {
            Some(other) => self.kinds(other, depth + 1),
            None => node.kinds,
        }
    }

    fn value(&mut self, spot: Spot, value: &Value, pointer: &str, depth: usize) {
        if !self.step(1, pointer) {
            return;
        }
        if depth > DEEPEST {
            return self.say(pointer, "too-deep", None);
        }
        let schemas = self.schemas;
        let node = schemas.get(spot);
        if node.never {
            return self.say(pointer, "unknown", None);
        }
        if let Some(other) = node.refer {
            self.value(other, value, pointer, depth + 1);
        }
        if node.kinds != 0 && node.kinds & kind(value) == 0 {
            return self.say(pointer, "kind", Some(names(node.kinds)));
        }
        if let Some(these) = &node.one_of_these {
            self.among(these, value, pointer);
        }
        match value {
            Value::Number(_) => self.number(node, value.as_f64().unwrap_or(0.0), pointer),
            Value::String(text) => self.text(node, text, pointer),
            Value::Array(items) => self.list(node, items, pointer, depth),
            Value::Object(fields) => self.object(node, fields, pointer, depth),
            Value::Null | Value::Bool(_) => {}
        }
        self.joined(node, value, pointer, depth);
    }

    fn among(&mut self, these: &[Value], value: &Value, pointer: &str) {
        if !self.step(these.len(), pointer) || these.iter().any(|one| same(one, value)) {
            return;
        }
        let shown: Vec<String> = these.iter().take(20).map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned)).collect();
        self.say(pointer, "not-one-of", Some(shown.join(", ")));
    }

    fn number(&mut self, node: &Node, number: f64, pointer: &str) {
        let limits = [
            (node.number.least.filter(|least| number < *least), "too-small"),
            (node.above.filter(|above| number <= *above), "too-small"),
            (node.number.most.filter(|most| number > *most), "too-large"),
            (node.below.filter(|below| number >= *below), "too-large"),
            (node.multiple.filter(|step| !is_multiple(number, *step)), "not-a-multiple"),
        ];
        for (limit, code) in limits {
            if let Some(limit) = limit {
                self.say(pointer, code, Some(limit.to_string()));
            }
        }
    }

    fn text(&mut self, node: &Node, text: &str, pointer: &str) {
        if node.length.least.is_some() || node.length.most.is_some() {
            let length = text.chars().count() as u64;
            self.bounds((node.length.least, "too-short"), (node.length.most, "too-long"), length, pointer);
        }
        // Matching takes time by text and pattern.
        let Some(pattern) = &node.pattern else { return };
        if self.step(text.len() * (pattern.text.len() + 8) / 64, pointer) && !pattern.regex.is_match(text) {
            self.say(pointer, "pattern", Some(pattern.text.clone()));
        }
    }

    fn bounds(&mut self, least: (Option<u64>, &'static str), most: (Option<u64>, &'static str), count: u64, pointer: &str) {
        if let Some(limit) = least.0.filter(|limit| count < *limit) {
            self.say(pointer, least.1, Some(limit.to_string()));
        }
        if let Some(limit) = most.0.filter(|limit| count > *limit) {
            self.say(pointer, most.1, Some(limit.to_string()));
        }
    }

    fn list(&mut self, node: &Node, items: &[Value], pointer: &str, depth: usize) {
        self.bounds((node.count.least, "too-few"), (node.count.most, "too-many"), items.len() as u64, pointer);
        if node.unique
            && self.step(items.len() * items.len() / 2, pointer)
            && items.iter().enumerate().any(|(at, one)| items[..at].iter().any(|other| same(other, one)))
        {
            self.say(pointer, "not-unique", None);
        }
        for (at, item) in items.iter().enumerate() {
            let Some(schema) = node.first.get(at).copied().or(node.items) else { continue };
            if self.steps == 0 {
                return;
            }
            self.value(schema, item, &format!("{pointer}/{at}"), depth + 1);
        }
    }

    fn object(&mut self, node: &Node, fields: &Map<String, Value>, pointer: &str, depth: usize) {
        self.bounds((node.size.least, "too-few"), (node.size.most, "too-many"), fields.len() as u64, pointer);
        for name in node.required.iter().filter(|name| !fields.contains_key(*name)) {
            self.say(&format!("{pointer}/{}", escaped(name)), "missing", None);
        }
        for name in node.needs.iter().filter(|(name, _)| fields.contains_key(name)).flat_map(|(_, needs)| needs).filter(|name| !fields.contains_key(*name)) {
            self.say(&format!("{pointer}/{}", escaped(name)), "missing", None);
        }
        for (name, value) in fields {
            if !self.step(1 + node.named.len(), pointer) {
                return;
            }
            let here = format!("{pointer}/{}", escaped(name));
            if let Some(schema) = node.names {
                self.value(schema, &Value::String(name.clone()), &here, depth + 1);
            }
            let by_name = node.fields.get(name).copied();
            let by_pattern: Vec<Spot> = node.named.iter().filter(|(pattern, _)| pattern.regex.is_match(name)).map(|(_, schema)| *schema).collect();
            let other = node.others.filter(|_| by_name.is_none() && by_pattern.is_empty());
            for schema in by_name.into_iter().chain(by_pattern).chain(other) {
                self.value(schema, value, &here, depth + 1);
            }
        }
    }

    /// `allOf`, `anyOf`, `oneOf`, `not`, `if`.
    fn joined(&mut self, node: &Node, value: &Value, pointer: &str, depth: usize) {
        for schema in &node.all {
            self.value(*schema, value, pointer, depth + 1);
        }
        if !node.any.is_empty() && self.fitting(&node.any, value, depth, 1) == 0 {
            self.closest(&node.any, value, pointer, depth);
        }
        if !node.one.is_empty() {
            match self.fitting(&node.one, value, depth, 2) {
                0 => self.closest(&node.one, value, pointer, depth),
                1 => {}
                _ => self.say(pointer, "several-shapes", None),
            }
        }
        if node.not.is_some_and(|not| self.fits(not, value, depth)) {
            self.say(pointer, "forbidden", None);
        }
        if let Some((when, then, otherwise)) = node.when {
            let next = if self.fits(when, value, depth) { then } else { otherwise };
            if let Some(next) = next {
                self.value(next, value, pointer, depth + 1);
            }
        }
    }

    fn fits(&mut self, schema: Spot, value: &Value, depth: usize) -> bool {
        let mut inner = Check { schemas: self.schemas, steps: self.steps, place: self.place, found: Vec::new() };
        inner.value(schema, value, "", depth + 1);
        let (fits, steps) = (inner.found.is_empty(), inner.steps);
        self.spend(steps);
        fits
    }

    /// What a look aside has cost.
    fn spend(&mut self, left: usize) {
        if left == 0 && self.steps > 0 {
            self.steps = 1;
            self.step(1, "");
        }
        self.steps = self.steps.min(left);
    }

    /// How many fit, counted up to `enough`.
    fn fitting(&mut self, schemas: &[Spot], value: &Value, depth: usize, enough: usize) -> usize {
        let mut count = 0;
        for schema in schemas {
            if count < enough && self.steps > 0 && self.fits(*schema, value, depth) {
                count += 1;
            }
        }
        count
    }

    /// Of several shapes none fits: the mistakes of the only one that is of this kind, or that there is none.
    fn closest(&mut self, schemas: &[Spot], value: &Value, pointer: &str, depth: usize) {
        if self.steps == 0 {
            return;
        }
        let kin: Vec<Spot> =
            schemas.iter().copied().filter(|schema| matches!(self.kinds(*schema, 0), kinds if kinds == 0 || kinds & kind(value) != 0)).collect();
        match kin[..] {
            [only] => self.value(only, value, pointer, depth + 1),
            _ => self.say(pointer, "no-shape", None),
        }
    }
}

/// The kinds that a value is of; a whole number is a number too.
fn kind(value: &Value) -> u8 {
    match value {
        Value::Null => NULL,
        Value::Bool(_) => BOOLEAN,
        Value::Number(number) if number.as_f64().is_some_and(|number| number.fract() == 0.0) => INTEGER | NUMBER,
        Value::Number(_) => NUMBER,
        Value::String(_) => STRING,
        Value::Array(_) => ARRAY,
        Value::Object(_) => OBJECT,
    }
}

fn names(kinds: u8) -> String {
    let named: Vec<&str> = KINDS.iter().enumerate().filter(|(at, _)| kinds & (1 << at) != 0).map(|(_, name)| *name).collect();
    named.join(", ")
}

/// 1 and 1.0 are the same number.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        _ => one == other,
    }
}

/// 0.3 is three times 0.1, whatever floats say.
fn is_multiple(number: f64, step: f64) -> bool {
    let times = number / step;
    (times - times.round()).abs() < 1e-9 * times.abs().max(1.0)
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
