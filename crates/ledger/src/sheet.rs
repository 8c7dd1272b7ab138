//! Accounts in memory while a batch is applied: each is read once and written once. Pure.
//!
//! Asks a plan; tells the transfers. Invariants: a posting is applied whole or not at all; no bound account passes its bound,
//! holds counted, after any leg (I3); both sides of a leg have one asset.

use std::collections::{HashMap, HashSet};

use words::{Day, Id, Instant};

use crate::LedgerRefusal;
use crate::book::{Book, Standing};
use crate::posting::{Cause, Much, Plan, cut_from};
use crate::transfer::{Side, Transfer, Verb, leg_id};

/// An account as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) path: String,
    pub(crate) asset: String,
    pub(crate) standing: String,
    pub(crate) debits_bound: bool,
    pub(crate) credits_bound: bool,
    pub(crate) dr_posted: i64,
    pub(crate) cr_posted: i64,
    pub(crate) dr_pending: i64,
    pub(crate) cr_pending: i64,
    pub(crate) entries: i64,
    pub(crate) last: Option<String>,
    pub(crate) last_at: Instant,
    pub(crate) opened_at: Instant,
}

impl Account {
    /// Credits less debits, posted.
    pub(crate) fn posted(&self) -> i64 {
        self.cr_posted.saturating_sub(self.dr_posted)
    }

    /// What may still be taken: posted less what is held.
    pub(crate) fn available(&self) -> i64 {
        self.posted().saturating_sub(self.dr_pending)
    }

    fn sums(&self) -> [i64; 5] {
        [self.dr_posted, self.cr_posted, self.dr_pending, self.cr_pending, self.entries]
    }

    fn restore(&mut self, before: Before) {
        [self.dr_posted, self.cr_posted, self.dr_pending, self.cr_pending, self.entries] = before.sums;
        (self.last, self.last_at) = (before.last, before.last_at);
    }

    /// Is the account within its bounds, holds counted?
    pub(crate) fn within_bounds(&self) -> bool {
        let (dr, cr) = (i128::from(self.dr_posted), i128::from(self.cr_posted));
        (!self.debits_bound || dr + i128::from(self.dr_pending) <= cr) && (!self.credits_bound || cr + i128::from(self.cr_pending) <= dr)
    }
}

/// What all legs of a posting share.
#[derive(Debug, Clone)]
pub(crate) struct Stamp {
    pub(crate) batch: String,
    pub(crate) posting: Id,
    pub(crate) verb: Verb,
    pub(crate) refers: Option<String>,
    pub(crate) template: String,
    pub(crate) effective: Day,
    pub(crate) made_at: Instant,
    pub(crate) cause: Cause,
    pub(crate) made_by: String,
    pub(crate) key: String,
    pub(crate) content: String,
    pub(crate) note: String,
}

/// A movement between two accounts of the sheet.
#[derive(Debug, Clone)]
pub(crate) struct Move {
    pub(crate) debit: String,
    pub(crate) credit: String,
    pub(crate) posted: i64,
    pub(crate) pending: i64,
    pub(crate) guards: Option<i64>,
}

/// What may change of an account, as it was.
#[derive(Debug)]
struct Before {
    sums: [i64; 5],
    last: Option<String>,
    last_at: Instant,
}

/// The accounts of a batch.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    accounts: HashMap<String, Account>,
    touched: HashSet<String>,
    /// What each change of the posting at hand found; `None` if the account was opened by it.
    undo: Vec<(String, Option<Before>)>,
    transfers: Vec<Transfer>,
}

impl Sheet {
    /// A sheet of the accounts that exist.
    pub(crate) fn of(accounts: Vec<Account>) -> Self {
        Self { accounts: accounts.into_iter().map(|account| (account.path.clone(), account)).collect(), ..Self::default() }
    }

    /// The latest moment on any account: the batch is not made earlier, even if the clock was set back.
    pub(crate) fn last_at(&self) -> Option<Instant> {
        self.accounts.values().map(|account| account.last_at).max()
    }

    /// The transfers so far, and the accounts they changed.
    pub(crate) fn close(self) -> (Vec<Transfer>, Vec<Account>) {
        let Self { mut accounts, touched, transfers, .. } = self;
        let mut paths: Vec<String> = touched.into_iter().collect();
        paths.sort_unstable();
        (transfers, paths.iter().filter_map(|path| accounts.remove(path)).collect())
    }

