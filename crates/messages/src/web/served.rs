//! Messages as a capability: what gateways bring calls of apps to. Which app calls is said by the gateway, and by nobody else.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Access, Answer, Call, Nothing, Problem, Reply, Routes, SERVE};
use words::{Failure, Id, Never, Outcome};

use super::form::{ListQuery, NumberForm, ReplyForm, SendForm};
use crate::asks::{Asks, Sender};
use crate::driver::Networks;
use crate::sql;
use crate::view::{self, OptOutsView, SendCard, SendView, TextView};

const SEND: &[&str] = &[
    "messages-network-off",
    "messages-template-unknown",
    "messages-template-state",
    "messages-signature-unknown",
    "messages-signature-state",
    "messages-parameter-missing",
    "messages-parameter-unknown",
    "messages-parameter-shape",
    "messages-too-long",
    "messages-number-shape",
    "messages-number-twice",
    "gateway-suspended",
    "gateway-wallet-short",
    "gateway-limit-reached",
];

pub(super) fn add<A: Asks>(routes: Routes) -> Routes {
    routes
        .post("/served/messages/sends", "messages.served.send", Access::Right(SERVE), send::<A>)
        .refusals(SEND)
        .get("/served/messages/sends", "messages.served.sends", Access::Right(SERVE), sends)
        .get("/served/messages/sends/{id}", "messages.served.one", Access::Right(SERVE), one)
        .get("/served/messages/texts", "messages.served.texts", Access::Right(SERVE), texts::<A>)
        .post("/served/messages/opt-outs", "messages.served.opt_out", Access::Right(SERVE), opt_out::<A>)
        .refusals(&["messages-number-shape"])
        .get("/served/messages/opt-outs", "messages.served.opt_outs", Access::Right(SERVE), opt_outs::<A>)
        .post("/served/messages/replies", "messages.served.reply", Access::Right(SERVE), reply::<A>)
        .refusals(&["messages-sandbox-only", "messages-number-shape"])
}

/// Sends of an app.
#[derive(Debug, Serialize, JsonSchema)]
struct SendsView {
    /// Newest first.
    sends: Vec<SendCard>,
}

/// Templates and signatures of the app's owner.
#[derive(Debug, Serialize, JsonSchema)]
struct TextsView {
    /// Newest first.
    texts: Vec<TextView>,
}

/// Did a number opt out?
#[derive(Debug, Serialize, JsonSchema)]
struct OptedOutView {
    /// It stands on the list now.
    opted_out: bool,
}

/// The app that the gateway names.
fn app_of(call: &Call) -> Result<Id, Problem> {
    call.header("x-hechuang-app").and_then(|app| Id::parse(app).ok()).ok_or_else(Problem::absent)
}

fn sender<A: Asks>(read: &Read, app: &Id) -> Outcome<Sender, Never> {
    A::sender(read, app)?.ok_or(Failure::Absent)
}

fn send<A: Asks>(call: &Call, form: SendForm) -> Answer<SendView> {
    let (app, draft, networks) = (app_of(call)?, form.draft(), call.app::<Networks>()?.clone());
    let sender = call.read(|read| sender::<A>(read, &app))?;
    let driver = if sender.live { networks.live } else { networks.sandbox };
    call.write("messages.send", move |tx| {
        let (send, messages) = crate::send_messages::<A>(tx, &*driver, &sender, &draft)?;
        Ok(Reply::json(view::send_view(&send, messages)))
    })
}

fn sends(call: &Call, query: ListQuery) -> Answer<SendsView> {
    let app = app_of(call)?;
    let (sends, next) = call.read::<_, Never>(|read| Ok(view::sends(read, &app, &query.cursor)?))?;
    Ok(Reply::json(SendsView { sends }).next(next))
}

fn one(call: &Call, _: Nothing) -> Answer<SendView> {
    let (app, id) = (app_of(call)?, call.id("id")?);
    Ok(Reply::json(call.read(|read| view::send_of(read, &app, &id))?))
}

fn texts<A: Asks>(call: &Call, _: Nothing) -> Answer<TextsView> {
    let app = app_of(call)?;
    let texts = call.read(|read| {
        let sender = sender::<A>(read, &app)?;
        Ok(sql::texts_of(read, &sender.owner)?)
    })?;
    Ok(Reply::json(TextsView { texts: texts.into_iter().map(TextView::of).collect() }))
}

fn opt_out<A: Asks>(call: &Call, form: NumberForm) -> Answer<OptedOutView> {
    let app = app_of(call)?;
    let sender = call.read(|read| sender::<A>(read, &app))?;
    call.write("messages.opt_out", move |tx| {
        crate::opt_out(tx, &sender, &form.number)?;
        Ok(Reply::json(OptedOutView { opted_out: true }))
    })
}

fn opt_outs<A: Asks>(call: &Call, query: ListQuery) -> Answer<OptOutsView> {
    let app = app_of(call)?;
    let (view, next) = call.read(|read| {
        let sender = sender::<A>(read, &app)?;
        Ok(view::opt_outs(read, &sender, &query.cursor)?)
    })?;
    Ok(Reply::json(view).next(next))
}

fn reply<A: Asks>(call: &Call, form: ReplyForm) -> Answer<OptedOutView> {
    let app = app_of(call)?;
    let sender = call.read(|read| sender::<A>(read, &app))?;
    call.write("messages.simulate_reply", move |tx| {
        let opted_out = crate::simulate_reply(tx, &sender, &form.number, &form.text)?;
        Ok(Reply::json(OptedOutView { opted_out }))
    })
}
