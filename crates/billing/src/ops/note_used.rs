//! Units were used that nobody had asked for before: they count all the same, and what they cost is set aside as far as there is money.
//!
//! Asks the ledger. Invariant: whatever is short stops what comes: nothing more is admitted until there is money, or a limit, for all that was used. So a limit is passed by the price
//! of what was brought at once, at most, and never by what was asked for.

use store::Tx;
use words::{Acting, Fault};

use super::reserve::{State, counts, take_limit};
use crate::asks::Asks;
use crate::drafts::Prices;
use crate::lot::serving;
use crate::month::Month;
use crate::reserves::Reserve;
use crate::subscription::Subscription;
use crate::{sql, sql_wallet, wallet};

/// Takes note of units of a subject's meter that were used in a month. What nobody bills is left alone.
pub fn note_used<A: Asks>(tx: &mut Tx, who: &Acting, subject: &str, meter: &str, month: Month, units: i64) -> Result<(), Fault> {
    let live: Vec<Subscription> = sql::of_subject(tx, subject)?.into_iter().filter(|one| one.span(month).is_some()).collect();
    let Some(customer) = live.iter().find(|one| counts(one, meter)).map(|one| one.customer.clone()) else { return Ok(()) };
    let billed = sql::run(tx, month)?.is_some_and(|run| run.done);
    if units <= 0 || billed {
        // Of a month that is billed it is a correction, which lots pay.
        return Ok(());
    }
    let prices = Prices::of::<A>(tx)?;
    let state = State::of(tx, &prices, (subject, meter), month, &customer, &live)?;
    let today = tx.now().day();
    let wanted = state.wallet_asks(&prices, units)?.min(state.free);
    let drawn = rating::draw(&serving(&sql_wallet::lots(tx, &customer)?, subject, today), wanted, today);
    wallet::hold::<A>(tx, who, subject, drawn.parts)?;
    let taken = if month == Month::of(today) { take_limit::<A>(tx, who, &state, &prices, subject, units)? } else { 0 };
    let calls = state.admitted.calls(meter).saturating_add(units);
    sql_wallet::reserve_put(tx, subject, &Reserve { month, meter: meter.to_owned(), calls, limit_minor: state.own_limit + taken })
}
