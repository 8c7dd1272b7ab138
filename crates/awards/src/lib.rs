#![doc = include_str!("../README.md")]

mod asks;
mod award;
mod checks;
mod ops;
mod refusal;
pub mod rights;
mod sql;
pub mod told;
mod value;
mod view;
mod web;

use std::marker::PhantomData;

use store::{Check, Migration, Part, Table};

pub use asks::Asks;
pub use award::{Award, AwardState, Level, NoticeState, Share, Terms, WHOLE, check_proposal, parts};
pub use ops::agree_shares::{agree_shares, propose_shares};
pub use ops::decide_award::{pay_award, refuse_award};
pub use ops::grade_award::{GradeDraft, grade_award};
pub use ops::name_scheme::name_scheme;
pub use ops::note_notice::note_notice;
pub use ops::open_award::{AwardDraft, open_award};
pub use ops::reverse_award::reverse_award;
pub use refusal::AwardRefusal;
pub use view::{AwardCard, AwardMoves, AwardView, LevelView, ShareView, agreed_shares, award, awarded, awards, awards_of_project};

/// Templates of the pages.
pub const TEMPLATES: &[(&str, &str)] =
    &[("awards/awards.html", include_str!("../templates/awards.html")), ("awards/award.html", include_str!("../templates/award.html"))];

/// Texts.
pub const TEXTS: webkit::Texts = webkit::Texts { zh: include_str!("../locales/zh.ftl"), en: include_str!("../locales/en.ftl") };

/// What this crate brings to the store.
pub const PART: Part = Part {
    migrations: &[Migration { name: "20261122_awards", sql: include_str!("../migrations/20261122_awards.sql") }],
    tables: &[Table { name: "awards_award", key: &["id"] }, Table { name: "awards_share", key: &["award", "person"] }],
    checks: &[Check { name: "awards sums", run: checks::sums }, Check { name: "awards ceilings", run: checks::ceilings }],
    ..Part::named("awards")
};

/// The crate wired to what it asks: `Awards::<Ground>::routes()`.
pub struct Awards<A>(PhantomData<fn() -> A>);

impl<A: Asks> Awards<A> {
    /// What this crate brings to the store.
    pub const PART: Part = PART;

    /// Pages and API.
    pub fn routes() -> webkit::Routes {
        web::routes::<A>()
    }
}
