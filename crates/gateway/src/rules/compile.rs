//! Schemas as nodes in one list, so that one may hold itself; what is not understood asks for nothing.

use std::collections::{BTreeMap, HashMap};

use regex_lite::Regex;
use serde_json::{Map, Value};

/// Longest pattern that is compiled.
const PATTERN: usize = 500;
/// Deepest schema that is compiled; what lies deeper asks for nothing.
const DEEPEST: usize = 64;

/// Words of schemas that ask for nothing.
const SAYS_NOTHING: [&str; 10] = ["title", "description", "default", "example", "examples", "format", "deprecated", "readOnly", "writeOnly", "$comment"];

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot(u32);

/// Kinds of values, a bit each.
pub(super) const NULL: u8 = 1;
pub(super) const BOOLEAN: u8 = 2;
pub(super) const INTEGER: u8 = 4;
pub(super) const NUMBER: u8 = 8;
pub(super) const STRING: u8 = 16;
pub(super) const ARRAY: u8 = 32;
pub(super) const OBJECT: u8 = 64;

/// Names of the kinds, in the order of their bits.
pub(super) const KINDS: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

/// What a value has to be.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// It asks for nothing.
    pub free: bool,
    /// Nothing fits.
    pub never: bool,
    /// Another node that has to fit too.
    pub refer: Option<Spot>,
    /// Kinds that fit; 0: all.
    pub kinds: u8,
    pub one_of_these: Option<Vec<Value>>,
    pub number: Bounds<f64>,
    pub above: Option<f64>,
    pub below: Option<f64>,
    pub multiple: Option<f64>,
    pub length: Bounds<u64>,
    pub pattern: Option<Pattern>,
    pub count: Bounds<u64>,
    pub unique: bool,
    pub first: Vec<Spot>,
    pub items: Option<Spot>,
    pub required: Vec<String>,
    pub fields: HashMap<String, Spot>,
    pub named: Vec<(Pattern, Spot)>,
    pub others: Option<Spot>,
    pub size: Bounds<u64>,
    pub names: Option<Spot>,
    pub needs: Vec<(String, Vec<String>)>,
    pub all: Vec<Spot>,
    pub any: Vec<Spot>,
    pub one: Vec<Spot>,
    pub not: Option<Spot>,
    pub when: Option<(Spot, Option<Spot>, Option<Spot>)>,
}

/// At least, at most.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Bounds<T> {
    pub least: Option<T>,
    pub most: Option<T>,
}

/// A pattern as it is written and as it is matched.
#[derive(Debug)]
pub(super) struct Pattern {
    pub text: String,
    pub regex: Regex,
}

/// All nodes of a version.
#[derive(Debug, Default)]
pub(crate) struct Schemas {
    nodes: Vec<Node>,
    /// Where the schemas stand that others refer to.
    known: HashMap<String, Spot>,
    /// Those that are still to be compiled.
    waiting: Vec<(Spot, Value)>,
}

impl Schemas {
    /// Those that others refer to have their places at once and are compiled by [`Self::join`].
    pub(super) fn new(referred: &BTreeMap<String, Value>) -> Self {
        let mut schemas = Self::default();
        for (pointer, schema) in referred {
            let spot = schemas.add(Node::default());
            schemas.known.insert(pointer.clone(), spot);
            schemas.waiting.push((spot, schema.clone()));
        }
        schemas
    }

    /// Compiles those that others refer to.
    pub(super) fn join(&mut self) {
        for (spot, schema) in std::mem::take(&mut self.waiting) {
            let node = self.node(&schema, 0);
            self.nodes[spot.0 as usize] = node;
        }
    }

    pub(super) fn get(&self, spot: Spot) -> &Node {
        &self.nodes[spot.0 as usize]
    }

    /// Does it ask for nothing?
    pub(super) fn takes_all(&self, spot: Spot) -> bool {
        self.get(spot).free
    }

    pub(super) fn compile(&mut self, schema: &Value) -> Spot {
        self.below(schema, 0)
    }

    fn add(&mut self, node: Node) -> Spot {
        self.nodes.push(node);
        Spot(u32::try_from(self.nodes.len() - 1).unwrap_or(u32::MAX))
    }

    fn below(&mut self, schema: &Value, depth: usize) -> Spot {
        let node = if depth > DEEPEST { Node::default() } else { self.node(schema, depth) };
        self.add(node)
    }

