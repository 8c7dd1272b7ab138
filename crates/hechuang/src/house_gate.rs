//! Who comes in: people, as the register knows them, and the gateways of this house, which bring calls to what the program itself serves.
//!
//! Invariant: a gateway shows a pass that is derived from the master key, and may do nothing but serve; it is not the system.

use std::collections::BTreeSet;

use store::Db;
use webkit::{Credential, SERVE, Visitor};
use words::{Acting, Failure, Fault, Grant, Id, Never, Node};

/// How a pass begins.
const PASS: &str = "hcg_";

/// The pass of this house's gateways.
pub fn pass(db: &Db) -> Result<String, Fault> {
    let hasher = db.read::<_, Never>(|read| Ok(read.hasher("gateway pass"))).map_err(Failure::into_fault)?;
    Ok(format!("{PASS}{}", hasher.hex(b"serve")))
}

/// Lets in people and gateways.
pub struct HouseGate {
    people: identity::Gate,
    pass: String,
}

impl HouseGate {
    /// With the gate for people and the pass of gateways.
    pub fn new(people: identity::Gate, pass: String) -> Self {
        Self { people, pass }
    }
}

impl webkit::Gate for HouseGate {
    fn who(&self, db: &Db, credential: Credential) -> Result<Option<Visitor>, Fault> {
        match &credential {
            Credential::Bearer(text) if text.starts_with(PASS) => Ok(same(text, &self.pass).then(gateway)),
            _ => self.people.who(db, credential),
        }
    }
}

/// In the same time whatever differs.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

fn gateway() -> Visitor {
    let grant = Grant {
        role: "gateway".into(),
        node: Node::group(),
        rights: BTreeSet::from([SERVE.to_owned()]),
        office: false,
        but: BTreeSet::new(),
        deputy_for: None,
    };
    let acting = Acting { person: Id::fixed("gtw_house"), grants: vec![grant], proved_at: None, scopes: None };
    Visitor { acting, name: "gateway".into(), session_id: "gtw_house".into(), lang: None, theme: None }
}
