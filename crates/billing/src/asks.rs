//! What this crate asks of meters, packs and the register of people, put as a trait that the wiring implements once.
//!
//! It keeps billing free of the other domains. Implementations only look down.

use std::collections::BTreeMap;
use std::sync::Arc;

use rating::Books;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use words::{Acting, Failure, Fault, Id, Instant, Never};

use crate::contract::ShareTerms;

/// What was used in an hour: one row of a meter's rollup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Used {
    /// What is counted: `calls`.
    pub meter: String,
    /// What else is known of it, as the meter writes it: `capability=echo;version=1`.
    pub dims: String,
    /// Number or key of a destination, where prices have one; empty otherwise.
    #[serde(default)]
    pub target: String,
    /// Start of the hour.
    pub hour: Instant,
    /// Uses that are charged.
    pub billable: i64,
    /// Uses that are not.
    pub free: i64,
    /// Units of those that are charged.
    pub units: i64,
}

/// Uses and units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Sum {
    /// Uses.
    pub count: i64,
    /// Units.
    pub units: i64,
}

impl Sum {
    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self { count: self.count.saturating_add(other.count), units: self.units.saturating_add(other.units) }
    }

    /// What is left of it.
    pub fn less(self, other: Self) -> Self {
        Self { count: self.count.saturating_sub(other.count), units: self.units.saturating_sub(other.units) }
    }
}

/// Everything that meters took in for a time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Taken in.
    pub accepted: Sum,
    /// To be charged.
    pub billable: Sum,
    /// Free.
    pub free: Sum,
    /// Left aside, by reason.
    pub ignored: Vec<(String, Sum)>,
    /// Kept apart until somebody looks.
    pub quarantined: Sum,
}

/// Parameters of the pack as they hold today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Hours between the end of a month and its invoices, in which late usage still comes in.
    pub grace_hours: i64,
    /// Months before, of which late usage is still charged.
    pub late_months: i64,
    /// Days until an invoice is due.
    pub due_days: i64,
    /// Days after the due day on which customers are reminded.
    pub reminder_days: Vec<i64>,
    /// Days after the due day on which who does not pay is suspended; never, if missing.
    pub suspend_days: Option<i64>,
    /// Plans whose customers are never suspended.
    pub kept_plans: Vec<String>,
    /// Percents of a budget at which customers are told.
    pub alert_percents: Vec<i64>,
    /// What owners of capabilities get unless a contract says otherwise.
    pub share: ShareTerms,
}

/// Looked up for jobs and pages.
pub trait Asks: 'static {
    /// What a subject used from–to (the end not included), whole hours.
    fn used(read: &Read, subject: &str, from: Instant, to: Instant) -> Result<Vec<Used>, Fault>;
    /// What meters took in from–to, of all subjects.
    fn metered(read: &Read, from: Instant, to: Instant) -> Result<Totals, Fault>;
    /// The price books of the pack in force.
    fn books(read: &Read) -> Result<Arc<Books>, Fault>;
    /// The ledger's book as it stands.
    fn book(read: &Read) -> Result<Arc<ledger::Book>, Fault>;
    /// Parameters.
    fn terms(read: &Read) -> Result<Terms, Fault>;
    /// Names of people and organisations.
    fn names(read: &Read, parties: &[Id]) -> Result<BTreeMap<Id, String>, Fault>;
    /// Names of what is billed (apps).
    fn subjects(read: &Read, subjects: &[String]) -> Result<BTreeMap<String, String>, Fault>;
    /// Organisations that somebody acts for in matters of money, besides themselves.
    fn parties_of(read: &Read, who: &Acting) -> Result<Vec<Id>, Fault>;
    /// People who are told what concerns a party.
    fn contacts(read: &Read, party: &Id) -> Result<Vec<Id>, Fault>;
}

/// The party that a page is about: the one that is named, if one acts for it, or oneself. Others have no such party.
pub(crate) fn chosen<A: Asks>(read: &Read, who: &Acting, named: Option<&str>) -> Result<(Vec<Id>, Id), Failure<Never>> {
    let own = parties::<A>(read, who)?;
    let party = match named.map(str::trim).filter(|named| !named.is_empty()) {
        Some(named) => own.iter().find(|party| party.as_str() == named).cloned().ok_or(Failure::Absent)?,
        None => who.person.clone(),
    };
    Ok((own, party))
}

/// The address of a page for a party: oneself needs no name.
pub(crate) fn address(path: &str, party: &Id, who: &Id) -> String {
    if party == who { path.to_owned() } else { format!("{path}?party={party}") }
}

/// Oneself and the organisations one acts for.
pub(crate) fn parties<A: Asks>(read: &Read, who: &Acting) -> Result<Vec<Id>, Fault> {
    let mut all = A::parties_of(read, who)?;
    if !all.contains(&who.person) {
        all.insert(0, who.person.clone());
    }
    Ok(all)
}