    fn list(&mut self, fields: &Map<String, Value>, word: &str, depth: usize) -> Vec<Spot> {
        let list = fields.get(word).and_then(Value::as_array);
        list.into_iter().flatten().map(|one| self.below(one, depth + 1)).collect()
    }

    fn maybe(&mut self, fields: &Map<String, Value>, word: &str, depth: usize) -> Option<Spot> {
        fields.get(word).filter(|one| one.is_object() || one.is_boolean()).map(|one| self.below(one, depth + 1))
    }

    fn node(&mut self, schema: &Value, depth: usize) -> Node {
        let Value::Object(fields) = schema else {
            let never = *schema == Value::Bool(false);
            return Node { never, free: !never, ..Node::default() };
        };
        let number = |word: &str| fields.get(word).and_then(Value::as_f64);
        let count = |least: &str, most: &str| {
            let whole = |word: &str| fields.get(word).and_then(Value::as_f64).filter(|count| *count >= 0.0).map(|count| count as u64);
            Bounds { least: whole(least), most: whole(most) }
        };
        let when = self.maybe(fields, "if", depth).map(|when| (when, self.maybe(fields, "then", depth), self.maybe(fields, "else", depth)));
        Node {
            free: fields.keys().all(|word| SAYS_NOTHING.contains(&word.as_str()) || word.starts_with("x-")),
            never: false,
            refer: fields.get("$ref").and_then(Value::as_str).and_then(|pointer| self.known.get(pointer).copied()),
            kinds: kinds(fields),
            one_of_these: fields.get("enum").and_then(Value::as_array).cloned().or_else(|| fields.get("const").map(|one| vec![one.clone()])),
            number: Bounds { least: number("minimum"), most: number("maximum") },
            above: number("exclusiveMinimum"),
            below: number("exclusiveMaximum"),
            multiple: number("multipleOf").filter(|step| *step > 0.0),
            length: count("minLength", "maxLength"),
            pattern: fields.get("pattern").and_then(Value::as_str).and_then(pattern),
            count: count("minItems", "maxItems"),
            unique: fields.get("uniqueItems") == Some(&Value::Bool(true)),
            first: self.list(fields, "prefixItems", depth),
            items: self.maybe(fields, "items", depth),
            required: texts(fields.get("required")),
            fields: self.named(fields, "properties", depth).into_iter().collect(),
            named: self.named(fields, "patternProperties", depth).into_iter().filter_map(|(text, spot)| Some((pattern(&text)?, spot))).collect(),
            others: self.others(fields, depth),
            size: count("minProperties", "maxProperties"),
            names: self.maybe(fields, "propertyNames", depth),
            needs: fields
                .get("dependentRequired")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
                .map(|(name, needs)| (name.clone(), texts(Some(needs))))
                .collect(),
            all: self.list(fields, "allOf", depth),
            any: self.list(fields, "anyOf", depth),
            one: self.list(fields, "oneOf", depth),
            not: self.maybe(fields, "not", depth),
            when,
        }
    }

    fn named(&mut self, fields: &Map<String, Value>, word: &str, depth: usize) -> Vec<(String, Spot)> {
        let all = fields.get(word).and_then(Value::as_object);
        all.into_iter().flatten().map(|(name, schema)| (name.clone(), self.below(schema, depth + 1))).collect()
    }

    /// What fields have to be that nothing else names; not known if a pattern of names is not understood.
    fn others(&mut self, fields: &Map<String, Value>, depth: usize) -> Option<Spot> {
        let patterns = fields.get("patternProperties").and_then(Value::as_object);
        let clear = patterns.is_none_or(|patterns| patterns.keys().all(|text| pattern(text).is_some()));
        if clear { self.maybe(fields, "additionalProperties", depth) } else { None }
    }
}

fn kinds(fields: &Map<String, Value>) -> u8 {
    let bit = |name: &str| KINDS.iter().position(|kind| *kind == name).map_or(0, |at| 1 << at);
    match fields.get("type") {
        Some(Value::String(name)) => bit(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).fold(0, |bits, name| bits | bit(name)),
        _ => 0,
    }
}

fn texts(list: Option<&Value>) -> Vec<String> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
}

/// A pattern; `None` if it is in a dialect that is not understood.
fn pattern(text: &str) -> Option<Pattern> {
    let regex = (text.len() <= PATTERN).then(|| Regex::new(text).ok())??;
    Some(Pattern { text: text.to_owned(), regex })
}
