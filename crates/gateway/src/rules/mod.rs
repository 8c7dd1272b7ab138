//! Whether a call keeps to the document of its version: parameters, media type, body. Pure.
//!
//! Invariant: nothing is refused that the document allows, as far as it is understood (JSON Schema 2020-12 without formats and dynamic references); the work for one call
//! is bounded, whatever schema and body are.

mod check;
mod compile;
mod text;

use capabilities::{OperationRules, Rules};
use hyper::header::HeaderName;
use serde_json::Value;

use crate::fields::Fields;
use check::Check;
use compile::{Schemas, Spot};
pub(crate) use text::query;

/// Longest body that is looked into, bytes.
pub(crate) const LONGEST: u64 = 1 << 20;
/// Most mistakes that are told of one call.
const MOST: usize = 20;

/// A mistake of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// `path`, `query`, `header` or `body`.
    pub place: &'static str,
    /// JSON pointer: `/name`, `/items/0/count`; empty for all of the body.
    pub pointer: String,
    /// What is wrong: `missing`, `too-large`, …
    pub code: &'static str,
    /// What would be right.
    pub limit: Option<String>,
}

/// Codes of mistakes; each has its text.
pub(crate) const CODES: [&str; 19] = [
    "missing",
    "unknown",
    "kind",
    "not-one-of",
    "too-long",
    "too-short",
    "too-large",
    "too-small",
    "not-a-multiple",
    "pattern",
    "too-many",
    "too-few",
    "not-unique",
    "no-shape",
    "several-shapes",
    "forbidden",
    "too-deep",
    "too-much",
    "not-json",
];

/// What the calls of a version have to keep to.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    operations: Vec<Operation>,
    schemas: Schemas,
}

#[derive(Debug, Default)]
struct Operation {
    parameters: Vec<Parameter>,
    body: Option<Content>,
}

#[derive(Debug)]
struct Parameter {
    place: Place,
    name: String,
    required: bool,
    explode: bool,
    schema: Spot,
}

#[derive(Debug)]
enum Place {
    /// The segment of the path at this place.
    Path(usize),
    Query,
    Header(HeaderName),
}

#[derive(Debug)]
struct Content {
    required: bool,
    kinds: Vec<(String, Spot)>,
}

/// What is to be done with the body of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Nothing: pass it on.
    Nothing,
    /// It must have been there.
    Missing,
    /// The document knows no such media type here.
    Kind,
    /// Look into it.
    Look(Spot),
}

impl Checks {
    /// Compiles the rules of a version; `paths` are those of its operations.
    pub(crate) fn of(rules: &Rules, paths: &[(String, String)]) -> Self {
        let mut schemas = Schemas::new(&rules.schemas);
        let operations = rules.operations.iter().zip(paths).map(|(rules, (_, path))| operation(rules, path, &mut schemas)).collect();
        schemas.join();
        Self { operations, schemas }
    }

    /// Mistakes in path, query and headers. `rest` is the path below the version.
    pub(crate) fn head(&self, operation: usize, rest: &str, query: Option<&str>, fields: &impl Fields) -> Vec<Mistake> {
        let Some(operation) = self.operations.get(operation).filter(|operation| !operation.parameters.is_empty()) else { return Vec::new() };
        let mut check = Check::new(&self.schemas);
        for parameter in &operation.parameters {
            check.parameter(parameter, rest, query, fields);
        }
        check.into_mistakes()
    }

    /// What is to be done with the body.
    pub(crate) fn body(&self, operation: usize, fields: &impl Fields, there: bool) -> Ask {
        let Some(content) = self.operations.get(operation).and_then(|operation| operation.body.as_ref()) else { return Ask::Nothing };
        if !there {
            return if content.required { Ask::Missing } else { Ask::Nothing };
        }
        let said = fields.said("content-type").and_then(|value| std::str::from_utf8(value).ok()).unwrap_or_default();
        let media = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let fits = |known: &str| {
            known == "*/*" || known == media || known.strip_suffix("/*").is_some_and(|start| media.starts_with(start) && media[start.len()..].starts_with('/'))
        };
        match content.kinds.iter().find(|(known, _)| fits(known)) {
            None => Ask::Kind,
            Some((_, schema)) if is_json(&media) && !self.schemas.takes_all(*schema) => Ask::Look(*schema),
            Some(_) => Ask::Nothing,
        }
    }

    /// Mistakes in a body.
    pub(crate) fn look(&self, schema: Spot, body: &[u8]) -> Vec<Mistake> {
        let mut check = Check::new(&self.schemas);
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => check.body(schema, &value),
            Err(_) => check.say("", "not-json", None),
        }
        check.into_mistakes()
    }
}

fn is_json(media: &str) -> bool {
    media == "application/json" || media.ends_with("+json")
}

fn operation(rules: &OperationRules, path: &str, schemas: &mut Schemas) -> Operation {
    let place = |place: &str, name: &str| match place {
        "path" => path.split('/').skip(1).position(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) == Some(name)).map(Place::Path),
        "query" => Some(Place::Query),
        _ => HeaderName::from_bytes(name.as_bytes()).ok().map(Place::Header),
    };
    let parameter = |one: &capabilities::ParameterRule| {
        let place = place(&one.place, &one.name)?;
        Some(Parameter { place, name: one.name.clone(), required: one.required, explode: one.explode, schema: schemas.compile(&one.schema) })
    };
    let parameters = rules.parameters.iter().filter_map(parameter).collect();
    let content = |body: &capabilities::BodyRule| Content {
        required: body.required,
        kinds: body.contents.iter().map(|(media, schema)| (media.clone(), schemas.compile(schema))).collect(),
    };
    Operation { parameters, body: rules.body.as_ref().map(content) }
}

#[cfg(test)]
mod tests;
