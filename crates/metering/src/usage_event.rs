//! Events that were taken in, as they are looked up later: the evidence of a bill.

use store::Read;
use words::{Fault, Id, Instant};

use crate::quarantine::{QuarantineState, Quarantined};
use crate::{sql_events, sql_quarantine};

/// An event that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Who said so.
    pub source: String,
    /// Its id within its source.
    pub id: String,
    /// Whose usage.
    pub subject: String,
    /// What is counted.
    pub meter: String,
    /// In which kind.
    pub dims: String,
    /// When.
    pub at: Instant,
    /// How much.
    pub units: i64,
}

/// Where a list of events goes on: the last one that was seen.
pub type After = (Instant, String, String);

/// Events of a subject that count, from a moment to another (not included), of one meter or of all, newest first.
pub fn events_of(
    read: &Read,
    subject: &str,
    meter: Option<&str>,
    (from, to): (Instant, Instant),
    before: Option<After>,
    limit: i64,
) -> Result<Vec<EventRow>, Fault> {
    sql_events::of_subject(read, &sql_events::Wanted { subject, meter, from, to, before }, limit)
}

/// An event that was laid aside.
pub fn quarantined(read: &Read, id: &Id) -> Result<Option<Quarantined>, Fault> {
    sql_quarantine::one(read, id)
}

/// Events that were laid aside, newest first: of one sender or of all, before the one named.
pub fn quarantine(read: &Read, sender: Option<&Id>, state: QuarantineState, before: Option<&Id>, limit: i64) -> Result<Vec<Quarantined>, Fault> {
    sql_quarantine::list(read, sender, state, before.map_or("qtn~", Id::as_str), limit)
}

/// How many events of a sender wait for a person.
pub fn waiting(read: &Read, sender: &Id) -> Result<i64, Fault> {
    sql_quarantine::waiting(read, sender)
}
