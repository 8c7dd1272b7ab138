//! What `verify` compares: the state of each case with its moves, its time limit with the timer.
//!
//! Asks moves, definitions, timers and, where a case jumps, the log. Invariant: a case is where its last move, or a migration told after it, led. A case whose opening is not sealed yet is looked at next time.

use store::{Checked, Finding, Read, Tell};
use words::{Fault, Instant};

use crate::case::Case;

use crate::told::{CaseMigrated, CaseOpened};
use crate::{CaseQuery, find_cases, ops, sql};

const PAGE: i64 = 500;

/// Replays the moves of every case: each must begin where the one before ended, and the state must be where the last one led.
pub(crate) fn states_and_timers(read: &Read) -> Result<Checked, Fault> {
    let mut checked = Checked::default();
    let mut after = String::new();
    loop {
        let query = CaseQuery { after: after.clone(), limit: PAGE, ..CaseQuery::default() };
        let page = find_cases(read, &query)?;
        checked.add(Checked::each(&page, |case| Ok(wrong_with(read, case)?.map(|message| Finding::new("programme_case", case.id.as_str(), message))))?);
        match page.last() {
            Some(last) if page.len() as i64 == PAGE => after = last.id.to_string(),
            _ => return Ok(checked),
        }
    }
}

fn wrong_with(read: &Read, case: &Case) -> Result<Option<String>, Fault> {
    Ok(match off_its_moves(read, case)? {
        Some(wrong) => Some(wrong),
        None => off_its_timer(read, case)?,
    })
}

fn off_its_moves(read: &Read, case: &Case) -> Result<Option<String>, Fault> {
    let Some(opened) = read.events_of(case.id.as_str(), 0, 1)?.pop() else { return Ok(None) };
    let (mut state, mut at) = (opened.data::<CaseOpened>()?.state, case.opened_at);
    for made in sql::moves(read, &case.id)? {
        if made.from != state && !migrated(read, case, &made.from, at, made.at)? {
            return Ok(Some(format!("move {} begins in {} but the case was in {state}", made.id, made.from)));
        }
        (state, at) = (made.to, made.at);
    }
    let fits = state == case.state || migrated(read, case, &case.state, at, read.now())?;
    Ok((!fits).then(|| format!("is in {} but its moves lead to {state}", case.state)))
}

/// Did a migration bring the case to this state in this time?
fn migrated(read: &Read, case: &Case, state: &str, from: Instant, until: Instant) -> Result<bool, Fault> {
    let mut after = 0;
    loop {
        let page = read.events_of(case.id.as_str(), after, PAGE)?;
        for event in page.iter().filter(|event| event.kind == CaseMigrated::KIND && from <= event.at && event.at <= until) {
            if event.data::<CaseMigrated>()?.state == state {
                return Ok(true);
            }
        }
        match page.last().and_then(|last| last.seq) {
            Some(seq) if page.len() as i64 == PAGE => after = seq,
            _ => return Ok(false),
        }
    }
}

fn off_its_timer(read: &Read, case: &Case) -> Result<Option<String>, Fault> {
    let Some(ends) = case.due_at.filter(|at| *at > read.now()) else { return Ok(None) };
    let due = read.job_due(ops::CLOCK, &format!("{}/{}", case.id, lifecycle::SLA))?;
    Ok((due != Some(ends)).then(|| format!("its time ends at {ends:?} but the timer is set to {due:?}")))
}
