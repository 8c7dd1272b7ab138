//! Checks an input against its schema and collects every mistake, each at its field.
//!
//! Pure. Invariant: understands what schemars derives for our types (2020-12); depth is bounded.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};
use words::{Day, Instant, Span};

use crate::FieldError;

/// Deepest value that is looked at.
pub(crate) const DEEPEST: usize = 32;

/// A schema with its definitions.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    schema: Value,
    definitions: Map<String, Value>,
}

impl Shape {
    /// The schema that a generator function makes.
    pub(crate) fn of(make: fn(&mut SchemaGenerator) -> Schema) -> Self {
        let mut generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
        let schema = make(&mut generator).to_value();
        Self { schema, definitions: generator.take_definitions(true) }
    }

    /// The root, with references followed.
    pub(crate) fn root(&self) -> &Value {
        self.follow(&self.schema)
    }

    /// Follows `$ref`.
    pub(crate) fn follow<'a>(&'a self, mut schema: &'a Value) -> &'a Value {
        for _ in 0..DEEPEST {
            let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) else { break };
            let Some(target) = self.definitions.get(name) else { break };
            schema = target;
        }
        schema
    }

    /// All mistakes. `strict`: fields that the schema does not name are mistakes too (JSON bodies).
    pub(crate) fn mistakes(&self, value: &Value, strict: bool) -> Vec<FieldError> {
        let mut visit = Visit { shape: self, strict, found: Vec::new() };
        visit.value(&self.schema, value, "", 0);
        visit.found
    }
}

struct Visit<'a> {
    shape: &'a Shape,
    strict: bool,
    found: Vec<FieldError>,
}

