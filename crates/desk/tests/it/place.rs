//! A database with the desk on it, and people.

use std::collections::BTreeSet;

use store::testing::{Temp, temp};
use store::{Read, Tx};
use words::{Acting, Bilingual, Grant, Id, Never, Node, Outcome};

pub fn place() -> Temp {
    temp(&[&desk::PART])
}

pub fn id(text: &str) -> Id {
    Id::fixed(text)
}

pub fn node() -> Node {
    Node::group().below("zj").below("case_1")
}

pub fn both(text: &str) -> Bilingual {
    Bilingual::new(text, format!("{text} (en)"))
}

/// A person without rights.
pub fn person(name: &str) -> Acting {
    Acting { person: id(&format!("per_{name}")), grants: Vec::new(), proved_at: None, scopes: None }
}

/// A person with these rights on the whole group.
pub fn official(name: &str, rights: &[&str]) -> Acting {
    let rights: BTreeSet<String> = rights.iter().map(|&right| right.to_owned()).collect();
    Acting {
        grants: vec![Grant { role: "office".into(), node: Node::group(), rights, deputy_for: None, office: false, but: Default::default() }],
        ..person(name)
    }
}

pub fn read<T>(temp: &Temp, look: impl FnOnce(&Read) -> Outcome<T, Never>) -> T {
    temp.db.read(look).expect("a look")
}

pub fn write<T: Send + 'static, R: words::Refusal>(temp: &Temp, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> Outcome<T, R> {
    temp.db.write("test", case)
}

/// Kinds of the events about a subject.
pub fn told(temp: &Temp, subject: &str) -> Vec<String> {
    temp.settle();
    read(temp, |read| Ok(read.events_of(subject, 0, 100)?)).into_iter().map(|event| event.kind).collect()
}
