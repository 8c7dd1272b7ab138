//! Takes back the last move of a case: a new record, postings reversed exactly, obligations, deadline, timers and forms as before, history kept.
//!
//! By its maker within a day while nothing has left the house; later by the office with a reason and a second person. What cannot be undone is named
//! beforehand: by the definition (`rectifiable = false`), or because other cases or domains begin with it (`effects::stays`).

use lifecycle::Definition;
use store::{Job, Tx};
use words::{Acting, Fault, Id, Instant, Outcome};

use crate::case::{Case, MoveMade};
use crate::dossier::Dossier;
use crate::effects::{Done, refused};
use crate::enter::Ring;
use crate::ops::{CLOCK, MoveDraft};
use crate::refusal::MoveRefusal;
use crate::told::CaseMoved;
use crate::{access, bell, definitions, effects, enter, find, ops, rights, rounds, sql};

/// A maker may take back their own move for so long.
const OWN_SECONDS: i64 = 86_400;

/// Takes it back.
pub fn rectify_move(tx: &mut Tx, who: &Acting, id: &Id, draft: MoveDraft) -> Outcome<Case, MoveRefusal> {
    let seen: Case = sql::case(tx, id)?;
    access::may_see(tx, who, &seen)?;
    let case: Case = sql::case_lock(tx, id)?;
    let last = sql::moves(tx, id)?.into_iter().rfind(|made| made.rectified_by.is_none() && made.rectifies.is_none()).ok_or(MoveRefusal::NotLast)?;
    if last.to != case.state {
        return Err(MoveRefusal::NotLast.into());
    }
    let definition = definitions::definition(tx, &case.definition, case.version)?;
    if !can_be_undone(&definition, &last.name) {
        return Err(MoveRefusal::NotRectifiable.into());
    }
    if draft.reason.trim().is_empty() {
        return Err(MoveRefusal::ReasonNeeded.into());
    }
    may_rectify(tx, who, &case, &last)?;
    let undone = undo(tx, who, &case, &last, draft.reason.trim())?;
    let back = put_back(tx, who, &case, &last, &definition)?;
    record(tx, who, &back, &last, &definition.hash, draft.reason.trim(), undone)?;
    rounds::open_again(tx, &Dossier::read(tx, back.clone())?)?;
    bell::taken_back(tx, &Dossier::read(tx, back.clone())?, &last, who, draft.reason.trim())?;
    ops::settle_around(tx, &back)?;
    let case = sql::case(tx, id)?;
    find::index_case(tx, &case)?;
    Ok(case)
}

fn may_rectify(tx: &Tx, who: &Acting, case: &Case, last: &MoveMade) -> Outcome<(), MoveRefusal> {
    let fresh = tx.now().micros() - last.at.micros() <= OWN_SECONDS * 1_000_000;
    if last.actor == who.person && fresh {
        return Ok(());
    }
    who.may(rights::RECTIFY, &case.node)?;
    if last.actor == who.person { Err(MoveRefusal::SamePerson.into()) } else { Ok(()) }
}

/// Does the definition allow it, and does nothing of the move go on elsewhere?
pub(crate) fn can_be_undone(definition: &Definition, name: &str) -> bool {
    definition.find_move(name).is_some_and(|step| step.rectifiable && !step.effects.iter().any(|effect| effects::stays(definition, effect)))
}

fn record_of(last: &MoveMade) -> Vec<Done> {
    last.effects.as_array().into_iter().flatten().filter_map(|one| serde_json::from_value(one.clone()).ok()).collect()
}

/// Undoes what the move made, last first.
fn undo(tx: &mut Tx, who: &Acting, case: &Case, last: &MoveMade, reason: &str) -> Outcome<Vec<String>, MoveRefusal> {
    let mut undone = Vec::new();
    for effect in record_of(last).into_iter().rev() {
        undo_one(tx, who, case, &effect, reason)?;
        if effect.verb != "leave" {
            undone.push(format!("{}:{}", effect.verb, effect.what));
        }
    }
    Ok(undone)
}

