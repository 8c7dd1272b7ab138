//! A database with the register on it, a declared kind, and people.

use std::collections::BTreeSet;

use register::{Kind, PUBLIC, RecordDraft, declare_kind};
use serde_json::{Value, json};
use store::testing::{Temp, temp};
use store::{Read, Tx};
use words::{Acting, Bilingual, Grant, Id, Never, Node, Outcome};

pub fn schema() -> Value {
    json!({"type": "object", "required": ["city"], "properties": {
        "city": {"type": "string", "maxLength": 20, "x-label": {"zh": "城市", "en": "City"}},
        "area": {"type": "integer", "minimum": 1, "x-label": {"zh": "面积", "en": "Area"}},
        "since": {"type": "string", "format": "date"},
        "tags": {"type": "array", "items": {"type": "string"}},
    }})
}

pub fn place() -> Temp {
    let temp = temp(&[&register::PART]);
    let partner = Kind { kind: "partner".into(), name: Bilingual::new("合作伙伴", "Partners"), schema: schema() };
    write(&temp, move |tx| declare_kind(tx, &partner)).unwrap();
    temp
}

pub fn keeper() -> Acting {
    let rights = BTreeSet::from(["register.keep".to_owned()]);
    let grant = Grant { role: "office".into(), node: Node::group().below("zj"), rights, deputy_for: None, office: false, but: Default::default() };
    Acting { person: Id::fixed("per_wu"), grants: vec![grant], proved_at: None, scopes: None }
}

pub fn draft(key: &str, zh: &str, body: Value) -> RecordDraft {
    let title = Bilingual::new(zh, format!("{zh} (en)"));
    RecordDraft { kind: "partner".into(), key: key.into(), node: Node::group().below("zj"), title, body, readers: PUBLIC.into() }
}

pub fn read<T>(temp: &Temp, look: impl FnOnce(&Read) -> Outcome<T, Never>) -> T {
    temp.db.read(look).expect("a look")
}

pub fn write<T: Send + 'static, R: words::Refusal>(temp: &Temp, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> Outcome<T, R> {
    temp.db.write("test", case)
}