    /// Applies a plan whole or not at all; returns its transfers. `next_id` gives ids of postings.
    pub(crate) fn apply(&mut self, book: &Book, plan: &Plan, mut stamp: Stamp, next_id: &mut dyn FnMut() -> Id) -> Result<&[Transfer], LedgerRefusal> {
        let from = self.transfers.len();
        self.undo.clear();
        let opened = self.open_all(book, plan, &stamp, next_id);
        stamp.posting = next_id();
        let done = opened.and_then(|begin| self.run(plan, &stamp).map(|()| begin));
        self.keep_or_undo(done, from)
    }

    /// Moves given legs whole or not at all; returns their transfers.
    pub(crate) fn chain(&mut self, stamp: &Stamp, moves: &[Move]) -> Result<&[Transfer], LedgerRefusal> {
        let from = self.transfers.len();
        self.undo.clear();
        let done = moves.iter().enumerate().try_for_each(|(leg, by)| self.shift(stamp, leg, by)).map(|()| from);
        self.keep_or_undo(done, from)
    }

    fn keep_or_undo(&mut self, done: Result<usize, LedgerRefusal>, from: usize) -> Result<&[Transfer], LedgerRefusal> {
        if done.is_err() {
            self.transfers.truncate(from);
            for (path, before) in self.undo.drain(..).rev() {
                match (before, self.accounts.get_mut(&path)) {
                    (Some(before), Some(account)) => account.restore(before),
                    _ => drop(self.accounts.remove(&path)),
                }
            }
        }
        done.map(|begin| &self.transfers[begin..])
    }

    /// Opens accounts that do not exist, each with the quota its kind begins with. Returns where the posting's own transfers begin.
    fn open_all(&mut self, book: &Book, plan: &Plan, stamp: &Stamp, next_id: &mut dyn FnMut() -> Id) -> Result<usize, LedgerRefusal> {
        for path in plan.paths() {
            if self.accounts.contains_key(path) {
                continue;
            }
            let opening = self.open(book, path, stamp.made_at)?;
            let Some((source, amount)) = opening else { continue };
            if !self.accounts.contains_key(&source) {
                self.open(book, &source, stamp.made_at)?;
            }
            let key = format!("open:{path}");
            let cause = Cause { kind: "account".into(), id: path.to_owned() };
            let own = Stamp {
                posting: next_id(),
                verb: Verb::Post,
                template: "open".into(),
                content: String::new(),
                note: String::new(),
                cause,
                key,
                ..stamp.clone()
            };
            self.shift(&own, 0, &Move { debit: source, credit: path.to_owned(), posted: amount, pending: 0, guards: None })?;
        }
        Ok(self.transfers.len())
    }

    fn open(&mut self, book: &Book, path: &str, at: Instant) -> Result<Option<(String, i64)>, LedgerRefusal> {
        let kind = book.account_kind(path).ok_or_else(|| LedgerRefusal::VariableWrong { name: path.to_owned() })?;
        let account = Account {
            path: path.to_owned(),
            asset: kind.asset.to_string(),
            standing: kind.standing.code().to_owned(),
            debits_bound: kind.debits_bound,
            credits_bound: kind.credits_bound,
            dr_posted: 0,
            cr_posted: 0,
            dr_pending: 0,
            cr_pending: 0,
            entries: 0,
            last: None,
            last_at: at,
            opened_at: at,
        };
        self.undo.push((path.to_owned(), None));
        self.touched.insert(path.to_owned());
        self.accounts.insert(path.to_owned(), account);
        Ok(kind.opens_with.clone())
    }

    fn run(&mut self, plan: &Plan, stamp: &Stamp) -> Result<(), LedgerRefusal> {
        let mut amounts: Vec<i64> = Vec::with_capacity(plan.legs.len());
        let mut places: Vec<i64> = Vec::with_capacity(plan.legs.len());
        let mut wholes: HashMap<String, (i64, i64)> = HashMap::new();
        let mut leg = 0usize;
        for planned in &plan.legs {
            let amount = self.much(&planned.much, &amounts, &mut wholes)?;
            amounts.push(amount);
            places.push(leg as i64);
            if amount == 0 {
                continue;
            }
            let guards = planned.guards.and_then(|at| places.get(at).copied());
            let (posted, pending) = if stamp.verb == Verb::Hold { (0, amount) } else { (amount, 0) };
            self.shift(stamp, leg, &Move { debit: planned.from.clone(), credit: planned.to.clone(), posted, pending, guards })?;
            leg += 1;
        }
        self.ended_at_zero(plan, stamp)
    }

