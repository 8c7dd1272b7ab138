//! The OpenAPI 3.1 document of a version: what of it the gateway and the pages need, checked. Pure.
//!
//! Invariant: a document that was read has operations, each with a path that can be matched, no two of the same shape.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::meter::{self, Meter};
use crate::way::{self, Rewrite, RouteRule};

/// Largest document, bytes.
pub const LARGEST: usize = 512 * 1024;
/// Methods that an operation may have.
pub(crate) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentMistake {
    /// Longer than [`LARGEST`].
    Large,
    /// No JSON object.
    Json,
    /// Not `openapi: 3.1.x` with a title.
    Version,
    /// It has no operation.
    Empty,
    /// This path cannot be matched, or another has the same shape.
    Path(String),
    /// This word of ours (`x-hechuang-…`) has a value that it cannot have.
    Word(&'static str),
}

/// An operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// `GET`.
    pub method: String,
    /// `/messages/{id}`.
    pub path: String,
    /// `sendMessage`; empty if the document has none.
    pub id: String,
    /// One line.
    pub summary: String,
    /// The operation as it stands in the document.
    pub raw: Value,
}

impl Operation {
    /// `x-hechuang-websocket: true`: a GET whose connection may become a WebSocket.
    pub(crate) fn is_socket(&self) -> bool {
        self.method == "GET" && self.raw.get("x-hechuang-websocket") == Some(&Value::Bool(true))
    }
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// `x-hechuang-durable: true`: what was used must be on the disk before its answer goes out.
    pub durable: bool,
    /// `x-hechuang-health: /healthz`: a path below each address of its upstream that answers 2xx while calls may go there.
    pub health: Option<String>,
    /// `x-hechuang-retries: 2`: how often a call that changes nothing may be made again when an upstream fails.
    pub retries: u8,
    /// `x-hechuang-meters`: what it meters itself, besides its calls.
    pub meters: Vec<Meter>,
    /// `x-hechuang-route`: which calls go to a group of addresses.
    pub routes: Vec<RouteRule>,
    /// `x-hechuang-rewrite`: what is changed of the calls of operations, by their places.
    pub rewrites: Vec<(usize, Rewrite)>,
    /// Operations, in the order of the document.
    pub operations: Vec<Operation>,
}

/// Retries of a document that does not speak of them, and the most that it may ask for.
const RETRIES: u8 = 1;
const MOST_RETRIES: u64 = 3;

impl Document {
    /// Reads a document.
    pub fn parse(text: &str) -> Result<Self, DocumentMistake> {
        if text.len() > LARGEST {
            return Err(DocumentMistake::Large);
        }
        let Ok(Value::Object(root)) = serde_json::from_str(text) else { return Err(DocumentMistake::Json) };
        let says = |pointer: &str| root.get("info").and_then(|info| info.get(pointer)).and_then(Value::as_str).unwrap_or_default().to_owned();
        let openapi = root.get("openapi").and_then(Value::as_str).unwrap_or_default();
        if !openapi.starts_with("3.1.") || says("title").is_empty() {
            return Err(DocumentMistake::Version);
        }
        let operations = operations(&root)?;
        if operations.is_empty() {
            return Err(DocumentMistake::Empty);
        }
        let durable = root.get("x-hechuang-durable") == Some(&Value::Bool(true));
        let (health, retries) = (health(&root)?, retries(&root)?);
        let meters = meter::declared(&root).ok_or(DocumentMistake::Word(meter::WORD))?;
        let (routes, rewrites) = (way::routes(&root)?, rewrites(&root, &operations)?);
        Ok(Self { title: says("title"), version: says("version"), durable, health, retries, meters, routes, rewrites, operations })
    }
}

fn health(root: &Map<String, Value>) -> Result<Option<String>, DocumentMistake> {
    let word = "x-hechuang-health";
    let Some(value) = root.get(word) else { return Ok(None) };
    let fine = |path: &&str| shape(path).is_some() && path.len() <= 200 && path.bytes().all(|b| b.is_ascii_graphic() && b != b'{');
    value.as_str().filter(fine).map(|path| Some(path.to_owned())).ok_or(DocumentMistake::Word(word))
}

fn retries(root: &Map<String, Value>) -> Result<u8, DocumentMistake> {
    let word = "x-hechuang-retries";
    let Some(value) = root.get(word) else { return Ok(RETRIES) };
    let fine = value.as_u64().filter(|count| *count <= MOST_RETRIES).and_then(|count| u8::try_from(count).ok());
    fine.ok_or(DocumentMistake::Word(word))
}

fn rewrites(root: &Map<String, Value>, operations: &[Operation]) -> Result<Vec<(usize, Rewrite)>, DocumentMistake> {
    let each = operations.iter().enumerate().map(|(at, operation)| Ok(way::rewrite(root, &operation.raw)?.map(|said| (at, said))));
    each.filter_map(Result::transpose).collect()
}

