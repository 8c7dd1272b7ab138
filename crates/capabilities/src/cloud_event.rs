//! Usage as a CloudEvent 1.0 tells it: `type` is the meter, `subject` the app, `data.units` how much, `data.kind` in which kind. Pure.
//!
//! Invariant: whatever comes becomes an event; what cannot be read of it is missing in it, never guessed. Two that say the same have one hash, however they are written.

use metering::UsageEvent;
use serde_json::{Map, Value};
use words::Instant;

/// The event that this object tells.
pub(crate) fn usage_event(value: &Value) -> UsageEvent {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let data = |name: &str| value.get("data").and_then(|data| data.get(name));
    UsageEvent {
        source: text("source"),
        id: text("id"),
        meter: text("type"),
        subject: text("subject"),
        at: Instant::parse(&text("time")).ok(),
        dims: match data("kind") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(kind)) => kind.clone(),
            // A control character: no kind.
            Some(_) => "\u{0}".into(),
        },
        units: data("units").and_then(Value::as_i64),
        body_hash: store::sha256(&said(value).to_string()),
        body: value.to_string(),
    }
}

/// What an event says: that its data is JSON, which is the only data taken, is the same said or left out.
fn said(value: &Value) -> Value {
    let is_json =
        |media: &Value| media.as_str().is_some_and(|media| media.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json"));
    let kept = |(name, value): &(&String, &Value)| *name != "datacontenttype" || !is_json(value);
    match value.as_object() {
        Some(fields) => sorted(&Value::Object(fields.iter().filter(kept).map(|(name, value)| (name.clone(), value.clone())).collect())),
        None => sorted(value),
    }
}

/// Fields in their order, below too.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            Value::Object(fields.into_iter().map(|(name, value)| (name.clone(), sorted(value))).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_can_be_read_is_read_and_the_rest_is_missing() {
        let whole = json!({ "specversion": "1.0", "id": "7", "source": "sms.example/meter", "type": "sms.parts", "subject": "app_1", "time": "2026-11-30T10:00:00+08:00",
            "datacontenttype": "application/json", "data": { "units": 3, "kind": "cn" } });
        let event = usage_event(&whole);
        assert_eq!((event.source.as_str(), event.id.as_str(), event.meter.as_str(), event.subject.as_str()), ("sms.example/meter", "7", "sms.parts", "app_1"));
        assert_eq!((event.at, event.units, event.dims.as_str()), (Instant::parse("2026-11-30T02:00:00Z").ok(), Some(3), "cn"));
        for wrong in [json!({}), json!([]), json!({ "data": [], "time": 5 }), json!({ "data": { "units": "3" } }), json!({ "data": { "units": 2.5 } })] {
            let event = usage_event(&wrong);
            assert_eq!((event.at, event.units), (None, None), "{wrong}");
        }
        assert_eq!(usage_event(&json!({ "data": { "kind": 5 } })).dims, "\u{0}");
    }

    #[test]
    fn the_order_of_fields_says_nothing() {
        let hash = |text: &str| usage_event(&serde_json::from_str(text).expect("json")).body_hash;
        assert_eq!(hash(r#"{"id":"7","data":{"units":3,"kind":"cn"}}"#), hash(r#"{ "data": {"kind":"cn", "units":3}, "id":"7" }"#));
        assert_ne!(hash(r#"{"id":"7","data":{"units":3}}"#), hash(r#"{"id":"7","data":{"units":4}}"#));
    }
}
