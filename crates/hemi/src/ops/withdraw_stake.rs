//! A stake is taken back while the round is open.
//!
//! Tells `StakeWithdrawn`. Invariant: a frozen round gives nothing back.

use ledger::Book;
use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::ops::make_stake::refused_as_fault;
use crate::refusal::StakeRefusal;
use crate::round::{Round, RoundState};
use crate::stake::{Stake, StakeState};
use crate::told::StakeWithdrawn;
use crate::{sql, value};

/// Takes one's own stake back, whole.
pub fn withdraw_stake(tx: &mut Tx, book: &Book, who: &Acting, stake: &Id) -> Outcome<Stake, StakeRefusal> {
    let stake = sql::stake(tx, stake)?.filter(|stake| stake.person == who.person).ok_or(Failure::Absent)?;
    let round = sql::round(tx, &stake.round)?.ok_or(Failure::Absent)?;
    if stake.state != StakeState::Held {
        return Err(StakeRefusal::Ended { state: stake.state.as_str().into() }.into());
    }
    if round.state != RoundState::Open {
        return Err(StakeRefusal::RoundNotOpen { state: round.state.as_str().into() }.into());
    }
    give_back(tx, book, who, &round, stake)
}

/// Puts a held stake back into the wallet of a round that has not ended.
pub(crate) fn give_back<R>(tx: &mut Tx, book: &Book, who: &Acting, round: &Round, mut stake: Stake) -> Outcome<Stake, R> {
    refused_as_fault::<_, R>(value::unstake(tx, book, who, &stake))?;
    sql::stake_end(tx, &stake.id, StakeState::Withdrawn, stake.amount)?;
    let last = sql::staked_by(tx, &round.id, &stake.person)? == 0;
    sql::round_add(tx, &round.id, -stake.amount, -i64::from(last))?;
    let (id, person) = (stake.id.clone(), stake.person.clone());
    let (round_id, project, node) = (round.id.clone(), round.project.clone(), round.node.clone());
    tx.tell(who, &StakeWithdrawn { stake: id, round: round_id, project, node, person, amount: stake.amount, last })?;
    (stake.state, stake.payout, stake.ended_at) = (StakeState::Withdrawn, stake.amount, Some(tx.now()));
    Ok(stake)
}
