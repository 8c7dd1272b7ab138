//! The part of JSON Schema that records keep to: an object of plain fields and lists, with limits and choices.
//!
//! Pure. Invariant: a schema that is read uses no keyword that would be ignored; a value is checked against all of it, all mistakes at once.

use serde_json::{Map, Value};
use words::{Bilingual, Day};

/// Keywords that are checked, and those that only describe.
const KEYWORDS: [&str; 25] = [
    "$schema",
    "title",
    "description",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "enum",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "items",
    "minItems",
    "maxItems",
    "format",
    "x-label",
    "x-options",
    "x-list",
    "x-filter",
    "x-long",
    "x-source",
    "x-about",
    "x-readers",
    "x-order",
];
const TYPES: [&str; 5] = ["string", "integer", "boolean", "array", "object"];
const FORMATS: [&str; 3] = ["date", "uri", "email"];
/// Longest text of a field whose schema names no limit.
const LONGEST: usize = 10_000;

/// A mistake in one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// JSON pointer.
    pub pointer: String,
    /// Code; its sentence is `problem-<code>`.
    pub code: &'static str,
    /// Arguments of the sentence.
    pub args: Vec<(&'static str, String)>,
}

impl Mistake {
    pub(crate) fn new(pointer: impl Into<String>, code: &'static str) -> Self {
        Self { pointer: pointer.into(), code, args: Vec::new() }
    }

    fn arg(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// A field of a record, for columns and pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub name: String,
    pub label: Bilingual,
    pub kind: String,
    pub items: String,
    /// `date`, `uri`, `email` or nothing.
    pub format: String,
    /// What may be chosen, if it is a choice.
    pub options: Vec<Choice>,
    pub required: bool,
    /// A column of the list.
    pub listed: bool,
    /// A filter of the list.
    pub filters: bool,
    /// Paragraphs rather than a line.
    pub long: bool,
    /// Where the record comes from, rather than what it says.
    pub source: bool,
}

/// A value that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub(crate) struct Choice {
    /// What is kept.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Choice {
    fn plain(key: &str) -> Self {
        Self { key: key.into(), zh: key.into(), en: key.into() }
    }

    pub fn label(&self) -> Bilingual {
        Bilingual::new(&self.zh, &self.en)
    }
}

/// Where in the schema something stands that this crate cannot check; nothing if all can be.
pub(crate) fn unreadable(schema: &Value) -> Option<String> {
    if kind(schema) != "object" {
        return Some("/type".into());
    }
    odd(schema, "")
}

