//! Every SQL sentence of the ledger. Rows are written many at a time: one statement for up to 512 of them.

use std::collections::HashMap;
use std::sync::LazyLock;

use store::{Read, Row, Tx, Value, params};
use words::{Fault, Instant};

use crate::sheet::Account;
use crate::transfer::{Side, Transfer, Verb};

/// Rows in one statement: few different statements, so each stays prepared.
const STEPS: [usize; 4] = [512, 64, 8, 1];

const TRANSFER: [&str; 25] = [
    "id",
    "batch",
    "kind",
    "refers",
    "template",
    "asset",
    "debit",
    "credit",
    "posted",
    "pending",
    "debit_entry",
    "debit_after",
    "debit_prev",
    "credit_entry",
    "credit_after",
    "credit_prev",
    "guards",
    "effective",
    "made_at",
    "cause_kind",
    "cause_id",
    "made_by",
    "posting_key",
    "content",
    "note",
];
const ACCOUNT: [&str; 13] = [
    "path",
    "asset",
    "standing",
    "debits_bound",
    "credits_bound",
    "dr_posted",
    "cr_posted",
    "dr_pending",
    "cr_pending",
    "entries",
    "last_transfer",
    "last_at",
    "opened_at",
];

type Statements = LazyLock<HashMap<usize, String>>;

static TRANSFERS_INSERT: Statements = LazyLock::new(|| inserts("ledger_transfer", &TRANSFER, ""));
static ACCOUNTS_WRITE: Statements = LazyLock::new(|| {
    let moving = ["dr_posted", "cr_posted", "dr_pending", "cr_pending", "entries", "last_transfer", "last_at"];
    let sets: Vec<String> = moving.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    inserts("ledger_account", &ACCOUNT, &format!(" on conflict (path) do update set {}", sets.join(", ")))
});
static ACCOUNTS_BY_PATH: Statements = LazyLock::new(|| selects("select * from ledger_account where path in"));
static TRANSFERS_BY_KEY: Statements = LazyLock::new(|| selects("select id, posting_key, content from ledger_transfer where posting_key in"));

fn marks(from: usize, n: usize) -> String {
    let marks: Vec<String> = (from..from + n).map(|at| format!("${at}")).collect();
    format!("({})", marks.join(", "))
}

fn inserts(table: &str, columns: &[&str], tail: &str) -> HashMap<usize, String> {
    let statement = |rows: usize| {
        let values: Vec<String> = (0..rows).map(|row| marks(row * columns.len() + 1, columns.len())).collect();
        format!("insert into {table} ({}) values {}{tail}", columns.join(", "), values.join(", "))
    };
    STEPS.iter().map(|&rows| (rows, statement(rows))).collect()
}

fn selects(head: &str) -> HashMap<usize, String> {
    STEPS.iter().map(|&n| (n, format!("{head} {}", marks(1, n)))).collect()
}

/// Cuts a list into pieces of the lengths that have a statement.
fn pieces<T>(mut list: &[T]) -> Vec<&[T]> {
    let mut pieces = Vec::new();
    for step in STEPS {
        while list.len() >= step {
            let (piece, rest) = list.split_at(step);
            pieces.push(piece);
            list = rest;
        }
    }
    pieces
}

fn write_rows<T>(tx: &mut Tx, statements: &HashMap<usize, String>, list: &[T], values: impl Fn(&T, &mut Vec<Value>)) -> Result<(), Fault> {
    for piece in pieces(list) {
        let mut all = Vec::with_capacity(piece.len() * TRANSFER.len());
        piece.iter().for_each(|one| values(one, &mut all));
        tx.execute(&statements[&piece.len()], &all)?;
    }
    Ok(())
}

fn rows_in(read: &Read, statements: &HashMap<usize, String>, names: &[&str]) -> Result<Vec<Row>, Fault> {
    let mut rows = Vec::with_capacity(names.len());
    for piece in pieces(names) {
        let values: Vec<Value> = piece.iter().map(|name| Value::from(*name)).collect();
        rows.extend(read.rows(&statements[&piece.len()], &values)?);
    }
    Ok(rows)
}

// --- accounts ---

fn account(row: &Row) -> Result<Account, Fault> {
    Ok(Account {
        path: row.get("path")?,
        asset: row.get("asset")?,
        standing: row.get("standing")?,
        debits_bound: row.get("debits_bound")?,
        credits_bound: row.get("credits_bound")?,
        dr_posted: row.get("dr_posted")?,
        cr_posted: row.get("cr_posted")?,
        dr_pending: row.get("dr_pending")?,
        cr_pending: row.get("cr_pending")?,
        entries: row.get("entries")?,
        last: row.get("last_transfer")?,
        last_at: row.get("last_at")?,
        opened_at: row.get("opened_at")?,
    })
}

