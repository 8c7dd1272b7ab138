//! A round ends: stakes are paid with the reward, burned, or given back, person by person, in chunks by a job.
//!
//! Asks the ledger; tells `RoundSettled` at once and `RoundPaid` when every stake has found its end.
//! Invariant: a stake ends once, however often the job or the reaction comes again.

use store::{Job, JobRun, Tx};
use words::{Acting, Failure, Fault, Id, Outcome};

use crate::asks::Asks;
use crate::ops::make_stake::refused_as_fault;
use crate::refusal::RoundRefusal;
use crate::round::{Round, RoundState};
use crate::stake::{Ending, StakeState};
use crate::told::{RoundPaid, RoundSettled};
use crate::{rights, sql, value};

/// People whose stakes end in one closure: with one or two stakes each, at most some 200 rows.
const CHUNK: i64 = 100;
/// Name of the job.
pub(crate) const JOB: &str = "hemi.settle_round";

/// How the office or the project's outcome ends a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundEnd {
    /// The project succeeded.
    Success,
    /// The project failed.
    Failure,
    /// There is nothing to decide (the project was withdrawn, the round was a mistake).
    Void,
}

impl RoundEnd {
    fn state(self) -> RoundState {
        match self {
            Self::Success => RoundState::SettledSuccess,
            Self::Failure => RoundState::SettledFailure,
            Self::Void => RoundState::Void,
        }
    }
}

/// Ends a round. Asked again for the same end, it changes nothing; for another end, it is refused.
pub fn settle_round(tx: &mut Tx, who: &Acting, round: &Id, end: RoundEnd, reason: &str) -> Outcome<Round, RoundRefusal> {
    let mut round = sql::round(tx, round)?.ok_or(Failure::Absent)?;
    who.may(rights::RUN, &round.node)?;
    if !round.state.may_become(end.state())? {
        return Ok(round);
    }
    if reason.trim().is_empty() {
        return Err(RoundRefusal::ReasonNeeded.into());
    }
    sql::round_move(tx, &round.id, end.state(), reason.trim())?;
    tx.later(Job::new(JOB, round.id.as_str()))?;
    round.state = end.state();
    let (project, node, state) = (round.project.clone(), round.node.clone(), round.state.as_str().to_owned());
    tx.tell(who, &RoundSettled { round: round.id.clone(), project, node, state, held: round.held, reason: reason.trim().into() })?;
    Ok(round)
}

pub(crate) fn run<A: Asks>(tx: &mut Tx, job: &JobRun) -> Result<(), Fault> {
    let book = A::book(tx)?;
    let round = Id::fixed(job.key.clone());
    let left = settle_chunk(tx, &book, &round).map_err(Failure::into_fault)?;
    if left { tx.later(Job::new(JOB, job.key.clone())) } else { Ok(()) }
}

/// Ends the stakes of up to 100 people of an ended round; `true` if there may be more.
pub fn settle_chunk(tx: &mut Tx, book: &ledger::Book, round: &Id) -> Outcome<bool, RoundRefusal> {
    let who = Acting::system("hemi");
    let round = sql::round(tx, round)?.ok_or(Failure::Absent)?;
    let people = sql::holders(tx, &round.id, CHUNK)?;
    for person in &people {
        end_stakes(tx, book, &who, &round, person)?;
    }
    let left = i64::try_from(people.len()).unwrap_or(i64::MAX) >= CHUNK;
    if !left && round.paid_at.is_none() {
        sql::round_paid(tx, &round.id)?;
        let (staked, paid) = sql::round_sums(tx, &round.id)?;
        tx.tell(&who, &RoundPaid { round: round.id.clone(), project: round.project.clone(), node: round.node.clone(), staked, paid })?;
    }
    Ok(left)
}

/// One posting for all that a person has in the round, and the end of each of their stakes.
fn end_stakes(tx: &mut Tx, book: &ledger::Book, who: &Acting, round: &Round, person: &Id) -> Outcome<(), RoundRefusal> {
    let ending = Ending::of(round).ok_or_else(|| Fault::new(format!("round {} has not ended", round.id)))?;
    let stakes: Vec<_> = sql::stakes_by(tx, &round.id, person)?.into_iter().filter(|stake| stake.state == StakeState::Held).collect();
    let staked = stakes.iter().map(|stake| stake.amount).sum();
    refused_as_fault::<_, RoundRefusal>(value::end(tx, book, who, round, person, staked))?;
    for stake in &stakes {
        sql::stake_end(tx, &stake.id, ending.state(), ending.payout(round.multiplier, stake.amount))?;
    }
    Ok(())
}