fn undo_one(tx: &mut Tx, who: &Acting, case: &Case, effect: &Done, reason: &str) -> Outcome<(), MoveRefusal> {
    let (system, what) = (Acting::system("programme"), effect.what.as_str());
    let made = || effect.made.iter().map(|id| Id::fixed(id.clone()));
    match effect.verb.as_str() {
        "post" => {
            for posting in made() {
                ledger::reverse(tx, who, &posting, what).map_err(|failure| failure.map(|refusal| refused(&refusal)))?;
            }
        }
        "open_review" => {
            for round in made() {
                review::cancel_round(tx, &system, &round, what).map_err(|failure| failure.map(|refusal| refused(&refusal)))?;
            }
        }
        "publish" => {
            for notice in made() {
                desk::withdraw_notice(tx, &system, &notice, reason).map_err(|failure| failure.map(|refusal| refused(&refusal)))?;
            }
        }
        "book" => {
            for booking in made() {
                ops::oblige_drop(tx, who, case, &booking, reason).map_err(|failure| failure.map(|refusal| refused(&refusal)))?;
            }
        }
        "freeze" => sql::answer_freeze(tx, &case.id, what, false)?,
        "unfreeze" => sql::answer_freeze(tx, &case.id, what, true)?,
        "clock" | "stop_clock" => set_clock(tx, case, what, effect.before)?,
        "notify" | "leave" => {}
        // What other cases or domains have begun is not undone behind their back.
        _ => return Err(MoveRefusal::NotRectifiable.into()),
    }
    Ok(())
}

/// The clock rings when it would have rung before the move, or not at all.
fn set_clock(tx: &mut Tx, case: &Case, name: &str, before: Option<Instant>) -> Result<(), Fault> {
    let key = format!("{}/{name}", case.id);
    match before {
        Some(at) => tx.later(Job::new(CLOCK, key).at(at).body(&Ring { case: case.id.clone(), clock: name.to_owned(), state: case.state.clone() })),
        None => tx.cancel_job(CLOCK, &key),
    }
}

fn put_back(tx: &mut Tx, who: &Acting, case: &Case, last: &MoveMade, definition: &Definition) -> Outcome<Case, MoveRefusal> {
    let state = definition.state(&last.from).ok_or(MoveRefusal::NotLast)?;
    let left = record_of(last).into_iter().find_map(|effect| effect.left);
    let mut back = case.clone();
    back.state = last.from.clone();
    back.outcome = state.outcome.map(|outcome| outcome.name().to_owned());
    back.route = state.route.map(|route| route.name().to_owned());
    back.concluded = state.concluded;
    back.closed_at = None;
    if last.from == last.to {
        sql::case_put_state(tx, &back)?;
        return Ok(back);
    }
    let before = sql::entered(tx, &case.id, &last.from)?.unwrap_or(case.opened_at);
    back.entered_at = left.as_ref().and_then(|left| left.entered_at).unwrap_or(before);
    back.due_at = match &left {
        Some(left) => left.due_at,
        None => enter::due(tx, definition, state, &back)?,
    };
    enter::leave(tx, who, case, &last.from, definition)?;
    sql::case_put_state(tx, &back)?;
    match &left {
        Some(left) => enter::restore(tx, who, &back, definition, left)?,
        // A move from before this was kept: its state begins anew.
        None => enter::enter(tx, &back, definition)?,
    }
    Ok(back)
}

fn record(tx: &mut Tx, who: &Acting, back: &Case, last: &MoveMade, hash: &str, reason: &str, effects: Vec<String>) -> Outcome<(), MoveRefusal> {
    let made = MoveMade {
        id: tx.id("mov"),
        name: last.name.clone(),
        from: last.to.clone(),
        to: last.from.clone(),
        at: tx.now(),
        actor: who.person.clone(),
        reason: reason.to_owned(),
        guards: serde_json::Value::Array(Vec::new()),
        effects: serde_json::json!(effects),
        rectifies: Some(last.id.clone()),
        rectified_by: None,
    };
    sql::move_insert(tx, &back.id, &made, hash)?;
    sql::move_rectified(tx, &last.id, &made.id)?;
    let told = CaseMoved {
        case: back.id.clone(),
        node: back.node.clone(),
        definition: back.definition.clone(),
        name: last.name.clone(),
        from: last.to.clone(),
        to: last.from.clone(),
        outcome: back.outcome.clone(),
        route: back.route.clone(),
        reason: reason.to_owned(),
        rectifies: Some(last.id.clone()),
    };
    tx.tell(who, &told)?;
    Ok(())
}
