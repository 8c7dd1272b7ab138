//! Parameters are text: what they may mean.

use serde_json::{Number, Value};

use super::compile::{ARRAY, BOOLEAN, INTEGER, NUMBER, OBJECT};

/// A segment of a path, decoded.
pub(super) fn segment(rest: &str, at: usize) -> Option<String> {
    rest.strip_prefix('/').unwrap_or(rest).split('/').nth(at).map(|part| decoded(part, false))
}

/// All values of a name in a query, decoded as forms are.
pub(crate) fn query(query: &str, name: &str) -> Vec<String> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.filter(|(other, _)| decoded(other, true) == name).map(|(_, value)| decoded(value, true)).collect()
}

fn decoded(text: &str, form: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let pair = bytes.get(at + 1..at + 3).filter(|_| byte == b'%').and_then(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        match pair {
            Some(meant) => {
                out.push(meant);
                at += 2;
            }
            None => out.push(if form && byte == b'+' { b' ' } else { byte }),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What the texts of a parameter may mean under a schema of these kinds (0: any), the likeliest first.
pub(super) fn readings(said: &[String], kinds: u8, explode: bool) -> Vec<Value> {
    if kinds & ARRAY != 0 {
        let entries: Vec<&str> = if explode { said.iter().map(String::as_str).collect() } else { said.iter().flat_map(|text| text.split(',')).collect() };
        let texts = entries.iter().map(|text| Value::String((*text).to_owned()));
        return vec![Value::Array(entries.iter().map(|text| scalar(text)).collect()), Value::Array(texts.collect())];
    }
    // Of several where one is meant, which one is read depends on the reader: together they fit nothing but text.
    let text = said.join(",");
    let text = if said.len() == 1 { said[0].as_str() } else { text.as_str() };
    let other = scalar(text);
    let as_text = Value::String(text.to_owned());
    let scalars = INTEGER | NUMBER | BOOLEAN;
    match (kinds & scalars != 0, other.is_string()) {
        (_, true) => vec![as_text],
        (true, false) => vec![other, as_text],
        (false, false) if kinds == 0 || kinds & OBJECT != 0 => vec![as_text, other],
        (false, false) => vec![as_text],
    }
}

/// A number, yes or no, or text.
fn scalar(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    }
}

/// As JSON writes numbers: no sign before a positive one, no leading noughts, no names.
fn number(text: &str) -> Option<Number> {
    (text.len() <= 40).then(|| serde_json::from_str(text).ok())?
}
