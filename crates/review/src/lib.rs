#![doc = include_str!("../README.md")]

mod aggregate;
mod draw;
mod drawing;
mod ops;
mod pool;
mod protocol;
mod read;
mod refusals;
mod result;
pub mod rights;
mod round;
mod rubric;
mod seat;
mod sql;
mod sql_seats;
pub mod told;
mod views;

pub use aggregate::{Aggregate, Ballot, CriterionResult, PassRule, Tally, Vote, by_criterion, mean, median, tally, trimmed_mean};
pub use draw::{SeedParts, commitment, draw_name, list_hash, permutation, recompute, seed, ticket};
pub use drawing::{NonceLine, PassedOver};
pub use ops::*;
pub use pool::{CandidateConflict, Conflict, Frozen, Pool, Severity, exclusion_lines, freeze, tickets};
pub use protocol::protocol;
pub use read::{
    assignments_of, feedback, may_read, numbers, open_rounds_of, panel, records, recusals, result, result_view, round, round_view, rounds_of, sheet_view,
};
pub use refusals::{NonceRefusal, RecusalRefusal, RoundRefusal, SeatRefusal};
pub use result::{ReviewLine, RoundResult};
pub use round::{Blocker, Names, Round, RoundDraft, RoundState, SeeOthers, Terms, blockers};
pub use rubric::{Criterion, FULL_MARKS, RubricMistake, RubricSpec};
pub use seat::{Complaint, LONGEST_TEXT, Mark, Seat, SeatState, SheetDraft, extension_carried};
pub use sql_seats::Which;
pub use views::*;

use store::{Migration, Part, Table};

/// What this crate brings to the store.
pub const PART: Part = Part {
    name: "review",
    migrations: &[Migration { name: "20261122_review", sql: include_str!("../migrations/20261122_review.sql") }],
    tables: &[
        Table { name: "review_pool", key: &["id"] },
        Table { name: "review_round", key: &["id"] },
        Table { name: "review_draw", key: &["round", "freeze_no"] },
        Table { name: "review_observer", key: &["round", "person"] },
        Table { name: "review_candidate", key: &["round", "person", "kind", "source"] },
        Table { name: "review_assignment", key: &["id"] },
        Table { name: "review_score", key: &["assignment", "criterion"] },
        Table { name: "review_recusal", key: &["id"] },
    ],
    free: &[],
    jobs: JOBS,
    checks: &[],
};

/// Texts of this crate in Chinese.
pub const TEXTS_ZH: &str = include_str!("../locales/zh.ftl");
/// Texts of this crate in English.
pub const TEXTS_EN: &str = include_str!("../locales/en.ftl");
