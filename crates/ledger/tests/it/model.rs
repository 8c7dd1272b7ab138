//! Random lives of the ledger against a naive model: the same answers, the same balances, and everything verifies.

use std::collections::BTreeMap;

use ledger::{Posting, Var};
use proptest::prelude::*;
use words::{Failure, Id, Never, Refusal};

use crate::{bench_of, posting, who};

const BOOK: &str = r#"
asset = [ { code = "TOK/0", kind = "token", zh = "a", en = "a" }, { code = "QUOTA:Q/0", kind = "quota", zh = "a", en = "a" } ]
account = [
  { path = "mint:all", asset = "TOK/0", zh = "a", en = "a", flags = ["credits_must_not_exceed_debits"], standing = "mint" },
  { path = "w:{p}", asset = "TOK/0", zh = "a", en = "a", flags = ["debits_must_not_exceed_credits"] },
  { path = "quota:issued", asset = "QUOTA:Q/0", zh = "a", en = "a", flags = ["credits_must_not_exceed_debits"], standing = "mint" },
  { path = "q:{p}", asset = "QUOTA:Q/0", zh = "a", en = "a", flags = ["debits_must_not_exceed_credits"], opens_with = { from = "quota:issued", amount = 300 } },
  { path = "quota:used", asset = "QUOTA:Q/0", zh = "a", en = "a", standing = "burn" },
]
[[template]]
id = "issue"
zh = "a"
en = "a"
vars = { to = "id", n = "amount" }
legs = [{ from = "mint:all", to = "w:{to}", amount = "n" }]
[[template]]
id = "move"
zh = "a"
en = "a"
vars = { from = "id", to = "id", n = "amount?" }
legs = [{ from = "w:{from}", to = "w:{to}", amount = "n" }]
limits = [{ quota = "q:{from}", used = "quota:used", guards = 0 }]
"#;

#[derive(Debug, Clone)]
enum Step {
    Issue(u8, i64, u8),
    Move(u8, u8, Option<i64>, u8),
    Hold(u8, u8, i64, u8, i64),
    Settle(usize, Option<i64>),
    Void(usize),
    Reverse(usize),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let (who, key) = (0u8..4, 0u8..40);
    prop_oneof![
        3 => (who.clone(), 0i64..120, key.clone()).prop_map(|(to, n, key)| Step::Issue(to, n, key)),
        6 => (who.clone(), who.clone(), prop::option::weighted(0.85, 0i64..90), key.clone()).prop_map(|(from, to, n, key)| Step::Move(from, to, n, key)),
        4 => (who.clone(), who, 0i64..60, key, 1i64..40).prop_map(|(from, to, n, key, ttl)| Step::Hold(from, to, n, key, ttl)),
        3 => (0usize..8, prop::option::of(0i64..60)).prop_map(|(at, n)| Step::Settle(at, n)),
        1 => (0usize..8).prop_map(Step::Void),
        2 => (0usize..12).prop_map(Step::Reverse),
        2 => (1i64..30).prop_map(Step::Wait),
    ]
}

/// Legs, amount, deadline, how it ended.
type NaiveHold = (Vec<(String, String)>, i64, i64, Option<String>);

/// Legs with amounts; reversed?
type NaivePost = (Vec<(String, String, i64)>, bool);

/// (posted, held) per path; what a person may call naive.
#[derive(Debug, Clone, Default, PartialEq)]
struct Naive {
    posted: BTreeMap<String, i64>,
    held: BTreeMap<String, i64>,
    keys: BTreeMap<String, String>,
    holds: Vec<NaiveHold>,
    posts: Vec<NaivePost>,
    now: i64,
}

impl Naive {
    fn open(&mut self, path: &str) {
        if path.starts_with("q:") && !self.posted.contains_key(path) {
            self.posted.insert(path.into(), 300);
            *self.posted.entry("quota:issued".into()).or_default() -= 300;
        }
        self.posted.entry(path.into()).or_default();
    }

