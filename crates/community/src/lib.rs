#![doc = include_str!("../README.md")]

mod asks;
mod ops;
mod question;
mod refusal;
pub mod rights;
mod sql;
pub mod told;
mod view;
mod web;

use std::marker::PhantomData;

use store::{Migration, Part, Table};

pub use asks::{About, Asks};
pub use ops::accept_answer::accept_answer;
pub use ops::answer_question::answer_question;
pub use ops::ask_question::{QuestionDraft, ask_question};
pub use ops::moderate::moderate;
pub use ops::report::report;
pub use question::{Answer, Question, Standing};
pub use refusal::CommunityRefusal;
pub use view::{AnswerView, ChoiceView, QuestionCard, QuestionView, QuestionsView, ReportView, ReportsView, found};

/// Templates of the pages.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("community/list.html", include_str!("../templates/list.html")),
    ("community/new.html", include_str!("../templates/new.html")),
    ("community/show.html", include_str!("../templates/show.html")),
    ("community/reports.html", include_str!("../templates/reports.html")),
];

/// Texts.
pub const TEXTS: webkit::Texts = webkit::Texts { zh: include_str!("../locales/zh.ftl"), en: include_str!("../locales/en.ftl") };

/// What this crate brings to the store.
pub const PART: Part = Part {
    migrations: &[Migration { name: "20261130_community", sql: include_str!("../migrations/20261130_community.sql") }],
    tables: &[
        Table { name: "community_question", key: &["id"] },
        Table { name: "community_answer", key: &["id"] },
        Table { name: "community_report", key: &["id"] },
    ],
    ..Part::named("community")
};

/// The crate wired to what it asks: `Community::<Ground>::routes()`.
pub struct Community<A>(PhantomData<fn() -> A>);

impl<A: Asks> Community<A> {
    /// What this crate brings to the store.
    pub const PART: Part = PART;

    /// Pages and API.
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
