//! Durable use cases a second: two balance updates, a row and an event, on SQLite and on PostgreSQL.
//!
//! Invariant: at the end the balances add up, there is a row for every answer, and `verify` finds nothing.

mod deed;
mod grouped;
mod pgbench;
mod postgresql;
mod sqlite;

use benches::{Ask, Done, Ground};

fn main() {
    if let Err(fault) = bench() {
        eprintln!("{fault}");
        std::process::exit(1);
    }
}

fn bench() -> Done {
    let ask = Ask::of_command_line()?;
    let ground = Ground::below(&ask.data)?;
    sqlite::measure(&ask, &ground)?;
    match &ask.database {
        Some(url) => postgresql::measure(&ask, &ground, url),
        None => {
            println!("\nPostgreSQL was not measured: give --database postgres://…");
            Ok(())
        }
    }
}
