//! To-dos: opened, done, dropped, moved to somebody else.
//!
//! Tells `desk.todo_opened`, `desk.todo_ended`, `desk.todo_moved`. Who may is the caller's matter: its own rules make and end them.

use std::collections::BTreeSet;

use store::{Read, Tx};
use words::{Acting, Failure, Fault, Id, Never, Node, Outcome};

use crate::sql_todo::{self as sql, Line};
use crate::todo::{Owner, Todo, TodoDraft};
use crate::told::{TodoEnded, TodoMoved, TodoOpened};

/// More open to-dos of one owner than this are not shown at once.
const MOST: i64 = 500;

/// Opens a to-do, or puts another in the place of the one with the same key.
pub fn todo(tx: &mut Tx, who: &Acting, draft: &TodoDraft) -> Result<(), Fault> {
    sql::todo_put(tx, draft)?;
    tx.tell(who, &TodoOpened { subject: draft.subject.clone(), node: draft.node.clone(), key: draft.key.clone() }).map(drop)
}

/// It is done; `false` if there is no such open to-do.
pub fn todo_done(tx: &mut Tx, who: &Acting, key: &str) -> Result<bool, Fault> {
    end(tx, who, key, "done")
}

/// It is no longer needed; `false` if there is no such open to-do.
pub fn todo_dropped(tx: &mut Tx, who: &Acting, key: &str) -> Result<bool, Fault> {
    end(tx, who, key, "dropped")
}

fn end(tx: &mut Tx, who: &Acting, key: &str, state: &str) -> Result<bool, Fault> {
    let Some(todo) = sql::todo(tx, key)?.filter(|todo| todo.state == "open") else { return Ok(false) };
    sql::todo_end(tx, key, state)?;
    tx.tell(who, &TodoEnded { subject: todo.subject, node: todo.node, key: key.into(), state: state.into() })?;
    Ok(true)
}

/// Drops all open to-dos of a subject; returns how many.
pub fn todos_dropped_of(tx: &mut Tx, who: &Acting, subject: &str) -> Result<usize, Fault> {
    let open: Vec<Todo> = sql::todos_about(tx, subject)?.into_iter().filter(|todo| todo.state == "open").collect();
    for todo in &open {
        end(tx, who, &todo.key, "dropped")?;
    }
    Ok(open.len())
}

/// Somebody else has to do it now.
pub fn todo_move(tx: &mut Tx, who: &Acting, key: &str, to: &Owner) -> Outcome<Todo, Never> {
    let before = sql::todo(tx, key)?.filter(|todo| todo.state == "open").ok_or(Failure::Absent)?;
    let from = before.owner.name();
    sql::todo_move(tx, key, to, &from)?;
    tx.tell(who, &TodoMoved { subject: before.subject, node: before.node, key: key.into(), from, to: to.name() })?;
    sql::todo(tx, key)?.ok_or(Failure::Absent)
}

/// Moves all open to-dos of a person who leaves; returns how many.
pub fn todos_move_all(tx: &mut Tx, who: &Acting, from: &Id, to: &Owner) -> Outcome<usize, Never> {
    if matches!(to, Owner::Person(person) if person == from) {
        return Ok(0);
    }
    let mut moved = 0;
    loop {
        let open = sql::lines_of_person(tx, from, MOST)?;
        if open.is_empty() {
            return Ok(moved);
        }
        for line in &open {
            todo_move(tx, who, &line.key, to)?;
        }
        moved += open.len();
    }
}

/// One to-do.
pub fn todo_at(read: &Read, key: &str) -> Result<Option<Todo>, Fault> {
    sql::todo(read, key)
}

/// Open to-dos of a person and of the roles they hold, most urgent first, each once.
pub fn todos_of(read: &Read, person: &Id, roles: &[(String, Node)], limit: usize) -> Result<Vec<Todo>, Fault> {
    let mut lines = Lines::of(read, person, limit)?;
    for (role, node) in roles {
        lines.add(read, role, node, |_| true)?;
    }
    sql::todos(read, &lines.keys())
}

/// The same for whoever acts.
pub fn my_todos(read: &Read, who: &Acting, limit: usize) -> Result<Vec<Todo>, Fault> {
    sql::todos(read, &Lines::for_whom(read, who, limit)?.keys())
}

/// The most urgent to-dos of somebody, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodoSum {
    /// The most urgent ones.
    pub first: Vec<Todo>,
    /// How many there are, these among them.
    pub count: usize,
    /// How many of all are overdue.
    pub overdue: usize,
}

/// Their first `shown` of at most `most`; only those that are shown are read whole.
pub fn my_todo_sum(read: &Read, who: &Acting, most: usize, shown: usize) -> Result<TodoSum, Fault> {
    let (lines, now) = (Lines::for_whom(read, who, most)?, read.now());
    let overdue = lines.found.iter().take(most).filter(|line| line.due_at.is_some_and(|due| due <= now)).count();
    let mut keys = lines.keys();
    let count = keys.len();
    keys.truncate(shown);
    Ok(TodoSum { first: sql::todos(read, &keys)?, count, overdue })
}

/// How many of them there are, counted to `most`: what stands beside the workbench on every page, so no to-do is looked at for it.
pub fn my_todo_count(read: &Read, who: &Acting, most: usize) -> Result<usize, Fault> {
    Ok(Lines::for_whom(read, who, most)?.keys().len())
}

/// The most urgent to-dos of several owners, each once.
struct Lines {
    limit: usize,
    found: BTreeSet<Line>,
}

impl Lines {
    fn of(read: &Read, person: &Id, limit: usize) -> Result<Self, Fault> {
        let limit = limit.min(MOST as usize);
        Ok(Self { limit, found: sql::lines_of_person(read, person, limit as i64)?.into_iter().collect() })
    }

    /// What is owed by an office is not theirs in a case that they are too near to.
    fn for_whom(read: &Read, who: &Acting, limit: usize) -> Result<Self, Fault> {
        let mut lines = Self::of(read, &who.person, limit)?;
        for grant in &who.grants {
            lines.add(read, &grant.role, &grant.node, |node| who.grants.iter().any(|other| other.role == grant.role && other.reaches(node)))?;
        }
        Ok(lines)
    }

    /// Those of a role; if some of them do not count, others behind them may.
    fn add(&mut self, read: &Read, role: &str, node: &Node, counts: impl Fn(&Node) -> bool) -> Result<(), Fault> {
        let mut asked = self.limit as i64;
        loop {
            let lines = sql::lines_of_role(read, role, node, asked)?;
            let all = (lines.len() as i64) < asked;
            let fit: Vec<Line> = lines.into_iter().filter(|line| line.node.as_ref().is_none_or(&counts)).collect();
            if all || fit.len() >= self.limit || asked >= MOST {
                self.found.extend(fit);
                return Ok(());
            }
            asked = MOST;
        }
    }

    fn keys(self) -> Vec<String> {
        self.found.into_iter().take(self.limit).map(|line| line.key).collect()
    }
}

/// All to-dos about a subject, ended ones too.
pub fn todos_about(read: &Read, subject: &str) -> Result<Vec<Todo>, Fault> {
    sql::todos_about(read, subject)
}
