//! A reviewer's assignments: what is open, how far each is, and where to go on.

use std::collections::BTreeMap;

use review::{AssignmentLine, Which};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Answer, Call, Reply};
use words::{Bilingual, Fault, Id, Never};

use crate::me::{Sla, sla};

/// Assignments on a page.
const PAGE: i64 = 50;

/// Which assignments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Wanted {
    /// Work is left.
    #[default]
    Open,
    /// Signed, abstained, or ended early.
    Done,
}

/// Which assignments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct ListQuery {
    /// Open ones if not said.
    #[serde(default)]
    which: Wanted,
    /// Where to go on.
    cursor: Option<String>,
}

/// An assignment.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LineView {
    /// The line.
    #[serde(flatten)]
    line: AssignmentLine,
    /// Title of what is reviewed.
    title: String,
    /// Name of the gate.
    gate_name: Bilingual,
    /// How soon it is due.
    sla: Sla,
}

/// The list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ReviewsView {
    /// Filter in force.
    which: Wanted,
    /// The assignments.
    items: Vec<LineView>,
    /// Signed or abstained.
    done: i64,
    /// Done and open.
    total: i64,
    /// Where to go on working.
    next: Option<Id>,
}

pub(super) fn show(call: &Call, query: ListQuery) -> Answer<ReviewsView> {
    let who = call.acting()?;
    let which = if query.which == Wanted::Open { Which::Open } else { Which::Done };
    let after = query.cursor.as_deref().and_then(|cursor| Id::parse(cursor).ok());
    let (view, next) = call.read::<_, Never>(|read| {
        let found = review::assignments_of(read, &who.person, which, after.as_ref(), PAGE)?;
        let cursor = found.after.as_ref().map(Id::to_string);
        Ok((ReviewsView { which: query.which, items: lines(read, found.items)?, done: found.done, total: found.total, next: found.next }, cursor))
    })?;
    Ok(Reply::page("portal/reviews.html", view).next(next))
}

fn lines(read: &Read, items: Vec<AssignmentLine>) -> Result<Vec<LineView>, Fault> {
    let mut known: BTreeMap<String, (String, BTreeMap<String, Bilingual>)> = BTreeMap::new();
    let now = read.now();
    let mut lines = Vec::with_capacity(items.len());
    for line in items {
        if !known.contains_key(&line.subject) {
            known.insert(line.subject.clone(), subject(read, &line.subject)?);
        }
        let (title, gates) = known.get(&line.subject).cloned().unwrap_or_default();
        let gate_name = gates.get(&line.gate).cloned().unwrap_or_else(|| Bilingual::new(&line.gate, &line.gate));
        let sla = if line.state.open() { sla(Some(line.due_at), now) } else { Sla::Open };
        lines.push(LineView { line, title, gate_name, sla });
    }
    Ok(lines)
}

/// Title of a subject, and the names of its states. An invitation says what it is about; the material comes after the declaration.
pub(super) fn subject(read: &Read, subject: &str) -> Result<(String, BTreeMap<String, Bilingual>), Fault> {
    let Some(case) = Id::parse(subject).ok().and_then(|id| programme::case(read, &id).ok()) else { return Ok((subject.to_owned(), BTreeMap::new())) };
    let definition = programme::definition(read, &case.definition, case.version)?;
    let gates = definition.states.iter().map(|state| (state.id.clone(), state.label.clone())).collect();
    Ok((case.title, gates))
}
