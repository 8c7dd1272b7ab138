//! For tests of the whole program from outside: the program as a process, a plain HTTP client, a real browser.
//!
//! Knows no crate of the house: it speaks to what a user would speak to. What drives the door in process is `webkit::testing`.

mod browser;
mod http;
mod postgres;
mod program;

pub use browser::{Browser, Sight};
pub use http::{Got, ask};
pub use postgres::{Database, Postgres, postgres_programs};
pub use program::Program;

/// A port that nobody listens on at the moment.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}
