#![doc = include_str!("../README.md")]

mod asks;
mod checks;
mod ops;
pub mod pay;
mod position;
mod refusal;
pub mod rights;
mod run;
mod sql;
mod sql_pay;
pub mod told;
mod value;
mod view;
mod web;

use std::marker::PhantomData;

use store::{Check, JobKind, Migration, Part, Table};

pub use asks::{Asks, Face, Signed, Terms, VentureState};
pub use ops::ask_return::ask_return;
pub use ops::choose::{choose, open_choice};
pub use ops::confirm_run::confirm_run;
pub use ops::correct_position::{Correction, correct_position};
pub use ops::export_run::export_run;
pub use ops::freeze_position::{PositionDraft, freeze_position};
pub use ops::go_out::{go_out, separate};
pub use ops::leave_early::{LeaveDraft, leave_early};
pub use ops::prepare_run::{LINES, RunDraft, RunWithLines, discard_run, prepare_run, run_with_lines};
pub use ops::restore::restore;
pub use ops::reverse_run::reverse_run;
pub use ops::second::{Secondment, second};
pub use ops::settle_deferred::{DeferredEnd, settle_deferred};
pub use ops::step_back::{renounce, step_back};
pub use ops::transfer::transfer;
pub use position::{Choice, Grades, Outcome, Position, PositionState};
pub use refusal::{PayRefusal, PostRefusal};
pub use run::{Kind, Line, Run, RunState, hash_of};
pub use view::{
    LineView, PositionView, PositionsView, RunCard, RunFilter, RunMoves, RunView, deferred, nodes_of, position, position_of, positions, positions_of_project,
    run_view, runs,
};

/// Templates of the pages.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("people/runs.html", include_str!("../templates/runs.html")),
    ("people/new_run.html", include_str!("../templates/new_run.html")),
    ("people/run.html", include_str!("../templates/run.html")),
    ("people/positions.html", include_str!("../templates/positions.html")),
    ("people/position.html", include_str!("../templates/position.html")),
];

/// Texts.
pub const TEXTS: webkit::Texts = webkit::Texts { zh: include_str!("../locales/zh.ftl"), en: include_str!("../locales/en.ftl") };

/// The crate wired to what it asks: `People::<Ground>::PART`, `People::<Ground>::routes()`.
pub struct People<A>(PhantomData<fn() -> A>);

impl<A: Asks> People<A> {
    /// What this crate brings to the store.
    pub const PART: Part = Part {
        migrations: &[Migration { name: "20261122_people", sql: include_str!("../migrations/20261122_people.sql") }],
        tables: &[Table { name: "people_position", key: &["id"] }, Table { name: "people_run", key: &["id"] }, Table { name: "people_line", key: &["id"] }],
        jobs: &[JobKind { name: ops::choose::JOB, run: ops::choose::run }],
        checks: &[Check { name: "people deferred", run: checks::deferred }, Check { name: "people runs", run: checks::runs }],
        ..Part::named("people")
    };

    /// Pages and API.
    pub fn routes() -> webkit::Routes {
        web::routes::<A>()
    }
}
