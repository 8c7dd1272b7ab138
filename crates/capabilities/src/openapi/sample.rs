//! An example made from a schema, where the document gives none. Pure.

use serde_json::{Map, Value, json};

use super::{Bound, Spec};

/// How deep an example goes.
const DEEPEST: usize = 6;

/// A value that fits the schema, as far as one can be made without knowing what it is for.
pub(crate) fn sample(spec: &Spec, schema: &Value) -> Value {
    made(spec, schema, 0, &Bound::new())
}

fn made(spec: &Spec, schema: &Value, depth: usize, bound: &Bound) -> Value {
    let schema = spec.follow(schema);
    let first = |name: &str| schema.get(name).and_then(Value::as_array).and_then(|all| all.first()).cloned();
    let given = schema.get("example").or_else(|| schema.get("const")).or_else(|| schema.get("default")).cloned();
    if let Some(given) = given.or_else(|| first("examples")).or_else(|| first("enum")) {
        return given;
    }
    if depth > DEEPEST || !bound.step() {
        return Value::Null;
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        let mut whole = Map::new();
        parts.iter().map(|part| made(spec, part, depth + 1, bound)).filter_map(|part| part.as_object().cloned()).for_each(|part| whole.extend(part));
        return Value::Object(whole);
    }
    if let Some(branch) = ["oneOf", "anyOf"].iter().find_map(|word| schema.get(word)?.as_array()?.first()) {
        return made(spec, branch, depth + 1, bound);
    }
    match kind(schema) {
        "object" => object(spec, schema, depth, bound),
        "array" => schema.get("items").map_or(json!([]), |items| json!([made(spec, items, depth + 1, bound)])),
        "integer" => schema.get("minimum").filter(|number| number.is_i64()).cloned().unwrap_or(json!(1)),
        "number" => schema.get("minimum").cloned().unwrap_or(json!(1.5)),
        "boolean" => json!(true),
        "string" => text(schema),
        _ => Value::Null,
    }
}

/// What is required, and the rest only near the top: examples are to be read.
fn object(spec: &Spec, schema: &Value, depth: usize, bound: &Bound) -> Value {
    let required: Vec<&str> = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let mut whole = Map::new();
    for (name, below) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let needed = required.contains(&name.as_str());
        let useful = depth <= 1 && spec.follow(below).get("properties").is_none();
        if needed || useful {
            whole.insert(name.clone(), made(spec, below, depth + 1, bound));
        }
    }
    Value::Object(whole)
}

fn text(schema: &Value) -> Value {
    let known = match schema.get("format").and_then(Value::as_str).unwrap_or_default() {
        "date" => "2026-11-30",
        "date-time" => "2026-11-30T08:00:00Z",
        "email" => "li.ming@example.cn",
        "uri" | "url" => "https://example.cn/",
        "uuid" => "0190c8a4-7b1e-7c3a-9d2f-5e6a7b8c9d0e",
        _ => "text",
    };
    let shortest = schema.get("minLength").and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok()).unwrap_or(0).min(200);
    let longest = schema.get("maxLength").and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX);
    let whole: String = known.chars().chain(std::iter::repeat_n('x', shortest.saturating_sub(known.len()))).take(longest).collect();
    Value::String(whole)
}

/// The first kind that is not `null`; guessed from what the schema speaks of.
pub(crate) fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("null"),
        _ if schema.get("properties").is_some() => "object",
        _ if schema.get("items").is_some() => "array",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::SHOP;
    use super::*;

    #[test]
    fn an_example_fits_and_ends() {
        let spec = Spec::parse(SHOP).unwrap();
        let order = json!({ "$ref": "#/components/schemas/Order" });
        assert_eq!(sample(&spec, &order), json!({ "item": "text", "count": 1, "tags": ["text"] }));
        for (schema, wanted) in [
            (json!({ "type": ["null", "string"], "format": "date" }), json!("2026-11-30")),
            (json!({ "enum": ["a", "b"] }), json!("a")),
            (json!({ "type": "string", "minLength": 6 }), json!("textxx")),
            (json!({ "oneOf": [{ "type": "boolean" }, { "type": "string" }] }), json!(true)),
            (json!({ "allOf": [{ "properties": { "a": { "const": 1 } } }, { "properties": { "b": { "const": 2 } } }] }), json!({ "a": 1, "b": 2 })),
            (json!({}), Value::Null),
        ] {
            assert_eq!(sample(&spec, &schema), wanted, "{schema}");
        }
    }
}
