//! Names and values of a query or form become one JSON value: `a.b` and `a[b]` nest, `a[]` and repeated names make lists.
//!
//! Pure. Invariant: bounded depth and count; what is no UTF-8 is refused, never replaced.

use percent_encoding::percent_decode;
use serde_json::{Map, Value};

/// Most names a form may have.
const MOST: usize = 2_000;
/// Deepest nesting of a name.
const DEEPEST: usize = 8;

/// Why a form could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormMistake {
    NotUtf8,
    TooMany,
    TooDeep,
}

/// Splits `a=1&b=2`.
pub(crate) fn pairs(text: &[u8]) -> Result<Vec<(String, String)>, FormMistake> {
    let mut pairs = Vec::new();
    for piece in text.split(|b| *b == b'&').filter(|piece| !piece.is_empty()) {
        let at = piece.iter().position(|b| *b == b'=').unwrap_or(piece.len());
        let (name, value) = (piece.get(..at).unwrap_or_default(), piece.get(at + 1..).unwrap_or_default());
        pairs.push((decoded(name)?, decoded(value)?));
        if pairs.len() > MOST {
            return Err(FormMistake::TooMany);
        }
    }
    Ok(pairs)
}

fn decoded(piece: &[u8]) -> Result<String, FormMistake> {
    let spaced: Vec<u8> = piece.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    let bytes: Vec<u8> = percent_decode(&spaced).collect();
    String::from_utf8(bytes).map(|text| text.replace("\r\n", "\n")).map_err(|_| FormMistake::NotUtf8)
}

/// Segments of a name: `a[b].c` → a, b, c; a trailing `[]` → an empty last segment.
pub(crate) fn segments(name: &str) -> Vec<String> {
    name.replace("][", ".").replace('[', ".").replace(']', "").split('.').map(str::to_owned).collect()
}

/// One JSON object from names and values. All leaves are texts.
pub(crate) fn nested(pairs: &[(String, String)]) -> Result<Value, FormMistake> {
    let mut root = Value::Object(Map::new());
    for (name, value) in pairs {
        let path = segments(name);
        if path.len() > DEEPEST {
            return Err(FormMistake::TooDeep);
        }
        put(&mut root, &path, value);
    }
    Ok(root)
}

fn put(place: &mut Value, path: &[String], text: &str) {
    match path.split_first() {
        None => add(place, text),
        Some((last, [])) if last.is_empty() => {
            if !place.is_array() {
                *place = Value::Array(Vec::new());
            }
            add(place, text);
        }
        Some((name, rest)) => {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            if let Some(object) = place.as_object_mut() {
                put(object.entry(name.clone()).or_insert(Value::Null), rest, text);
            }
        }
    }
}

/// The first value of a name stands alone, more make a list.
fn add(place: &mut Value, text: &str) {
    let text = Value::String(text.to_owned());
    match place {
        Value::Array(items) => items.push(text),
        Value::String(_) => {
            let first = place.take();
            *place = Value::Array(vec![first, text]);
        }
        _ => *place = text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> Value {
        nested(&pairs(text.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn names_nest_and_repeat() {
        assert_eq!(read("a=1&b.c=2&b[d]=3"), json!({"a": "1", "b": {"c": "2", "d": "3"}}));
        assert_eq!(read("t=1&t=2&u[]=3"), json!({"t": ["1", "2"], "u": ["3"]}));
        assert_eq!(read("m[0][name]=%E9%99%88+x&m[1].name=y"), json!({"m": {"0": {"name": "陈 x"}, "1": {"name": "y"}}}));
        assert_eq!(read("note=a%0D%0Ab"), json!({"note": "a\nb"}));
    }

    #[test]
    fn bad_forms_are_refused() {
        assert_eq!(pairs(b"a=%FF"), Err(FormMistake::NotUtf8));
        assert_eq!(pairs("a=1&".repeat(2_001).as_bytes()), Err(FormMistake::TooMany));
        assert_eq!(nested(&[("a.".repeat(20), String::new())]), Err(FormMistake::TooDeep));
    }
}
