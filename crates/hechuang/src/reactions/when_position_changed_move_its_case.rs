//! HR or the member acted on the register of positions: the case of the position makes the same move, by the same person, with its guards.
//!
//! What the system did came from the case itself and is left alone.

use people::told::{ChoiceMade, LeaveBegun, PositionRestored, PositionTransferred, ReturnAsked};
use people::{Asks, VentureState};
use programme::{MoveDraft, SaveAnswers};
use serde_json::json;
use store::{Event, Tell, Tx};
use words::{Acting, Day, Failure, Fault, Id};

use crate::ground::Ground;
use crate::wiring;

/// What it hears.
pub(super) const KINDS: [&str; 5] = [ChoiceMade::KIND, PositionRestored::KIND, PositionTransferred::KIND, LeaveBegun::KIND, ReturnAsked::KIND];

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    if event.actor.as_str().starts_with("sys_") {
        return Ok(());
    }
    let who = identity::acting_for(tx, &wiring::roles_now(tx)?, &event.actor)?;
    let case = Id::fixed(event.subject.clone());
    match event.kind.as_str() {
        ChoiceMade::KIND => choose(tx, &case, &event.data::<ChoiceMade>()?.choice),
        PositionRestored::KIND => make_one_of(tx, &who, &case, &["go_back", "restore"]),
        PositionTransferred::KIND => make_one_of(tx, &who, &case, &["go_with_it"]),
        LeaveBegun::KIND => make_one_of(tx, &who, &case, &["go_out"]),
        _ => {
            request(tx, &case, event.at.day())?;
            make_one_of(tx, &who, &case, &["ask_to_return"])
        }
    }
}

/// The member's choice becomes the answer to the form that the case asks for.
fn choose(tx: &mut Tx, case: &Id, choice: &str) -> Result<(), Fault> {
    let choice = if choice == "venture" { "leave" } else { choice };
    let answers = [("choice".to_owned(), json!(choice))].into_iter().collect();
    let save = SaveAnswers { form: "member_choice".into(), ordinal: Some(0), answers, complete: true, revision: None };
    programme::save_answers(tx, &Acting::system("reaction"), case, save).map(drop).map_err(Failure::into_fault)
}

/// Whoever asked without the form has said what it asks for all the same: why they may, and from when.
fn request(tx: &mut Tx, case: &Id, from_on: Day) -> Result<(), Fault> {
    if programme::answers(tx, case)?.iter().any(|sheet| sheet.form == "return_request" && sheet.complete) {
        return Ok(());
    }
    let project = programme::case(tx, case).map_err(Failure::into_fault)?.parent;
    let failed = project.map_or(Ok(false), |project| Ground::venture(tx, &project).map(|venture| venture == VentureState::Failed))?;
    let answers = json!({ "reason": if failed { "failed" } else { "within" }, "from_on": from_on });
    let save = SaveAnswers {
        form: "return_request".into(),
        ordinal: Some(0),
        answers: answers.as_object().cloned().unwrap_or_default(),
        complete: true,
        revision: None,
    };
    programme::save_answers(tx, &Acting::system("reaction"), case, save).map(drop).map_err(Failure::into_fault)
}

/// The first of these moves that leads out of the state the case is in; none if it is where it should be already.
fn make_one_of(tx: &mut Tx, who: &Acting, id: &Id, names: &[&str]) -> Result<(), Fault> {
    let case = programme::case(tx, id).map_err(Failure::into_fault)?;
    let definition = programme::definition(tx, &case.definition, case.version)?;
    let fitting = definition.moves_from(&case.state).into_iter().find(|step| names.contains(&step.id.as_str())).map(|step| step.id.clone());
    match fitting {
        Some(name) => programme::move_case(tx, who, id, &name, MoveDraft::default()).map(drop).map_err(Failure::into_fault),
        None => Ok(()),
    }
}
