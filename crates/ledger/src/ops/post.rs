//! Posting: one, several all or none, or each for itself. Every touched account is read once and written once.
//!
//! Asks the book and the sheet; tells nothing (the caller tells why). Invariant: a key posts at most once, for ever.

use std::collections::{BTreeSet, HashMap};

use store::{Job, Tx};
use words::{Acting, Day, Failure, Fault, Id, Instant, Outcome, month_of};

use crate::book::Book;
use crate::posting::{Plan, Posting};
use crate::sheet::{Sheet, Stamp};
use crate::transfer::{Transfer, Verb, content_of, posting_of};
use crate::{LedgerRefusal, Stopped, sql};

/// One movement of a posting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// From.
    pub debit: String,
    /// To.
    pub credit: String,
    /// Asset, as `CNY/2`.
    pub asset: String,
    /// Minor units moved; 0 for a hold or its release.
    pub posted: i64,
    /// By how much the held amount changed, minor units.
    pub pending: i64,
}

/// How a posting ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// Its id; `None` if there was nothing to move, and so nothing was posted.
    pub id: Option<Id>,
    /// Its legs.
    pub moved: Vec<Moved>,
    /// The key was used before for the same: this is the posting of then.
    pub repeated: bool,
}

impl Posted {
    /// Was there nothing to move?
    pub fn is_nothing(&self) -> bool {
        self.id.is_none()
    }

    /// Minor units that moved into accounts whose path begins with this.
    pub fn moved_to(&self, prefix: &str) -> i64 {
        self.moved.iter().filter(|leg| leg.credit.starts_with(prefix)).map(|leg| leg.posted).sum()
    }

    pub(crate) fn of(transfers: &[Transfer], repeated: bool) -> Self {
        let moved = |one: &Transfer| Moved {
            debit: one.debit.path.clone(),
            credit: one.credit.path.clone(),
            asset: one.asset.clone(),
            posted: one.posted,
            pending: one.pending,
        };
        Self { id: transfers.first().map(|one| Id::fixed(posting_of(&one.id).0)), moved: transfers.iter().map(moved).collect(), repeated }
    }
}

/// Posts by a template of the book, in the caller's transaction.
pub fn post(tx: &mut Tx, book: &Book, who: &Acting, posting: Posting) -> Outcome<Posted, LedgerRefusal> {
    one(run(tx, book, who, vec![posting], Verb::Post, true)?)
}

/// Posts all or none: the first refusal stops them all, with its place in the list.
pub fn post_many(tx: &mut Tx, book: &Book, who: &Acting, postings: Vec<Posting>) -> Outcome<Vec<Posted>, Stopped> {
    let done = run(tx, book, who, postings, Verb::Post, true)?;
    done.into_iter().enumerate().map(|(at, one)| one.map_err(|why| Failure::Refused(Stopped { at, why }))).collect()
}

/// Posts each for itself: a refusal leaves the others as they are.
pub fn post_each(tx: &mut Tx, book: &Book, who: &Acting, postings: Vec<Posting>) -> Result<Vec<Result<Posted, LedgerRefusal>>, Fault> {
    run(tx, book, who, postings, Verb::Post, false)
}

pub(crate) fn one(done: Vec<Result<Posted, LedgerRefusal>>) -> Outcome<Posted, LedgerRefusal> {
    let first = done.into_iter().next().ok_or_else(|| Fault::new("no posting"))?;
    first.map_err(Failure::Refused)
}

/// Applies postings in order. With `all`, stops at the first refusal and writes nothing then.
pub(crate) fn run(tx: &mut Tx, book: &Book, who: &Acting, postings: Vec<Posting>, verb: Verb, all: bool) -> Result<Vec<Result<Posted, LedgerRefusal>>, Fault> {
    let plans: Vec<Result<Plan, LedgerRefusal>> = postings.into_iter().map(|posting| Plan::draw(book, posting, verb.code())).collect();
    let mut batch = Batch::open(tx, book, who, &plans)?;
    let mut done = Vec::with_capacity(plans.len());
    for plan in plans {
        let ended = match plan {
            Ok(plan) => batch.take(tx, book, &plan, verb)?,
            Err(refusal) => Err(refusal),
        };
        let stop = all && ended.is_err();
        done.push(ended);
        if stop {
            return Ok(done);
        }
    }
    write(tx, batch.sheet, batch.id, batch.made_at)?;
    Ok(done)
}

/// Everything the postings of one transaction need, read once.
struct Batch {
    id: String,
    made_at: Instant,
    made_by: String,
    sheet: Sheet,
    closed: BTreeSet<String>,
    keys: HashMap<String, Used>,
}

