//! The owner of an app says who pays for it: they themselves, or a firm for which they develop.
//!
//! Tells `PayerChosen`. Invariant: an hour of use belongs to one payer. So it is chosen between bills only: while nothing was subscribed this month, and nothing
//! of the months before is set aside or waits to be paid out of a wallet.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::app::{App, AppState};
use crate::payer::{DEVELOP, firm_place};
use crate::refusal::PayerRefusal;
use crate::told::PayerChosen;
use crate::{Asks, sql, sql_subscription};

/// Chooses a firm, or oneself.
pub fn choose_payer<A: Asks>(tx: &mut Tx, who: &Acting, app: &Id, payer: Option<&Id>) -> Outcome<App, PayerRefusal> {
    let mut app = sql::app(tx, app)?.filter(|app| app.owner == who.person).ok_or(Failure::Absent)?;
    if app.state == AppState::Closed {
        return Err(PayerRefusal::AppClosed.into());
    }
    if app.payer.as_ref() == payer {
        return Ok(app);
    }
    if payer.is_some_and(|firm| !who.can(DEVELOP, &firm_place(firm))) {
        return Err(PayerRefusal::Firm.into());
    }
    if is_billed(tx, &app)? || A::is_unsettled(tx, &app.id)? {
        return Err(PayerRefusal::BetweenBills.into());
    }
    app.payer = payer.cloned();
    sql::payer_put(tx, &app)?;
    tx.tell(who, &PayerChosen { app: app.id.clone(), owner: app.owner.clone(), payer: app.payer.clone() })?;
    Ok(app)
}

/// Is, or was, something subscribed in this month, or asked for?
fn is_billed(tx: &Tx, app: &App) -> Result<bool, words::Fault> {
    let month = tx.now().day().first_of_month().start();
    let this_month = |one: &crate::Subscription| one.ended_at.is_none_or(|end| one.began_at.is_some() && end > month);
    Ok(sql_subscription::of_app(tx, &app.id)?.iter().any(this_month))
}
