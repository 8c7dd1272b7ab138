//! Takes back the last move of a case: a new record, postings reversed exactly, timers and forms as before, history kept.
//!
//! By its maker within a day while nothing has left the house; later by the office with a reason and a second person. What cannot be undone is said
//! by the definition (`rectifiable = false`) beforehand.

use store::Tx;
use words::{Acting, Id, Outcome};

use crate::case::{Case, MoveMade};
use crate::effects::refused;
use crate::ops::MoveDraft;
use crate::refusal::MoveRefusal;
use crate::told::CaseMoved;
use crate::{access, definitions, enter, find, rights, sql};

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
    if definition.find_move(&last.name).is_none_or(|step| !step.rectifiable) {
        return Err(MoveRefusal::NotRectifiable.into());
    }
    if draft.reason.trim().is_empty() {
        return Err(MoveRefusal::ReasonNeeded.into());
    }
    may_rectify(tx, who, &case, &last)?;
    let effects = undo(tx, who, &case, &last)?;
    let back = put_back(tx, who, &case, &last, &definition)?;
    record(tx, who, &back, &last, &definition.hash, draft.reason.trim(), effects)?;
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

/// Undoes what the move made, last first.
fn undo(tx: &mut Tx, who: &Acting, case: &Case, last: &MoveMade) -> Outcome<Vec<String>, MoveRefusal> {
    let mut undone = Vec::new();
    for effect in last.effects.as_array().into_iter().flatten().rev() {
        let (verb, what) = (effect["verb"].as_str().unwrap_or(""), effect["what"].as_str().unwrap_or(""));
        let made: Vec<Id> = effect["made"].as_array().into_iter().flatten().filter_map(|id| id.as_str()).map(Id::fixed).collect();
        match verb {
            "post" => {
                for posting in &made {
                    ledger::reverse(tx, who, posting, what).map_err(|failure| failure.map(|refusal| refused(&refusal)))?;
                }
            }
            "open_review" => {
                for round in &made {
                    review::cancel_round(tx, &Acting::system("programme"), round, what).map_err(|failure| failure.map(|refusal| refused(&refusal)))?;
                }
            }
            "freeze" => sql::answer_freeze(tx, &case.id, what, false)?,
            "unfreeze" => sql::answer_freeze(tx, &case.id, what, true)?,
            "publish" => {
                for notice in &made {
                    desk::withdraw_notice(tx, &Acting::system("programme"), notice, what).map_err(|failure| failure.map(|refusal| refused(&refusal)))?;
                }
            }
            "notify" | "clock" | "stop_clock" | "book" => {}
            // What other cases or domains have begun is not undone behind their back.
            _ => return Err(MoveRefusal::NotRectifiable.into()),
        }
        undone.push(format!("{verb}:{what}"));
    }
    Ok(undone)
}

fn put_back(tx: &mut Tx, who: &Acting, case: &Case, last: &MoveMade, definition: &lifecycle::Definition) -> Outcome<Case, MoveRefusal> {
    let state = definition.state(&last.from).ok_or(MoveRefusal::NotLast)?;
    let mut back = case.clone();
    back.state = last.from.clone();
    back.entered_at = sql::entered(tx, &case.id, &last.from)?.unwrap_or(case.opened_at);
    back.outcome = state.outcome.map(|outcome| outcome.name().to_owned());
    back.route = state.route.map(|route| route.name().to_owned());
    back.concluded = state.concluded;
    back.closed_at = None;
    back.due_at = enter::due(tx, definition, state, &back)?;
    sql::case_put_state(tx, &back)?;
    if last.from != last.to {
        enter::leave(tx, who, case, &last.from, definition)?;
        enter::enter(tx, &back, definition)?;
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