impl Visit<'_> {
    fn say(&mut self, pointer: &str, code: &str) {
        self.found.push(FieldError::new(pointer, code));
    }

    fn say_limit(&mut self, pointer: &str, code: &str, limit: &Value) {
        let limit = limit.as_f64().filter(|n| n.fract() == 0.0 && n.abs() < 1e15).map_or_else(|| limit.to_string(), |n| format!("{n:.0}"));
        self.found.push(FieldError::new(pointer, code).arg("limit", limit));
    }

    fn value(&mut self, schema: &Value, value: &Value, pointer: &str, depth: usize) {
        let schema = self.shape.follow(schema);
        if depth > DEEPEST {
            return self.say(pointer, "field-too-deep");
        }
        if schema.as_bool() == Some(false) {
            return self.say(pointer, "field-unknown");
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            parts.iter().for_each(|part| self.value(part, value, pointer, depth + 1));
        }
        for word in ["oneOf", "anyOf"] {
            if let Some(branches) = schema.get(word).and_then(Value::as_array) {
                self.branches(branches, value, pointer, depth);
            }
        }
        if let Some(allowed) = choices(schema).filter(|allowed| !allowed.contains(value)) {
            return self.not_one_of(pointer, value, &allowed);
        }
        if self.kind(schema, value, pointer) {
            self.limits(schema, value, pointer, depth);
        }
    }

    /// One of several shapes: an enumeration, something or nothing, or tagged objects.
    fn branches(&mut self, branches: &[Value], value: &Value, pointer: &str, depth: usize) {
        let branches: Vec<&Value> = branches.iter().map(|branch| self.shape.follow(branch)).collect();
        let constants: Option<Vec<Value>> = branches.iter().map(|branch| choices(branch)).collect::<Option<Vec<_>>>().map(|lists| lists.concat());
        if let Some(allowed) = constants {
            if !allowed.contains(value) {
                self.not_one_of(pointer, value, &allowed);
            }
            return;
        }
        // A list is told what is wrong with it as a list.
        let fits = |branch: &&Value| kinds(branch).is_empty() || kinds(branch).iter().any(|kind| is_kind(kind, value));
        let branches: Vec<&Value> = if branches.iter().any(fits) { branches.into_iter().filter(fits).collect() } else { branches };
        let mut best: Option<Vec<FieldError>> = None;
        for branch in branches.into_iter().filter(|branch| value.is_null() == is_null(branch)) {
            let mut visit = Visit { shape: self.shape, strict: self.strict, found: Vec::new() };
            visit.value(branch, value, pointer, depth + 1);
            if visit.found.is_empty() {
                return;
            }
            if tags_match(branch, value) || best.as_ref().is_none_or(|best| visit.found.len() < best.len()) {
                best = Some(visit.found);
            }
        }
        match best {
            Some(found) => self.found.extend(found),
            None => self.say(pointer, "field-missing"),
        }
    }

    fn not_one_of(&mut self, pointer: &str, value: &Value, allowed: &[Value]) {
        if value.is_null() || value.as_str() == Some("") {
            return self.say(pointer, "field-missing");
        }
        let names: Vec<String> = allowed.iter().map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned)).collect();
        self.found.push(FieldError::new(pointer, "field-not-one-of").arg("allowed", names.join(", ")));
    }

    /// Is the value of the kind that the schema asks? Says so if not.
    fn kind(&mut self, schema: &Value, value: &Value, pointer: &str) -> bool {
        let kinds = kinds(schema);
        if kinds.is_empty() || kinds.iter().any(|kind| is_kind(kind, value)) {
            return true;
        }
        let wanted = kinds.iter().find(|kind| **kind != "null").copied().unwrap_or("null");
        let code = match (wanted, value) {
            (_, Value::Null) => "field-missing",
            ("integer", Value::Number(_)) => "field-not-whole",
            ("integer" | "number", _) => "field-not-a-number",
            ("boolean", _) => "field-not-yes-or-no",
            ("array", _) => "field-not-a-list",
            ("object", _) => "field-not-an-object",
            ("null", _) => "field-unknown",
            _ => "field-not-text",
        };
        self.say(pointer, code);
        false
    }

    fn limits(&mut self, schema: &Value, value: &Value, pointer: &str, depth: usize) {
        match value {
            Value::String(text) => self.text(schema, text, pointer),
            Value::Number(_) => self.number(schema, value, pointer),
            Value::Array(items) => self.list(schema, items, pointer, depth),
            Value::Object(fields) => self.object(schema, fields, pointer, depth),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn text(&mut self, schema: &Value, text: &str, pointer: &str) {
        let length = text.chars().count();
        if let Some(limit) = schema.get("maxLength").filter(|limit| limit.as_u64().is_some_and(|limit| length as u64 > limit)) {
            self.say_limit(pointer, "field-too-long", limit);
        }
        if let Some(limit) = schema.get("minLength").filter(|limit| limit.as_u64().is_some_and(|limit| (length as u64) < limit)) {
            self.say_limit(pointer, "field-too-short", limit);
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\r')) {
            self.say(pointer, "field-bad-characters");
        }
        let mistake = match schema.get("format").and_then(Value::as_str) {
            Some("date") if Day::parse(text).is_err() => "field-not-a-date",
            Some("date-time") if Instant::parse(text).is_err() => "field-not-a-moment",
            Some("duration") if Span::parse(text).is_err() => "field-not-a-duration",
            Some("email") if !is_email(text) => "field-not-an-email",
            _ => return,
        };
        self.say(pointer, mistake);
    }

    fn number(&mut self, schema: &Value, value: &Value, pointer: &str) {
        let Some(number) = value.as_f64() else { return };
        let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
        let limits =
            [("maximum", "field-too-large"), ("minimum", "field-too-small"), ("exclusiveMaximum", "field-too-large"), ("exclusiveMinimum", "field-too-small")];
        let before = self.found.len();
        for (word, code) in limits {
            if let Some(limit) = schema.get(word).filter(|limit| limit.as_f64().is_some_and(|limit| beyond(word, number, limit))) {
                self.say_limit(pointer, code, limit);
            }
        }
        let fits = match format {
            "int64" | "int" => value.as_i64().is_some(),
            "uint64" | "uint" => value.as_u64().is_some(),
            _ => true,
        };
        if !fits && self.found.len() == before {
            let (code, limit) = if number < 0.0 { ("field-too-small", i64::MIN) } else { ("field-too-large", i64::MAX) };
            self.found.push(FieldError::new(pointer, code).arg("limit", limit));
        }
    }

    fn list(&mut self, schema: &Value, items: &[Value], pointer: &str, depth: usize) {
        for (word, code, wrong) in [("maxItems", "field-too-many", u64::lt as fn(&u64, &u64) -> bool), ("minItems", "field-too-few", u64::gt)] {
            if let Some(limit) = schema.get(word).filter(|limit| limit.as_u64().is_some_and(|limit| wrong(&limit, &(items.len() as u64)))) {
                self.say_limit(pointer, code, limit);
            }
        }
        let first = schema.get("prefixItems").and_then(Value::as_array);
        for (at, item) in items.iter().enumerate() {
            let below = first.and_then(|first| first.get(at)).or_else(|| schema.get("items"));
            if let Some(below) = below {
                self.value(below, item, &format!("{pointer}/{at}"), depth + 1);
            }
        }
    }

    fn object(&mut self, schema: &Value, fields: &Map<String, Value>, pointer: &str, depth: usize) {
        let properties = schema.get("properties").and_then(Value::as_object);
        for name in required(schema) {
            let blank = fields.get(name).is_none_or(|value| value.as_str() == Some("") && wants_text(self.shape, properties, name));
            if blank {
                self.say(&at(pointer, name), "field-missing");
            }
        }
        for (name, value) in fields {
            if value.as_str() == Some("") && required(schema).any(|other| other == name) && wants_text(self.shape, properties, name) {
                continue;
            }
            match (properties.and_then(|properties| properties.get(name)), schema.get("additionalProperties")) {
                (Some(below), _) => self.value(below, value, &at(pointer, name), depth + 1),
                (None, Some(Value::Bool(true))) => {}
                (None, Some(below)) if below.is_object() => self.value(below, value, &at(pointer, name), depth + 1),
                (None, other) => {
                    let closed = other.is_some() || (kinds(schema) == ["object"] && !composed(schema));
                    if self.strict && closed {
                        self.say(&at(pointer, name), "field-unknown");
                    }
                }
            }
        }
    }
}

fn beyond(word: &str, number: f64, limit: f64) -> bool {
    match word {
        "maximum" => number > limit,
        "minimum" => number < limit,
        "exclusiveMaximum" => number >= limit,
        _ => number <= limit,
    }
}

/// JSON pointer of a field.
fn at(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Names of required fields.
pub(crate) fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Kinds that the schema admits; empty if it does not say.
pub(crate) fn kinds(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The values of an enumeration.
fn choices(schema: &Value) -> Option<Vec<Value>> {
    match (schema.get("const"), schema.get("enum").and_then(Value::as_array)) {
        (Some(one), _) => Some(vec![one.clone()]),
        (None, Some(many)) => Some(many.clone()),
        _ => None,
    }
}

fn is_null(schema: &Value) -> bool {
    kinds(schema) == ["null"] || schema.get("const").is_some_and(Value::is_null)
}

fn composed(schema: &Value) -> bool {
    ["oneOf", "anyOf", "allOf"].iter().any(|word| schema.get(word).is_some())
}

fn wants_text(shape: &Shape, properties: Option<&Map<String, Value>>, name: &str) -> bool {
    properties.and_then(|properties| properties.get(name)).is_some_and(|schema| kinds(shape.follow(schema)) == ["string"])
}

fn tags_match(branch: &Value, value: &Value) -> bool {
    let properties = branch.get("properties").and_then(Value::as_object);
    let mut constants = properties.into_iter().flatten().filter_map(|(name, schema)| Some((name, schema.get("const")?))).peekable();
    constants.peek().is_some() && constants.all(|(name, constant)| value.get(name) == Some(constant))
}

fn is_kind(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        _ => false,
    }
}

fn is_email(text: &str) -> bool {
    let parts: Vec<&str> = text.split('@').collect();
    let fine = |part: &str| !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c));
    matches!(parts.as_slice(), [name, host] if text.len() <= 254 && fine(name) && fine(host) && host.contains('.') && !host.starts_with('.') && !host.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemars::JsonSchema;
    use serde_json::json;

    #[derive(JsonSchema)]
    #[allow(dead_code)]
    #[serde(rename_all = "snake_case")]
    enum Colour {
        Red,
        /// With a word of explanation.
        Blue,
    }

    #[derive(JsonSchema)]
    #[allow(dead_code)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    enum Route {
        Internal { unit: String },
        Venture { share: u8 },
    }

    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Member {
        #[schemars(length(min = 1, max = 3))]
        name: String,
        since: Option<Day>,
    }

    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Form {
        title: String,
        colour: Colour,
        maybe: Option<Colour>,
        amount: i64,
        small: Option<u8>,
        members: Vec<Member>,
        route: Option<Route>,
        #[schemars(email)]
        mail: Option<String>,
    }

    fn codes(value: &Value) -> Vec<(String, String)> {
        let shape = Shape::of(|generator| generator.subschema_for::<Form>());
        let mut found: Vec<_> = shape.mistakes(value, true).into_iter().map(|error| (error.pointer, error.code)).collect();
        found.sort();
        found
    }

    fn with(change: Value) -> Value {
        let mut form = json!({"title": "t", "colour": "red", "amount": 1, "members": []});
        for (name, value) in change.as_object().unwrap() {
            form[name] = value.clone();
        }
        form
    }

    #[test]
    fn every_mistake_has_its_field_and_code() {
        assert_eq!(codes(&with(json!({}))), vec![]);
        let table = [
            (json!({"title": ""}), "/title", "field-missing"),
            (json!({"title": 5}), "/title", "field-not-text"),
            (json!({"title": "a\u{0}"}), "/title", "field-bad-characters"),
            (json!({"colour": "green"}), "/colour", "field-not-one-of"),
            (json!({"maybe": "green"}), "/maybe", "field-not-one-of"),
            (json!({"amount": "x"}), "/amount", "field-not-a-number"),
            (json!({"amount": 1.5}), "/amount", "field-not-whole"),
            (json!({"amount": 1e30}), "/amount", "field-too-large"),
            (json!({"small": -1}), "/small", "field-too-small"),
            (json!({"small": 256}), "/small", "field-too-large"),
            (json!({"members": {}}), "/members", "field-not-a-list"),
            (json!({"members": [{"name": "四个字的"}]}), "/members/0/name", "field-too-long"),
            (json!({"members": [{"name": "a", "since": "2026-02-30"}]}), "/members/0/since", "field-not-a-date"),
            (json!({"members": [{"name": "a", "age": 1}]}), "/members/0/age", "field-unknown"),
            (json!({"route": {"kind": "venture"}}), "/route/share", "field-missing"),
            (json!({"mail": "a@b"}), "/mail", "field-not-an-email"),
            (json!({"other": 1}), "/other", "field-unknown"),
        ];
        for (change, pointer, code) in table {
            assert_eq!(codes(&with(change.clone())), vec![(pointer.to_owned(), code.to_owned())], "{change}");
        }
    }

    #[test]
    fn all_mistakes_are_collected() {
        assert_eq!(codes(&json!({})).len(), 4);
        assert_eq!(codes(&json!([])), vec![(String::new(), "field-not-an-object".to_owned())]);
    }

    #[test]
    fn what_may_be_left_out_or_null_is_admitted() {
        assert_eq!(codes(&with(json!({"maybe": null, "route": null, "mail": null, "small": null}))), vec![]);
        assert_eq!(codes(&with(json!({"maybe": "blue", "route": {"kind": "internal", "unit": "zj"}, "mail": "a@b.cn"}))), vec![]);
    }
}
