//! An OpenAPI 3.1 document as a tree that can be walked: operations, parameters, bodies, answers. Pure.
//!
//! Asks nothing. Invariant: references are followed inside the document only, and not for ever.

pub(crate) mod compare;
pub(crate) mod reference;
pub(crate) mod request;
pub(crate) mod rules;
pub(crate) mod sample;
pub(crate) mod snippets;

use std::cell::Cell;

use serde_json::{Map, Value};

use crate::document::METHODS;

/// How many references in a row are followed.
const FOLLOWED: usize = 16;
/// So many parts of schemas are looked at for one table or one example.
const STEPS: usize = 4_000;

/// A document.
#[derive(Debug, Clone)]
pub(crate) struct Spec {
    root: Value,
}

/// An operation of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Op<'a> {
    pub spec: &'a Spec,
    /// `get`.
    pub method: &'a str,
    pub path: &'a str,
    pub raw: &'a Map<String, Value>,
    item: &'a Map<String, Value>,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
    Cookie,
}

impl Place {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Path, Self::Query, Self::Header, Self::Cookie].into_iter().find(|place| place.as_str() == text)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// A parameter of an operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter<'a> {
    pub name: &'a str,
    pub place: Place,
    pub required: bool,
    pub schema: &'a Value,
    raw: &'a Map<String, Value>,
}

static ANY: Value = Value::Bool(true);

impl Spec {
    /// Reads a document that [`crate::Document::parse`] took.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(Value::is_object).map(|root| Self { root })
    }

    /// A text of the document: `/info/description`.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.root.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// Follows `$ref: "#/…"`.
    pub(crate) fn follow<'a>(&'a self, mut value: &'a Value) -> &'a Value {
        for _ in 0..FOLLOWED {
            let Some(pointer) = value.get("$ref").and_then(Value::as_str).and_then(|pointer| pointer.strip_prefix('#')) else { break };
            let Some(target) = self.root.pointer(pointer) else { break };
            value = target;
        }
        value
    }

    /// All operations, in the order of the document.
    pub(crate) fn operations(&self) -> Vec<Op<'_>> {
        let paths = self.root.get("paths").and_then(Value::as_object).into_iter().flatten();
        let mut all = Vec::new();
        for (path, item) in paths {
            let Some(item) = self.follow(item).as_object() else { continue };
            for (method, raw) in item.iter().filter(|(method, _)| METHODS.contains(&method.as_str())) {
                if let Some(raw) = raw.as_object() {
                    all.push(Op { spec: self, method, path, raw, item });
                }
            }
        }
        all
    }

    /// The operation of this key ([`Op::key`]).
    pub(crate) fn operation(&self, key: &str) -> Option<Op<'_>> {
        self.operations().into_iter().find(|op| op.key() == key)
    }
}

impl<'a> Op<'a> {
    /// Its name in addresses and anchors: `sendMessage`, or `POST /messages`.
    pub(crate) fn key(&self) -> String {
        let id = self.text("operationId");
        if id.is_empty() { format!("{} {}", self.method.to_uppercase(), self.path) } else { id.to_owned() }
    }

    pub(crate) fn text(&self, name: &str) -> &'a str {
        self.raw.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Those of the path and those of the operation, which win; path first, then query and header.
    pub(crate) fn parameters(&self) -> Vec<Parameter<'a>> {
        let mut all: Vec<Parameter<'a>> = Vec::new();
        for list in [self.raw, self.item].map(|from| from.get("parameters").and_then(Value::as_array)) {
            for one in list.into_iter().flatten().filter_map(|one| self.parameter(one)) {
                if !all.iter().any(|other| other.name.eq_ignore_ascii_case(one.name) && other.place == one.place) {
                    all.push(one);
                }
            }
        }
        all.sort_by_key(|one| one.place);
        all
    }

    fn parameter(&self, value: &'a Value) -> Option<Parameter<'a>> {
        let raw = self.spec.follow(value).as_object()?;
        let name = raw.get("name").and_then(Value::as_str)?;
        let place = Place::parse(raw.get("in").and_then(Value::as_str)?)?;
        // OpenAPI: these headers are described elsewhere and ignored here.
        if place == Place::Header && ["accept", "content-type", "authorization"].iter().any(|other| name.eq_ignore_ascii_case(other)) {
            return None;
        }
        let in_content = || raw.get("content")?.as_object()?.values().next()?.get("schema");
        let schema = raw.get("schema").or_else(in_content).map_or(&ANY, |schema| self.spec.follow(schema));
        let required = place == Place::Path || raw.get("required").and_then(Value::as_bool) == Some(true);
        Some(Parameter { name, place, required, schema, raw })
    }

    /// Media type and description of each body it takes; and whether one is needed.
    pub(crate) fn body(&self) -> Option<(bool, &'a Map<String, Value>)> {
        let body = self.spec.follow(self.raw.get("requestBody")?);
        let needed = body.get("required").and_then(Value::as_bool) == Some(true);
        Some((needed, body.get("content")?.as_object()?))
    }

    /// Status and description of each answer.
    pub(crate) fn responses(&self) -> Vec<(&'a str, &'a Value)> {
        let all = self.raw.get("responses").and_then(Value::as_object).into_iter().flatten();
        all.map(|(status, answer)| (status.as_str(), self.spec.follow(answer))).collect()
    }
}

