//! Texts of a form become the kinds that the schema asks: numbers, yes and no, lists, nothing.
//!
//! Pure. Invariant: what cannot be turned stays text, so that the check names it at its field; unknown names are dropped.

use serde_json::{Map, Value};

use crate::check::{DEEPEST, Shape, kinds, required};

impl Shape {
    /// Turns the texts of a form in place.
    pub(crate) fn coerce(&self, value: &mut Value) {
        self.turn(self.root(), value, 0);
    }

    fn turn(&self, schema: &Value, value: &mut Value, depth: usize) {
        let schema = self.useful(self.follow(schema), value);
        if depth > DEEPEST {
            return;
        }
        let kinds = kinds(schema);
        let has = |kind: &str| kinds.contains(&kind);
        match value {
            Value::String(text) if text.trim().is_empty() && (has("null") || !has("string")) => *value = Value::Null,
            Value::String(text) if has("integer") || has("number") => *value = number(text).unwrap_or_else(|| Value::String(text.clone())),
            Value::String(text) if has("boolean") => *value = yes_or_no(text).map_or_else(|| Value::String(text.clone()), Value::Bool),
            Value::String(_) | Value::Object(_) if has("array") => {
                *value = listed(value.take());
                self.turn(schema, value, depth + 1);
            }
            Value::Array(items) if has("array") => {
                items.retain(|item| item.as_str() != Some(""));
                if let Some(below) = schema.get("items") {
                    items.iter_mut().for_each(|item| self.turn(below, item, depth + 1));
                }
            }
            Value::Array(items) if !kinds.is_empty() => {
                // The same name twice where one value is asked: the last one counts (a hidden "no" before a checkbox).
                *value = items.pop().unwrap_or(Value::Null);
                self.turn(schema, value, depth + 1);
            }
            Value::Object(fields) => self.turn_fields(schema, fields, depth),
            _ => {}
        }
    }

    fn turn_fields(&self, schema: &Value, fields: &mut Map<String, Value>, depth: usize) {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
        if schema.get("additionalProperties").is_none_or(|more| more.as_bool() == Some(false)) {
            fields.retain(|name, _| properties.contains_key(name));
        }
        for (name, below) in properties {
            if let Some(value) = fields.get_mut(name) {
                self.turn(below, value, depth + 1);
            }
            let kinds = self.kinds_of(below);
            let asked = required(schema).any(|other| other == name);
            match fields.get(name) {
                // A box that is not ticked and a list without entries are not sent at all.
                None if asked && kinds == ["boolean"] => drop(fields.insert(name.clone(), Value::Bool(false))),
                None if asked && kinds == ["array"] => drop(fields.insert(name.clone(), Value::Array(Vec::new()))),
                Some(Value::Null) if !self.may_be_null(below) => drop(fields.remove(name)),
                Some(Value::String(text)) if text.is_empty() && !asked => drop(fields.remove(name)),
                _ => {}
            }
        }
    }

    fn kinds_of<'a>(&'a self, schema: &'a Value) -> Vec<&'a str> {
        kinds(self.follow(schema))
    }

    fn may_be_null(&self, schema: &Value) -> bool {
        let schema = self.follow(schema);
        let branches = ["anyOf", "oneOf"].iter().filter_map(|word| schema.get(word)).filter_map(Value::as_array).flatten();
        kinds(schema).contains(&"null") || branches.into_iter().any(|branch| self.kinds_of(branch) == ["null"])
    }

