//! A request put together from what somebody filled in, as the document describes it. Pure.
//!
//! Invariant: nothing that was filled in changes which operation is called, and no header of ours is set by a caller.

use std::collections::BTreeMap;

use webkit::encoded;

use super::{Op, Place};

/// Headers that are ours, the connection's, or the key's.
const OURS: [&str; 10] = ["authorization", "x-api-key", "host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade", "expect"];

/// A request that can be sent, or written down in some language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prepared {
    /// `POST`.
    pub method: String,
    /// Below the version, with its query: `/orders/7?lang=zh`.
    pub path: String,
    /// Headers of the document, in its order.
    pub headers: Vec<(String, String)>,
    /// Media type and text of the body.
    pub body: Option<(String, String)>,
}

/// Puts it together; or says which parameters (by their place in the list) are missing or cannot be sent.
pub(crate) fn prepare(op: &Op<'_>, values: &BTreeMap<usize, String>, body: Option<(&str, &str)>) -> Result<Prepared, Vec<(usize, &'static str)>> {
    let (mut path, mut query, mut headers, mut mistakes) = (op.path.to_owned(), Vec::new(), Vec::new(), Vec::new());
    for (at, one) in op.parameters().into_iter().enumerate() {
        let Some(value) = values.get(&at).map(String::as_str).filter(|value| !value.is_empty()) else {
            if one.required {
                mistakes.push((at, "field-missing"));
            }
            continue;
        };
        match one.place {
            Place::Path if matches!(value, "." | "..") => mistakes.push((at, "field-bad-characters")),
            Place::Path => path = path.replace(&format!("{{{}}}", one.name), &encoded(value)),
            Place::Query => query.push(format!("{}={}", encoded(one.name), encoded(value))),
            Place::Header if is_sendable(one.name, value) => headers.push((one.name.to_owned(), value.to_owned())),
            Place::Header | Place::Cookie => mistakes.push((at, "field-bad-characters")),
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    if !query.is_empty() {
        path = format!("{path}?{}", query.join("&"));
    }
    let body = body.filter(|(_, text)| !text.is_empty()).map(|(media_type, text)| (media_type.to_owned(), text.to_owned()));
    Ok(Prepared { method: op.method.to_uppercase(), path, headers, body })
}

fn is_sendable(name: &str, value: &str) -> bool {
    let token = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b));
    let ours = OURS.iter().any(|other| name.eq_ignore_ascii_case(other)) || name.to_ascii_lowercase().starts_with("x-hechuang-");
    token && !ours && !value.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::tests::SHOP;
    use super::*;

    fn values(pairs: &[(usize, &str)]) -> BTreeMap<usize, String> {
        pairs.iter().map(|(at, value)| (*at, (*value).to_owned())).collect()
    }

    #[test]
    fn what_was_filled_in_stays_in_its_place() {
        let spec = Spec::parse(SHOP).unwrap();
        let get = spec.operation("getOrder").unwrap();
        let path = |pairs: &[(usize, &str)]| prepare(&get, &values(pairs), None).map(|made| made.path);
        assert_eq!(path(&[(0, "7"), (1, "zh")]), Ok("/orders/7?lang=zh".into()));
        assert_eq!(path(&[(0, "7/../x?a&b"), (1, "中 &")]), Ok("/orders/7%2F..%2Fx%3Fa%26b?lang=%E4%B8%AD%20%26".into()));
        assert_eq!(path(&[(0, ".."), (1, "zh")]), Err(vec![(0, "field-bad-characters")]));
        assert_eq!(path(&[(1, "zh")]), Err(vec![(0, "field-missing")]));
        let post = spec.operation("POST /orders").unwrap();
        let at = post.parameters().iter().position(|one| one.name == "x-shop").unwrap();
        let made = prepare(&post, &values(&[(at, "a b")]), Some(("application/json", "{}"))).unwrap();
        assert_eq!((made.headers, made.body), (vec![("x-shop".into(), "a b".into())], Some(("application/json".into(), "{}".into()))));
        assert_eq!(prepare(&post, &values(&[(at, "a\r\nhost: b")]), None), Err(vec![(at, "field-bad-characters")]));
        for name in ["Authorization", "host", "X-Hechuang-App", "a b", ""] {
            assert!(!is_sendable(name, "x"), "{name}");
        }
    }
}