impl<'a> Parameter<'a> {
    pub(crate) fn text(&self, name: &str) -> &'a str {
        self.raw.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The example of the document, or of its schema.
    pub(crate) fn example(&self) -> Option<&'a Value> {
        let several = || self.raw.get("examples")?.as_object()?.values().next()?.get("value");
        let of_schema = || self.schema.get("example").or_else(|| self.schema.get("examples")?.as_array()?.first());
        self.raw.get("example").or_else(several).or_else(of_schema).or_else(|| self.schema.get("default"))
    }
}

/// Schema and example of a content of a body.
pub(crate) fn content<'a>(spec: &'a Spec, value: &'a Value) -> (&'a Value, Option<&'a Value>) {
    let several = || spec.follow(value.get("examples")?.as_object()?.values().next()?).get("value");
    (value.get("schema").map_or(&ANY, |schema| spec.follow(schema)), value.get("example").or_else(several))
}

/// Bounds the work on schemas: one may hold itself, and branch at every turn.
#[derive(Debug)]
pub(crate) struct Bound(Cell<usize>);

impl Bound {
    pub(crate) fn new() -> Self {
        Self(Cell::new(STEPS))
    }

    /// Takes a step; `false` once there were enough.
    pub(crate) fn step(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }
}

/// A value as it is typed into a field.
pub(crate) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const SHOP: &str = r##"{"openapi":"3.1.0","info":{"title":"Shop","version":"1"},"paths":{
      "/orders/{id}":{"parameters":[{"$ref":"#/components/parameters/Id"}],
        "get":{"operationId":"getOrder","parameters":[{"name":"lang","in":"query","schema":{"type":"string","enum":["zh","en"]}},{"name":"Accept","in":"header","schema":{"type":"string"}}],
          "responses":{"200":{"description":"ok","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Order"}}}},"404":{"description":"none"}}}},
      "/orders":{"post":{"parameters":[{"name":"x-shop","in":"header","required":true,"schema":{"type":"string","minLength":2},"example":"a b"},{"name":"dry","in":"query","schema":{"type":"boolean"}}],
        "requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Order"}}}},"responses":{"201":{"description":"made"}}}}},
      "components":{"parameters":{"Id":{"name":"id","in":"path","required":true,"schema":{"type":"integer","minimum":1},"example":7}},
        "schemas":{"Order":{"type":"object","required":["item","count"],"properties":{"item":{"type":"string","maxLength":10},"count":{"type":"integer","minimum":1,"maximum":99},
          "tags":{"type":"array","items":{"type":"string"}},"next":{"$ref":"#/components/schemas/Order"}}}}}}"##;

    #[test]
    fn a_document_is_walked_with_its_references() {
        let spec = Spec::parse(SHOP).unwrap();
        let keys: Vec<String> = spec.operations().iter().map(Op::key).collect();
        assert_eq!(keys, ["getOrder", "POST /orders"]);
        let get = spec.operation("getOrder").unwrap();
        let parameters: Vec<_> = get.parameters().iter().map(|one| (one.name, one.place.as_str(), one.required)).collect();
        assert_eq!(parameters, [("id", "path", true), ("lang", "query", false)], "Accept is none");
        assert_eq!(get.parameters()[0].example().map(plain).as_deref(), Some("7"));
        let post = spec.operation("POST /orders").unwrap();
        let (needed, contents) = post.body().unwrap();
        assert!(needed && content(&spec, &contents["application/json"]).0["properties"]["item"].is_object());
        assert_eq!(get.responses().iter().map(|(status, _)| *status).collect::<Vec<_>>(), ["200", "404"]);
    }
}
