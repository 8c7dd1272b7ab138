//! The trial balance as of a day.

use ledger::{AsOf, TrialLine};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Reply, Sheet};
use words::{Amount, Day, Never};

use super::names::{Names, names};
use super::of_the_group;
use crate::rights;

/// Lines on a page.
const PAGE: usize = 100;

/// Up to when, and which accounts.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct TrialQuery {
    /// Business day, inclusive; today if not said.
    as_of: Option<Day>,
    /// Part of the path.
    #[serde(default)]
    #[schemars(length(max = 200))]
    q: String,
    /// Path of the last account of the page before.
    #[serde(default)]
    #[schemars(length(max = 300))]
    cursor: String,
}

/// The trial balance.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TrialView {
    /// Business day.
    as_of: Day,
    /// Filter in force.
    q: String,
    /// Accounts of this page.
    lines: Vec<TrialLine>,
    /// What people call the accounts of this page.
    names: Names,
    /// How many accounts fit the filter.
    accounts: i64,
    /// Per asset: debits of all accounts, which are its credits.
    totals: Vec<Amount>,
    /// May whoever looks take the journal away?
    may_export: bool,
}

pub(super) fn show(call: &Call, query: TrialQuery) -> Answer<TrialView> {
    let who = of_the_group(call, rights::LEDGER_READ)?;
    let as_of = query.as_of.unwrap_or_else(|| call.now().day());
    let trial = call.read::<_, Never>(|read| Ok(ledger::trial_balance(read, AsOf::Day(as_of))?))?;
    let found: Vec<TrialLine> = trial.lines.into_iter().filter(|line| line.path.contains(query.q.trim())).collect();
    let (sheet, accounts) = (sheet(&found), found.len() as i64);
    let mut lines: Vec<TrialLine> = found.into_iter().filter(|line| query.cursor.is_empty() || line.path > query.cursor).collect();
    let next = if lines.len() > PAGE { lines.get(PAGE - 1).map(|line| line.path.clone()) } else { None };
    lines.truncate(PAGE);
    let names = call.read::<_, Never>(|read| Ok(names(read, lines.iter().map(|line| line.path.as_str()))?))?;
    let may_export = who.can(rights::LEDGER_EXPORT, &words::Node::group());
    Ok(Reply::page("portal/ledger.html", TrialView { as_of, q: query.q, lines, names, accounts, totals: trial.totals, may_export }).sheet(sheet).next(next))
}

fn sheet(lines: &[TrialLine]) -> Sheet {
    Sheet::new("trial-balance", &["portal-col-account", "portal-col-asset", "portal-col-debits", "portal-col-credits", "portal-col-balance"]).rows(
        lines.iter().map(|line| {
            vec![
                (&line.path).into(),
                line.balance.asset.to_string().into(),
                line.debits.clone().into(),
                line.credits.clone().into(),
                line.balance.clone().into(),
            ]
        }),
    )
}
