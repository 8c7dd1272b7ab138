//! The ledger verifies itself: everything is recomputed from the transfers and compared (value rules I1–I11).
//!
//! Asks all rows in the order of the chain; tells findings that name the first wrong row.

use std::collections::{BTreeMap, HashMap};

use store::{Checked, Finding, Read};
use words::{Day, Fault, Instant};

use crate::ops::{close_month::month_hash, seal::chained};
use crate::sheet::Account;
use crate::sql;
use crate::told::Sealed;
use crate::transfer::{Transfer, Verb, content_of, posting_of};

/// Findings after which the check stops: the first ones say where to look.
const ENOUGH: usize = 50;

/// Recomputes everything; what it counts is transfers.
pub fn check(read: &Read) -> Result<Checked, Fault> {
    let mut audit = Audit::default();
    audit.load_accounts(read)?;
    audit.chain(read)?;
    if audit.findings.len() < ENOUGH {
        audit.heads(read)?;
        audit.accounts();
        audit.holds(read)?;
        audit.assets();
        audit.periods(read)?;
    }
    Ok(Checked { looked_at: u64::try_from(audit.counted).unwrap_or(0), findings: audit.findings })
}

/// An entry that came before its turn: another process sealed it earlier.
struct Early {
    id: String,
    debit: bool,
    posted: i64,
    pending: i64,
    after: i64,
    prev: Option<String>,
    made_at: Instant,
}

/// What the transfers say of an account.
#[derive(Default)]
struct Fold {
    dr_posted: i64,
    cr_posted: i64,
    dr_pending: i64,
    cr_pending: i64,
    entries: i64,
    last: Option<String>,
    last_at: Option<Instant>,
    asset: String,
    early: BTreeMap<i64, Early>,
}

/// A hold by its transfers.
struct Held {
    legs: Vec<i64>,
    resolved: Option<(&'static str, String)>,
}

#[derive(Default)]
struct Audit {
    rows: HashMap<String, Account>,
    folds: BTreeMap<String, Fold>,
    held: BTreeMap<String, Held>,
    reversed: HashMap<String, String>,
    seals: HashMap<i64, String>,
    counted: i64,
    findings: Vec<Finding>,
}

impl Audit {
    fn wrong(&mut self, place: &str, row: &str, message: impl Into<String>) {
        self.findings.push(Finding::new(place, row, message));
    }

    fn load_accounts(&mut self, read: &Read) -> Result<(), Fault> {
        let mut after = String::new();
        loop {
            let page = sql::accounts_below(read, "", &after, 2_000)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.path.clone();
            self.rows.extend(page.into_iter().map(|account| (account.path.clone(), account)));
        }
    }

    /// I6, I7: batches chain, their content recomputes, nothing lies outside of them.
    fn chain(&mut self, read: &Read) -> Result<(), Fault> {
        let (mut seq, mut hash) = (0i64, String::new());
        loop {
            let page = sql::batches_sealed(read, seq, 500)?;
            if page.is_empty() {
                break;
            }
            for batch in &page {
                if self.findings.len() >= ENOUGH {
                    return Ok(());
                }
                let expected = chained(batch, seq, &hash);
                let Some(seal) = &batch.seal else { continue };
                if (seal.seq_from, seal.seq_to, &seal.prev_hash, &seal.hash) != (expected.seq_from, expected.seq_to, &expected.prev_hash, &expected.hash) {
                    self.wrong("ledger_batch", &batch.id, "does not follow the batch before it");
                }
                (seq, hash) = (seal.seq_to, seal.hash.clone());
                self.seals.insert(seq, hash.clone());
                self.batch(read, batch)?;
            }
        }
        let mut unsealed = sql::batches_open(read, 1_000_000)?;
        unsealed.sort_by(|a, b| a.id.cmp(&b.id));
        unsealed.iter().try_for_each(|batch| self.batch(read, batch))?;
        if self.counted != sql::transfers_count(read)? {
            self.stray(read)?;
        }
        Ok(())
    }

