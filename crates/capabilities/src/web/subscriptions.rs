//! Handlers of subscriptions: asking for one, changing its plan, taking it back, and who subscribed a capability of one's own.

use schemars::JsonSchema;
use serde::Deserialize;
use webkit::{Access, Answer, Call, Nothing, Reply, Routes};
use words::Id;

use crate::rights::OWN;
use crate::view_subscription::{self as view, SubscribeView, SubscribersView, SubscriptionPageView, SubscriptionView};
use crate::{Asks, Subscription, SubscriptionDraft};

pub(super) fn add<A: Asks>(routes: Routes) -> Routes {
    routes
        .get("/capabilities/{slug}/subscriptions/new", "capabilities.subscription.draft", Access::Person, draft::<A>)
        .template("capabilities/subscribe.html")
        .post("/capabilities/{slug}/subscriptions", "capabilities.subscription.ask", Access::Person, ask::<A>)
        .refusals(&[
            "capabilities-app-closed",
            "capabilities-subscription-sandbox",
            "capabilities-subscription-not-live",
            "capabilities-plan-unknown",
            "capabilities-subscription-already",
            "capabilities-subscription-case",
        ])
        .get("/capabilities/{slug}/subscriptions", "capabilities.subscription.list", Access::Right(OWN), list::<A>)
        .template("capabilities/subscribers.html")
        .get("/subscriptions/{id}", "capabilities.subscription.show", Access::Person, show::<A>)
        .template("capabilities/subscription.html")
        .put("/subscriptions/{id}/plan", "capabilities.subscription.change", Access::Person, change::<A>)
        .refusals(&["capabilities-plan-unknown", "capabilities-subscription-over", "capabilities-subscription-same-plan", "capabilities-subscription-waits"])
        .delete("/subscriptions/{id}/plan", "capabilities.subscription.keep", Access::Person, keep::<A>)
        .refusals(&["capabilities-subscription-over", "capabilities-subscription-waits"])
        .post("/subscriptions/{id}/cancellation", "capabilities.subscription.cancel", Access::Person, cancel::<A>)
        .refusals(&["capabilities-subscription-over"])
}

/// What is asked for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct SubscribeForm {
    /// Live app that would call.
    app: Id,
    /// Key of the plan.
    #[schemars(length(min = 1, max = 60))]
    plan: String,
    /// Case in incubation that it is for.
    #[serde(default)]
    for_case: Option<Id>,
    /// What it is wanted for.
    #[serde(default)]
    #[schemars(length(max = 300))]
    note: String,
}

/// Another plan.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct ChangeForm {
    /// Key of the plan.
    #[schemars(length(min = 1, max = 60))]
    plan: String,
    /// Why.
    #[serde(default)]
    #[schemars(length(max = 300))]
    note: String,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct AfterQuery {
    /// Id of the last one of the page before.
    #[serde(default)]
    #[schemars(length(max = 60))]
    cursor: Option<String>,
}

fn draft<A: Asks>(call: &Call, _: Nothing) -> Answer<SubscribeView> {
    let who = call.acting()?;
    let view = call.read(|read| view::subscribe_form::<A>(read, &who, call.path_text("slug")))?;
    Ok(Reply::page("capabilities/subscribe.html", view))
}

fn ask<A: Asks>(call: &Call, form: SubscribeForm) -> Answer<SubscriptionView> {
    let (who, slug) = (call.acting()?, call.path_text("slug").to_owned());
    call.write("capabilities.subscribe", move |tx| {
        let note = form.note.trim().to_owned();
        let draft = SubscriptionDraft { slug: slug.clone(), plan: form.plan.clone(), for_case: form.for_case.clone(), note };
        let one = crate::subscribe::<A>(tx, &who, &form.app, &draft)?;
        let said = format!("capabilities-said-subscription-{}", one.state.as_str());
        Ok(Reply::created(format!("/subscriptions/{}", one.id), SubscriptionView::of(tx, &A::plans(tx)?, &one)?).say(said))
    })
}

fn list<A: Asks>(call: &Call, query: AfterQuery) -> Answer<SubscribersView> {
    let (who, after) = (call.acting()?, query.cursor.unwrap_or_default());
    let (view, next) = call.read(|read| view::subscribers::<A>(read, &who, call.path_text("slug"), &after))?;
    Ok(Reply::page("capabilities/subscribers.html", view).next(next))
}

fn show<A: Asks>(call: &Call, _: Nothing) -> Answer<SubscriptionPageView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read(|read| view::page::<A>(read, &who, &id))?;
    Ok(Reply::page("capabilities/subscription.html", view))
}

fn change<A: Asks>(call: &Call, form: ChangeForm) -> Answer<SubscriptionView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("capabilities.change_plan", move |tx| {
        let one = crate::change_plan::<A>(tx, &who, &id, &form.plan, form.note.trim())?;
        let said = format!("capabilities-said-change-{}", one.state.as_str());
        Ok(Reply::done(format!("/subscriptions/{id}"), seen::<A>(tx, &one)?).say(said))
    })
}

fn keep<A: Asks>(call: &Call, _: Nothing) -> Answer<SubscriptionView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("capabilities.drop_change", move |tx| {
        let one = crate::drop_change::<A>(tx, &who, &id)?;
        Ok(Reply::done(format!("/subscriptions/{id}"), seen::<A>(tx, &one)?).say("capabilities-said-change-dropped"))
    })
}

fn cancel<A: Asks>(call: &Call, _: Nothing) -> Answer<SubscriptionView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("capabilities.cancel_subscription", move |tx| {
        let one = crate::cancel_subscription::<A>(tx, &who, &id)?;
        Ok(Reply::done(format!("/apps/{}#subscriptions", one.app), seen::<A>(tx, &one)?).say("capabilities-said-subscription-cancelled"))
    })
}

fn seen<A: Asks>(read: &store::Read, one: &Subscription) -> Result<SubscriptionView, words::Fault> {
    SubscriptionView::of(read, &A::plans(read)?, one)
}