fn odd(schema: &Value, at: &str) -> Option<String> {
    let Some(object) = schema.as_object() else { return Some(at.to_owned()) };
    if let Some(keyword) = object.keys().find(|keyword| !KEYWORDS.contains(&keyword.as_str())) {
        return Some(format!("{at}/{keyword}"));
    }
    if !TYPES.contains(&kind(schema)) {
        return Some(format!("{at}/type"));
    }
    if object.get("format").is_some_and(|format| !format.as_str().is_some_and(|format| FORMATS.contains(&format))) {
        return Some(format!("{at}/format"));
    }
    let inner = properties(schema).find_map(|(name, inner)| odd(inner, &format!("{at}/properties/{name}")));
    inner.or_else(|| object.get("items").and_then(|items| odd(items, &format!("{at}/items"))))
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

fn kind(schema: &Value) -> &str {
    schema.get("type").and_then(Value::as_str).unwrap_or_default()
}

/// The fields of a schema in its order.
pub(crate) fn fields(schema: &Value) -> Vec<Field> {
    let needed = |name: &str| schema.get("required").and_then(Value::as_array).is_some_and(|all| all.iter().any(|one| one == name));
    let says = |inner: &Value, what: &str| inner.get(what).and_then(Value::as_bool).unwrap_or(false);
    let field = |(name, inner): (&String, &Value)| Field {
        format: inner.get("format").and_then(Value::as_str).unwrap_or_default().to_owned(),
        options: options(inner),
        required: needed(name),
        listed: says(inner, "x-list"),
        filters: says(inner, "x-filter"),
        long: says(inner, "x-long"),
        source: says(inner, "x-source"),
        name: name.clone(),
        label: label(name, inner),
        kind: kind(inner).to_owned(),
        items: inner.get("items").map_or("", kind).to_owned(),
    };
    properties(schema).map(field).collect()
}

fn options(schema: &Value) -> Vec<Choice> {
    let named = schema.get("x-options").and_then(|options| serde_json::from_value(options.clone()).ok());
    let keys = || schema.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    named.unwrap_or_else(|| keys().map(Choice::plain).collect())
}

fn label(name: &str, schema: &Value) -> Bilingual {
    let said = schema.get("x-label").and_then(|label| serde_json::from_value(label.clone()).ok());
    said.unwrap_or_else(|| {
        let title = schema.get("title").and_then(Value::as_str).unwrap_or(name);
        Bilingual::new(title, title)
    })
}

/// All mistakes of a value.
pub(crate) fn mistakes(schema: &Value, value: &Value) -> Vec<Mistake> {
    let mut found = Vec::new();
    check(schema, value, "", &mut found);
    found
}

fn check(schema: &Value, value: &Value, at: &str, found: &mut Vec<Mistake>) {
    match (kind(schema), value) {
        ("object", Value::Object(object)) => check_object(schema, object, at, found),
        ("array", Value::Array(items)) => check_array(schema, items, at, found),
        ("string", Value::String(text)) => check_text(schema, text, at, found),
        ("integer", Value::Number(number)) if number.is_i64() => check_number(schema, number.as_i64().unwrap_or_default(), at, found),
        ("boolean", Value::Bool(_)) => {}
        (kind, _) => found.push(Mistake::new(at, "register-field-type").arg("type", kind)),
    }
    let choices = schema.get("enum").and_then(Value::as_array);
    if choices.is_some_and(|choices| !choices.contains(value)) {
        found.push(Mistake::new(at, "register-field-choice"));
    }
}

fn check_object(schema: &Value, object: &Map<String, Value>, at: &str, found: &mut Vec<Mistake>) {
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    for name in required.filter(|name| !object.contains_key(*name)) {
        found.push(Mistake::new(format!("{at}/{name}"), "register-field-needed"));
    }
    for (name, value) in object {
        let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        match schema.get("properties").and_then(|fields| fields.get(name)) {
            Some(inner) => check(inner, value, &pointer, found),
            None => found.push(Mistake::new(pointer, "register-field-unknown")),
        }
    }
}

fn check_array(schema: &Value, items: &[Value], at: &str, found: &mut Vec<Mistake>) {
    let count = items.len() as u64;
    let (least, most) = (limit(schema, "minItems").unwrap_or(0), limit(schema, "maxItems").unwrap_or(1_000));
    if !(least..=most).contains(&count) {
        found.push(Mistake::new(at, "register-field-count").arg("least", least).arg("most", most));
        return;
    }
    if let Some(inner) = schema.get("items") {
        items.iter().enumerate().for_each(|(n, item)| check(inner, item, &format!("{at}/{n}"), found));
    }
}

fn check_text(schema: &Value, text: &str, at: &str, found: &mut Vec<Mistake>) {
    let count = text.chars().count() as u64;
    let (least, most) = (limit(schema, "minLength").unwrap_or(0), limit(schema, "maxLength").unwrap_or(LONGEST as u64));
    if !(least..=most).contains(&count) {
        found.push(Mistake::new(at, "register-field-length").arg("least", least).arg("most", most));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        found.push(Mistake::new(at, "register-field-characters"));
    }
    let fits = match schema.get("format").and_then(Value::as_str) {
        Some("date") => Day::parse(text).is_ok(),
        Some("uri") => text.starts_with("https://") || text.starts_with("http://"),
        Some("email") => text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !text.contains(char::is_whitespace)),
        _ => true,
    };
    if !fits {
        let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
        found.push(Mistake::new(at, "register-field-format").arg("format", format));
    }
}

