//! What a crate brings to the whole: migrations, tables, jobs, reactions and checks.

use words::Fault;

use crate::{Event, JobRun, Read, Tx};

/// One step of the schema. Append-only: a released migration is never edited.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// `20261122_round`: sorts in the order of application within the part.
    pub name: &'static str,
    /// DDL in the portable subset: `text`, `bigint`, `blob`; statements end with `;` at the end of a line.
    pub sql: &'static str,
}

/// A covered table: each of its rows has its hash in the event that last changed it.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Name, prefixed with the crate's.
    pub name: &'static str,
    /// Columns of the primary key.
    pub key: &'static [&'static str],
}

/// Work that the store runs when it is due, inside a transaction of its own. Idempotent: it may be run again after a fault.
#[derive(Clone, Copy)]
pub struct JobKind {
    /// `hemi.close_round`
    pub name: &'static str,
    /// The work. A fault brings the job back later.
    pub run: fn(&mut Tx, &JobRun) -> Result<(), Fault>,
}

/// When this happened, then that should happen: lives at the top and may see every crate.
#[derive(Clone, Copy)]
pub struct Reaction {
    /// A sentence: `when_conversion_confirmed_open_award`.
    pub name: &'static str,
    /// Kind of the event that it hears.
    pub on: &'static str,
    /// The deed; runs as a job, once for each event.
    pub run: fn(&mut Tx, &Event) -> Result<(), Fault>,
}

/// Something that `verify` found wrong.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// Table, or `event log`.
    pub place: String,
    /// Key of the first row that is wrong.
    pub row: String,
    /// What is wrong, for the log and the operator (English).
    pub message: String,
}

impl Finding {
    /// A finding.
    pub fn new(place: impl Into<String>, row: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), row: row.into(), message: message.into() }
    }
}

/// What a check looked at, and what was wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many things it compared.
    pub looked_at: u64,
    /// Empty if all is well.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// Compares each of these; `wrong` says what is wrong with one, if anything.
    pub fn each<T>(things: impl IntoIterator<Item = T>, mut wrong: impl FnMut(T) -> Result<Option<Finding>, Fault>) -> Result<Self, Fault> {
        let mut checked = Self::default();
        for thing in things {
            checked.looked_at += 1;
            checked.findings.extend(wrong(thing)?);
        }
        Ok(checked)
    }

    /// Adds what was looked at next, page by page.
    pub fn add(&mut self, more: Self) {
        self.looked_at += more.looked_at;
        self.findings.extend(more.findings);
    }
}

/// A check of `verify` that a crate brings: rebuilds something from the log and compares.
#[derive(Clone, Copy)]
pub struct Check {
    /// `ledger balances`
    pub name: &'static str,
    /// Compares, and counts what it compared.
    pub run: fn(&Read) -> Result<Checked, Fault>,
}

/// What a crate brings.
#[derive(Clone, Copy)]
pub struct Part {
    /// Name of the crate.
    pub name: &'static str,
    /// Its schema.
    pub migrations: &'static [Migration],
    /// Covered tables.
    pub tables: &'static [Table],
    /// Tables that are not covered, each with the reason. This list may only shrink.
    pub free: &'static [(&'static str, &'static str)],
    /// Jobs it runs.
    pub jobs: &'static [JobKind],
    /// Checks of `verify`.
    pub checks: &'static [Check],
}

impl Part {
    /// A part without anything, to fill in.
    pub const fn named(name: &'static str) -> Self {
        Self { name, migrations: &[], tables: &[], free: &[], jobs: &[], checks: &[] }
    }
}