    fn free(&self, path: &str) -> i64 {
        self.posted.get(path).copied().unwrap_or(0) - self.held.get(path).copied().unwrap_or(0)
    }

    fn shift(&mut self, from: &str, to: &str, n: i64) -> Result<(), &'static str> {
        if (from.starts_with("w:") || from.starts_with("q:")) && self.free(from) < n {
            return Err("ledger-short");
        }
        if (to == "mint:all" || to == "quota:issued") && self.posted.get(to).copied().unwrap_or(0) + n > 0 {
            return Err("ledger-over");
        }
        *self.posted.entry(from.into()).or_default() -= n;
        *self.posted.entry(to.into()).or_default() += n;
        Ok(())
    }

    fn keyed(&mut self, key: &str, content: &str) -> Option<&'static str> {
        let known = self.keys.get(key)?;
        Some(if known == content { "repeated" } else { "ledger-key-reused" })
    }

    fn post(&mut self, legs: Vec<(String, String, i64)>) -> Result<(), &'static str> {
        for (from, to, n) in legs.iter().filter(|leg| leg.2 > 0) {
            self.shift(from, to, *n)?;
        }
        self.posts.push((legs.into_iter().filter(|leg| leg.2 > 0).collect(), false));
        Ok(())
    }

    fn legs(from: u8, to: u8) -> Vec<(String, String)> {
        vec![(format!("w:{from}"), format!("w:{to}")), (format!("q:{from}"), "quota:used".into())]
    }

    fn run(&mut self, step: &Step) -> String {
        let before = self.clone();
        let ended = self.try_run(step);
        if let Err(code) = ended {
            *self = Naive { now: self.now, ..before };
            return code.into();
        }
        ended.unwrap_or_default().into()
    }

    fn try_run(&mut self, step: &Step) -> Result<&'static str, &'static str> {
        match step {
            Step::Issue(to, n, key) => self.keyed_post(*key, &format!("{step:?}"), vec![("mint:all".into(), format!("w:{to}"), *n)], &[]),
            Step::Move(from, to, _, _) | Step::Hold(from, to, _, _, _) if from == to => Err("ledger-same-account"),
            Step::Move(from, to, n, key) => {
                let opened = Self::legs(*from, *to);
                let n = n.unwrap_or_else(|| self.free(&format!("w:{from}")).max(0));
                let legs = opened.iter().map(|(a, b)| (a.clone(), b.clone(), n)).collect();
                self.keyed_post(*key, &format!("{step:?}"), legs, &opened)
            }
            Step::Hold(from, to, n, key, ttl) => self.hold(*key, &format!("{from} {to} {n}"), Self::legs(*from, *to), *n, *ttl),
            Step::Settle(at, n) => self.resolve(*at, "posted", *n),
            Step::Void(at) => self.resolve(*at, "voided", None),
            Step::Reverse(at) => self.reverse(*at),
            Step::Wait(_) => Ok("ok"),
        }
    }

    fn keyed_post(&mut self, key: u8, content: &str, legs: Vec<(String, String, i64)>, opened: &[(String, String)]) -> Result<&'static str, &'static str> {
        if let Some(answer) = self.keyed(&key.to_string(), content) {
            return if answer == "repeated" { Ok(answer) } else { Err(answer) };
        }
        opened.iter().for_each(|(a, b)| [a, b].into_iter().for_each(|path| self.open(path)));
        if legs.iter().all(|leg| leg.2 == 0) {
            return Ok("nothing");
        }
        self.post(legs)?;
        self.keys.insert(key.to_string(), content.to_owned());
        Ok("ok")
    }

    fn hold(&mut self, key: u8, content: &str, legs: Vec<(String, String)>, n: i64, ttl: i64) -> Result<&'static str, &'static str> {
        let content = format!("hold {content}");
        if let Some(answer) = self.keyed(&key.to_string(), &content) {
            return if answer == "repeated" { Ok(answer) } else { Err(answer) };
        }
        legs.iter().for_each(|(a, b)| [a, b].into_iter().for_each(|path| self.open(path)));
        if n == 0 {
            return Ok("nothing");
        }
        for (from, _) in &legs {
            if self.free(from) < n {
                return Err("ledger-short");
            }
            *self.held.entry(from.clone()).or_default() += n;
        }
        self.keys.insert(key.to_string(), content);
        self.holds.push((legs, n, self.now + ttl, None));
        Ok("ok")
    }

    fn free_hold(&mut self, at: usize, how: &str) -> (Vec<(String, String)>, i64) {
        let (legs, n) = (self.holds[at].0.clone(), self.holds[at].1);
        self.holds[at].3 = Some(how.to_owned());
        legs.iter().for_each(|(from, _)| *self.held.entry(from.clone()).or_default() -= n);
        (legs, n)
    }

    fn resolve(&mut self, at: usize, how: &str, amount: Option<i64>) -> Result<&'static str, &'static str> {
        let Some(hold) = self.holds.get(at) else { return Err("absent") };
        let asked = format!("{how} {amount:?}");
        match &hold.3 {
            Some(then) if *then == asked => return Ok("repeated"),
            Some(_) => return Err("ledger-hold-resolved"),
            None if amount.is_some_and(|amount| amount > hold.1) => return Err("ledger-hold-exceeded"),
            None => {}
        }
        let (legs, n) = self.free_hold(at, &asked);
        if how == "posted" {
            self.post(legs.into_iter().map(|(a, b)| (a, b, amount.unwrap_or(n))).collect())?;
        }
        Ok("ok")
    }

    fn reverse(&mut self, at: usize) -> Result<&'static str, &'static str> {
        let Some((legs, reversed)) = self.posts.get(at).cloned() else { return Err("absent") };
        if reversed {
            return Ok("repeated");
        }
        for (from, to, n) in legs.iter().rev() {
            self.shift(to, from, *n)?;
        }
        self.posts[at].1 = true;
        Ok("ok")
    }

    fn wait(&mut self, seconds: i64) {
        self.now += seconds;
        for at in 0..self.holds.len() {
            if self.holds[at].3.is_none() && self.holds[at].2 <= self.now {
                self.free_hold(at, "expired");
            }
        }
    }
}

