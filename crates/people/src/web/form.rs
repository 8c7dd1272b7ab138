//! What the pages of positions and pay take.

use schemars::JsonSchema;
use serde::Deserialize;
use words::{Day, Node};

use crate::ops::prepare_run::RunDraft;
use crate::position::Choice;
use crate::run::RunState;

/// Which runs.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct RunsQuery {
    /// State.
    pub state: Option<RunState>,
    /// `2026-10`
    #[schemars(length(max = 7))]
    pub month: Option<String>,
    /// Where to go on.
    #[schemars(length(max = 60))]
    pub cursor: Option<String>,
}

/// A run to be prepared.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct RunForm {
    /// Home unit.
    #[schemars(length(min = 1, max = 200))]
    pub unit: String,
    /// `2026-10`
    #[schemars(length(min = 7, max = 7))]
    pub month: String,
}

impl RunForm {
    pub(crate) fn draft(self) -> RunDraft {
        RunDraft { unit: Node::at(self.unit), month: self.month, project: None }
    }
}

/// Why a run is taken back.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct ReasonForm {
    /// Reason.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
}

/// A choice.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(crate) struct ChoiceForm {
    /// What.
    pub choice: Choice,
}

/// The grade on return.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct RestoreForm {
    /// Grade.
    #[schemars(length(min = 1, max = 20))]
    pub grade: String,
}

/// Where somebody goes with the result.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct TransferForm {
    /// Unit.
    #[schemars(length(min = 1, max = 200))]
    pub unit: String,
}

/// From when somebody is out with a venture.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(crate) struct GoOutForm {
    /// First day.
    pub on: Day,
}

/// What a mistyped grade or base should have been.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct CorrectionForm {
    /// Grade.
    #[schemars(length(min = 1, max = 20))]
    pub grade: String,
    /// Fixed monthly pay in yuan: `20000.00`.
    #[schemars(length(min = 1, max = 20))]
    pub base_yuan: String,
    /// Why.
    #[schemars(length(min = 1, max = 400))]
    pub reason: String,
}
