//! What an owner says of the way of the calls of a version, in its document: which group of addresses some of them go to (`x-hechuang-route`), and what is
//! changed of them before they go there (`x-hechuang-rewrite`). Pure.
//!
//! Invariant: nothing that frames a call, tells who calls, or belongs to a connection can be changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::document::{DocumentMistake, shape};
use crate::upstream::is_group;

const ROUTE: &str = "x-hechuang-route";
const REWRITE: &str = "x-hechuang-rewrite";
/// Most rules, and most headers of each kind.
const MOST: usize = 20;
/// Longest value of a header or a query.
const LONGEST: usize = 500;

/// Calls with this header or query value go to a group of addresses: `{"header": "x-beta", "value": "yes", "to": "beta"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteRule {
    /// Name of a header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// Name in the query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// What it has to be.
    pub value: String,
    /// The group: addresses of the upstream with this word behind their weight.
    pub to: String,
}

/// What is changed of a call before it goes to its upstream.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rewrite {
    /// The beginning of its path, below the version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<PathRewrite>,
    /// Headers that it gets, in the place of what it had of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, String>,
    /// Headers that it loses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
}

/// `{"from": "/orders", "to": "/v3/orders"}`: whole segments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathRewrite {
    /// What the path begins with; `/` is the beginning of each.
    pub from: String,
    /// What it begins with then; may be empty.
    pub to: String,
}

/// The rules of a document, in their order: the first that fits counts.
pub(crate) fn routes(root: &Map<String, Value>) -> Result<Vec<RouteRule>, DocumentMistake> {
    let Some(value) = root.get(ROUTE) else { return Ok(Vec::new()) };
    let rules: Option<Vec<RouteRule>> = serde_json::from_value(value.clone()).ok();
    rules.filter(|rules| rules.len() <= MOST && rules.iter().all(RouteRule::is_fine)).ok_or(DocumentMistake::Word(ROUTE))
}

impl RouteRule {
    fn is_fine(&self) -> bool {
        let name = match (&self.header, &self.query) {
            (Some(header), None) => is_name(header),
            (None, Some(query)) => !query.is_empty() && is_value(query),
            _ => false,
        };
        name && is_value(&self.value) && is_group(&self.to)
    }
}

/// What an operation says of its calls, or else the root; `false` at an operation says that nothing is changed.
pub(crate) fn rewrite(root: &Map<String, Value>, operation: &Value) -> Result<Option<Rewrite>, DocumentMistake> {
    let Some(value) = operation.get(REWRITE).or_else(|| root.get(REWRITE)) else { return Ok(None) };
    if *value == Value::Bool(false) {
        return Ok(None);
    }
    let said: Option<Rewrite> = serde_json::from_value(value.clone()).ok();
    said.filter(Rewrite::is_fine).map(Some).ok_or(DocumentMistake::Word(REWRITE))
}

impl Rewrite {
    fn is_fine(&self) -> bool {
        let plain = |path: &str| shape(path).is_some() && path.len() <= LONGEST && path.bytes().all(|b| b.is_ascii_graphic() && !b"{}\\%\"<>".contains(&b));
        let path = self.path.as_ref().is_none_or(|path| plain(&path.from) && (path.to.is_empty() || plain(&path.to)));
        let set = self.set.iter().all(|(name, value)| is_ours_to_change(name) && is_value(value));
        path && set && self.remove.iter().all(|name| is_ours_to_change(name)) && self.set.len() <= MOST && self.remove.len() <= MOST
    }
}

fn is_value(text: &str) -> bool {
    text.len() <= LONGEST && text.bytes().all(|b| (0x20..=0x7e).contains(&b)) && text.trim() == text
}

/// A header, in lower case.
fn is_name(text: &str) -> bool {
    (1..=100).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b))
}

/// Not what frames a call, belongs to a connection, is a secret (the document is public), or only gateways say.
fn is_ours_to_change(name: &str) -> bool {
    const KEPT: [&str; 18] = [
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "upgrade",
        "expect",
        "authorization",
        "proxy-authorization",
        "cookie",
        "content-digest",
        "forwarded",
        "x-real-ip",
        "x-request-id",
        "traceparent",
    ];
    is_name(name) && !KEPT.contains(&name) && !["x-hechuang-", "x-forwarded-", "sec-websocket-"].iter().any(|start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn root(word: &str, value: Value) -> Map<String, Value> {
        Map::from_iter([(word.to_owned(), value)])
    }

    #[test]
    fn a_rule_names_one_place_one_value_and_a_group() {
        let rule = |value: Value| routes(&root(ROUTE, json!([value]))).map(|rules| rules.len());
        assert_eq!(rule(json!({ "header": "x-beta", "value": "yes", "to": "beta" })), Ok(1));
        assert_eq!(rule(json!({ "query": "region", "value": "", "to": "north-1" })), Ok(1));
        assert_eq!(routes(&Map::new()), Ok(Vec::new()));
        for wrong in [
            json!({ "value": "yes", "to": "beta" }),
            json!({ "header": "x-beta", "query": "beta", "value": "yes", "to": "beta" }),
            json!({ "header": "X-Beta", "value": "yes", "to": "beta" }),
            json!({ "header": "x-beta", "value": "是", "to": "beta" }),
            json!({ "header": "x-beta", "value": "yes", "to": "Beta" }),
            json!({ "header": "x-beta", "value": "yes", "to": "" }),
            json!({ "header": "x-beta", "value": "yes", "to": "beta", "else": "live" }),
            json!("beta"),
        ] {
            assert_eq!(rule(wrong.clone()), Err(DocumentMistake::Word(ROUTE)), "{wrong}");
        }
        let many = vec![json!({ "header": "x-beta", "value": "yes", "to": "beta" }); 21];
        assert_eq!(routes(&root(ROUTE, json!(many))), Err(DocumentMistake::Word(ROUTE)));
    }

    #[test]
    fn what_is_changed_leaves_framing_identity_and_secrets_alone() {
        let said = |value: Value| rewrite(&root(REWRITE, value), &json!({}));
        let fine = json!({ "path": { "from": "/orders", "to": "/v3/orders" }, "set": { "x-plan": "gold" }, "remove": ["x-debug"] });
        assert_eq!(said(fine.clone()).map(|found| found.is_some()), Ok(true));
        assert_eq!(rewrite(&root(REWRITE, fine.clone()), &json!({ REWRITE: false })), Ok(None));
        let own = rewrite(&root(REWRITE, fine), &json!({ REWRITE: { "remove": ["accept"] } })).unwrap().unwrap();
        assert_eq!((own.path, own.remove), (None, vec!["accept".to_owned()]));
        for wrong in [
            json!({ "path": { "from": "orders", "to": "/a" } }),
            json!({ "path": { "from": "/a", "to": "/../b" } }),
            json!({ "path": { "from": "/a", "to": "/b?c" } }),
            json!({ "path": { "from": "/{id}", "to": "/b" } }),
            json!({ "set": { "host": "evil" } }),
            json!({ "set": { "content-length": "0" } }),
            json!({ "set": { "authorization": "Bearer a" } }),
            json!({ "set": { "x-hechuang-app": "app_1" } }),
            json!({ "set": { "x-a": "1\r\nx-b: 2" } }),
            json!({ "set": { "X-A": "1" } }),
            json!({ "remove": ["x-forwarded-for"] }),
            json!({ "remove": ["transfer-encoding"] }),
            json!({ "add": {} }),
            json!(true),
        ] {
            assert_eq!(said(wrong.clone()), Err(DocumentMistake::Word(REWRITE)), "{wrong}");
        }
    }
}
