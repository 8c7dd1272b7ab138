//! A batch of postings that looks like a day's work: new ones, repeated ones, holds, and holds resolved.

use std::sync::Arc;

use benches::{Dice, Done};
use ledger::{Book, Posting};
use store::{Db, Tx};
use words::{Acting, Failure, Fault, Id, Never, Outcome, Refusal};

/// Accounts.
pub(crate) const ACCOUNTS: usize = 10_000;
/// Transfers that a batch adds: new postings, holds, resolutions.
pub(crate) const PER_BATCH: u64 = (NEW + HOLDS + HOLDS) as u64;
const NEW: usize = 960;
const REPEATED: usize = 20;
const HOLDS: usize = 10;
/// On each account at the beginning: enough for the longest run.
const AT_FIRST: i64 = 1_000_000_000;

/// What one transaction posts.
#[derive(Clone)]
pub(crate) struct Batch {
    postings: Vec<Posting>,
    holds: Vec<Posting>,
}

fn who() -> Acting {
    Acting::system("bench")
}

fn posting(dice: &mut Dice, key: String, hot: bool) -> Posting {
    let (from, to) = match (dice.pair(ACCOUNTS), hot) {
        ((_, to), true) if to != 0 => (0, to),
        (pair, _) => pair,
    };
    Posting::new("bench.move", key, "bench", &Id::fixed("bch_1"))
        .id("from", from.to_string())
        .id("to", to.to_string())
        .amount("amount", 1 + dice.below(9) as i64)
}

/// Gives every account its first balance.
pub(crate) fn fill(db: &Db, book: &Arc<Book>) -> Done {
    let all: Vec<usize> = (0..ACCOUNTS).collect();
    for piece in all.chunks(1_000) {
        let first =
            |n: &usize| Posting::new("bench.fill", format!("fill:{n}"), "bench", &Id::fixed("bch_0")).id("to", n.to_string()).amount("amount", AT_FIRST);
        let batch = Batch { postings: piece.iter().map(first).collect(), holds: Vec::new() };
        batch.post(db, book)?;
    }
    Ok(())
}

impl Batch {
    /// New postings, `again` (keys of a batch before), and holds.
    pub(crate) fn rolled(dice: &mut Dice, name: u64, hot: bool, again: Vec<Posting>) -> Self {
        let mut postings: Vec<Posting> = (0..NEW).map(|n| posting(dice, format!("move:{name}:{n}"), hot)).collect();
        postings.extend(again);
        let holds = (0..HOLDS).map(|n| posting(dice, format!("hold:{name}:{n}"), hot)).collect();
        Self { postings, holds }
    }

    /// The postings that a later batch repeats.
    pub(crate) fn to_repeat(&self) -> Vec<Posting> {
        self.postings.iter().take(REPEATED).cloned().collect()
    }

    /// One posting.
    pub(crate) fn single(dice: &mut Dice, name: u64) -> Self {
        Self { postings: vec![posting(dice, format!("move:{name}"), false)], holds: Vec::new() }
    }

    /// Posts it in one transaction; how many transfers it added.
    pub(crate) fn post(self, db: &Db, book: &Arc<Book>) -> Done<u64> {
        let book = book.clone();
        let added: Outcome<u64, Never> = db.write("bench.post", move |tx| Ok(self.clone().apply(tx, &book)?));
        added.map_err(Failure::into_fault)
    }

    fn apply(self, tx: &mut Tx, book: &Book) -> Result<u64, Fault> {
        let posted = ledger::post_many(tx, book, &who(), self.postings).map_err(|failure| fault(&failure))?;
        let mut added = posted.iter().filter(|one| !one.repeated).count() as u64;
        let (mut odd, expires) = (false, tx.now().plus_seconds(3_600));
        for asked in self.holds {
            let held = ledger::hold(tx, book, &who(), asked, expires).map_err(|failure| fault(&failure))?;
            let id = held.id.ok_or_else(|| Fault::new("nothing was held"))?;
            odd = !odd;
            let resolved = if odd { ledger::post_hold(tx, &who(), &id, None) } else { ledger::void_hold(tx, &who(), &id) };
            resolved.map_err(|failure| fault(&failure))?;
            added += 2;
        }
        Ok(added)
    }
}

fn fault<R: Refusal + std::fmt::Debug>(failure: &Failure<R>) -> Fault {
    Fault::new(format!("{failure:?}"))
}
