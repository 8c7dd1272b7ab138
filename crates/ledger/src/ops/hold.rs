//! Holds: value set aside, then posted (whole or in part), voided, or expired at its second.
//!
//! Invariant (I5): a hold is resolved at most once, for at most what it held.

use store::{Job, JobRun, Tx};
use words::{Acting, Failure, Fault, Id, Instant, Outcome};

use super::post::{Posted, one, run, write};
use crate::book::Book;
use crate::posting::{Cause, Posting};
use crate::sheet::{Move, Sheet, Stamp};
use crate::transfer::{Transfer, Verb};
use crate::{LedgerRefusal, sql};

/// Job that lets a hold expire.
pub(crate) const JOB: &str = "ledger.expire_hold";
/// Longer obligations belong on an account of their own.
const LONGEST: i64 = 90 * 24 * 3600;

/// Holds what the template would move, until it is posted or voided, at the longest until `expires`.
pub fn hold(tx: &mut Tx, book: &Book, who: &Acting, posting: Posting, expires: Instant) -> Outcome<Posted, LedgerRefusal> {
    let now = tx.now();
    if expires <= now || expires > now.plus_seconds(LONGEST) {
        return Err(LedgerRefusal::HoldTooLong.into());
    }
    let posted = one(run(tx, book, who, vec![posting], Verb::Hold, true)?)?;
    if let (Some(id), false) = (&posted.id, posted.repeated) {
        sql::hold_insert(tx, id.as_str(), expires, now)?;
        tx.later(Job::new(JOB, id.as_str()).at(expires))?;
    }
    Ok(posted)
}

/// Posts what is held: all of it, or `amount` of each leg (all legs must hold the same then); the rest is freed.
pub fn post_hold(tx: &mut Tx, who: &Acting, id: &Id, amount: Option<i64>) -> Outcome<Posted, LedgerRefusal> {
    resolve(tx, who, id, Verb::Settle, amount)
}

/// Frees what is held.
pub fn void_hold(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<Posted, LedgerRefusal> {
    resolve(tx, who, id, Verb::Void, None)
}

/// The job: frees what is held because its time ran out. Does nothing if it was resolved before.
pub(crate) fn expire(tx: &mut Tx, job: &JobRun) -> Result<(), Fault> {
    match sql::hold_at(tx, &job.key)? {
        Some(hold) if hold.state == "open" => {
            resolve(tx, &Acting::system("clock"), &Id::fixed(hold.id), Verb::Expire, None).map(drop).map_err(Failure::into_fault)
        }
        _ => Ok(()),
    }
}

fn state_of(verb: Verb) -> &'static str {
    match verb {
        Verb::Settle => "posted",
        Verb::Expire => "expired",
        _ => "voided",
    }
}

fn resolve(tx: &mut Tx, who: &Acting, id: &Id, verb: Verb, amount: Option<i64>) -> Outcome<Posted, LedgerRefusal> {
    let row = sql::hold_at(tx, id.as_str())?.ok_or(Failure::Absent)?;
    let content = format!("{} {amount:?}", verb.code());
    if row.state != "open" {
        return again(tx, row, &content);
    }
    if verb != Verb::Expire && row.expires_at <= tx.now() {
        return Err(LedgerRefusal::HoldExpired.into());
    }
    let held = sql::posting(tx, id.as_str())?;
    let moves = moves(&held, verb, amount)?;
    let paths: Vec<&str> = held.iter().flat_map(|one| [one.debit.path.as_str(), one.credit.path.as_str()]).collect();
    let mut sheet = Sheet::of(sql::accounts_at(tx, &paths)?);
    let first = held.first().ok_or_else(|| Fault::new(format!("hold {id} has no transfers")))?;
    let made_at = sheet.last_at().map_or(tx.now(), |last| last.max(tx.now()));
    let batch = tx.id("lbt").to_string();
    let stamp = stamp(tx, who, &batch, made_at, verb, first, content);
    let posted = Posted::of(sheet.chain(&stamp, &moves)?, false);
    write(tx, sheet, batch, made_at)?;
    sql::hold_resolve(tx, id.as_str(), state_of(verb), stamp.posting.as_str(), made_at)?;
    tx.cancel_job(JOB, id.as_str())?;
    Ok(posted)
}

/// The same resolution asked again gives the one of then; another is refused.
fn again(tx: &Tx, row: sql::HoldRow, content: &str) -> Outcome<Posted, LedgerRefusal> {
    let then = sql::posting(tx, row.resolved_by.as_deref().unwrap_or_default())?;
    if then.first().and_then(|one| one.content.as_deref()) == Some(content) {
        return Ok(Posted::of(&then, true));
    }
    Err(LedgerRefusal::HoldResolved { state: row.state }.into())
}

fn moves(held: &[Transfer], verb: Verb, amount: Option<i64>) -> Result<Vec<Move>, LedgerRefusal> {
    let most = held.first().map_or(0, |one| one.pending);
    if let Some(asked) = amount {
        if held.iter().any(|one| one.pending != most) {
            return Err(LedgerRefusal::HoldParts);
        }
        if asked > most {
            return Err(LedgerRefusal::HoldExceeded { held: most, asked });
        }
        if asked < 0 {
            return Err(LedgerRefusal::Negative { name: "amount".into() });
        }
    }
    let posted = |one: &Transfer| if verb == Verb::Settle { amount.unwrap_or(one.pending) } else { 0 };
    let free = |one: &Transfer| Move {
        debit: one.debit.path.clone(),
        credit: one.credit.path.clone(),
        posted: posted(one),
        pending: -one.pending,
        guards: one.guards,
    };
    Ok(held.iter().map(free).collect())
}

fn stamp(tx: &Tx, who: &Acting, batch: &str, made_at: Instant, verb: Verb, first: &Transfer, content: String) -> Stamp {
    let (hold, _) = crate::transfer::posting_of(&first.id);
    Stamp {
        batch: batch.to_owned(),
        posting: tx.id("pst"),
        verb,
        refers: Some(hold.to_owned()),
        template: first.template.clone(),
        effective: made_at.day(),
        made_at,
        cause: Cause { kind: first.cause_kind.clone(), id: first.cause_id.clone() },
        made_by: who.person.to_string(),
        key: format!("resolve:{hold}"),
        content,
        note: String::new(),
    }
}
