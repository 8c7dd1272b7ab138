//! Statements: the entries of an account, newest first, and a posting with all its legs. Reads only.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Amount, Asset, Day, Fault, Id, Instant};

use crate::posting::Cause;
use crate::sql;
use crate::transfer::{Transfer, Verb, posting_of};

/// An entry of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Entry {
    /// Id of the transfer; the cursor of the next page.
    pub id: String,
    /// Number of the entry in the account, from 1, without a gap.
    pub number: i64,
    /// The posting it belongs to.
    pub posting: Id,
    /// What it does.
    pub kind: Verb,
    /// Template it was posted by.
    pub template: String,
    /// The account on the other side.
    pub other: String,
    /// What it adds to the account; below zero, what it takes.
    pub amount: Amount,
    /// By how much the held amount changed.
    pub held: Amount,
    /// Posted balance after it.
    pub after: Amount,
    /// Business day.
    pub effective: Day,
    /// When it was committed.
    pub made_at: Instant,
    /// Why.
    pub cause: Cause,
    /// Who.
    pub made_by: Id,
}

/// A page of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Statement {
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Give this as `before` for the entries before these; `None` at the end.
    pub next: Option<String>,
}

/// A leg of a posting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LegView {
    /// From.
    pub debit: String,
    /// To.
    pub credit: String,
    /// What moved.
    pub posted: Amount,
    /// By how much the held amount changed.
    pub pending: Amount,
}

/// A posting with all its legs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PostingView {
    /// Id.
    pub id: Id,
    /// What it does.
    pub kind: Verb,
    /// Template it was posted by.
    pub template: String,
    /// The hold it resolves or the posting it reverses.
    pub refers: Option<Id>,
    /// Idempotency key.
    pub key: String,
    /// For auditors.
    pub note: String,
    /// Business day.
    pub effective: Day,
    /// When it was committed.
    pub made_at: Instant,
    /// Why.
    pub cause: Cause,
    /// Who.
    pub made_by: Id,
    /// Its legs in order.
    pub legs: Vec<LegView>,
}

fn amount(minor: i64, asset: &str) -> Amount {
    Amount { minor, asset: Asset::parse(asset).unwrap_or_else(|| Asset { code: asset.to_owned(), scale: 0 }) }
}

fn cause(one: &Transfer) -> Cause {
    Cause { kind: one.cause_kind.clone(), id: one.cause_id.clone() }
}

impl Entry {
    fn of(one: &Transfer, path: &str) -> Self {
        let debited = one.debit.path == path;
        let (own, other) = if debited { (&one.debit, &one.credit) } else { (&one.credit, &one.debit) };
        Self {
            id: one.id.clone(),
            number: own.entry,
            posting: Id::fixed(posting_of(&one.id).0),
            kind: one.verb,
            template: one.template.clone(),
            other: other.path.clone(),
            amount: amount(if debited { -one.posted } else { one.posted }, &one.asset),
            held: amount(if debited { one.pending } else { 0 }, &one.asset),
            after: amount(own.after, &one.asset),
            effective: one.effective,
            made_at: one.made_at,
            cause: cause(one),
            made_by: Id::fixed(one.made_by.as_str()),
        }
    }
}

fn prev_on(one: &Transfer, path: &str) -> Option<String> {
    let side = if one.debit.path == path { &one.debit } else { &one.credit };
    side.prev.clone()
}

/// Entries of an account, newest first, before the entry with the id `before`; at most `limit` (200).
pub fn statement(read: &Read, path: &str, before: Option<&str>, limit: i64) -> Result<Statement, Fault> {
    let from = match before {
        None => sql::account_at(read, path)?.and_then(|account| account.last),
        Some(id) => sql::transfer_at(read, id)?.filter(|one| one.debit.path == path || one.credit.path == path).and_then(|one| prev_on(&one, path)),
    };
    let Some(from) = from else {
        return Ok(Statement { entries: Vec::new(), next: None });
    };
    let found = sql::walk(read, path, &from, limit.clamp(1, 200))?;
    let next = found.last().filter(|last| prev_on(last, path).is_some()).map(|last| last.id.clone());
    Ok(Statement { entries: found.iter().map(|one| Entry::of(one, path)).collect(), next })
}

/// A posting with its legs.
pub fn posting(read: &Read, id: &Id) -> Result<Option<PostingView>, Fault> {
    let legs = sql::posting(read, id.as_str())?;
    let Some(first) = legs.first() else { return Ok(None) };
    let leg = |one: &Transfer| LegView {
        debit: one.debit.path.clone(),
        credit: one.credit.path.clone(),
        posted: amount(one.posted, &one.asset),
        pending: amount(one.pending, &one.asset),
    };
    Ok(Some(PostingView {
        id: id.clone(),
        kind: first.verb,
        template: first.template.clone(),
        refers: first.refers.as_deref().map(Id::fixed),
        key: first.key.clone().unwrap_or_default(),
        note: first.note.clone().unwrap_or_default(),
        effective: first.effective,
        made_at: first.made_at,
        cause: cause(first),
        made_by: Id::fixed(first.made_by.as_str()),
        legs: legs.iter().map(leg).collect(),
    }))
}