    fn much(&self, much: &Much, amounts: &[i64], wholes: &mut HashMap<String, (i64, i64)>) -> Result<i64, LedgerRefusal> {
        match much {
            Much::Known(minor) => Ok(*minor),
            Much::Leg(at) => Ok(amounts.get(*at).copied().unwrap_or(0)),
            Much::All { name, on, of } => {
                let available = self.accounts.get(on).map_or(0, |account| account.available().max(0));
                let (whole, taken) = wholes.entry(name.clone()).or_insert((available, 0));
                cut_from(*whole, taken, of).ok_or(LedgerRefusal::TooLarge)
            }
        }
    }

    fn ended_at_zero(&self, plan: &Plan, stamp: &Stamp) -> Result<(), LedgerRefusal> {
        let left = |path: &String| self.accounts.get(path).map_or(0, Account::posted);
        match plan.ends_at_zero.iter().find(|path| stamp.verb != Verb::Hold && left(path) != 0) {
            Some(path) => Err(LedgerRefusal::NotEmpty { path: path.clone(), left: left(path) }),
            None => Ok(()),
        }
    }

    /// One leg: both accounts change together or not at all.
    fn shift(&mut self, stamp: &Stamp, leg: usize, by: &Move) -> Result<(), LedgerRefusal> {
        let id = leg_id(stamp.posting.as_str(), leg);
        let asset = self.same_asset(by)?;
        let debit = self.side(&by.debit, &id, stamp.made_at, by, true)?;
        let credit = self.side(&by.credit, &id, stamp.made_at, by, false)?;
        let first = |text: &String| (leg == 0).then(|| text.clone());
        self.transfers.push(Transfer {
            id,
            batch: stamp.batch.clone(),
            verb: stamp.verb,
            refers: stamp.refers.clone(),
            template: stamp.template.clone(),
            asset,
            debit,
            credit,
            posted: by.posted,
            pending: by.pending,
            guards: by.guards,
            effective: stamp.effective,
            made_at: stamp.made_at,
            cause_kind: stamp.cause.kind.clone(),
            cause_id: stamp.cause.id.clone(),
            made_by: stamp.made_by.clone(),
            key: first(&stamp.key),
            content: first(&stamp.content),
            note: first(&stamp.note),
        });
        Ok(())
    }

    fn same_asset(&self, by: &Move) -> Result<String, LedgerRefusal> {
        let asset = |path: &String| self.accounts.get(path).map(|account| account.asset.as_str()).unwrap_or_default();
        let (from, to) = (asset(&by.debit), asset(&by.credit));
        if from == to && by.debit != by.credit { Ok(from.to_owned()) } else { Err(LedgerRefusal::AssetChanged { path: by.credit.clone() }) }
    }

    fn side(&mut self, path: &str, id: &str, at: Instant, by: &Move, debit: bool) -> Result<Side, LedgerRefusal> {
        let account = self.accounts.get_mut(path).ok_or_else(|| LedgerRefusal::AssetChanged { path: path.to_owned() })?;
        let before = Before { sums: account.sums(), last: account.last.clone(), last_at: account.last_at };
        self.undo.push((path.to_owned(), Some(before)));
        let (posted, pending) = if debit { (&mut account.dr_posted, &mut account.dr_pending) } else { (&mut account.cr_posted, &mut account.cr_pending) };
        *posted = posted.checked_add(by.posted).ok_or(LedgerRefusal::TooLarge)?;
        *pending = pending.checked_add(by.pending).ok_or(LedgerRefusal::TooLarge)?;
        if by.posted + by.pending > 0 && !account.within_bounds() {
            return Err(out_of_bounds(account, by, debit));
        }
        account.entries += 1;
        account.last_at = at;
        let prev = account.last.replace(id.to_owned());
        self.touched.insert(path.to_owned());
        Ok(Side { path: path.to_owned(), entry: account.entries, after: account.posted(), prev })
    }
}

fn out_of_bounds(account: &Account, by: &Move, debit: bool) -> LedgerRefusal {
    let (path, asset, asked) = (account.path.clone(), account.asset.clone(), by.posted + by.pending);
    if debit { LedgerRefusal::Short { path, asset, asked, available: account.available().saturating_add(asked) } } else { LedgerRefusal::Over { path, asset } }
}

/// Reads what an account's row says of its standing.
pub(crate) fn standing_of(code: &str) -> Standing {
    match code {
        "mint" => Standing::Mint,
        "burn" => Standing::Burn,
        _ => Standing::Holder,
    }
}