/// SHA-256 of a document, hex.
pub(crate) fn fingerprint(text: &str) -> String {
    hex::encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()))
}

fn operations(root: &Map<String, Value>) -> Result<Vec<Operation>, DocumentMistake> {
    let Some(Value::Object(paths)) = root.get("paths") else { return Ok(Vec::new()) };
    let (mut found, mut shapes) = (Vec::new(), BTreeSet::new());
    for (path, item) in paths {
        let fits = shape(path).is_some_and(|shape| shapes.insert(shape));
        let (true, Value::Object(item)) = (fits, item) else { return Err(DocumentMistake::Path(path.clone())) };
        for (method, raw) in item.iter().filter(|(method, raw)| METHODS.contains(&method.as_str()) && raw.is_object()) {
            let text = |name: &str| raw.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            found.push(Operation { method: method.to_uppercase(), path: path.clone(), id: text("operationId"), summary: text("summary"), raw: raw.clone() });
        }
    }
    Ok(found)
}

/// `/messages/{}`: what two paths must not share. Nothing if it cannot be matched.
pub(crate) fn shape(path: &str) -> Option<String> {
    let rest = path.strip_prefix('/')?;
    let mut shape = String::new();
    for segment in rest.split('/') {
        shape.push('/');
        match segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}')) {
            Some(name) if !name.is_empty() && !name.contains(['{', '}']) => shape.push_str("{}"),
            None if !segment.contains(['{', '}', '?', '#', ' ']) && !matches!(segment, "." | "..") => shape.push_str(segment),
            _ => return None,
        }
    }
    Some(shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_paths(paths: &str) -> String {
        format!(r#"{{"openapi":"3.1.0","info":{{"title":"T","version":"1"}},"paths":{paths}}}"#)
    }

    #[test]
    fn operations_are_read_in_order() {
        let text = with_paths(r#"{"/m":{"post":{"operationId":"send","summary":"Send"},"parameters":[]},"/m/{id}":{"get":{}}}"#);
        let document = Document::parse(&text).unwrap();
        let lines: Vec<String> = document.operations.iter().map(|one| format!("{} {} {}", one.method, one.path, one.id)).collect();
        assert_eq!(lines, ["POST /m send", "GET /m/{id} "]);
        let text = with_paths(r#"{"/s":{"get":{"x-hechuang-websocket":true},"post":{"x-hechuang-websocket":true}},"/t":{"get":{}}}"#);
        let sockets: Vec<bool> = Document::parse(&text).unwrap().operations.iter().map(Operation::is_socket).collect();
        assert_eq!(sockets, [true, false, false], "only a GET may become one");
    }

    #[test]
    fn what_cannot_be_matched_is_named() {
        for (paths, mistake) in [
            ("{}", DocumentMistake::Empty),
            (r#"{"m":{"get":{}}}"#, DocumentMistake::Path("m".into())),
            (r#"{"/m/{a}":{"get":{}},"/m/{b}":{"get":{}}}"#, DocumentMistake::Path("/m/{b}".into())),
            (r#"{"/m/x{a}":{"get":{}}}"#, DocumentMistake::Path("/m/x{a}".into())),
            (r#"{"/m/../n":{"get":{}}}"#, DocumentMistake::Path("/m/../n".into())),
        ] {
            assert_eq!(Document::parse(&with_paths(paths)), Err(mistake), "{paths}");
        }
        for (word, mistake) in [
            (r#""x-hechuang-health":"healthz""#, DocumentMistake::Word("x-hechuang-health")),
            (r#""x-hechuang-health":"/a b""#, DocumentMistake::Word("x-hechuang-health")),
            (r#""x-hechuang-health":1"#, DocumentMistake::Word("x-hechuang-health")),
            (r#""x-hechuang-retries":4"#, DocumentMistake::Word("x-hechuang-retries")),
            (r#""x-hechuang-retries":"1""#, DocumentMistake::Word("x-hechuang-retries")),
            (r#""x-hechuang-meters":["parts"]"#, DocumentMistake::Word("x-hechuang-meters")),
        ] {
            let text = with_paths(r#"{"/m":{"get":{}}}"#).replacen('{', &format!("{{{word},"), 1);
            assert_eq!(Document::parse(&text), Err(mistake), "{word}");
        }
        assert_eq!(Document::parse("[]"), Err(DocumentMistake::Json));
        assert_eq!(Document::parse(r#"{"openapi":"3.0.3","info":{"title":"T"}}"#), Err(DocumentMistake::Version));
        assert_eq!(Document::parse(&" ".repeat(LARGEST + 1)), Err(DocumentMistake::Large));
    }
}
