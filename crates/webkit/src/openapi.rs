//! The OpenAPI 3.1 document, from the route table and the types' own schemas.
//!
//! Pure. Invariant: what is in the table is in the document; input and view types of one name and another shape get two components.

use std::collections::BTreeSet;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::input::Takes;
use crate::{Access, Method, RouteInfo};

/// The document. `extra`: further component schemas (pack forms) by name.
pub fn openapi(table: &[RouteInfo], version: &str, extra: Map<String, Value>) -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    let mut inputs = settings.clone().for_deserialize().into_generator();
    let mut views = settings.for_serialize().into_generator();
    let shapes: Vec<(Value, Value)> =
        table.iter().map(|route| ((route.in_schema)(&mut inputs).to_value(), (route.out_schema)(&mut views).to_value())).collect();
    let (renamed, schemas) = joined(&mut inputs, &mut views, extra);
    let mut paths: Map<String, Value> = Map::new();
    for (route, (mut input, view)) in table.iter().zip(shapes) {
        rename(&mut input, &renamed);
        let input = resolved(input, &schemas);
        let path = paths.entry(route.path.replace("{*", "{")).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(route.method.as_str().to_ascii_lowercase(), operation(route, &input, view));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Hechuang", "version": version, "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" } },
        "servers": [{ "url": "/api/v1" }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer" },
                "session": { "type": "apiKey", "in": "cookie", "name": crate::SESSION_COOKIE },
            },
            "responses": { "Problem": { "description": "A coded problem (RFC 9457)", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } } },
        },
    })
}

/// The components of both generators and the extra ones; names of inputs that had to give way.
fn joined(inputs: &mut SchemaGenerator, views: &mut SchemaGenerator, extra: Map<String, Value>) -> (BTreeSet<String>, Map<String, Value>) {
    let taken = inputs.take_definitions(true);
    let mut all = views.take_definitions(true);
    let mut renamed: BTreeSet<String> =
        taken.iter().filter(|(name, schema)| all.get(*name).is_some_and(|other| other != *schema)).map(|(name, _)| name.clone()).collect();
    // Who speaks of a renamed type is another type too.
    loop {
        let more: Vec<String> = taken
            .iter()
            .filter(|(name, schema)| !renamed.contains(*name) && all.contains_key(*name) && mentions(schema, &renamed))
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            break;
        }
        renamed.extend(more);
    }
    for (name, mut schema) in taken {
        rename(&mut schema, &renamed);
        all.insert(if renamed.contains(&name) { format!("{name}Input") } else { name }, schema);
    }
    all.extend(extra);
    all.insert("Problem".to_owned(), problem_schema());
    (renamed, all)
}

fn mentions(schema: &Value, names: &BTreeSet<String>) -> bool {
    match schema {
        Value::Object(fields) => {
            fields.iter().any(|(key, value)| (key == "$ref" && named(value).is_some_and(|name| names.contains(name))) || mentions(value, names))
        }
        Value::Array(items) => items.iter().any(|item| mentions(item, names)),
        _ => false,
    }
}

fn rename(schema: &mut Value, names: &BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            for (key, value) in fields {
                match named(value).filter(|name| key == "$ref" && names.contains(*name)) {
                    Some(name) => *value = json!(format!("#/components/schemas/{name}Input")),
                    None => rename(value, names),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
        _ => {}
    }
}

fn named(value: &Value) -> Option<&str> {
    value.as_str().and_then(|path| path.strip_prefix("#/components/schemas/"))
}

/// Name and content of an input schema.
fn resolved(schema: Value, all: &Map<String, Value>) -> (Value, Value) {
    let target = schema.get("$ref").and_then(named).and_then(|name| all.get(name)).cloned();
    let content = target.unwrap_or_else(|| schema.clone());
    (schema, content)
}

fn operation(route: &RouteInfo, (input, content): &(Value, Value), view: Value) -> Value {
    let mut parameters: Vec<Value> =
        path_names(route.path).map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })).collect();
    let mut operation = json!({ "operationId": route.id, "tags": [route.part], "responses": responses(route, &view) });
    let properties = content.get("properties").and_then(Value::as_object);
    if route.method == Method::Get {
        let required: Vec<&str> = crate::check::required(content).collect();
        for (name, schema) in properties.into_iter().flatten() {
            parameters.push(json!({ "name": name, "in": "query", "required": required.contains(&name.as_str()), "schema": schema }));
        }
    } else {
        parameters.push(json!({ "name": "Idempotency-Key", "in": "header", "required": false, "schema": { "type": "string", "minLength": 1, "maxLength": 200 }, "description": "The same key with the same request repeats the reply and not the deed." }));
        parameters.push(json!({ "name": "If-Match", "in": "header", "required": false, "schema": { "type": "string" }, "description": "The ETag that was seen; 412 if the thing has changed since." }));
        let takes_fields =
            properties.is_some() || content.get("type").is_none() || content.get("additionalProperties").is_some() || content.get("oneOf").is_some();
        if takes_fields || route.takes == Takes::Upload {
            operation["requestBody"] = json!({ "required": true, "content": bodies(route, input) });
        }
    }
    operation["parameters"] = Value::Array(parameters);
    operation["security"] = match route.access {
        Access::Public => json!([{}, { "bearer": [] }, { "session": [] }]),
        Access::Person | Access::Right(_) => json!([{ "bearer": [] }, { "session": [] }]),
    };
    if let Access::Right(right) = route.access {
        operation["x-right"] = json!(right);
    }
    if !route.refusals.is_empty() {
        operation["x-problems"] = json!(route.refusals);
    }
    operation
}

fn bodies(route: &RouteInfo, input: &Value) -> Value {
    match route.takes {
        Takes::Fields => json!({ "application/json": { "schema": input }, "application/x-www-form-urlencoded": { "schema": input } }),
        Takes::Upload => {
            json!({ "multipart/form-data": { "schema": { "allOf": [input, { "type": "object", "additionalProperties": { "type": "string", "contentMediaType": "application/octet-stream" } }] } } })
        }
    }
}

fn responses(route: &RouteInfo, view: &Value) -> Value {
    let shown = json!({ "description": "The view", "content": { "application/json": { "schema": view } } });
    let mut all = json!({ "200": shown, "default": { "$ref": "#/components/responses/Problem" } });
    if route.method == Method::Post {
        let mut made = shown;
        made["description"] = json!("Made");
        made["headers"] = json!({ "Location": { "schema": { "type": "string" } } });
        all["201"] = made;
    }
    all
}

fn path_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')).map(|name| name.trim_start_matches('*').trim_end_matches('}'))
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail", "instance", "request_id", "code", "errors"],
        "properties": {
            "type": { "type": "string", "format": "uri-reference" },
            "title": { "type": "string" },
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "detail": { "type": "string" },
            "instance": { "type": "string" },
            "request_id": { "type": "string" },
            "code": { "type": "string" },
            "errors": { "type": "array", "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": { "pointer": { "type": "string" }, "code": { "type": "string" }, "detail": { "type": "string" } },
            } },
        },
    })
}
