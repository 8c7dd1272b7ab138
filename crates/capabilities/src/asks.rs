//! What this crate asks of packs, cases and the register of people, put as a trait that the wiring implements once.

use std::collections::BTreeMap;
use std::sync::Arc;

use store::{Read, Tx};
use words::{Acting, Fault, Id, Node, Span};

use crate::Plan;

/// Answered at the top. Implementations only look down: packs, cases, register of people.
pub trait Asks: 'static {
    /// Opens the case `capability.version` of a new version; its id becomes the version's.
    fn open_case(tx: &mut Tx, who: &Acting, case: VersionCase) -> Result<Id, Fault>;
    /// Names of people, for those who may see them.
    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault>;
    /// The ledger's book as it stands.
    fn book(read: &Read) -> Result<Arc<ledger::Book>, Fault>;
    /// The plans of the pack in force; the first of an environment is that of an app that chose none.
    fn plans(read: &Read) -> Result<Vec<Plan>, Fault>;
    /// How long a deprecated version still answers.
    fn sunset(read: &Read) -> Result<Span, Fault>;
    /// How many hours the old key still works after it was rolled.
    fn overlap_hours(read: &Read) -> Result<i64, Fault>;
}

/// The case of a version, to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionCase {
    /// `Echo v1`.
    pub title: String,
    /// Where the capability belongs.
    pub node: Node,
    /// Its owner.
    pub owner: Id,
}

/// Where the gateway answers: `http://127.0.0.1:8081`; nothing if it is switched off. A value of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayAt(pub Option<String>);

/// Where the server itself reaches the gateway of this process, to try a call on behalf of whoever is signed in; nothing if it is switched off. A value of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallsAt(pub Option<std::net::SocketAddr>);