/// A key that was used, before or in this batch.
struct Used {
    content: String,
    posted: Option<Posted>,
    posting: String,
}

impl Batch {
    fn open(tx: &Tx, book: &Book, who: &Acting, plans: &[Result<Plan, LedgerRefusal>]) -> Result<Self, Fault> {
        let plans = || plans.iter().flatten();
        let mut paths: BTreeSet<&str> = plans().flat_map(Plan::paths).collect();
        let sources: Vec<&str> = book.opening_sources(paths.iter().copied());
        paths.extend(sources);
        let paths: Vec<&str> = paths.into_iter().collect();
        let sheet = Sheet::of(sql::accounts_at(tx, &paths)?);
        let keys: BTreeSet<&str> = plans().map(|plan| plan.posting.key.as_str()).collect();
        let keys: Vec<&str> = keys.into_iter().collect();
        let used =
            sql::keys_used(tx, &keys)?.into_iter().map(|(id, key, content)| (key, Used { content, posted: None, posting: posting_of(&id).0.to_owned() }));
        let made_at = sheet.last_at().map_or(tx.now(), |last| last.max(tx.now()));
        let days: BTreeSet<Day> = plans().map(|plan| plan.posting.effective.unwrap_or(made_at.day())).collect();
        let months: BTreeSet<String> = days.into_iter().map(month_of).collect();
        let mut closed = BTreeSet::new();
        for month in months {
            closed.extend(sql::period_at(tx, &month)?.map(|period| period.month));
        }
        Ok(Self { id: tx.id("lbt").to_string(), made_at, made_by: who.person.to_string(), keys: used.collect(), sheet, closed })
    }

    fn take(&mut self, tx: &Tx, book: &Book, plan: &Plan, verb: Verb) -> Result<Result<Posted, LedgerRefusal>, Fault> {
        let posting = &plan.posting;
        if let Some(used) = self.keys.get(&posting.key) {
            return used.again(tx, plan);
        }
        let effective = posting.effective.unwrap_or(self.made_at.day());
        if self.closed.contains(&month_of(effective)) {
            return Ok(Err(LedgerRefusal::PeriodClosed { month: month_of(effective) }));
        }
        let stamp = Stamp {
            batch: self.id.clone(),
            posting: Id::fixed(""),
            verb,
            refers: None,
            template: posting.template.clone(),
            effective,
            made_at: self.made_at,
            cause: posting.cause.clone(),
            made_by: self.made_by.clone(),
            key: posting.key.clone(),
            content: plan.content.clone(),
            note: posting.note.clone(),
        };
        let ended = self.sheet.apply(book, plan, stamp, &mut || tx.id("pst")).map(|transfers| Posted::of(transfers, false));
        if let Ok(posted) = &ended
            && let Some(id) = &posted.id
        {
            self.keys.insert(posting.key.clone(), Used { content: plan.content.clone(), posting: id.to_string(), posted: Some(posted.clone()) });
        }
        Ok(ended)
    }
}

impl Used {
    fn again(&self, tx: &Tx, plan: &Plan) -> Result<Result<Posted, LedgerRefusal>, Fault> {
        if self.content != plan.content {
            return Ok(Err(LedgerRefusal::KeyReused { key: plan.posting.key.clone() }));
        }
        Ok(Ok(match &self.posted {
            Some(posted) => Posted { repeated: true, ..posted.clone() },
            None => Posted::of(&sql::posting(tx, &self.posting)?, true),
        }))
    }
}

/// Writes a sheet down as one batch and sees to it that it will be sealed.
pub(crate) fn write(tx: &mut Tx, sheet: Sheet, id: String, made_at: Instant) -> Result<(), Fault> {
    let (transfers, accounts) = sheet.close();
    sql::accounts_write(tx, &accounts)?;
    let (Some(first), Some(last)) = (transfers.first(), transfers.last()) else {
        return Ok(());
    };
    sql::transfers_insert(tx, &transfers)?;
    let content = content_of(&transfers);
    let batch = sql::Batch { first_id: first.id.clone(), last_id: last.id.clone(), transfers: transfers.len() as i64, content, made_at, seal: None, id };
    sql::batch_insert(tx, &batch)?;
    seal_later(tx)
}

fn seal_later(tx: &mut Tx) -> Result<(), Fault> {
    if tx.job_due(super::seal::JOB, "seal")?.is_none() {
        let soon = Instant::from_micros(tx.now().micros() + 250_000);
        tx.later(Job::new(super::seal::JOB, "seal").at(soon))?;
    }
    Ok(())
}
