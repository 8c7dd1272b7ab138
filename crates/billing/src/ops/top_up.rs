//! A customer asks to pay into a wallet and gets a reference for the transfer; or the house gives a lot.
//!
//! Tells `TopUpAsked`. Invariant: asking moves no money.

use ledger::Posting;
use store::Tx;
use words::{Acting, Day, Failure, Id, Node, Outcome};

use crate::asks::{Asks, parties};
use crate::lot::Origin;
use crate::reference::reference;
use crate::refusal::WalletRefusal;
use crate::told::TopUpAsked;
use crate::top_up::{TopUp, TopUpState};
use crate::wallet::{LotDraft, make_lot};
use crate::{rights, sql, sql_wallet};

/// Most that is asked for at once: ten million yuan.
const MOST: i64 = 1_000_000_000;

/// Asks for a top-up of a wallet that one pays for.
pub fn ask_top_up<A: Asks>(tx: &mut Tx, who: &Acting, customer: &Id, amount_minor: i64) -> Outcome<TopUp, WalletRefusal> {
    if !parties::<A>(tx, who)?.contains(customer) {
        return Err(Failure::Absent);
    }
    if !(1..=MOST).contains(&amount_minor) {
        return Err(WalletRefusal::Amount.into());
    }
    let reference = reference(sql::numbers(tx, "reference", 1)?);
    let (id, asked_at) = (tx.id("top"), tx.now());
    let top_up = TopUp { id, customer: customer.clone(), reference, amount_minor, paid_minor: 0, state: TopUpState::Asked, asked_at };
    sql_wallet::top_up_insert(tx, &top_up, &who.person)?;
    tx.tell(who, &TopUpAsked { top_up: top_up.id.clone(), customer: customer.clone(), amount_minor })?;
    Ok(top_up)
}

/// A lot that the house gives, with an end and for what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftDraft {
    /// To whom.
    pub customer: Id,
    /// Fen.
    pub amount_minor: i64,
    /// Last day.
    pub expires_on: Option<Day>,
    /// What it pays for; everything, if nothing is named.
    pub subjects: Vec<String>,
    /// Why.
    pub reason: String,
}

/// Gives a lot. It pays before what was paid in.
pub fn give_lot<A: Asks>(tx: &mut Tx, who: &Acting, gift: &GiftDraft) -> Outcome<Id, WalletRefusal> {
    who.may(rights::RUN, &Node::group())?;
    if !(1..=MOST).contains(&gift.amount_minor) {
        return Err(WalletRefusal::Amount.into());
    }
    if gift.reason.trim().is_empty() {
        return Err(WalletRefusal::ReasonNeeded.into());
    }
    if gift.expires_on.is_some_and(|last| last < tx.now().day()) {
        return Err(WalletRefusal::Expired.into());
    }
    let draft = LotDraft {
        customer: &gift.customer,
        priority: 10,
        expires_on: gift.expires_on,
        subjects: gift.subjects.clone(),
        origin: Origin::Given,
        amount_minor: gift.amount_minor,
        reason: gift.reason.trim(),
    };
    let posting = |lot: &Id| Posting::new("billing.give", format!("billing.give:{lot}"), "billing.lot", lot).id("lot", lot).amount("amount", gift.amount_minor);
    Ok(make_lot::<A>(tx, who, draft, posting)?)
}
