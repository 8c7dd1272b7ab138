//! A pay run: lines of one unit and month, or of one project's end; draft → confirmed → exported, or reversed. Pure.
//!
//! Invariant: what is confirmed is never changed; it is reversed whole, and prepared anew.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Day, Id, Instant, Node};

use crate::position::named;

named! {
    /// What a run, or a line of it, does.
    Kind {
        /// Pays a month: 70 % now, the rest deferred.
        Withhold = "withhold",
        /// Makes all deferred pay up; it ends at zero.
        Release = "release",
        /// Extinguishes what is left of deferred pay; it ends at zero.
        Extinguish = "extinguish",
        /// A member left early; a line of it makes a part of deferred pay up.
        Leave = "leave",
    }
}

named! {
    /// State of a run.
    RunState {
        /// Prepared; nothing has moved.
        Draft = "draft",
        /// Dropped before anything moved.
        Discarded = "discarded",
        /// Confirmed by a second person; posted.
        Confirmed = "confirmed",
        /// The payroll file was handed over.
        Exported = "exported",
        /// Taken back by exact reversal.
        Reversed = "reversed",
    }
}

impl RunState {
    /// Do its lines stand in the ledger?
    pub fn is_posted(self) -> bool {
        matches!(self, Self::Confirmed | Self::Exported)
    }
}

/// A pay run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Id.
    pub id: Id,
    /// What it does.
    pub kind: Kind,
    /// Unit whose people it pays; for the end of a project, the project's node.
    pub unit: Node,
    /// Project, if it is the end of one or limited to one.
    pub project: Option<Id>,
    /// `2026-10`
    pub month: String,
    /// State.
    pub state: RunState,
    /// Lines.
    pub line_count: i64,
    /// Due in all, fen.
    pub due_minor: i64,
    /// Paid in all, fen.
    pub paid_minor: i64,
    /// Change of deferred pay in all, fen.
    pub deferred_minor: i64,
    /// Why (ends and reversals).
    pub reason: String,
    /// Who prepared it.
    pub prepared_by: Id,
    /// When.
    pub prepared_at: Instant,
    /// Second person.
    pub confirmed_by: Option<Id>,
    /// When.
    pub confirmed_at: Option<Instant>,
    /// When the file was handed over.
    pub exported_at: Option<Instant>,
    /// Who reversed it.
    pub reversed_by: Option<Id>,
    /// When.
    pub reversed_at: Option<Instant>,
    /// SHA-256 of its lines when exported, hex.
    pub hash: String,
}

/// A line of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Id.
    pub id: Id,
    /// Run.
    pub run: Id,
    /// What it does.
    pub kind: Kind,
    /// Position.
    pub position: Id,
    /// Holder.
    pub person: Id,
    /// Project.
    pub project: Id,
    /// Unit that pays.
    pub home: Node,
    /// `2026-10`
    pub month: String,
    /// First day.
    pub from_on: Day,
    /// Last day, included.
    pub to_on: Day,
    /// Calendar days.
    pub days: i64,
    /// Calendar days of the month.
    pub month_days: i64,
    /// Frozen base, fen.
    pub base_minor: i64,
    /// Due, fen; 0 unless it pays a month.
    pub due_minor: i64,
    /// To be paid, fen.
    pub paid_minor: i64,
    /// Change of deferred pay, fen: up by a month, down by release and extinction.
    pub deferred_minor: i64,
    /// Posting, once confirmed.
    pub posting: Option<Id>,
}

impl Line {
    /// One line of the canonical text that the hash of a payroll file covers.
    pub(crate) fn canonical(&self) -> String {
        let head = format!("{}|{}|{}|{}|{}", self.id, self.kind.as_str(), self.person, self.home, self.project);
        let days = format!("{}|{}|{}/{}", self.from_on, self.to_on, self.days, self.month_days);
        format!("{head}|{days}|{}|{}|{}|{}\n", self.base_minor, self.due_minor, self.paid_minor, self.deferred_minor)
    }
}

/// SHA-256 (hex) of the lines of a run: the same for CSV and XLSX, in both languages.
pub fn hash_of(run: &Id, month: &str, lines: &[Line]) -> String {
    let mut text = format!("{run}|{month}\n");
    lines.iter().for_each(|line| text.push_str(&line.canonical()));
    hex::encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()))
}
