//! What this crate asks of the pack and of the register of people, put as a trait that the wiring implements once.

use std::collections::BTreeMap;
use std::sync::Arc;

use rating::Books;
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Bilingual, Fault, Id};

use crate::upgrade::LineTerms;

/// A figure that the plan states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stated {
    /// Key.
    pub key: String,
    /// Name.
    pub name: Bilingual,
    /// Plain decimal number.
    pub value: Option<String>,
    /// The same, if it is a whole number.
    pub number: Option<i64>,
    /// Unit.
    pub unit: Option<Bilingual>,
    /// How exact the plan is: `about`, `more_than` …; exactly, if missing.
    pub compare: Option<String>,
    /// Line of the plan.
    pub line: u32,
    /// Its words.
    pub quote: String,
    /// The date in the text.
    pub as_of: String,
}

/// Looked up for pages. Implementations only look down.
pub trait Asks: 'static {
    /// The price books of the pack in force.
    fn books(read: &Read) -> Result<Arc<Books>, Fault>;
    /// Facts of the plan by their keys, in this order; unknown ones are left out.
    fn stated(read: &Read, keys: &[String]) -> Result<Vec<Stated>, Fault>;
    /// Steps, floor and limit of leased lines as they hold today.
    fn line(read: &Read) -> Result<LineTerms, Fault>;
    /// Names of people.
    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault>;
}
