//! What this crate asks of the packs and of the register of people, put as a trait that the wiring implements once.
//!
//! It keeps 和米 free of the other domains: use cases take plain parameters, jobs and pages fetch them through `Asks`.

use std::collections::BTreeMap;
use std::sync::Arc;

use store::Read;
use words::{Fault, Id};

use crate::round::Terms;

/// Looked up for jobs and pages. Implementations only look down: packs, ledger book, register of people.
pub trait Asks: 'static {
    /// The ledger's book as it stands.
    fn book(read: &Read) -> Result<Arc<ledger::Book>, Fault>;
    /// The numbers of the pack as they stand today.
    fn terms(read: &Read) -> Result<Terms, Fault>;
    /// Names of people, for those who may see them.
    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault>;
    /// All staff who get the grant of a season.
    fn staff(read: &Read) -> Result<Vec<Id>, Fault>;
}
