//! Accounts by search, and the statement of one.

use ledger::{AsOf, Balance, Entry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Answer, Call, Problem, Reply, Sheet};
use words::{Amount, Day, Fault, Never};

use super::behind::{ThingView, things};
use super::names::{Names, names};
use super::of_the_group;
use crate::rights;

/// Accounts and entries on a page.
const PAGE: i64 = 50;
/// Accounts looked through at a time, and how often, when a part of the path is searched.
const LOOKED_THROUGH: i64 = 1_000;
const LOOKS: usize = 20;

/// Which accounts, or which one.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct AccountsQuery {
    /// Exact path: shows its statement.
    #[serde(default)]
    #[schemars(length(max = 300))]
    path: String,
    /// Part of the path: lists accounts.
    #[serde(default)]
    #[schemars(length(max = 200))]
    q: String,
    /// Balance as of this business day too.
    as_of: Option<Day>,
    /// Where to go on.
    #[schemars(length(max = 300))]
    cursor: Option<String>,
}

/// One account.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AccountView {
    /// As it stands.
    balance: Balance,
    /// Posted balance as of the day asked for.
    as_of: Option<Amount>,
    /// Entries, newest first.
    entries: Vec<Entry>,
    /// What the words of the path stand for.
    things: Vec<ThingView>,
}

/// Accounts, or one.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AccountsView {
    /// Path in force.
    path: String,
    /// Filter in force.
    q: String,
    /// Day in force.
    day: Option<Day>,
    /// Accounts found.
    accounts: Vec<Balance>,
    /// What people call the accounts shown.
    names: Names,
    /// The account, if one was asked for.
    account: Option<AccountView>,
}

pub(super) fn show(call: &Call, query: AccountsQuery) -> Answer<AccountsView> {
    let who = of_the_group(call, rights::LEDGER_READ)?;
    if query.path.is_empty() {
        return list(call, query);
    }
    let (account, next) = call.read::<_, Never>(|read| Ok(account(read, &who, &query)?))?;
    let account = account.ok_or_else(Problem::absent)?;
    let shown = account.entries.iter().map(|entry| entry.other.as_str()).chain([query.path.as_str()]);
    let names = call.read::<_, Never>(|read| Ok(names(read, shown)?))?;
    let sheet = sheet(&account.entries);
    let view = AccountsView { path: query.path, q: query.q, day: query.as_of, accounts: Vec::new(), names, account: Some(account) };
    Ok(Reply::page("portal/accounts.html", view).next(next).sheet(sheet))
}

fn list(call: &Call, query: AccountsQuery) -> Answer<AccountsView> {
    let (accounts, next) = call.read::<_, Never>(|read| Ok(search(read, query.q.trim(), query.cursor.as_deref().unwrap_or_default())?))?;
    let names = call.read::<_, Never>(|read| Ok(names(read, accounts.iter().map(|one| one.path.as_str()))?))?;
    let sheet = Sheet::new("accounts", &["portal-col-account", "portal-col-posted", "portal-col-held", "portal-col-available", "portal-col-entries"]).rows(
        accounts
            .iter()
            .map(|one| vec![(&one.path).into(), one.posted.clone().into(), one.held.clone().into(), one.available.clone().into(), one.entries.into()]),
    );
    let view = AccountsView { path: String::new(), q: query.q, day: query.as_of, accounts, names, account: None };
    Ok(Reply::page("portal/accounts.html", view).next(next).sheet(sheet))
}

/// A page of accounts whose path holds the text, and where to go on. Bounded: what lies beyond is reached by the next page.
fn search(read: &Read, part: &str, cursor: &str) -> Result<(Vec<Balance>, Option<String>), Fault> {
    let (mut found, mut after) = (Vec::new(), cursor.to_owned());
    for _ in 0..LOOKS {
        let page = ledger::balances(read, "", &after, LOOKED_THROUGH)?;
        let ended = (page.len() as i64) < LOOKED_THROUGH;
        for balance in page {
            after.clone_from(&balance.path);
            if balance.path.contains(part) {
                found.push(balance);
            }
            if found.len() as i64 == PAGE {
                return Ok((found, Some(after)));
            }
        }
        if ended {
            return Ok((found, None));
        }
    }
    Ok((found, Some(after)))
}

fn account(read: &Read, who: &words::Acting, query: &AccountsQuery) -> Result<(Option<AccountView>, Option<String>), Fault> {
    let Some(balance) = ledger::balance(read, &query.path)? else { return Ok((None, None)) };
    let statement = ledger::statement(read, &query.path, query.cursor.as_deref(), PAGE)?;
    let minor = query.as_of.map(|day| ledger::balance_as_of(read, &query.path, AsOf::Day(day))).transpose()?;
    let as_of = minor.map(|minor| Amount { minor, asset: balance.posted.asset.clone() });
    let things = things(read, who, query.path.split(':'))?;
    Ok((Some(AccountView { balance, as_of, entries: statement.entries, things }), statement.next))
}

fn sheet(entries: &[Entry]) -> Sheet {
    let columns = [
        "portal-col-number",
        "portal-col-effective",
        "portal-col-made",
        "portal-col-template",
        "portal-col-other",
        "portal-col-amount",
        "portal-col-held",
        "portal-col-after",
        "portal-col-posting",
        "portal-col-cause",
    ];
    Sheet::new("statement", &columns).rows(entries.iter().map(|entry| {
        let cause = format!("{} {}", entry.cause.kind, entry.cause.id);
        vec![
            entry.number.into(),
            entry.effective.into(),
            entry.made_at.into(),
            (&entry.template).into(),
            (&entry.other).into(),
            entry.amount.clone().into(),
            entry.held.clone().into(),
            entry.after.clone().into(),
            entry.posting.as_str().into(),
            cause.into(),
        ]
    }))
}
