//! A world with two developers.

use std::collections::BTreeSet;

use callbacks::{Endpoint, EndpointDraft, Kind, Message, Rules};
use serde_json::json;
use store::testing::{Temp, temp};
use store::{Part, Tx};
use words::{Acting, Bilingual, Failure, Grant, Id, Node, Outcome, Reach, Refusal};

static PART: Part = callbacks::PART;

pub const HERE: Reach = Reach { private: true };

pub fn world() -> Temp {
    temp(&[&webkit::PART, &PART])
}

pub fn rules() -> Rules {
    let kind = |kind, zh, en| Kind { kind, name: Bilingual::new(zh, en) };
    Rules { reach: HERE, kinds: vec![kind("thing.made", "造好了", "Made"), kind("thing.lost", "丢了", "Lost")] }
}

pub fn developer(n: u8) -> Acting {
    let grants = vec![Grant { role: "some".into(), node: Node::group(), rights: BTreeSet::new(), office: false, but: BTreeSet::new(), deputy_for: None }];
    Acting { person: Id::new("per", 1_000 + i64::from(n), [n; 10]), grants, proved_at: None, scopes: None }
}

/// Writes; a refusal comes back as it is.
pub fn refused<T: Send + 'static, R: Refusal>(world: &Temp, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> Result<T, Failure<R>> {
    world.db.write("test", case)
}

/// Writes and expects success.
pub fn done<T: Send + 'static, R: Refusal>(world: &Temp, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> T {
    refused(world, case).map_err(Failure::into_fault).expect("done")
}

pub fn draft(url: &str, kinds: &[&str]) -> EndpointDraft {
    EndpointDraft { url: url.into(), about: String::new(), kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect() }
}

pub fn endpoint(world: &Temp, n: u8, url: &str, kinds: &[&str]) -> (Endpoint, String) {
    let draft = draft(url, kinds);
    done(world, move |tx| callbacks::add_endpoint(tx, &developer(n), &rules(), &draft))
}

/// Something happened to a thing of the first developer.
pub fn publish(world: &Temp, id: u8, kind: &'static str) -> Id {
    let id = Id::new("evt", 5_000, [id; 10]);
    let published = id.clone();
    done::<_, words::Never>(world, move |tx| {
        let message = Message {
            id: id.clone(),
            owner: developer(1).person,
            kind: kind.into(),
            subject: "thing_1".into(),
            at: tx.now(),
            data: json!({"n": 1, "名": "东西"}),
        };
        callbacks::settle_source(tx, "https://hechuang.example")?;
        Ok(callbacks::publish(tx, &message)?)
    });
    published
}
