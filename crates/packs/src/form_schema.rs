//! A form as JSON Schema 2020-12, for OpenAPI and for clients: titles per language in `x-zh` and `x-en`.
//!
//! Invariant: describes complete answers; drafts are the same without `required` and lower limits.

use serde_json::{Map, Value, json};

use crate::form::{Field, FieldType, Form};

impl Form {
    /// JSON Schema 2020-12 of complete answers.
    pub fn schema(&self) -> Value {
        let properties: Map<String, Value> = self.fields.iter().map(|field| (field.key.clone(), field_schema(field))).collect();
        let required: Vec<&str> = self.fields.iter().filter(|field| field.required).map(|field| field.key.as_str()).collect();
        let steps: Vec<Value> = self.steps.iter().map(|step| json!({"key": step.key, "x-zh": step.zh, "x-en": step.en})).collect();
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": format!("form:{}:{}", self.head.key, self.head.version),
            "title": self.head.en, "x-zh": self.head.zh, "x-en": self.head.en, "x-subject": self.head.subject, "x-steps": steps,
            "type": "object", "properties": properties, "required": required, "additionalProperties": false,
        })
    }
}

fn field_schema(field: &Field) -> Value {
    let mut schema = item_schema(field);
    if field.is_list() {
        let (least, most) = field.items();
        schema = json!({"type": "array", "items": schema, "minItems": least, "maxItems": most});
        if field.kind != FieldType::Text {
            schema["uniqueItems"] = json!(true);
        }
    }
    schema["title"] = json!(field.en);
    schema["x-zh"] = json!(field.zh);
    schema["x-en"] = json!(field.en);
    schema["x-step"] = json!(field.step);
    schema["x-type"] = json!(field.kind);
    if let Some(hint) = &field.hint {
        schema["description"] = json!(hint.en);
        schema["x-hint-zh"] = json!(hint.zh);
        schema["x-hint-en"] = json!(hint.en);
    }
    if field.public {
        schema["x-public"] = json!(true);
    }
    schema
}

fn item_schema(field: &Field) -> Value {
    match field.kind {
        FieldType::Text | FieldType::LongText => {
            let (least, most) = field.characters();
            json!({"type": "string", "minLength": least, "maxLength": most})
        }
        FieldType::Choice | FieldType::MultiChoice => {
            let keys: Vec<&str> = field.options.iter().map(|option| option.key.as_str()).collect();
            let shown: Vec<Value> = field.options.iter().map(|option| json!({"const": option.key, "x-zh": option.zh, "x-en": option.en})).collect();
            json!({"type": "string", "enum": keys, "x-options": shown})
        }
        FieldType::Date => json!({"type": "string", "format": "date"}),
        FieldType::Integer => limits(json!({"type": "integer"}), field),
        FieldType::Money => {
            let code = field.asset.as_deref().unwrap_or("CNY");
            let scale = if code == "HEMI" { 0 } else { 2 };
            let asset = json!({"type": "object", "properties": {"code": {"const": code}, "scale": {"const": scale}}, "required": ["code", "scale"]});
            json!({"type": "object", "properties": {"minor": limits(json!({"type": "integer"}), field), "asset": asset}, "required": ["minor", "asset"]})
        }
        FieldType::Bool if field.accept => json!({"type": "boolean", "const": true}),
        FieldType::Bool => json!({"type": "boolean"}),
        FieldType::Person | FieldType::Unit | FieldType::Base | FieldType::File => {
            json!({"type": "string", "minLength": 1, "maxLength": 80, "pattern": "^[A-Za-z0-9_./-]+$"})
        }
    }
}

fn limits(mut schema: Value, field: &Field) -> Value {
    if let Some(min) = field.min {
        schema["minimum"] = json!(min);
    }
    if let Some(max) = field.max {
        schema["maximum"] = json!(max);
    }
    schema
}
