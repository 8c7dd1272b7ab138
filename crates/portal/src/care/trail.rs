//! The trail of an object: everything that was told about it, oldest first.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Problem, Reply};
use words::{Id, IfAny, Never};

use super::log::{EventRow, rows};
use crate::rights;

/// Events on a page.
const PAGE: i64 = 200;

/// Where to go on.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct TrailQuery {
    /// Number of the last event of the page before.
    cursor: Option<i64>,
}

/// The trail.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TrailView {
    /// The object.
    subject: String,
    /// What people call it, if it is a case or a person.
    name: Option<String>,
    /// Where it can be seen, if it is a case.
    href: Option<String>,
    /// What was told about it.
    events: Vec<EventRow>,
}

pub(super) fn show(call: &Call, query: TrailQuery) -> Answer<TrailView> {
    let (who, subject) = (call.acting()?, call.path_text("subject").to_owned());
    let (view, next) = call.read::<_, Never>(|read| {
        let found = read.events_of(&subject, query.cursor.unwrap_or(0), PAGE)?;
        let next = if found.len() as i64 == PAGE { found.last().and_then(|event| event.seq) } else { None };
        let seen = found.into_iter().filter(|event| who.can(rights::AUDIT, &event.node)).collect();
        let id = Id::parse(&subject).ok();
        let case = id.as_ref().map(|id| programme::case(read, id).if_any()).transpose()?.flatten();
        let seen_by_them = case.as_ref().map(|case| programme::may_see::<Never>(read, &who, case).if_any()).transpose()?.flatten().is_some();
        let name = match (&case, &id) {
            (Some(case), _) if seen_by_them => Some(format!("{} {}", case.number, case.title)),
            (Some(case), _) => Some(case.number.clone()),
            (None, Some(id)) => identity::person_names(read, std::slice::from_ref(id))?.remove(id),
            (None, None) => None,
        };
        let href = case.filter(|_| seen_by_them).map(|case| format!("/cases/{}", case.id));
        Ok((TrailView { name, href, events: rows(read, seen)?, subject: subject.clone() }, next))
    })?;
    if view.events.is_empty() && query.cursor.is_none() {
        return Err(Problem::absent());
    }
    Ok(Reply::page("portal/trail.html", view).next(next.map(|seq| seq.to_string())))
}
