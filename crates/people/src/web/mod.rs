//! Pages and API of positions and pay. Parse, do, show.

mod form;
mod pay;
mod positions;

use webkit::{Access, Routes};

use crate::asks::Asks;
use crate::rights;

const PREPARE: &[&str] =
    &["people-month-wrong", "people-month-future", "people-no-minimum", "people-below-minimum", "people-nothing-to-pay", "people-too-large"];
const CONFIRM: &[&str] = &["people-run-state", "people-second-person", "people-run-outdated", "people-month-closed", "people-settled-since"];
const REVERSE: &[&str] = &["people-run-state", "people-second-person", "people-reason-needed", "people-settled-since"];
const RESTORE: &[&str] = &["people-position-state", "people-not-chosen", "people-not-asked", "people-grade-unknown", "people-grade-below"];

pub(crate) fn routes<A: Asks>() -> Routes {
    runs::<A>(Routes::new("people"))
        .get("/people/positions", "people.position.list", Access::Person, positions::list::<A>)
        .template("people/positions.html")
        .get("/people/positions/{id}", "people.position.show", Access::Person, positions::show::<A>)
        .template("people/position.html")
        .post("/people/positions/{id}/choice", "people.position.choose", Access::Right(rights::CHOOSE), positions::choose)
        .refusals(&["people-position-state", "people-choice-late", "people-not-offered"])
        .post("/people/positions/{id}/return", "people.position.ask_return", Access::Right(rights::CHOOSE), positions::ask_return::<A>)
        .refusals(&["people-position-state", "people-return-late", "people-venture-not-failed"])
        .post("/people/positions/{id}/restoration", "people.position.restore", Access::Right(rights::HR), positions::restore::<A>)
        .refusals(RESTORE)
        .post("/people/positions/{id}/transfer", "people.position.transfer", Access::Right(rights::HR), positions::transfer::<A>)
        .refusals(&["people-position-state", "people-not-chosen", "people-not-signed"])
        .post("/people/positions/{id}/leave", "people.position.go_out", Access::Right(rights::HR), positions::go_out::<A>)
        .refusals(&["people-position-state", "people-not-chosen", "people-not-signed", "people-day-wrong"])
        .post("/people/positions/{id}/correction", "people.position.correct", Access::Person, positions::correct::<A>)
        .refusals(&["people-position-state", "people-second-person", "people-paid-by", "people-reason-needed", "people-base-wrong"])
}

fn runs<A: Asks>(routes: Routes) -> Routes {
    routes
        .get("/people/pay", "people.run.list", Access::Person, pay::list::<A>)
        .template("people/runs.html")
        .get("/people/pay/new", "people.run.new", Access::Right(rights::HR), pay::new::<A>)
        .template("people/new_run.html")
        .post("/people/pay", "people.run.prepare", Access::Right(rights::HR), pay::prepare::<A>)
        .refusals(PREPARE)
        .get("/people/pay/{id}", "people.run.show", Access::Person, pay::show::<A>)
        .template("people/run.html")
        .get("/people/pay/{id}/file", "people.run.file", Access::Right(rights::PAY), pay::file::<A>)
        .refusals(&["people-run-state"])
        .post("/people/pay/{id}/confirmation", "people.run.confirm", Access::Right(rights::PAY), pay::confirm::<A>)
        .refusals(CONFIRM)
        .post("/people/pay/{id}/export", "people.run.export", Access::Right(rights::PAY), pay::export)
        .refusals(&["people-run-state"])
        .post("/people/pay/{id}/discarding", "people.run.discard", Access::Person, pay::discard)
        .refusals(&["people-run-state"])
        .post("/people/pay/{id}/reversal", "people.run.reverse", Access::Right(rights::PAY), pay::reverse)
        .refusals(REVERSE)
}