    /// Transfers that no batch holds: name the first.
    fn stray(&mut self, read: &Read) -> Result<(), Fault> {
        let mut after = String::new();
        loop {
            let page = sql::transfers_after(read, &after, 2_000)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.id.clone();
            let strays: Vec<String> = page.iter().filter(|one| !self.is_folded(one)).map(|one| one.id.clone()).take(ENOUGH).collect();
            for id in strays {
                self.wrong("ledger_transfer", &id, "belongs to no batch");
                if self.findings.len() >= ENOUGH {
                    return Ok(());
                }
            }
        }
    }

    /// Was it part of a batch? Its account then counts its entry.
    fn is_folded(&self, one: &Transfer) -> bool {
        self.folds.get(&one.debit.path).is_some_and(|fold| one.debit.entry <= fold.entries)
    }

    fn batch(&mut self, read: &Read, batch: &sql::Batch) -> Result<(), Fault> {
        let transfers = sql::batch_transfers(read, batch)?;
        self.counted += transfers.len() as i64;
        if transfers.len() as i64 != batch.transfers {
            self.wrong("ledger_transfer", &batch.first_id, format!("batch {} has {} transfers instead of {}", batch.id, transfers.len(), batch.transfers));
        }
        let intact = content_of(&transfers) == batch.content;
        let before = self.findings.len();
        for one in &transfers {
            self.fold(one);
            self.follow(read, one)?;
        }
        self.legs(&transfers);
        if !intact && self.findings.len() == before {
            self.wrong(
                "ledger_transfer",
                &batch.first_id,
                format!("between {} and {}: the content is not that of batch {}", batch.first_id, batch.last_id, batch.id),
            );
        }
        Ok(())
    }

    /// I2, I3: each side of a transfer continues its account.
    fn fold(&mut self, one: &Transfer) {
        if one.posted < 0 || one.debit.path == one.credit.path {
            self.wrong("ledger_transfer", &one.id, "does not move value from one account to another");
        }
        for (side, debit) in [(&one.debit, true), (&one.credit, false)] {
            let fold = self.folds.entry(side.path.clone()).or_default();
            if fold.asset.is_empty() {
                fold.asset.clone_from(&one.asset);
            }
            let mut wrong = (fold.asset != one.asset).then(|| (one.id.clone(), "is in another asset than its account"));
            let early =
                Early { id: one.id.clone(), debit, posted: one.posted, pending: one.pending, after: side.after, prev: side.prev.clone(), made_at: one.made_at };
            if fold.early.insert(side.entry, early).is_some() || side.entry <= fold.entries {
                wrong = Some((one.id.clone(), "has the entry number of another transfer"));
            }
            let bounds = self.rows.get(&side.path);
            while let Some(next) = fold.early.remove(&(fold.entries + 1)) {
                wrong = wrong.or(fold.step(next, bounds));
            }
            if let Some((id, message)) = wrong {
                self.wrong("ledger_transfer", &id, format!("{message} ({})", side.path));
            }
        }
    }

    /// I5, I8: holds resolve once and whole, reversals move back what was posted, once.
    fn follow(&mut self, read: &Read, one: &Transfer) -> Result<(), Fault> {
        let (posting, leg) = posting_of(&one.id);
        let refers = one.refers.clone().unwrap_or_default();
        match one.verb {
            Verb::Post if one.pending == 0 => {}
            Verb::Hold if one.posted == 0 && one.pending > 0 => {
                self.held.entry(posting.to_owned()).or_insert(Held { legs: Vec::new(), resolved: None }).legs.push(one.pending);
            }
            Verb::Settle | Verb::Void | Verb::Expire => self.resolved(one, &refers, posting, leg),
            Verb::Reverse => self.reverses(read, one, &refers, posting)?,
            Verb::Post | Verb::Hold => self.wrong("ledger_transfer", &one.id, "moves and holds at once"),
        }
        Ok(())
    }

