//! Planning the migration of cases from one version of a definition to another.
//!
//! Asks nothing, tells a plan. Invariant: pure; a case that cannot be mapped is listed with the reason, never guessed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::definition::{Definition, State, StateKind};

/// What happens to the cases of a definition when a new version takes over.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MigrationPlan {
    /// Cases that can go over.
    pub mapped: Vec<Mapped>,
    /// Cases that cannot, and why.
    pub unmapped: Vec<Unmapped>,
    /// Moves whose guards, actors or effects differ; their guards must be evaluated anew.
    pub changed_moves: Vec<String>,
    /// Moves that are gone.
    pub lost_moves: Vec<String>,
}

/// A case that can go over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mapped {
    /// The case.
    pub case: String,
    /// State in the old version.
    pub from: String,
    /// State in the new one.
    pub to: String,
}

/// A case that cannot go over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unmapped {
    /// The case.
    pub case: String,
    /// State in the old version.
    pub state: String,
    /// Why.
    pub why: Unmappable,
}

/// Why a case cannot go over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unmappable {
    /// The old version has no such state: the case is damaged or of another version.
    NotOfThisVersion,
    /// The new version has neither the state nor one that says `was`.
    StateGone,
    /// An end would become open, an open state an end, or an end's outcome would change.
    MeaningChanged,
}

/// Plans. A case is `(id, state)`.
pub fn plan_migration(old: &Definition, new: &Definition, cases: &[(String, String)]) -> MigrationPlan {
    let mut plan = MigrationPlan::default();
    for (case, state) in cases {
        match map_state(old, new, state) {
            Ok(to) => plan.mapped.push(Mapped { case: case.clone(), from: state.clone(), to: to.id.clone() }),
            Err(why) => plan.unmapped.push(Unmapped { case: case.clone(), state: state.clone(), why }),
        }
    }
    for step in &old.moves {
        match new.find_move(&step.id) {
            None => plan.lost_moves.push(step.id.clone()),
            Some(now) if now != step => plan.changed_moves.push(step.id.clone()),
            Some(_) => {}
        }
    }
    plan
}

fn map_state<'a>(old: &Definition, new: &'a Definition, state: &str) -> Result<&'a State, Unmappable> {
    let before = old.state(state).ok_or(Unmappable::NotOfThisVersion)?;
    let renamed = || new.states.iter().find(|now| now.was.iter().any(|was| was == state));
    let after = new.state(state).or_else(renamed).ok_or(Unmappable::StateGone)?;
    let ended = |state: &State| state.kind == StateKind::End;
    let same = ended(before) == ended(after) && (!ended(before) || (before.outcome == after.outcome && before.route == after.route));
    if same { Ok(after) } else { Err(Unmappable::MeaningChanged) }
}
