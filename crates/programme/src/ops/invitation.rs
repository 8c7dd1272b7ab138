//! An invitation has an end: before it the person is reminded, at it the invitation lapses and the lead hears of it.
//!
//! Invariant: whoever was named and has not answered is in the way of handing in until they answer, the lead withdraws it, or it lapses; nobody waits for ever.

use store::{Job, JobRun, Read, Tx};
use words::{Acting, Failure, Fault, Id, Instant, Span};

use crate::case::Case;
use crate::{bell, ops, sql};

/// Job: an invitation is to be remembered, or lapses.
pub(crate) const INVITATION: &str = "programme.invitation";
/// Days before the end on which the person is reminded.
const REMIND_DAYS: i64 = 3;

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Waiting {
    case: Id,
    person: Id,
    /// Is this the end, or the reminder before it?
    end: bool,
}

fn key(case: &Id, person: &Id, end: bool) -> String {
    format!("{case}/{person}/{}", if end { "end" } else { "remind" })
}

/// Until when an invitation can be answered.
pub(crate) fn answer_by(read: &Read, case: &Id, person: &Id) -> Result<Option<Instant>, Fault> {
    read.job_due(INVITATION, &key(case, person, true))
}

/// Starts both timers; returns the end.
pub(crate) fn wait(tx: &mut Tx, case: &Case, person: &Id) -> Result<Instant, Fault> {
    let now = tx.now();
    let programme = packs::current(tx)?;
    let period = programme.params(&case.node).at(now.day()).span("invitation_period").unwrap_or(Span::days(14));
    let end = now.plus(period).map_err(|_| Fault::new("an invitation outside the calendar"))?;
    for (at, last) in [(end.plus_seconds(-REMIND_DAYS * 86_400), false), (end, true)] {
        let body = Waiting { case: case.id.clone(), person: person.clone(), end: last };
        if at > now {
            tx.later(Job::new(INVITATION, key(&case.id, person, last)).at(at).body(&body))?;
        }
    }
    Ok(end)
}

/// It was answered or taken back.
pub(crate) fn stop(tx: &mut Tx, case: &Id, person: &Id) -> Result<(), Fault> {
    tx.cancel_job(INVITATION, &key(case, person, false))?;
    tx.cancel_job(INVITATION, &key(case, person, true))
}

/// A timer rang.
pub(crate) fn run(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let waiting: Waiting = run.body()?;
    let case: Case = sql::case::<words::Never>(tx, &waiting.case).map_err(Failure::into_fault)?;
    let invited = sql::members(tx, &case.id)?.into_iter().find(|member| member.person == waiting.person && member.state == "invited");
    let Some(member) = invited else { return Ok(()) };
    if !waiting.end {
        let until = answer_by(tx, &case.id, &waiting.person)?;
        return bell::invitation_waits(tx, &case, &waiting.person, until);
    }
    let system = Acting::system("clock");
    ops::put_member(tx, &system, &case, &waiting.person, "expired", member.home, "").map_err(Failure::into_fault)?;
    bell::invitation_lapsed(tx, &case, &waiting.person)?;
    ops::settle_around(tx, &case)
}