pub(crate) fn accounts_at(read: &Read, paths: &[&str]) -> Result<Vec<Account>, Fault> {
    rows_in(read, &ACCOUNTS_BY_PATH, paths)?.iter().map(account).collect()
}

pub(crate) fn account_at(read: &Read, path: &str) -> Result<Option<Account>, Fault> {
    Ok(accounts_at(read, &[path])?.into_iter().next())
}

/// Accounts whose path begins with `prefix`, after the path `after`, in order.
pub(crate) fn accounts_below(read: &Read, prefix: &str, after: &str, limit: i64) -> Result<Vec<Account>, Fault> {
    let sql = "select * from ledger_account where path >= $1 and path < $2 and path > $3 order by path limit $4";
    // No path holds a byte above '~'.
    read.rows(sql, &params![prefix, format!("{prefix}~"), after, limit])?.iter().map(account).collect()
}

pub(crate) fn accounts_write(tx: &mut Tx, accounts: &[Account]) -> Result<(), Fault> {
    write_rows(tx, &ACCOUNTS_WRITE, accounts, |account, to| {
        to.extend(params![&account.path, &account.asset, &account.standing, account.debits_bound, account.credits_bound]);
        to.extend(params![account.dr_posted, account.cr_posted, account.dr_pending, account.cr_pending, account.entries]);
        to.extend(params![account.last.as_deref(), account.last_at, account.opened_at]);
    })
}

// --- transfers ---

fn transfer(row: &Row) -> Result<Transfer, Fault> {
    let kind: String = row.get("kind")?;
    let side = |name: &str| -> Result<Side, Fault> {
        Ok(Side {
            path: row.get(name)?,
            entry: row.get(&format!("{name}_entry"))?,
            after: row.get(&format!("{name}_after"))?,
            prev: row.get(&format!("{name}_prev"))?,
        })
    };
    Ok(Transfer {
        id: row.get("id")?,
        batch: row.get("batch")?,
        verb: Verb::parse(&kind).ok_or_else(|| Fault::new(format!("ledger_transfer.kind {kind}")))?,
        refers: row.get("refers")?,
        template: row.get("template")?,
        asset: row.get("asset")?,
        debit: side("debit")?,
        credit: side("credit")?,
        posted: row.get("posted")?,
        pending: row.get("pending")?,
        guards: row.get("guards")?,
        effective: row.get("effective")?,
        made_at: row.get("made_at")?,
        cause_kind: row.get("cause_kind")?,
        cause_id: row.get("cause_id")?,
        made_by: row.get("made_by")?,
        key: row.get("posting_key")?,
        content: row.get("content")?,
        note: row.get("note")?,
    })
}

fn transfers(rows: &[Row]) -> Result<Vec<Transfer>, Fault> {
    rows.iter().map(transfer).collect()
}

pub(crate) fn transfers_insert(tx: &mut Tx, list: &[Transfer]) -> Result<(), Fault> {
    write_rows(tx, &TRANSFERS_INSERT, list, |one, to| {
        to.extend(params![&one.id, &one.batch, one.verb.code(), one.refers.as_deref(), &one.template, &one.asset, &one.debit.path, &one.credit.path]);
        to.extend(params![one.posted, one.pending, one.debit.entry, one.debit.after, one.debit.prev.as_deref()]);
        to.extend(params![one.credit.entry, one.credit.after, one.credit.prev.as_deref(), one.guards, one.effective, one.made_at]);
        to.extend(params![&one.cause_kind, &one.cause_id, &one.made_by, one.key.as_deref(), one.content.as_deref(), one.note.as_deref()]);
    })
}

/// (posting, key, content) of the postings that used one of these keys.
pub(crate) fn keys_used(read: &Read, keys: &[&str]) -> Result<Vec<(String, String, String)>, Fault> {
    let rows = rows_in(read, &TRANSFERS_BY_KEY, keys)?;
    rows.iter().map(|row| Ok((row.get("id")?, row.get("posting_key")?, row.get("content")?))).collect()
}