/// The ledger itself, answering in the words of the model.
struct Real {
    bench: crate::Bench,
    holds: Vec<Id>,
    posts: Vec<Id>,
}

impl Real {
    fn answer(&mut self, ended: words::Outcome<ledger::Posted, ledger::LedgerRefusal>, to: Kept) -> String {
        match ended {
            Ok(posted) if posted.repeated => "repeated".into(),
            Ok(posted) => {
                let Some(id) = posted.id else { return "nothing".into() };
                match to {
                    Kept::Post => self.posts.push(id),
                    Kept::Hold => self.holds.push(id),
                    Kept::No => {}
                }
                "ok".into()
            }
            Err(Failure::Refused(refusal)) => refusal.code().into(),
            Err(Failure::Absent) => "absent".into(),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn run(&mut self, step: &Step) -> String {
        match step {
            Step::Issue(to, n, key) => {
                let done = self.bench.post(posting("issue", &key.to_string()).id("to", to.to_string()).amount("n", *n));
                self.answer(done, Kept::Post)
            }
            Step::Move(from, to, n, key) => {
                let done = self.bench.post(moving(*from, *to, *n, *key));
                self.answer(done, Kept::Post)
            }
            Step::Hold(from, to, n, key, ttl) => {
                let done = self.bench.hold(moving(*from, *to, Some(*n), *key), self.bench.now().plus_seconds(*ttl));
                self.answer(done, Kept::Hold)
            }
            Step::Settle(at, n) => {
                let done = self.bench.post_hold(&self.hold_at(*at), *n);
                self.answer(done, Kept::Post)
            }
            Step::Void(at) => {
                let done = self.bench.void_hold(&self.hold_at(*at));
                self.answer(done, Kept::No)
            }
            Step::Reverse(at) => {
                let id = self.posts.get(*at).cloned().unwrap_or(Id::fixed("pst_none"));
                let done = self.bench.reverse(&id, "test");
                self.answer(done, Kept::No)
            }
            Step::Wait(seconds) => {
                self.bench.temp.run_until(self.bench.now().plus_seconds(*seconds));
                "ok".into()
            }
        }
    }

    fn hold_at(&self, at: usize) -> Id {
        self.holds.get(at).cloned().unwrap_or(Id::fixed("pst_none"))
    }

    fn balances(&self) -> BTreeMap<String, (i64, i64)> {
        let all = self.bench.look(|read| Ok(ledger::balances(read, "", "", 1_000)?));
        all.into_iter().map(|balance| (balance.path, (balance.posted.minor, balance.held.minor))).filter(|(_, sums)| *sums != (0, 0)).collect()
    }
}

enum Kept {
    Post,
    Hold,
    No,
}

fn moving(from: u8, to: u8, n: Option<i64>, key: u8) -> Posting {
    let posting = posting("move", &key.to_string()).id("from", from.to_string()).id("to", to.to_string());
    match n {
        Some(n) => posting.var("n", Var::Amount(n)),
        None => posting,
    }
}

/// Few on the desk, as many as `PROPTEST_CASES` says at night.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_answers_and_balances_like_a_naive_model(steps in prop::collection::vec(step(), 1..60)) {
        let mut naive = Naive::default();
        let mut real = Real { bench: bench_of(&[("book", BOOK)]), holds: Vec::new(), posts: Vec::new() };
        for (at, step) in steps.iter().enumerate() {
            let expected = naive.run(step);
            if let Step::Wait(seconds) = step {
                naive.wait(*seconds);
            }
            let got = real.run(step);
            prop_assert_eq!(&got, &expected, "step {} {:?}", at, step);
            let sums: BTreeMap<String, (i64, i64)> = naive.posted.iter()
                .map(|(path, posted)| (path.clone(), (*posted, naive.held.get(path).copied().unwrap_or(0)))).filter(|(_, sums)| *sums != (0, 0)).collect();
            prop_assert_eq!(real.balances(), sums, "after step {} {:?}", at, step);
        }
        real.bench.assert_sound();
    }

