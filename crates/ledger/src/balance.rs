//! Balances now, as of a moment of commit, and as of a business day; the trial balance. Reads only.
//!
//! Invariant (I21): a balance as of a moment equals a replay of the transfers that stopped there.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Amount, Asset, Day, Fault, Instant};

use crate::book::Standing;
use crate::sheet::{Account, standing_of};
use crate::sql;

/// An account as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Balance {
    /// Path.
    pub path: String,
    /// Credits less debits that were posted.
    pub posted: Amount,
    /// Held for others: part of what was posted and not available.
    pub held: Amount,
    /// Posted less held.
    pub available: Amount,
    /// Held by others for this account.
    pub expected: Amount,
    /// Number of its entries.
    pub entries: i64,
}

/// Up to when to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// Everything that was committed until this moment.
    Moment(Instant),
    /// Everything with a business day up to this one, whenever it was committed.
    Day(Day),
}

/// A line of the trial balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrialLine {
    /// Path.
    pub path: String,
    /// Debits.
    pub debits: Amount,
    /// Credits.
    pub credits: Amount,
    /// Credits less debits.
    pub balance: Amount,
}

/// All accounts with debits and credits; per asset the two sums are equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrialBalance {
    /// Accounts in order of their paths.
    pub lines: Vec<TrialLine>,
    /// Per asset: sum of debits, which is the sum of credits.
    pub totals: Vec<Amount>,
}

fn asset(code: &str) -> Asset {
    Asset::parse(code).unwrap_or_else(|| Asset { code: code.to_owned(), scale: 0 })
}

impl Balance {
    pub(crate) fn of(account: &Account) -> Self {
        let unit = asset(&account.asset);
        let amount = |minor: i64| Amount { minor, asset: unit.clone() };
        Self {
            path: account.path.clone(),
            posted: amount(account.posted()),
            held: amount(account.dr_pending),
            available: amount(account.available()),
            expected: amount(account.cr_pending),
            entries: account.entries,
        }
    }
}

/// The account at a path; `None` if nothing ever touched it.
pub fn balance(read: &Read, path: &str) -> Result<Option<Balance>, Fault> {
    Ok(sql::account_at(read, path)?.as_ref().map(Balance::of))
}

/// Minor units available at a path; 0 if nothing ever touched it.
pub fn available(read: &Read, path: &str) -> Result<i64, Fault> {
    Ok(sql::account_at(read, path)?.map_or(0, |account| account.available()))
}

/// Accounts whose path begins with `prefix`, after the path `after` (empty: from the first), at most `limit`.
pub fn balances(read: &Read, prefix: &str, after: &str, limit: i64) -> Result<Vec<Balance>, Fault> {
    Ok(sql::accounts_below(read, prefix, after, limit.clamp(1, 10_000))?.iter().map(Balance::of).collect())
}

/// Where an account stands in its asset: holder, mint or burn.
pub fn standing(read: &Read, path: &str) -> Result<Option<Standing>, Fault> {
    Ok(sql::account_at(read, path)?.map(|account| standing_of(&account.standing)))
}

/// Posted balance at a path as of a moment or day, minor units.
pub fn balance_as_of(read: &Read, path: &str, as_of: AsOf) -> Result<i64, Fault> {
    let mut at = sql::account_at(read, path)?.and_then(|account| account.last);
    let mut sum = 0i64;
    while let Some(from) = at {
        let entries = sql::walk(read, path, &from, 500)?;
        for entry in &entries {
            let side = if entry.debit.path == path { &entry.debit } else { &entry.credit };
            match as_of {
                AsOf::Moment(moment) if entry.made_at <= moment => return Ok(side.after),
                AsOf::Moment(_) => {}
                AsOf::Day(day) if entry.effective <= day => sum += if entry.debit.path == path { -entry.posted } else { entry.posted },
                AsOf::Day(_) => {}
            }
        }
        at = entries.last().and_then(|last| if last.debit.path == path { last.debit.prev.clone() } else { last.credit.prev.clone() });
    }
    Ok(sum)
}

/// The trial balance as of a moment or day.
pub fn trial_balance(read: &Read, as_of: AsOf) -> Result<TrialBalance, Fault> {
    let sums = match as_of {
        AsOf::Moment(moment) => sql::sums(read, sql::Sums::UntilMoment(moment))?,
        AsOf::Day(day) => sql::sums(read, sql::Sums::Days(String::new(), day.to_string()))?,
    };
    let mut totals: std::collections::BTreeMap<Asset, i64> = std::collections::BTreeMap::new();
    let mut lines = Vec::with_capacity(sums.len());
    for (path, code, debits, credits) in sums {
        let unit = asset(&code);
        *totals.entry(unit.clone()).or_default() += debits;
        let amount = |minor: i64| Amount { minor, asset: unit.clone() };
        lines.push(TrialLine { path, debits: amount(debits), credits: amount(credits), balance: amount(credits - debits) });
    }
    Ok(TrialBalance { lines, totals: totals.into_iter().map(|(asset, minor)| Amount { minor, asset }).collect() })
}
