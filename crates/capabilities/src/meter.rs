//! What a capability meters itself besides its calls, as its document declares it: `"x-hechuang-meters": { "parts": { "zh": "短信条数", "en": "Message parts" } }`. Pure.

use serde_json::{Map, Value};
use words::Bilingual;

/// The word of a document that declares meters.
pub(crate) const WORD: &str = "x-hechuang-meters";
/// Calls are metered by gateways, and by nobody else.
const CALLS: &str = "calls";
/// Most meters of a document.
const MOST: usize = 20;

/// A meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meter {
    /// `message.parts`; in a document what stands behind the dot.
    pub key: String,
    /// What is counted.
    pub name: Bilingual,
}

/// The meters that a document declares; nothing if the word cannot be read.
pub(crate) fn declared(root: &Map<String, Value>) -> Option<Vec<Meter>> {
    let Some(value) = root.get(WORD) else { return Some(Vec::new()) };
    let all = value.as_object().filter(|all| all.len() <= MOST)?;
    all.iter().map(|(key, name)| one(key, name)).collect()
}

fn one(key: &str, name: &Value) -> Option<Meter> {
    let fine = key.len() <= 40 && key != CALLS && key.starts_with(|c: char| c.is_ascii_lowercase());
    let plain = key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let text = |lang: &str| name.get(lang).and_then(Value::as_str).map(str::trim).filter(|text| (1..=120).contains(&text.len())).map(str::to_owned);
    (fine && plain).then_some(())?;
    Some(Meter { key: key.to_owned(), name: Bilingual::new(text("zh")?, text("en")?) })
}

/// `message.parts` of capability and key.
pub(crate) fn full(slug: &str, key: &str) -> String {
    format!("{slug}.{key}")
}

/// `message` of `message.parts`.
pub(crate) fn slug_of(meter: &str) -> &str {
    meter.rsplit_once('.').map_or(meter, |(slug, _)| slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meters_are_plain_words_with_names_in_both_languages() {
        let read = |text: &str| declared(serde_json::from_str::<Value>(text).expect("json").as_object().expect("an object"));
        let parts = Meter { key: "parts".into(), name: Bilingual::new("条数", "Parts") };
        assert_eq!(read("{}"), Some(Vec::new()));
        assert_eq!(read(r#"{"x-hechuang-meters":{"parts":{"zh":"条数","en":"Parts"}}}"#), Some(vec![parts]));
        for wrong in [
            "[]",
            r#"{"calls":{"zh":"调用","en":"Calls"}}"#,
            r#"{"Parts":{"zh":"条数","en":"Parts"}}"#,
            r#"{"a.b":{"zh":"条","en":"P"}}"#,
            r#"{"parts":{"zh":"条数"}}"#,
        ] {
            assert_eq!(read(&format!(r#"{{"x-hechuang-meters":{wrong}}}"#)), None, "{wrong}");
        }
        assert_eq!((full("message", "parts").as_str(), slug_of("message.parts"), slug_of("calls")), ("message.parts", "message", "calls"));
    }
}
