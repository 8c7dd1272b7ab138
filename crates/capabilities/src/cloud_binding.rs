//! How CloudEvents 1.0 come over HTTP: *structured* (one object), *batch* (a list), *binary* (attributes in `ce-` headers, the body is the data). Pure.
//!
//! Invariant: the same event gives the same answer in each of them; what does not say which event it is, is refused at the attribute that is wrong.

use metering::UsageEvent;
use serde_json::{Map, Value, json};
use webkit::FieldError;

use crate::cloud_event::usage_event;

/// Longest attribute by which an event is told from others.
const LONGEST: usize = 300;
const STRUCTURED: &str = "application/cloudevents+json";
const BATCH: &str = "application/cloudevents-batch+json";
/// Attributes that are read of headers; those of extensions say nothing of usage.
const ATTRIBUTES: [&str; 6] = ["specversion", "id", "source", "type", "subject", "time"];

/// Where an attribute of the nth event stands.
type Place = fn(usize, &str) -> String;

/// The events of a request, or all that is wrong with them.
pub(crate) fn events<'a>(header: &dyn Fn(&str) -> Option<&'a str>, body: Value) -> Result<Vec<UsageEvent>, Vec<FieldError>> {
    let media = header("content-type").unwrap_or_default();
    let kind = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let binary = ATTRIBUTES.iter().any(|name| header(&format!("ce-{name}")).is_some());
    let (all, at): (Vec<Value>, Place) = match (kind.as_str(), body) {
        (BATCH, Value::Array(all)) => (all, |nth, name| format!("/{nth}/{name}")),
        (BATCH, _) => return Err(vec![FieldError::new("", "field-not-a-list")]),
        (STRUCTURED, Value::Array(_)) => return Err(vec![FieldError::new("", "field-not-an-object")]),
        (STRUCTURED, one) => (vec![one], |_, name| format!("/{name}")),
        (_, data) if binary => (vec![in_headers(header, media, data)?], |_, name| format!("/ce-{name}")),
        (_, Value::Array(all)) => (all, |nth, name| format!("/{nth}/{name}")),
        (_, one) => (vec![one], |_, name| format!("/{name}")),
    };
    let wrong: Vec<FieldError> = all.iter().enumerate().flat_map(|(nth, event)| mistakes(event, &|name| at(nth, name))).collect();
    if wrong.is_empty() { Ok(all.iter().map(usage_event).collect()) } else { Err(wrong) }
}

/// The event whose attributes stand in headers.
fn in_headers<'a>(header: &dyn Fn(&str) -> Option<&'a str>, media: &str, data: Value) -> Result<Value, Vec<FieldError>> {
    let (mut event, mut wrong) = (Map::new(), Vec::new());
    for name in ATTRIBUTES {
        let Some(written) = header(&format!("ce-{name}")) else { continue };
        match decoded(written) {
            Some(text) => drop(event.insert(name.to_owned(), json!(text))),
            None => wrong.push(FieldError::new(format!("/ce-{name}"), "field-bad-characters")),
        }
    }
    if !media.is_empty() {
        event.insert("datacontenttype".into(), json!(media));
    }
    event.insert("data".into(), data);
    if wrong.is_empty() { Ok(Value::Object(event)) } else { Err(wrong) }
}

/// The value of a header as the HTTP binding reads it: without quotes around it, then percent-decoded; nothing if that is no UTF-8.
fn decoded(written: &str) -> Option<String> {
    let written = written.trim();
    let plain = match written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => unescaped(quoted)?,
        None => written.to_owned(),
    };
    let mut bytes = Vec::with_capacity(plain.len());
    let mut rest = plain.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' { digit(rest.next()?)? * 16 + digit(rest.next()?)? } else { byte });
    }
    String::from_utf8(bytes).ok()
}

