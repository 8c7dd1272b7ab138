//! What this crate asks of capabilities and people, put as a trait that the wiring implements once.

use std::collections::BTreeMap;

use store::Read;
use words::{Bilingual, Fault, Id};

/// A capability that can be asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its name in addresses.
    pub slug: String,
    /// Name.
    pub name: Bilingual,
    /// Who answers for it; nobody for what the program itself brings.
    pub owner: Option<Id>,
}

/// Answered at the top. Implementations only look down.
pub trait Asks: 'static {
    /// Capabilities that everybody may see, by name in addresses.
    fn abouts(read: &Read) -> Result<Vec<About>, Fault>;
    /// Names of people.
    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault>;
    /// Role of those who moderate.
    const MODERATORS: &'static str;
}
