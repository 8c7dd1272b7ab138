//! Review rounds of a case: opened with the experts who may be drawn, read for the guards, their feedback released.

use lifecycle::{Aggregate, Dec};
use review::{PassRule, Pool, RoundDraft, RoundView, RubricSpec, Terms};
use store::{Read, Tx};
use words::{Acting, Fault, Id, Node, Outcome, Span};

use crate::case::Case;
use crate::conflict;
use crate::dossier::Dossier;
use crate::effects::refused;
use crate::enter;
use crate::refusal::MoveRefusal;

/// What a guard asks of a review.
pub(crate) struct Standing {
    pub passed: bool,
    pub signed: bool,
    pub score: Option<Dec>,
}

/// The newest round of a gate that was not called off.
pub fn newest_round(read: &Read, case: &Id, gate: &str) -> Result<Option<RoundView>, Fault> {
    let rounds = review::rounds_of(read, &[case.to_string()])?.remove(case.as_str()).unwrap_or_default();
    let of_gate = rounds.into_iter().filter(|round| round.gate == gate && round.state != review::RoundState::Cancelled);
    Ok(of_gate.max_by_key(|round| round.opened_at))
}

/// How the review of a gate stands; `None` while it has no result.
pub(crate) fn result(read: &Read, case: &Id, gate: &str) -> Result<Option<Standing>, Fault> {
    let Some(round) = newest_round(read, case, gate)? else { return Ok(None) };
    Ok(review::result(read, &round.id)?.map(|result| Standing {
        passed: result.passed,
        // Unsigned reviews do not count, so a result has its quorum of signatures.
        signed: true,
        score: result.tally.score.and_then(|hundredths| Dec::new(hundredths.into(), 2)),
    }))
}

/// Opens the round of a gate: experts of the pool, those in conflict excluded before the draw.
pub(crate) fn open(tx: &mut Tx, dossier: &Dossier, case: &Case, state: &str) -> Outcome<Id, MoveRefusal> {
    let gate = dossier.definition.state(state).and_then(|state| state.review.clone()).ok_or_else(|| MoveRefusal::UnknownMove(state.to_owned()))?;
    let programme = packs::current(tx)?;
    let today = tx.now().day();
    let rubric = programme.rubric(&case.node, &gate.rubric, today).ok_or_else(|| Fault::new(format!("no rubric {}", gate.rubric)))?;
    let sla = dossier.definition.state(state).and_then(|state| state.sla.clone());
    let span = sla.map(|sla| enter::length(tx, &case.node, &dossier.definition, &sla)).transpose()?.flatten().unwrap_or(Span::days(20));
    let experts = experts(tx, &gate.panel)?;
    let conflicts = conflict::conflicts(tx, case, &experts)?;
    let draft = RoundDraft {
        subject: case.id.to_string(),
        gate: state.to_owned(),
        node: case.node.clone(),
        rubric: spec(rubric),
        terms: terms(&gate),
        due_at: tx.now().plus(span).map_err(|_| Fault::new("a deadline outside the calendar"))?,
        appointed: Vec::new(),
        pool: Pool::of(experts),
        conflicts,
        observers: Vec::new(),
    };
    let opened = review::open_round(tx, &Acting::system("programme"), &draft);
    Ok(opened.map_err(|failure| failure.map(|refusal| refused(&refusal)))?.id)
}

/// Everybody of the pool.
fn experts(read: &Read, panel: &str) -> Result<Vec<Id>, Fault> {
    let role = if panel == "investment_committee" { "ic" } else { "expert" };
    identity::holders_of(read, role, &Node::group())
}

fn spec(rubric: &packs::Rubric) -> RubricSpec {
    let criterion = |one: &packs::Criterion| review::Criterion {
        id: one.key.clone(),
        weight_bp: one.weight,
        min: one.scale.iter().map(|anchor| anchor.at).min().unwrap_or(0),
        max: one.scale.iter().map(|anchor| anchor.at).max().unwrap_or(100),
        required: one.required,
        independent: one.independent,
        meets_at: None,
    };
    RubricSpec { id: rubric.head.key.clone(), version: "1".into(), criteria: rubric.criteria.iter().map(criterion).collect() }
}

fn terms(gate: &lifecycle::Review) -> Terms {
    let aggregate = match gate.aggregate {
        Aggregate::Mean => review::Aggregate::Mean,
        Aggregate::Median => review::Aggregate::Median,
        Aggregate::TrimmedMean => review::Aggregate::TrimmedMean,
        Aggregate::Votes => review::Aggregate::Votes,
        Aggregate::All => review::Aggregate::All,
    };
    Terms { quorum: i64::from(gate.quorum), aggregate, pass: pass_rule(gate.pass.source()), blind: gate.blind, ..Terms::median(i64::from(gate.size), 0) }
}

/// `score >= 60` · `votes_for * 3 >= votes_cast * 2` · `all_met`.
fn pass_rule(source: &str) -> PassRule {
    let numbers: Vec<i64> = source.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect();
    match (source.starts_with("score"), numbers.as_slice()) {
        (true, [least, ..]) => PassRule::AtLeast { at_least: least * 100 },
        (false, [for_times, of_cast_times]) => PassRule::Votes { for_times: *for_times, of_cast_times: *of_cast_times },
        _ => PassRule::AllMet,
    }
}

/// The case goes on without the result of its gate (it is withdrawn or ended): an open round is called off.
pub(crate) fn call_off(tx: &mut Tx, case: &Id, state: &str, reason: &str) -> Outcome<(), MoveRefusal> {
    let open = newest_round(tx, case, state)?.filter(|round| round.state.open());
    let Some(round) = open else { return Ok(()) };
    review::cancel_round(tx, &Acting::system("programme"), &round.id, reason).map_err(|failure| failure.map(|refusal| refused(&refusal)))
}

/// The case is back at its gate, and its round was called off meanwhile: another one is opened.
pub(crate) fn open_again(tx: &mut Tx, dossier: &Dossier) -> Outcome<(), MoveRefusal> {
    let case = &dossier.case;
    let is_gate = dossier.definition.state(&case.state).is_some_and(|state| state.review.is_some());
    let there = newest_round(tx, &case.id, &case.state)?.is_some_and(|round| round.opened_at >= case.entered_at);
    if is_gate && !there {
        open(tx, dossier, case, &case.state)?;
    }
    Ok(())
}

/// Lets the applicants see the feedback of a gate's newest round, if there is one.
pub(crate) fn release(tx: &mut Tx, case: &Case, state: &str) -> Outcome<Vec<String>, MoveRefusal> {
    let Some(round) = newest_round(tx, &case.id, state)? else { return Ok(Vec::new()) };
    let system = Acting::system("programme");
    review::mark_decided(tx, &system, &round.id).map_err(|failure| failure.map(|refusal| refused(&refusal)))?;
    review::release_feedback(tx, &system, &round.id).map_err(|failure| failure.map(|refusal| refused(&refusal)))?;
    Ok(vec![round.id.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pass_rules_are_read_as_the_packs_write_them() {
        assert_eq!(pass_rule("score >= 60"), PassRule::AtLeast { at_least: 6000 });
        assert_eq!(pass_rule("votes_for * 3 >= votes_cast * 2"), PassRule::Votes { for_times: 3, of_cast_times: 2 });
        assert_eq!(pass_rule("all_met"), PassRule::AllMet);
    }
}