    /// Of "something or nothing" the something; of tagged objects the one whose tag is given.
    fn useful<'a>(&'a self, schema: &'a Value, value: &Value) -> &'a Value {
        let branches: Vec<&Value> =
            ["anyOf", "oneOf"].iter().filter_map(|word| schema.get(word)).filter_map(Value::as_array).flatten().map(|branch| self.follow(branch)).collect();
        if branches.is_empty() {
            return schema;
        }
        if value.as_str().is_some_and(|text| text.trim().is_empty()) {
            return branches.iter().find(|branch| kinds(branch) == ["null"]).unwrap_or(&schema);
        }
        let tagged = branches.iter().find(|branch| {
            let properties = branch.get("properties").and_then(Value::as_object);
            properties.is_some_and(|properties| properties.iter().any(|(name, schema)| schema.get("const").is_some_and(|tag| value.get(name) == Some(tag))))
        });
        let some: Vec<&&Value> = branches.iter().filter(|branch| kinds(branch) != ["null"]).collect();
        match (tagged, some.as_slice()) {
            (Some(tagged), _) => tagged,
            (None, [only]) => self.useful(only, value),
            _ => schema,
        }
    }
}

fn number(text: &str) -> Option<Value> {
    let plain = text.trim().replace([',', '，'], "");
    let digits = plain.strip_prefix('-').unwrap_or(&plain);
    let fine = digits.starts_with(|c: char| c.is_ascii_digit()) && digits.chars().all(|c| c.is_ascii_digit() || c == '.') && digits.len() <= 40;
    let trimmed = if digits.contains('.') { plain.clone() } else { format!("{}{}", if plain.starts_with('-') { "-" } else { "" }, leading(digits)) };
    fine.then(|| serde_json::from_str(&trimmed).ok()).flatten().filter(Value::is_number)
}

/// `007` → `7`: JSON knows no leading zeros.
fn leading(digits: &str) -> &str {
    let rest = digits.trim_start_matches('0');
    if rest.is_empty() { "0" } else { rest }
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" | "1" => Some(true),
        "false" | "off" | "no" | "0" => Some(false),
        _ => None,
    }
}

/// `m[0]`, `m[2]` … become a list in the order of their numbers; one value becomes a list of one.
fn listed(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut entries: Vec<(u64, Value)> = fields.into_iter().enumerate().map(|(at, (name, value))| (name.parse().unwrap_or(at as u64), value)).collect();
            entries.sort_by_key(|(at, _)| *at);
            Value::Array(entries.into_iter().map(|(_, value)| value).collect())
        }
        Value::String(text) if text.is_empty() => Value::Array(Vec::new()),
        value => Value::Array(vec![value]),
    }
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde_json::json;

    use super::*;

    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Member {
        name: String,
        age: Option<u8>,
    }

    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Form {
        title: String,
        note: Option<String>,
        number: i64,
        agree: bool,
        tags: Vec<String>,
        members: Vec<Member>,
        lead: Option<Member>,
        #[serde(default)]
        page: u32,
    }

    fn turned(value: Value) -> Value {
        let mut value = value;
        Shape::of(|generator| generator.subschema_for::<Form>()).coerce(&mut value);
        value
    }

    #[test]
    fn texts_become_what_the_schema_asks() {
        let got = turned(
            json!({"title": "", "note": "", "number": "1,234", "agree": "on", "tags": "a", "members": {"1": {"name": "b", "age": "7"}, "0": {"name": "a", "age": ""}}, "lead": {"name": "c"}, "page": "", "spam": "x"}),
        );
        let want = json!({"title": "", "note": null, "number": 1234, "agree": true, "tags": ["a"], "members": [{"name": "a", "age": null}, {"name": "b", "age": 7}], "lead": {"name": "c"}});
        assert_eq!(got, want);
    }

    #[test]
    fn what_a_browser_leaves_out_is_filled_in() {
        assert_eq!(turned(json!({"number": "007"})), json!({"number": 7, "agree": false, "tags": [], "members": []}));
    }

    #[test]
    fn what_cannot_be_turned_stays_text() {
        for text in ["x", "1e5", "1.2.3", "--1", "0x10"] {
            assert_eq!(turned(json!({"number": text}))["number"], json!(text));
        }
        assert_eq!(turned(json!({"agree": ["false", "on"]}))["agree"], json!(true));
    }
}
