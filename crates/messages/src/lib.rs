#![doc = include_str!("../README.md")]

mod asks;
mod checks;
mod driver;
mod number;
mod ops;
mod opt_out;
mod parts;
mod refusal;
pub mod rights;
mod send;
mod simulated;
mod sql;
mod text;
pub mod told;
mod view;
mod web;

use std::marker::PhantomData;

use store::{Check, JobKind, Migration, Part, Table};

pub use asks::{Asks, PartsUsed, Sender};
pub use driver::{Driver, Foreseen, Handed, MessageState, Networks, Outgoing, Unconnected};
pub use number::Number;
pub use ops::decide_text::{decide_text, note_case};
pub use ops::opt_out::{opt_out, simulate_reply};
pub use ops::send_messages::send_messages;
pub use ops::submit_text::submit_text;
pub use ops::take_reports::{Report, Reports, take_reports};
pub use ops::withdraw_text::withdraw_text;
pub use opt_out::{OptOut, opts_out};
pub use parts::{Encoding, Parts, parts};
pub use refusal::{OptOutRefusal, SendRefusal, TextRefusal};
pub use send::{Message, NUMBERS, Send, SendDraft};
pub use simulated::{MAGIC, Magic, Simulated};
pub use text::{Purpose, Text, TextDraft, TextKind, TextState, filled, parameters};

/// Templates of the pages.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("messages/parts.html", include_str!("../templates/parts.html")),
    ("messages/mine.html", include_str!("../templates/mine.html")),
    ("messages/text.html", include_str!("../templates/text.html")),
    ("messages/review.html", include_str!("../templates/review.html")),
    ("messages/sent.html", include_str!("../templates/sent.html")),
    ("messages/send.html", include_str!("../templates/send.html")),
];

/// Texts.
pub const TEXTS: webkit::Texts = webkit::Texts { zh: include_str!("../locales/zh.ftl"), en: include_str!("../locales/en.ftl") };

/// What this crate brings to the store.
pub const PART: Part = Part {
    migrations: &[Migration { name: "20261201_messages", sql: include_str!("../migrations/20261201_messages.sql") }],
    tables: &[Table { name: "messages_text", key: &["id"] }, Table { name: "messages_send", key: &["id"] }, Table { name: "messages_opt_out", key: &["id"] }],
    free: &[("messages_message", "states that networks report, many a second, each told as an event; `verify` counts them against their sends")],
    jobs: &[JobKind { name: ops::take_reports::REPORT, run: ops::take_reports::report }],
    checks: &[Check { name: "messages of sends", run: checks::sends }],
    ..Part::named("messages")
};

/// A template or signature, for callers above that have their own right to see it.
pub fn text(read: &store::Read, id: &words::Id) -> Result<Option<Text>, words::Fault> {
    sql::text(read, id)
}

/// Templates and signatures of somebody, newest first, for callers above.
pub fn texts_of(read: &store::Read, owner: &words::Id) -> Result<Vec<Text>, words::Fault> {
    sql::texts_of(read, owner)
}

/// The crate wired to what it asks: `Messages::<Ground>::routes()`.
pub struct Messages<A>(PhantomData<fn() -> A>);

impl<A: Asks> Messages<A> {
    /// What this crate brings to the store.
    pub const PART: Part = PART;

    /// Pages, API, and what is served to gateways.
    pub fn routes() -> webkit::Routes {
        web::routes::<A>()
    }
}

#[cfg(test)]
mod tests {
    /// Every sentence of this crate compiles on the database under test.
    #[test]
    fn every_sentence_is_in_both_dialects() {
        static PART: store::Part = super::PART;
        store::testing::temp(&[&PART]).prepares(super::sql::ALL);
    }
}