    fn resolved(&mut self, one: &Transfer, hold: &str, posting: &str, leg: i64) {
        let state = match one.verb {
            Verb::Settle => "posted",
            Verb::Expire => "expired",
            _ => "voided",
        };
        let fine = self.held.get_mut(hold).is_some_and(|held| {
            let first = held.resolved.get_or_insert_with(|| (state, posting.to_owned()));
            let amount = usize::try_from(leg).ok().and_then(|leg| held.legs.get(leg)).copied().unwrap_or(0);
            first.1 == posting && one.pending == -amount && one.posted <= amount && (one.verb == Verb::Settle || one.posted == 0)
        });
        if !fine {
            self.wrong("ledger_transfer", &one.id, format!("does not resolve the hold {hold} once and within what it held"));
        }
    }

    fn reverses(&mut self, read: &Read, one: &Transfer, of: &str, posting: &str) -> Result<(), Fault> {
        let once = self.reversed.entry(of.to_owned()).or_insert_with(|| posting.to_owned()) == posting;
        let matches = |original: &Transfer| original.debit.path == one.credit.path && original.credit.path == one.debit.path && original.posted == one.posted;
        if !once || one.pending != 0 || !sql::posting(read, of)?.iter().any(matches) {
            self.wrong("ledger_transfer", &one.id, format!("does not move back exactly, once, what {of} moved"));
        }
        Ok(())
    }

    /// I7, I10: legs of a posting are numbered without a gap, and a quota is used by what it limits.
    fn legs(&mut self, transfers: &[Transfer]) {
        let amount = |one: &Transfer| if one.verb == Verb::Hold { one.pending } else { one.posted };
        for legs in transfers.chunk_by(|a, b| posting_of(&a.id).0 == posting_of(&b.id).0) {
            for (at, one) in legs.iter().enumerate() {
                if posting_of(&one.id).1 != at as i64 {
                    self.wrong("ledger_transfer", &one.id, "a leg of its posting is missing");
                }
                let limited = one.guards.and_then(|leg| usize::try_from(leg).ok()).map(|leg| legs.get(leg));
                if limited.is_some_and(|leg| leg.is_none_or(|leg| amount(leg) != amount(one))) {
                    self.wrong("ledger_transfer", &one.id, "the quota is used by another amount than it limits");
                }
            }
        }
    }

    /// The event log holds the heads of the chain.
    fn heads(&mut self, read: &Read) -> Result<(), Fault> {
        let mut after = 0;
        loop {
            let page = read.events_of("ledger", after, 1_000)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.seq.unwrap_or(i64::MAX);
            for event in page.iter().filter(|event| event.kind == <Sealed as store::Tell>::KIND) {
                let told: Sealed = event.data()?;
                if self.seals.get(&told.seq) != Some(&told.hash) {
                    self.wrong("ledger_batch", &told.seq.to_string(), format!("the chain is not the one that event {} tells of", event.id));
                }
            }
        }
    }

    /// I2: rows of accounts are the fold of their transfers.
    fn accounts(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        let folds = std::mem::take(&mut self.folds);
        let empty = Fold::default();
        for row in rows.values() {
            let fold = folds.get(&row.path).unwrap_or(&empty);
            if let Some(early) = fold.early.values().next() {
                self.wrong("ledger_transfer", &early.id, format!("an entry before it is missing in {}", row.path));
            } else if !fold.is(row) {
                self.wrong("ledger_account", &row.path, "is not the sum of its transfers");
            }
        }
        for path in folds.keys().filter(|path| !rows.contains_key(*path)) {
            self.findings.push(Finding::new("ledger_account", path, "is missing"));
        }
        (self.rows, self.folds) = (rows, folds);
    }

    /// I5: rows of holds are what their transfers say.
    fn holds(&mut self, read: &Read) -> Result<(), Fault> {
        let mut held = std::mem::take(&mut self.held);
        let mut after = String::new();
        loop {
            let page = sql::holds_after(read, &after, 2_000)?;
            let Some(last) = page.last() else { break };
            after = last.id.clone();
            for row in page {
                let said = held.remove(&row.id).map(|held| held.resolved);
                let fine = said.is_some_and(|resolved| match resolved {
                    None => row.state == "open" && row.resolved_by.is_none(),
                    Some((state, by)) => row.state == state && row.resolved_by.as_deref() == Some(by.as_str()),
                });
                if !fine {
                    self.wrong("ledger_hold", &row.id, "is not what its transfers say");
                }
            }
        }
        for id in held.keys() {
            self.wrong("ledger_hold", id, "is missing");
        }
        Ok(())
    }