/// The legs of a posting, in order.
pub(crate) fn posting(read: &Read, posting: &str) -> Result<Vec<Transfer>, Fault> {
    let sql = "select * from ledger_transfer where id > $1 and id < $2 order by id limit 10000";
    transfers(&read.rows(sql, &params![format!("{posting}."), format!("{posting}/")])?)
}

pub(crate) fn transfer_at(read: &Read, id: &str) -> Result<Option<Transfer>, Fault> {
    read.row("select * from ledger_transfer where id = $1", &params![id])?.as_ref().map(transfer).transpose()
}

/// Entries of an account backwards, from the transfer `from` on.
pub(crate) fn walk(read: &Read, path: &str, from: &str, limit: i64) -> Result<Vec<Transfer>, Fault> {
    let sql = "with recursive walk as (
          select t.*, cast(1 as bigint) as depth from ledger_transfer t where t.id = $1
          union all
          select t.*, w.depth + 1 from walk w join ledger_transfer t on t.id = case when w.debit = $2 then w.debit_prev else w.credit_prev end where w.depth < $3
        ) select * from walk order by depth";
    transfers(&read.rows(sql, &params![from, path, limit])?)
}

/// All transfers in the order of their ids, after `after`.
pub(crate) fn transfers_after(read: &Read, after: &str, limit: i64) -> Result<Vec<Transfer>, Fault> {
    transfers(&read.rows("select * from ledger_transfer where id > $1 order by id limit $2", &params![after, limit])?)
}

pub(crate) fn transfers_count(read: &Read) -> Result<i64, Fault> {
    read.row("select count(*) as n from ledger_transfer", &[])?.map_or(Ok(0), |row| row.get("n"))
}

/// (path, asset, debits, credits) of what was posted and passes the filter `column <= bound`.
pub(crate) fn sums(read: &Read, filter: Sums) -> Result<Vec<(String, String, i64, i64)>, Fault> {
    let (condition, values) = match filter {
        Sums::UntilMoment(at) => ("made_at <= $1 and made_at >= $2", params![at, 0i64]),
        Sums::Days(from, to) => ("effective >= $1 and effective <= $2", params![from, to]),
    };
    let sql = format!(
        "select path, asset, cast(sum(dr) as bigint) as dr, cast(sum(cr) as bigint) as cr from (
           select debit as path, asset, posted as dr, 0 as cr from ledger_transfer where {condition}
           union all select credit as path, asset, 0 as dr, posted as cr from ledger_transfer where {condition}
         ) sides group by path, asset order by path"
    );
    read.rows(&sql, &values)?.iter().map(|row| Ok((row.get("path")?, row.get("asset")?, row.get("dr")?, row.get("cr")?))).collect()
}

/// What to sum up.
#[derive(Debug, Clone)]
pub(crate) enum Sums {
    /// All that was committed until this moment.
    UntilMoment(Instant),
    /// All with a business day from … to ….
    Days(String, String),
}

// --- holds ---

/// A row of `ledger_hold`.
#[derive(Debug, Clone)]
pub(crate) struct HoldRow {
    pub(crate) id: String,
    pub(crate) state: String,
    pub(crate) expires_at: Instant,
    pub(crate) resolved_by: Option<String>,
}

fn hold(row: &Row) -> Result<HoldRow, Fault> {
    Ok(HoldRow { id: row.get("id")?, state: row.get("state")?, expires_at: row.get("expires_at")?, resolved_by: row.get("resolved_by")? })
}

pub(crate) fn hold_at(read: &Read, id: &str) -> Result<Option<HoldRow>, Fault> {
    read.row("select * from ledger_hold where id = $1", &params![id])?.as_ref().map(hold).transpose()
}

pub(crate) fn holds_after(read: &Read, after: &str, limit: i64) -> Result<Vec<HoldRow>, Fault> {
    read.rows("select * from ledger_hold where id > $1 order by id limit $2", &params![after, limit])?.iter().map(hold).collect()
}

pub(crate) fn hold_insert(tx: &mut Tx, id: &str, expires_at: Instant, made_at: Instant) -> Result<(), Fault> {
    let sql = "insert into ledger_hold (id, state, expires_at, made_at) values ($1, 'open', $2, $3)";
    tx.execute(sql, &params![id, expires_at, made_at]).map(drop)
}

pub(crate) fn hold_resolve(tx: &mut Tx, id: &str, state: &str, by: &str, at: Instant) -> Result<(), Fault> {
    let sql = "update ledger_hold set state = $2, resolved_by = $3, resolved_at = $4 where id = $1 and state = 'open'";
    tx.execute(sql, &params![id, state, by, at]).map(drop)
}