    /// The same postings in one batch, in several, and each alone: the same accounts.
    #[test]
    fn how_postings_are_batched_does_not_matter(steps in prop::collection::vec((0u8..4, 0u8..4, 0i64..90, 0u8..60), 1..50), cut in 1usize..12) {
        let postings: Vec<Posting> = steps.iter().enumerate().map(|(at, (from, to, n, key))| match at % 3 {
            0 => posting("issue", &key.to_string()).id("to", to.to_string()).amount("n", *n),
            _ => moving(*from, *to, Some(*n), *key),
        }).collect();
        let mut seen: Vec<BTreeMap<String, (i64, i64)>> = Vec::new();
        for size in [1, cut, postings.len()] {
            let real = Real { bench: bench_of(&[("book", BOOK)]), holds: Vec::new(), posts: Vec::new() };
            for piece in postings.chunks(size) {
                let (book, piece) = (real.bench.book.clone(), piece.to_vec());
                real.bench.temp.db.write::<_, Never>("each", move |tx| Ok(ledger::post_each(tx, &book, &who(), piece.clone())?)).expect("posted");
            }
            seen.push(real.balances());
            real.bench.assert_sound();
        }
        prop_assert_eq!(&seen[0], &seen[1]);
        prop_assert_eq!(&seen[0], &seen[2]);
    }
}
