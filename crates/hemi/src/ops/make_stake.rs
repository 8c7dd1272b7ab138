//! Somebody backs a project.
//!
//! Asks the ledger for the wallet and the pool; tells `StakeMade`, from which a reaction makes the relation (scenario 4).
//! Invariant: whatever wins, the pool can pay.

use ledger::{Book, LedgerRefusal};
use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::refusal::StakeRefusal;
use crate::round::{RoundState, Standing};
use crate::stake::{Stake, StakeState};
use crate::told::StakeMade;
use crate::{rights, sql, value};

/// Makes a stake of whole 和米. The round is written in the same transaction, so two last-minute stakes queue rather than race.
pub fn make_stake(tx: &mut Tx, book: &Book, who: &Acting, round: &Id, amount: i64) -> Outcome<Stake, StakeRefusal> {
    let round = sql::round(tx, round)?.filter(|round| round.state != RoundState::Draft).ok_or(Failure::Absent)?;
    rights::may_back(who, &round.node)?;
    let staked = sql::staked_by(tx, &round.id, &who.person)?;
    let standing = Standing {
        bar: rights::bar(tx, who, &round)?,
        staked,
        wallet: value::balance(tx, &value::wallet_path(&who.person))?,
        pool_free: value::balance(tx, value::POOL)? - sql::pool_due(tx)?,
    };
    round.admit(amount, standing)?;
    let stake = Stake {
        id: tx.id("stk"),
        round: round.id.clone(),
        project: round.project.clone(),
        person: who.person.clone(),
        amount,
        state: StakeState::Held,
        payout: 0,
        made_at: tx.now(),
        ended_at: None,
    };
    value::stake(tx, book, who, &stake).or_else(|failure| short(failure, amount))?;
    sql::stake_insert(tx, &stake)?;
    sql::round_add(tx, &round.id, amount, i64::from(staked == 0))?;
    let (round_id, project, person) = (round.id, round.project, stake.person.clone());
    tx.tell(who, &StakeMade { stake: stake.id.clone(), round: round_id, project, node: round.node, person, amount })?;
    Ok(stake)
}

/// The ledger has the last word on the wallet (holds may bind some of it); any other refusal of it is our fault, not the backer's.
fn short<T>(failure: Failure<LedgerRefusal>, asked: i64) -> Outcome<T, StakeRefusal> {
    match failure {
        Failure::Refused(LedgerRefusal::Short { available, .. }) => Err(StakeRefusal::Short { asked, available }.into()),
        other => Err(Failure::Broken(other.into_fault())),
    }
}

/// What a person's wallet holds, 和米.
pub fn wallet(read: &store::Read, person: &Id) -> Outcome<i64, words::Never> {
    Ok(value::balance(read, &value::wallet_path(person))?)
}

pub(crate) fn refused_as_fault<T, R>(outcome: Outcome<T, LedgerRefusal>) -> Outcome<T, R> {
    outcome.map_err(|failure| Failure::Broken(failure.into_fault()))
}
