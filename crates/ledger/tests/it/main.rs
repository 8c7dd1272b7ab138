//! The ledger against a real temporary database, and its pure rules against the pack's own book.

mod book;
mod corrections;
mod crowd;
mod exports;
mod flows;
mod holds;
mod model;
mod money;
mod tamper;

use std::sync::Arc;

use ledger::{Book, LedgerRefusal, Posted, Posting, Stopped};
use store::testing::{Temp, temp};
use words::{Acting, Failure, Id, Instant, Never, Outcome};

/// The files of the plan's book.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("assets.toml", include_str!("../../../../packs/shuangchuang/ledger/assets.toml")),
    ("accounts.toml", include_str!("../../../../packs/shuangchuang/ledger/accounts.toml")),
    ("fund.toml", include_str!("../../../../packs/shuangchuang/ledger/fund.toml")),
    ("pay.toml", include_str!("../../../../packs/shuangchuang/ledger/pay.toml")),
    ("rewards.toml", include_str!("../../../../packs/shuangchuang/ledger/rewards.toml")),
    ("hemi.toml", include_str!("../../../../packs/shuangchuang/ledger/hemi.toml")),
];

/// A ledger on a database of its own.
pub(crate) struct Bench {
    pub(crate) temp: Temp,
    pub(crate) book: Arc<Book>,
}

pub(crate) fn who() -> Acting {
    Acting::system("test")
}

pub(crate) fn bench() -> Bench {
    bench_of(FILES)
}

pub(crate) fn bench_of(files: &[(&str, &str)]) -> Bench {
    Bench { temp: temp(&[&ledger::PART]), book: Arc::new(Book::parse(files).expect("the book")) }
}

/// A posting caused by a test.
pub(crate) fn posting(template: &str, key: &str) -> Posting {
    Posting::new(template, key, "test", &Id::fixed("tst_1"))
}

impl Bench {
    pub(crate) fn post(&self, posting: Posting) -> Outcome<Posted, LedgerRefusal> {
        let book = self.book.clone();
        self.temp.db.write("post", move |tx| ledger::post(tx, &book, &who(), posting.clone()))
    }

    pub(crate) fn post_many(&self, postings: Vec<Posting>) -> Outcome<Vec<Posted>, Stopped> {
        let book = self.book.clone();
        self.temp.db.write("post_many", move |tx| ledger::post_many(tx, &book, &who(), postings.clone()))
    }

    pub(crate) fn hold(&self, posting: Posting, expires: Instant) -> Outcome<Posted, LedgerRefusal> {
        let book = self.book.clone();
        self.temp.db.write("hold", move |tx| ledger::hold(tx, &book, &who(), posting.clone(), expires))
    }

    pub(crate) fn post_hold(&self, id: &Id, amount: Option<i64>) -> Outcome<Posted, LedgerRefusal> {
        let id = id.clone();
        self.temp.db.write("post_hold", move |tx| ledger::post_hold(tx, &who(), &id, amount))
    }

    pub(crate) fn void_hold(&self, id: &Id) -> Outcome<Posted, LedgerRefusal> {
        let id = id.clone();
        self.temp.db.write("void_hold", move |tx| ledger::void_hold(tx, &who(), &id))
    }

    pub(crate) fn reverse(&self, id: &Id, reason: &'static str) -> Outcome<Posted, LedgerRefusal> {
        let id = id.clone();
        self.temp.db.write("reverse", move |tx| ledger::reverse(tx, &who(), &id, reason))
    }

    /// Posted balance, minor units.
    pub(crate) fn at(&self, path: &str) -> i64 {
        self.look(|read| Ok(ledger::balance(read, path)?.map_or(0, |balance| balance.posted.minor)))
    }

    pub(crate) fn available(&self, path: &str) -> i64 {
        self.look(|read| Ok(ledger::available(read, path)?))
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&store::Read) -> Outcome<T, Never>) -> T {
        self.temp.db.read(look).map_err(Failure::into_fault).expect("a look")
    }

    pub(crate) fn now(&self) -> Instant {
        self.temp.clock.now()
    }

    /// All jobs run, all batches sealed, everything verified.
    pub(crate) fn assert_sound(&self) {
        self.temp.run_until(self.now().plus_seconds(1));
        self.temp.assert_clean();
    }
}

/// The code of the refusal.
pub(crate) fn code<T: std::fmt::Debug, R: words::Refusal>(ended: Outcome<T, R>) -> &'static str {
    match ended {
        Err(Failure::Refused(refusal)) => refusal.code(),
        Err(Failure::Absent) => "absent",
        other => panic!("not refused: {other:?}"),
    }
}
