//! The use case that is measured: value moves between two of 10,000 accounts, with an entry and an event.

use benches::{Dice, Done, must, sure};
use serde::Serialize;
use store::{Db, Migration, Part, Table, Tell, Tx, params};
use words::{Acting, Fault, Node};

/// Accounts.
pub(crate) const ACCOUNTS: usize = 10_000;
/// On each at the beginning.
const AT_FIRST: i64 = 1_000_000;

const SCHEMA: &[Migration] = &[Migration { name: "1_bench", sql: include_str!("schema.sql") }];

/// The tables as the ledger has its own: without a hash of each row in the log.
pub(crate) const PLAIN: Part = Part {
    name: "bench",
    migrations: SCHEMA,
    free: &[("bench_account", "measured without hashes"), ("bench_entry", "measured without hashes")],
    ..Part::named("bench")
};

/// The tables as all others have them: every changed row has its hash in the event.
pub(crate) const COVERED: Part = Part {
    name: "bench",
    migrations: SCHEMA,
    tables: &[Table { name: "bench_account", key: &["id"] }, Table { name: "bench_entry", key: &["id"] }],
    ..Part::named("bench")
};

pub(crate) const TAKE: &str = "update bench_account set balance = balance - $2 where id = $1";
pub(crate) const GIVE: &str = "update bench_account set balance = balance + $2 where id = $1";
pub(crate) const ENTER: &str = "insert into bench_entry (id, debit, credit, amount) values ($1, $2, $3, $4)";

#[derive(Serialize)]
struct Moved {
    entry: String,
    debit: String,
    credit: String,
    amount: i64,
}

impl Tell for Moved {
    const KIND: &'static str = "bench.moved";
    fn node(&self) -> Node {
        Node::group()
    }
    fn subject(&self) -> String {
        self.entry.clone()
    }
}

pub(crate) fn account(n: usize) -> String {
    format!("account_{n:05}")
}

/// Makes the accounts.
pub(crate) fn fill(db: &Db, covered: bool) -> Done {
    let all: Vec<usize> = (0..ACCOUNTS).collect();
    for piece in all.chunks(500) {
        let piece = piece.to_vec();
        sure(db.write("bench.fill", move |tx| {
            for n in &piece {
                change(tx, covered, "bench_account", "insert into bench_account (id, balance) values ($1, $2)", &params![account(*n), AT_FIRST])?;
            }
            Ok(())
        }))?;
    }
    Ok(())
}

fn change(tx: &mut Tx, covered: bool, table: &'static str, sql: &str, values: &[store::Value]) -> Result<(), Fault> {
    if covered { tx.change(table, sql, values).map(drop) } else { tx.execute(sql, values).map(drop) }
}

/// One use case of four statements.
pub(crate) fn transfer(db: &Db, dice: &mut Dice, covered: bool) -> Done {
    let ((from, to), amount) = (dice.pair(ACCOUNTS), 1 + dice.below(9) as i64);
    let (debit, credit) = (account(from), account(to));
    sure(db.write("bench.transfer", move |tx| {
        let entry = tx.id("ent").to_string();
        change(tx, covered, "bench_account", TAKE, &params![&debit, amount])?;
        change(tx, covered, "bench_account", GIVE, &params![&credit, amount])?;
        change(tx, covered, "bench_entry", ENTER, &params![&entry, &debit, &credit, amount])?;
        tx.tell(&Acting::system("bench"), &Moved { entry, debit: debit.clone(), credit: credit.clone(), amount })?;
        Ok(())
    }))
}

/// The balances add up, and every answer has left an entry.
pub(crate) fn check(db: &Db, answered: u64) -> Done {
    let (sum, entries) = sure(db.read(|read| {
        let count = |sql: &str| read.row(sql, &[])?.map_or(Ok(0), |row| row.get::<i64>("n"));
        Ok((count("select cast(sum(balance) as bigint) as n from bench_account")?, count("select count(*) as n from bench_entry")?))
    }))?;
    must(sum == AT_FIRST * ACCOUNTS as i64, format!("the balances add up to {sum}"))?;
    must(entries == answered as i64, format!("{answered} answers and {entries} entries"))
}
