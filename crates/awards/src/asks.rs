//! What this crate asks of the packs and of the register of people, put as a trait that the wiring implements once.
//!
//! It keeps awards free of the other domains: use cases take plain parameters, pages fetch them through `Asks`.

use std::collections::BTreeMap;
use std::sync::Arc;

use store::Read;
use words::{Bilingual, Fault, Id};

use crate::award::Terms;

/// Looked up for pages. Implementations only look down.
pub trait Asks: 'static {
    /// The ledger's book as it stands.
    fn book(read: &Read) -> Result<Arc<ledger::Book>, Fault>;
    /// Ceiling and levels of the pack as they stand today.
    fn terms(read: &Read) -> Result<Terms, Fault>;
    /// What the schemes are called, by key.
    fn schemes(read: &Read) -> Result<BTreeMap<String, Bilingual>, Fault>;
    /// Names of people.
    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault>;
}
