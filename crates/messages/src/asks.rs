//! What this crate asks of apps, meters and the register of people, put as a trait that the wiring implements once.

use std::collections::BTreeMap;

use store::{Read, Tx};
use words::{Fault, Id, Instant, Outcome};

use crate::refusal::SendRefusal;

/// An app that sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// App.
    pub app: Id,
    /// What its owner calls it.
    pub name: String,
    /// Whose it is.
    pub owner: Id,
    /// Is it for real?
    pub live: bool,
}

impl Sender {
    /// `sandbox` or `live`.
    pub fn environment(&self) -> &'static str {
        if self.live { "live" } else { "sandbox" }
    }
}

/// Parts of a message that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartsUsed {
    /// Message; it counts once.
    pub message: Id,
    /// When.
    pub at: Instant,
    /// Parts.
    pub parts: i64,
    /// `cn` or `intl`.
    pub kind: &'static str,
}

/// Answered at the top. Implementations only look down.
pub trait Asks: 'static {
    /// An app.
    fn sender(read: &Read, app: &Id) -> Result<Option<Sender>, Fault>;
    /// Apps of a person, newest first.
    fn senders_of(read: &Read, person: &Id) -> Result<Vec<Sender>, Fault>;
    /// Sets money aside for parts that an app is about to send, for all of them, or says why they cannot be paid.
    fn set_aside(tx: &mut Tx, app: &Id, parts: i64) -> Outcome<(), SendRefusal>;
    /// Frees what was set aside for parts that were not sent after all, in the same transaction.
    fn free_again(tx: &mut Tx, app: &Id, parts: i64) -> Result<(), Fault>;
    /// What an app sent counts, in this transaction; money was set aside for it.
    fn meter(tx: &mut Tx, app: &Id, used: &[PartsUsed]) -> Result<(), Fault>;
    /// Names of people.
    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault>;
}
