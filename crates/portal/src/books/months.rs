//! Months: which are closed, and closing one after a second look at what it moved.
//!
//! Invariant: nothing is closed from the list; the page of the month shows what is closed, and asks for the month to be typed.

use std::collections::BTreeMap;

use ledger::{AsOf, Period, TrialLine};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Answer, Call, Nothing, Problem, Reply};
use words::{Amount, Day, Fault, Never, month_of};

use super::of_the_group;
use crate::rights;

/// Months shown in the list.
const SHOWN: i32 = 24;

/// A month.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MonthRow {
    /// `2026-10`
    month: String,
    /// When and with which hash it was closed.
    closed: Option<Period>,
    /// Is it over?
    over: bool,
}

/// The list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MonthsView {
    /// Newest first.
    months: Vec<MonthRow>,
    /// May whoever looks close one?
    may_close: bool,
}

pub(super) fn list(call: &Call, _: Nothing) -> Answer<MonthsView> {
    let who = of_the_group(call, rights::LEDGER_READ)?;
    let closed = call.read::<_, Never>(|read| Ok(ledger::closed_months(read)?))?;
    let mut day = call.now().day().first_of_month();
    let mut months = Vec::new();
    for back in 0..SHOWN {
        let month = month_of(day);
        months.push(MonthRow { closed: closed.iter().find(|period| period.month == month).cloned(), month, over: back > 0 });
        day = day.plus_days(-1).first_of_month();
    }
    let may_close = who.can(rights::LEDGER_CLOSE, &words::Node::group());
    Ok(Reply::page("portal/months.html", MonthsView { months, may_close }))
}

/// What an account moved in the month.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MovedLine {
    /// Path.
    path: String,
    /// Debits of the month.
    debits: Amount,
    /// Credits of the month.
    credits: Amount,
    /// Balance at its end.
    balance: Amount,
}

/// A month before it is closed, or after.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MonthView {
    /// `2026-10`
    month: String,
    /// First day.
    from: Day,
    /// Last day.
    until: Day,
    /// When and with which hash it was closed.
    closed: Option<Period>,
    /// Is it over?
    over: bool,
    /// May whoever looks close it now?
    may_close: bool,
    /// Accounts that moved, at most 500.
    lines: Vec<MovedLine>,
    /// How many accounts moved.
    moved: i64,
}

fn first_day(month: &str) -> Result<Day, Problem> {
    Day::parse(&format!("{month}-01")).map_err(|_| Problem::absent())
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<MonthView> {
    let who = of_the_group(call, rights::LEDGER_READ)?;
    let (from, month) = (first_day(call.path_text("month"))?, call.path_text("month").to_owned());
    let (closed, mut lines) = call.read::<_, Never>(|read| {
        let closed = ledger::closed_months(read)?.into_iter().find(|period| period.month == month);
        Ok((closed, moved(read, from)?))
    })?;
    let over = from.last_of_month() < call.now().day();
    let may_close = over && closed.is_none() && who.can(rights::LEDGER_CLOSE, &words::Node::group());
    let count = lines.len() as i64;
    lines.truncate(500);
    Ok(Reply::page("portal/month.html", MonthView { month, from, until: from.last_of_month(), closed, over, may_close, lines, moved: count }))
}

/// Sums at the end of the month less the sums before it.
fn moved(read: &Read, from: Day) -> Result<Vec<MovedLine>, Fault> {
    let before = ledger::trial_balance(read, AsOf::Day(from.plus_days(-1)))?;
    let before: BTreeMap<String, TrialLine> = before.lines.into_iter().map(|line| (line.path.clone(), line)).collect();
    let after = ledger::trial_balance(read, AsOf::Day(from.last_of_month()))?;
    let line = |line: TrialLine| {
        let (debits, credits) = before.get(&line.path).map_or((0, 0), |old| (old.debits.minor, old.credits.minor));
        let less = |amount: &Amount, old: i64| Amount { minor: amount.minor - old, asset: amount.asset.clone() };
        MovedLine { debits: less(&line.debits, debits), credits: less(&line.credits, credits), path: line.path, balance: line.balance }
    };
    Ok(after.lines.into_iter().map(line).filter(|line| line.debits.minor != 0 || line.credits.minor != 0).collect())
}

/// The second look: the month, typed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct CloseForm {
    /// `2026-10`, as on the page.
    #[schemars(length(max = 10))]
    confirm: String,
}

pub(super) fn close(call: &Call, form: CloseForm) -> Answer<Period> {
    let (who, month) = (of_the_group(call, rights::LEDGER_CLOSE)?, call.path_text("month").to_owned());
    first_day(&month)?;
    if form.confirm.trim() != month {
        return Err(Problem::field("/confirm", "portal-month-not-confirmed"));
    }
    call.write("ledger.close_month", move |tx| {
        let period = ledger::close_month(tx, &who, &month)?;
        Ok(Reply::done(format!("/ledger/months/{month}"), period).say("portal-month-closed"))
    })
}
