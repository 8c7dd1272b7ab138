//! A small validator of the JSON Schema that the OpenAPI document of this house uses. A keyword that it does not know is a finding, so nothing passes unread.

use serde_json::{Map, Value};

/// Keywords that say nothing about the value.
const SILENT: [&str; 12] =
    ["description", "title", "default", "examples", "format", "$schema", "contentMediaType", "deprecated", "readOnly", "writeOnly", "$comment", "pattern"];

/// What is wrong with a value, each with its place.
pub fn findings(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut visit = Visit { document, found: Vec::new() };
    visit.value(schema, value, "");
    visit.found
}

struct Visit<'a> {
    document: &'a Value,
    found: Vec<String>,
}

impl Visit<'_> {
    fn wrong(&mut self, at: &str, what: impl std::fmt::Display) {
        self.found.push(format!("{}: {what}", if at.is_empty() { "/" } else { at }));
    }

    fn value(&mut self, schema: &Value, value: &Value, at: &str) {
        match schema {
            Value::Bool(true) => {}
            Value::Object(keywords) => keywords.iter().for_each(|(keyword, wanted)| self.keyword(keywords, keyword, wanted, value, at)),
            _ => self.wrong(at, "nothing is allowed here"),
        }
    }

    fn keyword(&mut self, all: &Map<String, Value>, keyword: &str, wanted: &Value, value: &Value, at: &str) {
        match keyword {
            "$ref" => self.reference(wanted, value, at),
            "type" => self.kind(wanted, value, at),
            "enum" if !wanted.as_array().is_some_and(|all| all.contains(value)) => self.wrong(at, format_args!("{value} is none of {wanted}")),
            "const" if wanted != value => self.wrong(at, format_args!("{value} is not {wanted}")),
            "enum" | "const" => {}
            "properties" | "required" | "additionalProperties" | "unevaluatedProperties" => self.object(all, keyword, wanted, value, at),
            "items" | "prefixItems" | "minItems" | "maxItems" | "uniqueItems" => self.array(all, keyword, wanted, value, at),
            "allOf" => wanted.as_array().into_iter().flatten().for_each(|one| self.value(one, value, at)),
            "anyOf" => self.some_of(wanted, value, at, false),
            "oneOf" => self.some_of(wanted, value, at, true),
            "minimum" | "maximum" => {
                let (Some(number), Some(bound)) = (value.as_f64(), wanted.as_f64()) else { return };
                if (keyword == "minimum" && number < bound) || (keyword == "maximum" && number > bound) {
                    self.wrong(at, format_args!("{number} is beyond {keyword} {bound}"));
                }
            }
            "minLength" | "maxLength" => {
                let (Some(text), Some(bound)) = (value.as_str(), wanted.as_u64()) else { return };
                let length = text.chars().count() as u64;
                if (keyword == "minLength" && length < bound) || (keyword == "maxLength" && length > bound) {
                    self.wrong(at, format_args!("{length} characters are beyond {keyword} {bound}"));
                }
            }
            _ if SILENT.contains(&keyword) || keyword.starts_with("x-") => {}
            _ => self.wrong(at, format_args!("the schema says {keyword}, which is not understood")),
        }
    }

    fn reference(&mut self, wanted: &Value, value: &Value, at: &str) {
        let name = wanted.as_str().and_then(|path| path.strip_prefix('#'));
        match name.and_then(|pointer| self.document.pointer(pointer)) {
            Some(schema) => self.value(schema, value, at),
            None => self.wrong(at, format_args!("{wanted} leads nowhere")),
        }
    }

    fn kind(&mut self, wanted: &Value, value: &Value, at: &str) {
        let is = |name: &str| match name {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            _ => false,
        };
        let fits = match wanted {
            Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
            _ => wanted.as_str().is_some_and(is),
        };
        if !fits {
            self.wrong(at, format_args!("{} is no {wanted}", value.to_string().chars().take(80).collect::<String>()));
        }
    }

    fn object(&mut self, all: &Map<String, Value>, keyword: &str, wanted: &Value, value: &Value, at: &str) {
        let Some(fields) = value.as_object() else { return };
        let named = all.get("properties").and_then(Value::as_object);
        match keyword {
            "required" => {
                let missing: Vec<&str> = wanted.as_array().into_iter().flatten().filter_map(Value::as_str).filter(|name| !fields.contains_key(*name)).collect();
                missing.iter().for_each(|name| self.wrong(at, format_args!("{name} is missing")));
            }
            "properties" => {
                for (name, schema) in named.into_iter().flatten() {
                    if let Some(field) = fields.get(name) {
                        self.value(schema, field, &format!("{at}/{name}"));
                    }
                }
            }
            _ => {
                let others = fields.iter().filter(|(name, _)| !named.is_some_and(|named| named.contains_key(*name)));
                others.for_each(|(name, field)| self.value(wanted, field, &format!("{at}/{name}")));
            }
        }
        // Strictness of ours: what the document does not name is not in a reply.
        let closed = keyword == "properties"
            && !["additionalProperties", "unevaluatedProperties", "allOf", "anyOf", "oneOf", "$ref"].iter().any(|other| all.contains_key(*other));
        if closed && at.is_empty() {
            let unnamed: Vec<&String> = fields.keys().filter(|name| !named.is_some_and(|named| named.contains_key(*name))).collect();
            unnamed.into_iter().for_each(|name| self.wrong(at, format_args!("{name} is not in the document")));
        }
    }

    fn array(&mut self, all: &Map<String, Value>, keyword: &str, wanted: &Value, value: &Value, at: &str) {
        let Some(items) = value.as_array() else { return };
        let first = all.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
        match keyword {
            "items" => items.iter().enumerate().skip(first).for_each(|(n, item)| self.value(wanted, item, &format!("{at}/{n}"))),
            "prefixItems" => {
                let pairs = wanted.as_array().into_iter().flatten().zip(items).enumerate();
                pairs.for_each(|(n, (schema, item))| self.value(schema, item, &format!("{at}/{n}")));
            }
            "minItems" if (items.len() as u64) < wanted.as_u64().unwrap_or(0) => self.wrong(at, "too few"),
            "maxItems" if (items.len() as u64) > wanted.as_u64().unwrap_or(u64::MAX) => self.wrong(at, "too many"),
            _ => {}
        }
    }

    fn some_of(&mut self, wanted: &Value, value: &Value, at: &str, one: bool) {
        let tried: Vec<Vec<String>> = wanted.as_array().into_iter().flatten().map(|schema| findings_at(self.document, schema, value, at)).collect();
        let fitting = tried.iter().filter(|found| found.is_empty()).count();
        if fitting == 0 {
            let nearest = tried.into_iter().min_by_key(Vec::len).unwrap_or_default();
            self.wrong(at, format_args!("fits none of the alternatives; nearest: {nearest:?}"));
        } else if one && fitting > 1 {
            self.wrong(at, format_args!("fits {fitting} alternatives, not one"));
        }
    }
}

fn findings_at(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut visit = Visit { document, found: Vec::new() };
    visit.value(schema, value, at);
    visit.found
}
