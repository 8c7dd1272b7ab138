//! The workbench: what is to be done and until when, what is new, what is mine.
//!
//! Asks `desk` for to-dos and messages, `programme` for cases, `hemi` for the wallet. Invariant: to-dos come soonest first.

use std::collections::BTreeMap;

use desk::{InboxItem, Todo};
use programme::{CaseQuery, CaseRow};
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Nothing, Reply};
use words::{Acting, Bilingual, Fault, Id, Instant, Never};

use super::checklist::{CheckView, checklist};

/// To-dos on the page; the rest is counted.
const TODOS: usize = 30;
/// Seconds before the due moment from which a to-do is due soon: three days.
const SOON: i64 = 3 * 24 * 3600;

/// How soon a to-do is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sla {
    /// The moment is over.
    Overdue,
    /// Within three days.
    Soon,
    /// Later.
    Calm,
    /// No date.
    Open,
}

/// How soon something is due.
pub(crate) fn sla(due_at: Option<Instant>, now: Instant) -> Sla {
    match due_at {
        None => Sla::Open,
        Some(due) if due <= now => Sla::Overdue,
        Some(due) if due <= now.plus_seconds(SOON) => Sla::Soon,
        Some(_) => Sla::Calm,
    }
}

/// A to-do.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TodoRow {
    /// Key.
    key: String,
    /// What is to be done.
    title: Bilingual,
    /// Where it is done.
    link: String,
    /// Until when.
    due_at: Option<Instant>,
    /// How soon that is.
    sla: Sla,
    /// Is it one's own (not a role's that one holds)?
    mine: bool,
    /// Name of the person that it is about, where that is somebody else.
    about: Option<String>,
}

impl TodoRow {
    fn of(todo: Todo, now: Instant, abouts: &BTreeMap<String, String>) -> Self {
        let about = abouts.get(&todo.subject).cloned();
        let mine = matches!(todo.owner, desk::Owner::Person(_));
        Self { sla: sla(todo.due_at, now), key: todo.key, title: todo.title, link: todo.link, due_at: todo.due_at, mine, about }
    }
}

/// The workbench.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct WorkbenchView {
    /// What is to be done, soonest first.
    todos: Vec<TodoRow>,
    /// How many there are in all (counted to 200).
    todo_count: i64,
    /// How many of them are overdue.
    overdue: i64,
    /// Newest messages.
    messages: Vec<InboxItem>,
    /// Unread ones.
    unread: i64,
    /// Projects that one leads or takes part in.
    projects: Vec<CaseRow>,
    /// Other cases: positions, rounds, awards.
    cases: Vec<CaseRow>,
    /// 和米 in the wallet; nothing for who cannot back.
    hemi: Option<i64>,
    /// First steps of a new user; empty once all are done.
    checklist: Vec<CheckView>,
    /// How many of them are done.
    checked: i64,
    /// May one declare a project?
    may_declare: bool,
    /// Names of the roles that one holds.
    roles: Vec<Bilingual>,
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<WorkbenchView> {
    let who = call.acting()?;
    let view = call.read::<_, Never>(|read| view(read, &who))?;
    Ok(Reply::page("portal/me.html", view))
}

fn view(read: &Read, who: &Acting) -> words::Outcome<WorkbenchView, Never> {
    let now = read.now();
    let desk::TodoSum { first: todos, count, overdue } = desk::my_todo_sum(read, who, 200, TODOS)?;
    let (todo_count, overdue) = (count as i64, overdue as i64);
    let abouts = abouts(read, who, &todos)?;
    let (projects, cases) = mine(read, who)?;
    let back = crate::shell::holds_any(who, &["hemi.back"]);
    let checklist = checklist(read, who, !(projects.is_empty() && cases.is_empty()))?;
    let checked = checklist.iter().filter(|check| check.done).count() as i64;
    Ok(WorkbenchView {
        todos: todos.into_iter().map(|todo| TodoRow::of(todo, now, &abouts)).collect(),
        todo_count,
        overdue,
        messages: desk::inbox(read, &who.person, false, None, 8)?,
        unread: desk::unread_count(read, &who.person)?,
        projects,
        cases,
        hemi: if back { Some(hemi::wallet(read, &who.person)?) } else { None },
        checklist: if checked < checklist.len() as i64 { checklist } else { Vec::new() },
        checked,
        may_declare: crate::shell::holds_any(who, &["programme.declare"]),
        roles: roles(read, who)?,
    })
}

/// Whom to-dos are about, by their subject: three members of a team have three positions of one title.
fn abouts(read: &Read, who: &Acting, todos: &[Todo]) -> Result<BTreeMap<String, String>, Fault> {
    let cases: Vec<Id> = todos.iter().filter_map(|todo| Id::parse(&todo.subject).ok()).collect();
    let mut persons = programme::abouts(read, &cases)?;
    persons.retain(|_, person| *person != who.person);
    let names = identity::person_names(read, &persons.values().cloned().collect::<Vec<_>>())?;
    Ok(persons.into_iter().filter_map(|(case, person)| Some((case.to_string(), names.get(&person)?.clone()))).collect())
}

/// One's projects, and the other cases that one has to do with; what has ended comes last.
fn mine(read: &Read, who: &Acting) -> Result<(Vec<CaseRow>, Vec<CaseRow>), Fault> {
    let query = CaseQuery { person: Some(who.person.clone()), limit: 60, ..CaseQuery::default() };
    let mut rows = programme::rows(read, programme::find_cases(read, &query)?)?;
    rows.sort_by_key(|row| row.state.kind == "end");
    let (projects, cases): (Vec<CaseRow>, Vec<CaseRow>) = rows.into_iter().partition(|row| row.definition.starts_with("incubation."));
    Ok((projects, cases))
}

/// Names of the roles held, each once, in the order of the pack.
fn roles(read: &Read, who: &Acting) -> Result<Vec<Bilingual>, Fault> {
    let programme = packs::current(read)?;
    let held = |role: &&packs::Role| who.grants.iter().any(|grant| grant.role == role.key);
    Ok(programme.pack.roles.iter().filter(held).map(|role| Bilingual::new(&role.zh, &role.en)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_days_are_soon() {
        let now = Instant::parse("2026-11-22T08:00:00Z").unwrap();
        let table = [(None, Sla::Open), (Some(-1), Sla::Overdue), (Some(0), Sla::Overdue), (Some(SOON), Sla::Soon), (Some(SOON + 1), Sla::Calm)];
        for (seconds, wanted) in table {
            assert_eq!(sla(seconds.map(|seconds| now.plus_seconds(seconds)), now), wanted, "{seconds:?}");
        }
    }
}
