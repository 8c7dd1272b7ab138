//! The case: everything people push forward. A project, a position, a backing round and an award are cases of different definitions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Row;
use words::{Fault, Id, Instant, Node};

/// A case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    /// Id.
    pub id: Id,
    /// What people say on the phone: `HZ-2026-0007`.
    pub number: String,
    /// Definition it runs: `incubation.self`.
    pub definition: String,
    /// Version of the definition that it is pinned to.
    pub version: i64,
    /// Title.
    pub title: String,
    /// A sentence or two.
    pub summary: String,
    /// Its own node, below the base.
    pub node: Node,
    /// The base (or home unit) where it is run.
    pub base: Node,
    /// State of the definition.
    pub state: String,
    /// How it ended, once it has.
    pub outcome: Option<String>,
    /// `internal` or `venture`, once that is known.
    pub route: Option<String>,
    /// Has it come to a conclusion (an end, or closing)?
    pub concluded: bool,
    /// The case that spawned it.
    pub parent: Option<Id>,
    /// Who leads it.
    pub lead: Id,
    /// The person it is about, if it is about one (a position).
    pub about: Option<Id>,
    /// When it came into its state.
    pub entered_at: Instant,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it reached an end.
    pub closed_at: Option<Instant>,
    /// When its state should be over (SLA).
    pub due_at: Option<Instant>,
    /// Grows with each change; the ETag.
    pub revision: i64,
}

impl Case {
    pub(crate) fn from_row(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            id: row.get("id")?,
            number: row.get("number")?,
            definition: row.get("definition")?,
            version: row.get("version")?,
            title: row.get("title")?,
            summary: row.get("summary")?,
            node: row.get("node")?,
            base: row.get("base")?,
            state: row.get("state")?,
            outcome: row.get("outcome")?,
            route: row.get("route")?,
            concluded: row.get("concluded")?,
            parent: row.get("parent")?,
            lead: row.get("lead")?,
            about: row.get("about")?,
            entered_at: row.get("entered_at")?,
            opened_at: row.get("opened_at")?,
            closed_at: row.get("closed_at")?,
            due_at: row.get("due_at")?,
            revision: row.get("revision")?,
        })
    }
}

/// Someone who takes part in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// Person.
    pub person: Id,
    /// `team.lead` or `team.member`.
    pub role: String,
    /// `invited`, `consented`, `declined`, `left`, `withdrawn` (the invitation was taken back), `expired` (nobody answered it in time).
    pub state: String,
    /// Their home unit when they joined.
    pub home: Node,
    /// When they were invited.
    pub joined_at: Instant,
    /// When they left.
    pub left_at: Option<Instant>,
}

impl Member {
    pub(crate) fn from_row(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            person: row.get("person")?,
            role: row.get("role")?,
            state: row.get("state")?,
            home: row.get("home")?,
            joined_at: row.get("joined_at")?,
            left_at: row.get("left_at")?,
        })
    }

    /// Do they count as the team: invited or in, not declined and not gone?
    pub fn counts(&self) -> bool {
        matches!(self.state.as_str(), "invited" | "consented")
    }
}

/// Something that somebody owes a case: a form, a booking, a milestone, a talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Obligation {
    /// Id.
    pub id: Id,
    /// Case.
    pub case_id: Id,
    /// Name within the case: `roadshow_training`, `check_in`.
    pub key: String,
    /// `form`, `booking`, `milestone`, `task`.
    pub kind: String,
    /// Title in Chinese.
    pub zh: String,
    /// Title in English.
    pub en: String,
    /// Role that owes it.
    pub owner_role: String,
    /// Person who owes it, if one is named.
    pub owner: Option<Id>,
    /// Form to be filled in, if one is.
    pub form: Option<String>,
    /// When it is due.
    pub due_at: Option<Instant>,
    /// `open`, `done`, `waived`.
    pub state: String,
    /// What shows that it was done.
    pub evidence: String,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it was done.
    pub done_at: Option<Instant>,
    /// Who did it.
    pub done_by: Option<Id>,
}

impl Obligation {
    pub(crate) fn from_row(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            id: row.get("id")?,
            case_id: row.get("case_id")?,
            key: row.get("obligation_key")?,
            kind: row.get("kind")?,
            zh: row.get("zh")?,
            en: row.get("en")?,
            owner_role: row.get("owner_role")?,
            owner: row.get("owner")?,
            form: row.get("form")?,
            due_at: row.get("due_at")?,
            state: row.get("state")?,
            evidence: row.get("evidence")?,
            opened_at: row.get("opened_at")?,
            done_at: row.get("done_at")?,
            done_by: row.get("done_by")?,
        })
    }
}

/// A fact or value about a case or about one of its people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaseFact {
    /// Name: `space_assigned`, `mentor_opinion`.
    pub name: String,
    /// The person it is about; empty for the case itself.
    pub about: String,
    /// The value: `true`, a text, a number, an amount.
    pub value: serde_json::Value,
    /// What shows it.
    pub evidence: String,
    /// Who set it.
    pub set_by: Id,
    /// When.
    pub set_at: Instant,
}

impl CaseFact {
    pub(crate) fn from_row(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            name: row.get("name")?,
            about: row.get("about")?,
            value: row.json("value")?,
            evidence: row.get("evidence")?,
            set_by: row.get("set_by")?,
            set_at: row.get("set_at")?,
        })
    }
}

/// The answers to a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerSheet {
    /// Id.
    pub id: Id,
    /// Form of the pack.
    pub form: String,
    /// 0 for a form that is filled in once; 1, 2 … for one that recurs.
    pub ordinal: i64,
    /// The answers.
    pub answers: serde_json::Map<String, serde_json::Value>,
    /// Is nothing required missing?
    pub complete: bool,
    /// Is it closed to changes?
    pub frozen: bool,
    /// Grows with each change.
    pub revision: i64,
    /// Who saved it last.
    pub saved_by: Id,
    /// When.
    pub saved_at: Instant,
}

impl AnswerSheet {
    pub(crate) fn from_row(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            id: row.get("id")?,
            form: row.get("form")?,
            ordinal: row.get("ordinal")?,
            answers: row.json("answers")?,
            complete: row.get("complete")?,
            frozen: row.get("frozen")?,
            revision: row.get("revision")?,
            saved_by: row.get("saved_by")?,
            saved_at: row.get("saved_at")?,
        })
    }
}

/// A move that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MoveMade {
    /// Id.
    pub id: Id,
    /// The move of the definition.
    #[serde(rename = "move")]
    pub name: String,
    /// State before.
    pub from: String,
    /// State after.
    pub to: String,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: Id,
    /// Why, where a reason was given.
    pub reason: String,
    /// Results of the guards at that moment, as JSON.
    pub guards: serde_json::Value,
    /// What it caused, as JSON.
    pub effects: serde_json::Value,
    /// The move that this one takes back.
    pub rectifies: Option<Id>,
    /// The move that took this one back.
    pub rectified_by: Option<Id>,
}

impl MoveMade {
    pub(crate) fn from_row(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("move")?,
            from: row.get("from_state")?,
            to: row.get("to_state")?,
            at: row.get("at")?,
            actor: row.get("actor")?,
            reason: row.get("reason")?,
            guards: row.json("guards")?,
            effects: row.json("effects")?,
            rectifies: row.get("rectifies")?,
            rectified_by: row.get("rectified_by")?,
        })
    }
}
