//! Definitions: states, moves, parameters and names of a kind of case, read from a pack file.
//!
//! Asks nothing, tells the definition or all its mistakes. Invariant: every guard type-checks and every name is declared.

mod compile;
mod effect;
mod raw;
mod uses;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::Bilingual;

pub use effect::{Effect, Period};
pub use uses::{Link, Param, Schema, TypeName, Typed, Uses};

use crate::guard::{Facts, Guard, Question, truth};

/// A kind of case.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Id: `incubation.self`.
    pub id: String,
    /// Its name.
    pub label: Bilingual,
    /// Version; a case stays with the one it was opened with.
    pub version: u32,
    /// What it is about: `project`.
    pub subject: String,
    /// SHA-256 of its content, in hex; comments and order of keys do not matter.
    pub hash: String,
    /// States in the order of the file.
    pub states: Vec<State>,
    /// Moves in the order of the file.
    pub moves: Vec<Move>,
    /// Parameters and everything it names.
    pub schema: Schema,
}

/// Kind of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateKind {
    /// Where a case begins.
    Start,
    /// Work goes on.
    Work,
    /// A review decides; leaving it closes its open round.
    Gate,
    /// Nothing more happens.
    End,
}

/// How a case came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It worked.
    Success,
    /// It did not; no penalty follows from that.
    Failure,
    /// Not admitted.
    Rejected,
    /// Taken back by those who asked.
    Withdrawn,
    /// Passed on to somebody else.
    Referred,
    /// Simply over.
    Closed,
}

impl Outcome {
    /// As guards name it.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Success => "success",
            Outcome::Failure => "failure",
            Outcome::Rejected => "rejected",
            Outcome::Withdrawn => "withdrawn",
            Outcome::Referred => "referred",
            Outcome::Closed => "closed",
        }
    }
}

/// Which way a project left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// 成果内部转化.
    Internal,
    /// 外部创业.
    Venture,
}

impl Route {
    /// As guards name it.
    pub const fn name(self) -> &'static str {
        match self {
            Route::Internal => "internal",
            Route::Venture => "venture",
        }
    }
}

/// How single reviews become one result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// `score` is the arithmetic mean.
    Mean,
    /// `score` is the median.
    Median,
    /// `score` is the mean without the highest and the lowest.
    TrimmedMean,
    /// `votes_for votes_against votes_abstain votes_cast` (cast: for and against).
    Votes,
    /// `all_met`: every reviewer found every required criterion met.
    All,
}

/// Where a case can be.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Id.
    pub id: String,
    /// Its name.
    pub label: Bilingual,
    /// Kind.
    pub kind: StateKind,
    /// Time to leave it in; when it is over a `clock = "sla"` move may fire.
    pub sla: Option<Period>,
    /// Role that has to see to it.
    pub owner: Option<String>,
    /// The review, of a gate.
    pub review: Option<Review>,
    /// How a case that is here came out.
    pub outcome: Option<Outcome>,
    /// Which way it left.
    pub route: Option<Route>,
    /// Is the result settled? Ends always; another state if it says so (终止办理).
    pub concluded: bool,
    /// Ids of earlier versions that this state continues.
    pub was: Vec<String>,
    /// What has to be done here, beside the moves.
    pub obligations: Vec<Obligation>,
}

/// The review of a gate.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// Rubric.
    pub rubric: String,
    /// How the panel is made up.
    pub panel: String,
    /// Members.
    pub size: u32,
    /// Reviews needed.
    pub quorum: u32,
    /// How they become one result.
    pub aggregate: Aggregate,
    /// Do reviewers not see who applies?
    pub blind: bool,
    /// When it is passed.
    pub pass: Guard,
}

impl Review {
    /// Is it passed, with the names of its aggregate as facts? `None` if they do not say.
    pub fn passed(&self, tally: &dyn Facts) -> Option<bool> {
        truth(&self.pass.verdict(tally))
    }
}

/// Something to do in a state: opened on entering it, closed on leaving it.
#[derive(Debug, Clone, PartialEq)]
pub struct Obligation {
    /// Id.
    pub id: String,
    /// Its name.
    pub label: Bilingual,
    /// Role that has to do it.
    pub owner: String,
    /// Time to do it in, from its opening.
    pub due: Period,
    /// Form to fill in.
    pub form: Option<String>,
    /// Opens anew at this interval (R-15: every 30 days); without: once.
    pub every: Option<Period>,
    /// When to remind, from its opening (R-19: 270, 330, 365 days).
    pub remind: Vec<Period>,
}

/// A way from one state to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// Id.
    pub id: String,
    /// Its name, as on a button.
    pub label: Bilingual,
    /// From any of these.
    pub from: Vec<String>,
    /// To this; the same state if it equals the one the case is in, and then no clock starts anew.
    pub to: String,
    /// Roles, any of them; or `clock`, `system` (as soon as the guards are met), `parent` (by `advance` only).
    pub by: Vec<String>,
    /// Clock that fires it: a started one, or `sla`.
    pub clock: Option<String>,
    /// Guards; all must be met.
    pub need: Vec<Guard>,
    /// What it does, in this order.
    pub effects: Vec<Effect>,
    /// May it be rectified?
    pub rectifiable: bool,
    /// Something nobody may be forced to do (leave the team, renounce a right): the checker does not count it as a way out.
    pub exceptional: bool,
}

/// Actors that are no roles.
pub const BUILT_IN_ACTORS: [&str; 4] = ["clock", "system", "parent", "domain"];
/// The clock of the time a state allows.
pub const SLA: &str = "sla";

impl Definition {
    /// Reads a file. All mistakes are told together.
    pub fn parse(toml_text: &str, file_name: &str) -> Result<Self, Vec<crate::Mistake>> {
        compile::compile(toml_text, file_name)
    }

    /// A state.
    pub fn state(&self, id: &str) -> Option<&State> {
        self.states.iter().find(|state| state.id == id)
    }

    /// Where cases begin.
    pub fn start(&self) -> Option<&State> {
        self.states.iter().find(|state| state.kind == StateKind::Start)
    }

    /// A move.
    pub fn find_move(&self, id: &str) -> Option<&Move> {
        self.moves.iter().find(|step| step.id == id)
    }

    /// Moves out of a state, in the order of the file.
    pub fn moves_from(&self, state: &str) -> Vec<&Move> {
        self.moves.iter().filter(|step| step.from.iter().any(|from| from == state)).collect()
    }

    /// What a move asks, in an order in which it can be answered: parameters of its effects included.
    pub fn questions(&self, step: &Move) -> Vec<Question> {
        let mut all: Vec<Question> = Vec::new();
        let periods = step.effects.iter().filter_map(Effect::param).map(|param| Question::Name { name: format!("param.{param}") });
        for question in step.need.iter().flat_map(Guard::questions).chain(periods) {
            if !all.contains(&question) {
                all.push(question);
            }
        }
        all
    }

    /// Labels of the states by id.
    pub fn state_labels(&self) -> &BTreeMap<String, Bilingual> {
        &self.schema.states
    }
}

impl Move {
    /// Does this actor make it, as far as roles go?
    pub fn is_by(&self, actor: &str) -> bool {
        self.by.iter().any(|by| by == actor)
    }
}

impl Effect {
    /// The parameter its period comes from.
    pub fn param(&self) -> Option<&str> {
        match self {
            Effect::Publish { open: Some(Period::Param(param)), .. } | Effect::Clock { after: Some(Period::Param(param)), .. } => Some(param),
            _ => None,
        }
    }
}