/// What a quoted string says; a backslash stands before what it means.
fn unescaped(quoted: &str) -> Option<String> {
    let mut text = String::with_capacity(quoted.len());
    let mut chars = quoted.chars();
    while let Some(next) = chars.next() {
        match next {
            '\\' => text.push(chars.next()?),
            '"' => return None,
            other => text.push(other),
        }
    }
    Some(text)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// What is wrong with what tells an event from others.
fn mistakes(event: &Value, at: &dyn Fn(&str) -> String) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    if !event.is_object() {
        return vec![FieldError::new(at("").trim_end_matches('/'), "field-not-an-object")];
    }
    match event.get("specversion").and_then(Value::as_str) {
        Some("1.0") => {}
        Some(_) => wrong.push(FieldError::new(at("specversion"), "field-not-one-of").arg("allowed", "1.0")),
        None => wrong.push(FieldError::new(at("specversion"), "field-missing")),
    }
    for name in ["id", "source", "type"] {
        match event.get(name) {
            Some(Value::String(text)) if text.chars().count() > LONGEST => wrong.push(FieldError::new(at(name), "field-too-long").arg("limit", LONGEST)),
            Some(Value::String(text)) if !text.is_empty() => {}
            None | Some(Value::Null | Value::String(_)) => wrong.push(FieldError::new(at(name), "field-missing")),
            Some(_) => wrong.push(FieldError::new(at(name), "field-not-text")),
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[(&str, &'static str)], body: Value) -> Result<Vec<UsageEvent>, Vec<(String, String)>> {
        let header = |wanted: &str| headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
        events(&header, body).map_err(|wrong| wrong.into_iter().map(|one| (one.pointer, one.code)).collect())
    }

    const WHOLE: [(&str, &str); 7] = [
        ("content-type", "application/json"),
        ("ce-specversion", "1.0"),
        ("ce-id", "7"),
        ("ce-source", "sms.example/meter"),
        ("ce-type", "sms.parts"),
        ("ce-subject", "app_1"),
        ("ce-time", "2026-11-30T10:00:00+08:00"),
    ];

    fn whole_but(name: &str, value: Option<&'static str>) -> Vec<(&'static str, &'static str)> {
        let kept = WHOLE.into_iter().filter(|(other, _)| *other != name);
        let own = WHOLE.into_iter().find(|(other, _)| *other == name).map(|(name, _)| name);
        kept.chain(own.zip(value)).collect()
    }

    #[test]
    fn the_same_event_is_the_same_in_each_mode() {
        let data = json!({ "units": 3, "kind": "cn" });
        let structured = json!({ "specversion": "1.0", "id": "7", "source": "sms.example/meter", "type": "sms.parts", "subject": "app_1",
            "time": "2026-11-30T10:00:00+08:00", "data": data });
        let binary = read(&WHOLE, data.clone()).expect("binary");
        for (media, body) in [(STRUCTURED, structured.clone()), ("application/json", structured.clone()), (BATCH, json!([structured]))] {
            let other = read(&[("content-type", media)], body).expect("read");
            assert_eq!((other.len(), &other[0].body_hash, other[0].units, other[0].at), (1, &binary[0].body_hash, binary[0].units, binary[0].at), "{media}");
        }
        assert_eq!(binary[0].units, Some(3));
    }

    #[test]
    fn values_of_headers_are_percent_encoded_and_may_be_quoted() {
        for (written, wanted) in [
            ("sms%20meter%2F1", "sms meter/1"),
            ("%E7%9F%AD%E4%BF%A1", "短信"),
            ("\"sms \\\"one\\\"\"", "sms \"one\""),
            ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"),
            ("100%25", "100%"),
        ] {
            let event = read(&whole_but("ce-source", Some(written)), json!({ "units": 1 })).expect(written);
            assert_eq!(event[0].source, wanted);
        }
    }

    #[test]
    fn what_does_not_say_which_event_it_is_is_told_where() {
        let cases: &[(&str, Option<&'static str>, &str, &str)] = &[
            ("ce-id", None, "/ce-id", "field-missing"),
            ("ce-id", Some(""), "/ce-id", "field-missing"),
            ("ce-source", None, "/ce-source", "field-missing"),
            ("ce-type", None, "/ce-type", "field-missing"),
            ("ce-specversion", None, "/ce-specversion", "field-missing"),
            ("ce-specversion", Some("0.3"), "/ce-specversion", "field-not-one-of"),
            ("ce-source", Some("%E7%9F"), "/ce-source", "field-bad-characters"),
            ("ce-source", Some("half%2"), "/ce-source", "field-bad-characters"),
            ("ce-source", Some("%zz"), "/ce-source", "field-bad-characters"),
        ];
        for (name, value, pointer, code) in cases {
            let wrong = read(&whole_but(name, *value), json!({ "units": 1 })).expect_err(name);
            assert_eq!(wrong, [((*pointer).to_owned(), (*code).to_owned())], "{name} {value:?}");
        }
        for (media, body, pointer, code) in [
            (BATCH, json!({ "specversion": "1.0", "id": "7", "source": "s", "type": "t" }), "", "field-not-a-list"),
            (STRUCTURED, json!([]), "", "field-not-an-object"),
            ("application/json", json!({ "specversion": "1.0", "id": 7, "source": "s", "type": "t" }), "/id", "field-not-text"),
            (BATCH, json!([{ "specversion": "1.0", "id": "7", "source": "s", "type": "t" }, 5]), "/1", "field-not-an-object"),
        ] {
            assert_eq!(read(&[("content-type", media)], body).expect_err(media), [(pointer.to_owned(), code.to_owned())]);
        }
        let long = "x".repeat(LONGEST + 1);
        let body = json!([{ "specversion": "1.0", "id": long, "source": "s", "type": "t" }]);
        assert_eq!(read(&[("content-type", BATCH)], body).expect_err("long"), [("/0/id".to_owned(), "field-too-long".to_owned())]);
    }

    #[test]
    fn an_event_in_headers_without_data_waits_for_a_person() {
        assert_eq!(read(&WHOLE, json!({})).expect("read")[0].units, None);
        assert_eq!(read(&whole_but("ce-time", None), json!({ "units": 3 })).expect("read")[0].at, None);
    }
}
