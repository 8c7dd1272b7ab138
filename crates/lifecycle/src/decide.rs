//! The decision: may this actor make this move now, why not, and what follows.
//!
//! Asks [`Facts`], tells a [`Decision`]. Invariant: pure; effects are told only if the move is allowed; nothing missing ⇔ allowed.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::definition::{Definition, Effect, Move};
use crate::guard::{Facts, Missing, MissingCode, Standing, Verdict};

/// Who makes the move.
#[derive(Debug, Clone, Copy)]
pub enum Actor<'a> {
    /// Somebody with the roles they hold on the case.
    Roles(&'a BTreeSet<String>),
    /// A clock that rang.
    Clock,
    /// The house itself, as soon as the guards are met.
    System,
    /// A linked case, by `advance`.
    Parent,
    /// A use case of the domain that the case belongs to; the house never tries it.
    Domain,
}

/// A guard and how it stands: stored with the move, this is the decision letter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GuardResult {
    /// The guard as written.
    pub source: String,
    /// How it stands, part by part.
    pub verdict: Verdict,
    /// What is missing for it.
    pub missing: Vec<Missing>,
}

/// Whether a move may be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// May it?
    pub allowed: bool,
    /// Where the case would go.
    pub to: Option<String>,
    /// The guards in their order.
    pub explanation: Vec<GuardResult>,
    /// Everything missing, role and state included.
    pub missing: Vec<Missing>,
    /// What is to be done, in this order; empty unless allowed.
    pub effects: Vec<Effect>,
}

/// Decides a move. The guards are explained even if the actor or the state is not the right one.
pub fn decide(definition: &Definition, state: &str, move_id: &str, actor: Actor<'_>, facts: &dyn Facts) -> Decision {
    let Some(step) = definition.find_move(move_id) else {
        let missing = vec![Missing::new(MissingCode::NoSuchMove).with("what", move_id.to_owned())];
        return Decision { allowed: false, to: None, explanation: Vec::new(), missing, effects: Vec::new() };
    };
    let mut missing = Vec::new();
    if !step.from.iter().any(|from| from == state) {
        let label = definition.schema.states.get(state).cloned().unwrap_or_else(|| words::Bilingual::new(state, state));
        missing.push(Missing::new(MissingCode::WrongState).with("is", label));
    }
    if !may(step, actor) {
        missing.push(Missing::new(MissingCode::Role).with("roles", step.by.join("、")));
    }
    let explanation = explain(definition, step, facts);
    missing.extend(explanation.iter().flat_map(|result| result.missing.iter().cloned()));
    let allowed = missing.is_empty() && explanation.iter().all(|result| result.verdict.standing == Standing::Ok);
    let effects = if allowed { step.effects.iter().map(|effect| effect.resolved(&definition.schema, facts)).collect() } else { Vec::new() };
    Decision { allowed, to: Some(step.to.clone()), explanation, missing, effects }
}

/// Evaluates the guards of a move.
pub fn explain(definition: &Definition, step: &Move, facts: &dyn Facts) -> Vec<GuardResult> {
    let result = |guard: &crate::Guard| {
        let verdict = guard.verdict(facts);
        let missing = guard.missing(&verdict, &definition.schema);
        GuardResult { source: guard.source().to_owned(), verdict, missing }
    };
    step.need.iter().map(result).collect()
}

fn may(step: &Move, actor: Actor<'_>) -> bool {
    match actor {
        Actor::Roles(roles) => step.by.iter().any(|by| roles.contains(by)),
        Actor::Clock => step.is_by("clock"),
        Actor::System => step.is_by("system"),
        Actor::Parent => step.is_by("parent"),
        Actor::Domain => step.is_by("domain"),
    }
}
