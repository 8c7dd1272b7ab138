//! Handlers of positions.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, FieldError, Nothing, Problem, Reply};
use words::{Amount, Asset, Failure, Id, Node, Outcome};

use super::form::{ChoiceForm, CorrectionForm, GoOutForm, RestoreForm, TransferForm};
use crate::asks::Asks;
use crate::ops::correct_position::Correction;
use crate::position::{Position, PositionState};
use crate::sql;
use crate::view::{self, PositionView, PositionsView};

/// A position that changed.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PositionChanged {
    /// Id.
    pub id: Id,
    /// State now.
    pub state: PositionState,
}

fn changed(position: Position, said: &str) -> Reply<PositionChanged> {
    Reply::done(format!("/people/positions/{}", position.id), PositionChanged { id: position.id, state: position.state }).say(said)
}

/// The position as it stands, for the facts that are asked about it; the use case checks who may.
fn found<R>(read: &Read, id: &Id) -> Outcome<Position, R> {
    sql::position(read, id)?.ok_or(Failure::Absent)
}

pub(crate) fn list<A: Asks>(call: &Call, _: Nothing) -> Answer<PositionsView> {
    let who = call.acting()?;
    let view = call.read(|read| view::positions::<A>(read, &who))?;
    Ok(Reply::page("people/positions.html", view))
}

pub(crate) fn show<A: Asks>(call: &Call, _: Nothing) -> Answer<PositionView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read(|read| view::position::<A>(read, &who, &id))?;
    Ok(Reply::page("people/position.html", view))
}

pub(crate) fn choose(call: &Call, form: ChoiceForm) -> Answer<PositionChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("people.choose", move |tx| Ok(changed(crate::choose(tx, &who, &id, form.choice)?, "people-said-chosen")))
}

pub(crate) fn ask_return<A: Asks>(call: &Call, _: Nothing) -> Answer<PositionChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("people.ask_return", move |tx| {
        let position = found(tx, &id)?;
        let (terms, venture) = (A::terms(tx, &position.home)?, A::venture(tx, &position.project)?);
        Ok(changed(crate::ask_return(tx, &who, &terms, &id, venture)?, "people-said-return-asked"))
    })
}

pub(crate) fn restore<A: Asks>(call: &Call, form: RestoreForm) -> Answer<PositionChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("people.restore", move |tx| {
        let home = found(tx, &id)?.home;
        let grades = A::terms(tx, &home)?.grades;
        Ok(changed(crate::restore(tx, &who, &grades, &id, &form.grade)?, "people-said-restored"))
    })
}

pub(crate) fn transfer<A: Asks>(call: &Call, form: TransferForm) -> Answer<PositionChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("people.transfer", move |tx| {
        let position = found(tx, &id)?;
        let signed = A::signed(tx, &position)?;
        Ok(changed(crate::transfer(tx, &who, &id, Node::at(form.unit.clone()), signed)?, "people-said-transferred"))
    })
}

pub(crate) fn go_out<A: Asks>(call: &Call, form: GoOutForm) -> Answer<PositionChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("people.go_out", move |tx| {
        let position = found(tx, &id)?;
        let (terms, signed) = (A::terms(tx, &position.home)?, A::signed(tx, &position)?);
        Ok(changed(crate::go_out(tx, &who, &id, form.on, terms.return_window, signed)?, "people-said-out"))
    })
}

pub(crate) fn correct<A: Asks>(call: &Call, form: CorrectionForm) -> Answer<PositionChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let wrong = |_| Problem::invalid(vec![FieldError::new("/base_yuan", "field-not-a-number")]);
    let base = Amount::parse(&form.base_yuan, &Asset::cny()).map_err(wrong)?;
    call.write("people.correct_position", move |tx| {
        let home = found(tx, &id)?.home;
        let terms = A::terms(tx, &home)?;
        let draft = Correction { grade: form.grade.trim().to_owned(), base_minor: base.minor, reason: form.reason.clone() };
        Ok(changed(crate::correct_position(tx, &who, &terms, &id, &draft)?, "people-said-corrected"))
    })
}