fn check_number(schema: &Value, number: i64, at: &str, found: &mut Vec<Mistake>) {
    let bound = |name: &str| schema.get(name).and_then(Value::as_i64);
    let (least, most) = (bound("minimum").unwrap_or(i64::MIN), bound("maximum").unwrap_or(i64::MAX));
    if !(least..=most).contains(&number) {
        found.push(Mistake::new(at, "register-field-range").arg("least", least).arg("most", most));
    }
}

fn limit(schema: &Value, name: &str) -> Option<u64> {
    schema.get(name).and_then(Value::as_u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema() -> Value {
        json!({"type": "object", "required": ["city"], "properties": {
            "city": {"type": "string", "minLength": 1, "maxLength": 4, "x-label": {"zh": "城市", "en": "City"}},
            "since": {"type": "string", "format": "date"}, "area": {"type": "integer", "minimum": 1}, "open": {"type": "boolean"},
            "status": {"type": "string", "enum": ["built", "planned"]}, "tags": {"type": "array", "maxItems": 2, "items": {"type": "string"}},
        }})
    }

    #[test]
    fn every_mistake_is_found_at_its_field() {
        let fine = json!({"city": "杭州", "since": "2016-05-08", "area": 5000, "open": true, "status": "built", "tags": ["a"]});
        assert_eq!(mistakes(&schema(), &fine), []);
        let wrong = json!({"since": "2016-02-30", "area": 0, "open": "yes", "status": "gone", "tags": ["a", "b", "c"], "other": 1});
        let found: Vec<(String, &str)> = mistakes(&schema(), &wrong).into_iter().map(|mistake| (mistake.pointer, mistake.code)).collect();
        let wanted = [
            ("/city", "register-field-needed"),
            ("/since", "register-field-format"),
            ("/area", "register-field-range"),
            ("/open", "register-field-type"),
            ("/status", "register-field-choice"),
            ("/tags", "register-field-count"),
            ("/other", "register-field-unknown"),
        ];
        assert_eq!(found, wanted.map(|(pointer, code)| (pointer.to_owned(), code)));
        assert_eq!(mistakes(&schema(), &json!([]))[0].code, "register-field-type");
        assert_eq!(mistakes(&schema(), &json!({"city": "杭州市余杭"}))[0].code, "register-field-length");
        assert_eq!(mistakes(&schema(), &json!({"city": "a", "area": 1.5}))[0].code, "register-field-type");
    }

    #[test]
    fn a_keyword_that_would_be_ignored_is_refused() {
        let table = [
            (schema(), None),
            (json!({"type": "string"}), Some("/type")),
            (json!({"type": "object", "oneOf": []}), Some("/oneOf")),
            (json!({"type": "object", "properties": {"a": {"type": "string", "pattern": "x"}}}), Some("/properties/a/pattern")),
            (json!({"type": "object", "properties": {"a": {"type": "number"}}}), Some("/properties/a/type")),
            (
                json!({"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string", "format": "ipv4"}}}}),
                Some("/properties/a/items/format"),
            ),
        ];
        for (schema, wanted) in table {
            assert_eq!(unreadable(&schema).as_deref(), wanted, "{schema}");
        }
    }

    #[test]
    fn labels_fall_back_to_title_and_name() {
        let schema = json!({"type": "object", "properties": {"a": {"type": "string", "x-label": {"zh": "甲", "en": "A"}}, "b": {"type": "string", "title": "B!"}, "c": {"type": "string"}}});
        let labels: Vec<String> = fields(&schema).into_iter().map(|field| field.label.zh).collect();
        assert_eq!(labels, ["甲", "B!", "c"]);
    }
}