    /// I1, I11: per asset all accounts sum to zero, and what was minted is held or burned.
    fn assets(&mut self) {
        let mut sums: BTreeMap<String, (i128, i128)> = BTreeMap::new();
        let mut wrong: Vec<(String, &'static str)> = Vec::new();
        for row in self.rows.values() {
            let sum = sums.entry(row.asset.clone()).or_default();
            sum.0 += i128::from(row.cr_posted) - i128::from(row.dr_posted);
            sum.1 += i128::from(row.cr_pending) - i128::from(row.dr_pending);
            match row.standing.as_str() {
                "mint" if row.posted() > 0 => wrong.push((row.path.clone(), "a mint holds value")),
                "burn" if row.posted() < 0 => wrong.push((row.path.clone(), "burned value came back")),
                _ => {}
            }
        }
        for (path, message) in wrong {
            self.wrong("ledger_account", &path, message);
        }
        for (asset, sum) in sums.into_iter().filter(|(_, sum)| *sum != (0, 0)) {
            self.wrong("ledger_account", &asset, format!("the accounts of the asset sum to {} posted and {} held instead of zero", sum.0, sum.1));
        }
    }

    /// I9: the hash of a closed month stays.
    fn periods(&mut self, read: &Read) -> Result<(), Fault> {
        for row in sql::periods(read)? {
            let first = Day::parse(&format!("{}-01", row.month)).map_err(|_| Fault::new(format!("ledger_period.month {}", row.month)));
            if month_hash(read, first?)? != row.hash {
                self.wrong("ledger_period", &row.month, "something was posted into the closed month");
            }
        }
        Ok(())
    }
}

impl Fold {
    fn step(&mut self, next: Early, row: Option<&Account>) -> Option<(String, &'static str)> {
        let (posted, pending) = if next.debit { (&mut self.dr_posted, &mut self.dr_pending) } else { (&mut self.cr_posted, &mut self.cr_pending) };
        *posted = posted.saturating_add(next.posted);
        *pending = pending.saturating_add(next.pending);
        self.entries += 1;
        let mut wrong = None;
        if self.last != next.prev {
            wrong = Some("does not follow the entry before it");
        }
        if self.last_at.is_some_and(|last| next.made_at < last) {
            wrong = Some("is earlier than the entry before it");
        }
        if self.cr_posted.saturating_sub(self.dr_posted) != next.after {
            wrong = Some("leaves another balance than it says");
        }
        if row.is_some_and(|row| !self.as_row(row).within_bounds()) {
            wrong = Some("passes the bound of the account");
        }
        self.last = Some(next.id.clone());
        self.last_at = Some(next.made_at);
        wrong.map(|message| (next.id, message))
    }

    fn as_row(&self, row: &Account) -> Account {
        Account {
            path: String::new(),
            asset: String::new(),
            standing: String::new(),
            dr_posted: self.dr_posted,
            cr_posted: self.cr_posted,
            dr_pending: self.dr_pending,
            cr_pending: self.cr_pending,
            entries: self.entries,
            last: None,
            debits_bound: row.debits_bound,
            credits_bound: row.credits_bound,
            last_at: row.last_at,
            opened_at: row.opened_at,
        }
    }

    fn is(&self, row: &Account) -> bool {
        let sums = (self.dr_posted, self.cr_posted, self.dr_pending, self.cr_pending, self.entries, &self.last);
        let same_asset = self.asset.is_empty() || self.asset == row.asset;
        same_asset
            && self.last_at.is_none_or(|at| at == row.last_at)
            && sums == (row.dr_posted, row.cr_posted, row.dr_pending, row.cr_pending, row.entries, &row.last)
    }
}
