//! How 和米 move: the postings of this crate by the templates of the pack, and the balances it reads.
//!
//! Invariant: every posting has a key made of the row that causes it, so nothing is posted twice. There is no posting that
//! takes money, gives money, or goes from one person to another.

use ledger::{Book, LedgerRefusal, Posted, Posting};
use store::{Read, Tx};
use words::{Acting, Fault, Id, Outcome};

use crate::round::Round;
use crate::stake::{Ending, Stake};

/// The reward pool.
pub(crate) const POOL: &str = "hemi:pool";

pub(crate) fn wallet_path(person: &Id) -> String {
    format!("hemi:wallet:{person}")
}

pub(crate) fn stake_path(project: &Id, person: &Id) -> String {
    format!("hemi:stake:{project}:{person}")
}

pub(crate) fn balance(read: &Read, path: &str) -> Result<i64, Fault> {
    ledger::available(read, path)
}

pub(crate) fn grant(tx: &mut Tx, book: &Book, who: &Acting, season: &Id, person: &Id, amount: i64) -> Outcome<Posted, LedgerRefusal> {
    let posting = Posting::new("hemi.grant", format!("hemi.grant:{season}:{person}"), "hemi.season", season);
    ledger::post(tx, book, who, posting.id("season", season).id("person", person).amount("amount", amount))
}

pub(crate) fn stake(tx: &mut Tx, book: &Book, who: &Acting, stake: &Stake) -> Outcome<Posted, LedgerRefusal> {
    let posting = Posting::new("hemi.stake", format!("hemi.stake:{}", stake.id), "hemi.stake", &stake.id);
    ledger::post(tx, book, who, posting.id("case", &stake.project).id("person", &stake.person).amount("amount", stake.amount))
}

pub(crate) fn unstake(tx: &mut Tx, book: &Book, who: &Acting, stake: &Stake) -> Outcome<Posted, LedgerRefusal> {
    let posting = Posting::new("hemi.unstake", format!("hemi.unstake:{}", stake.id), "hemi.stake", &stake.id);
    ledger::post(tx, book, who, posting.id("case", &stake.project).id("person", &stake.person).amount("amount", stake.amount))
}

/// Ends all that a person has in a round with one posting. Returns what went into their wallet, 和米.
pub(crate) fn end(tx: &mut Tx, book: &Book, who: &Acting, round: &Round, person: &Id, staked: i64) -> Outcome<i64, LedgerRefusal> {
    let ending = Ending::of(round).ok_or_else(|| Fault::new(format!("round {} has not ended", round.id)))?;
    let (template, name) = match ending {
        Ending::Reward => ("hemi.settle.success", "stake"),
        Ending::Burn => ("hemi.settle.failure", "stake"),
        Ending::Refund => ("hemi.unstake", "amount"),
    };
    let posting = Posting::new(template, format!("hemi.end:{}:{person}", round.id), "hemi.round", &round.id);
    let posted = ledger::post(tx, book, who, posting.id("case", &round.project).id("person", person).amount(name, staked))?;
    let paid = posted.moved_to(&wallet_path(person));
    let due = ending.payout(round.multiplier, staked);
    if paid == due { Ok(paid) } else { Err(Fault::new(format!("the book pays {paid} for {staked} in round {}, its terms say {due}", round.id)).into()) }
}