// --- batches ---

/// A row of `ledger_batch`.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    pub(crate) id: String,
    pub(crate) first_id: String,
    pub(crate) last_id: String,
    pub(crate) transfers: i64,
    pub(crate) content: String,
    pub(crate) made_at: Instant,
    pub(crate) seal: Option<BatchSeal>,
}

/// Its place in the chain.
#[derive(Debug, Clone)]
pub(crate) struct BatchSeal {
    pub(crate) seq_from: i64,
    pub(crate) seq_to: i64,
    pub(crate) prev_hash: String,
    pub(crate) hash: String,
}

fn batch(row: &Row) -> Result<Batch, Fault> {
    let seq_to: Option<i64> = row.get("seq_to")?;
    let seal = match seq_to {
        Some(seq_to) => Some(BatchSeal { seq_from: row.get("seq_from")?, seq_to, prev_hash: row.get("prev_hash")?, hash: row.get("hash")? }),
        None => None,
    };
    Ok(Batch {
        id: row.get("id")?,
        first_id: row.get("first_id")?,
        last_id: row.get("last_id")?,
        transfers: row.get("transfers")?,
        content: row.get("content")?,
        made_at: row.get("made_at")?,
        seal,
    })
}

pub(crate) fn batch_insert(tx: &mut Tx, batch: &Batch) -> Result<(), Fault> {
    let sql = "insert into ledger_batch (id, first_id, last_id, transfers, content, made_at) values ($1, $2, $3, $4, $5, $6)";
    tx.execute(sql, &params![&batch.id, &batch.first_id, &batch.last_id, batch.transfers, &batch.content, batch.made_at]).map(drop)
}

pub(crate) fn batches_open(read: &Read, limit: i64) -> Result<Vec<Batch>, Fault> {
    read.rows("select * from ledger_batch where hash is null order by made_at, id limit $1", &params![limit])?.iter().map(batch).collect()
}

pub(crate) fn batches_sealed(read: &Read, after_seq: i64, limit: i64) -> Result<Vec<Batch>, Fault> {
    read.rows("select * from ledger_batch where seq_to > $1 order by seq_to limit $2", &params![after_seq, limit])?.iter().map(batch).collect()
}

pub(crate) fn batch_last(read: &Read) -> Result<Option<Batch>, Fault> {
    read.row("select * from ledger_batch where seq_to is not null order by seq_to desc limit 1", &[])?.as_ref().map(batch).transpose()
}

pub(crate) fn batch_seal(tx: &mut Tx, id: &str, seal: &BatchSeal) -> Result<(), Fault> {
    let sql = "update ledger_batch set seq_from = $2, seq_to = $3, prev_hash = $4, hash = $5 where id = $1";
    tx.execute(sql, &params![id, seal.seq_from, seal.seq_to, &seal.prev_hash, &seal.hash]).map(drop)
}

/// The transfers of a batch, in order.
pub(crate) fn batch_transfers(read: &Read, batch: &Batch) -> Result<Vec<Transfer>, Fault> {
    let sql = "select * from ledger_transfer where id >= $1 and id <= $2 and batch = $3 order by id";
    transfers(&read.rows(sql, &params![&batch.first_id, &batch.last_id, &batch.id])?)
}

// --- periods ---

/// A row of `ledger_period`.
#[derive(Debug, Clone)]
pub(crate) struct PeriodRow {
    pub(crate) month: String,
    pub(crate) closed_at: Instant,
    pub(crate) hash: String,
}

fn period(row: &Row) -> Result<PeriodRow, Fault> {
    Ok(PeriodRow { month: row.get("month")?, closed_at: row.get("closed_at")?, hash: row.get("hash")? })
}

pub(crate) fn period_at(read: &Read, month: &str) -> Result<Option<PeriodRow>, Fault> {
    read.row("select * from ledger_period where month = $1", &params![month])?.as_ref().map(period).transpose()
}

pub(crate) fn periods(read: &Read) -> Result<Vec<PeriodRow>, Fault> {
    read.rows("select * from ledger_period order by month limit 1200", &[])?.iter().map(period).collect()
}

pub(crate) fn period_insert(tx: &mut Tx, month: &str, at: Instant, by: &str, hash: &str) -> Result<(), Fault> {
    tx.execute("insert into ledger_period (month, closed_at, closed_by, hash) values ($1, $2, $3, $4)", &params![month, at, by, hash]).map(drop)
}
