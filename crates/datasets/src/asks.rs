//! What this crate asks of capabilities, meters and places, put as a trait that the wiring implements once.

use std::collections::BTreeMap;

use store::{Read, Tx};
use words::{Acting, Bilingual, Fault, Id, Node, Outcome};

use crate::refusal::{DatasetRefusal, RowsRefusal};

/// The capability that comes of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Its name in addresses.
    pub slug: String,
    /// Where it belongs.
    pub node: Node,
    /// Name, Chinese.
    pub zh: String,
    /// Name, English.
    pub en: String,
    /// What it does, Chinese.
    pub about_zh: String,
    /// What it does, English.
    pub about_en: String,
    /// Its OpenAPI document.
    pub document: String,
    /// What calls are passed on to: `builtin:datasets/sz-parking`.
    pub upstream: String,
}

/// Answered at the top. Implementations only look down.
pub trait Asks: 'static {
    /// Registers the capability and its first version, owned by whoever acts, through the doors by which anybody does.
    fn publish(tx: &mut Tx, who: &Acting, publication: Publication) -> Outcome<(), DatasetRefusal>;
    /// Is this app for real? Nothing if there is no such app.
    fn is_live(read: &Read, app: &Id) -> Result<Option<bool>, Fault>;
    /// Rows of an answer are paid for and count, once for a request; or says why they cannot be paid.
    fn meter(tx: &mut Tx, slug: &str, app: &Id, request: &str, rows: i64) -> Outcome<(), RowsRefusal>;
    /// Capabilities by name: can the world call them?
    fn standing(read: &Read) -> Result<BTreeMap<String, Standing>, Fault>;
    /// Open units and bases, with their names.
    fn places(read: &Read) -> Result<Vec<(Node, Bilingual)>, Fault>;
    /// Names of people.
    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault>;
}

/// How far a capability is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nobody calls it yet.
    Draft,
    /// In the sandbox.
    Sandbox,
    /// For real.
    Live,
    /// Not any more.
    Over,
}

impl Standing {
    /// May everybody see it?
    pub fn is_public(self) -> bool {
        self != Self::Draft
    }
}
