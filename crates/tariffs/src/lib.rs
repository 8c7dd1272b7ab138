#![doc = include_str!("../README.md")]

mod asks;
mod benefit;
mod checks;
mod ops;
mod question;
mod quote;
mod refusal;
mod replay;
pub mod rights;
mod sql;
pub mod told;
mod upgrade;
mod view;
mod web;

use std::marker::PhantomData;

use store::{Check, Migration, Part, Read, Table};
use words::{Failure, Id, Never, Outcome};

pub use asks::{Asks, Stated};
pub use benefit::{Benefit, benefits};
pub use ops::apply_upgrade::{UpgradeDraft, apply_upgrade};
pub use ops::decide_upgrade::{decide_upgrade, note_case};
pub use ops::keep_quote::keep_quote;
pub use ops::place_order::{place_order, withdraw_order};
pub use question::{Question, Wants};
pub use quote::{Order, Quote, Quoted, quote};
pub use refusal::{OrderRefusal, UpgradeRefusal};
pub use replay::{Replay, replay};
pub use upgrade::{LineTerms, Upgrade, UpgradeState, step_up};

/// Templates of the pages.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("tariffs/parts.html", include_str!("../templates/parts.html")),
    ("tariffs/tariffs.html", include_str!("../templates/tariffs.html")),
    ("tariffs/book.html", include_str!("../templates/book.html")),
    ("tariffs/quote.html", include_str!("../templates/quote.html")),
    ("tariffs/mine.html", include_str!("../templates/mine.html")),
    ("tariffs/upgrade.html", include_str!("../templates/upgrade.html")),
    ("tariffs/upgrades.html", include_str!("../templates/upgrades.html")),
    ("tariffs/benefits.html", include_str!("../templates/benefits.html")),
    ("tariffs/benefit.html", include_str!("../templates/benefit.html")),
    ("tariffs/replay.html", include_str!("../templates/replay.html")),
];

/// Sentences of this crate, and those of the engine that are spoken here.
pub const TEXTS: webkit::Texts = webkit::Texts {
    zh: concat!(include_str!("../locales/zh.ftl"), "\n", include_str!("../../rating/locales/zh.ftl")),
    en: concat!(include_str!("../locales/en.ftl"), "\n", include_str!("../../rating/locales/en.ftl")),
};

/// What this crate brings to the store.
pub const PART: Part = Part {
    migrations: &[Migration { name: "20261128_tariffs", sql: include_str!("../migrations/20261128_tariffs.sql") }],
    tables: &[Table { name: "tariffs_quote", key: &["id"] }, Table { name: "tariffs_order", key: &["id"] }, Table { name: "tariffs_upgrade", key: &["id"] }],
    checks: &[Check { name: "tariffs quotes", run: checks::quotes }, Check { name: "tariffs orders", run: checks::orders }],
    ..Part::named("tariffs")
};

/// An upgrade, for callers above that have their own right to see it.
pub fn upgrade(read: &Read, id: &Id) -> Outcome<Upgrade, Never> {
    sql::upgrade(read, id)?.ok_or(Failure::Absent)
}

/// The crate wired to what it asks: `Tariffs::<Ground>::routes()`.
pub struct Tariffs<A>(PhantomData<fn() -> A>);

impl<A: Asks> Tariffs<A> {
    /// What this crate brings to the store.
    pub const PART: Part = PART;

    /// Pages and API.
    pub fn routes() -> webkit::Routes {
        web::routes::<A>()
    }
}
