//! Handlers of apps and keys.

use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Access, Answer, Call, Nothing, Reply, Routes};
use words::{Id, Never};

use super::form::{AppForm, KeyForm, PayerForm, PlanForm};
use crate::view::{self, AppCard, AppView, KeyView, Party, PlanView};
use crate::{Asks, Environment, GatewayAt, Issuer, NewKey};

pub(super) fn add<A: Asks>(routes: Routes) -> Routes {
    let key = &[
        "capabilities-app-closed",
        "capabilities-key-name-needed",
        "capabilities-unknown",
        "capabilities-net",
        "capabilities-key-days",
        "capabilities-keys-many",
        "capabilities-jwks",
        "capabilities-certificate",
        "capabilities-certificate-over",
        "capabilities-certificate-known",
    ];
    routes
        .get("/apps", "capabilities.app.list", Access::Person, list::<A>)
        .template("capabilities/apps.html")
        .post("/apps", "capabilities.app.make", Access::Person, make)
        .refusals(&["capabilities-app-name-needed", "capabilities-apps-many", "capabilities-payer"])
        .get("/apps/{id}", "capabilities.app.show", Access::Person, show::<A>)
        .template("capabilities/app.html")
        .post("/apps/{id}/closing", "capabilities.app.close", Access::Person, close)
        .put("/apps/{id}/plan", "capabilities.plan.choose", Access::Person, choose_plan::<A>)
        .refusals(&["capabilities-app-closed", "capabilities-plan-unknown"])
        .put("/apps/{id}/payer", "capabilities.payer.choose", Access::Person, choose_payer::<A>)
        .refusals(&["capabilities-app-closed", "capabilities-payer", "capabilities-payer-between-bills"])
        .post("/apps/{id}/keys", "capabilities.key.make", Access::Person, make_key)
        .refusals(key)
        .post("/keys/{id}/rolling", "capabilities.key.roll", Access::Person, roll_key::<A>)
        .refusals(&["capabilities-app-closed", "capabilities-key-no-roll", "capabilities-key-ended"])
        .post("/keys/{id}/revocation", "capabilities.key.revoke", Access::Person, revoke_key)
        .refusals(&["capabilities-key-ended"])
}

/// One's own apps, and those of firms that one develops for.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AppsView {
    /// Newest first.
    apps: Vec<AppCard>,
    /// Firms that may pay for another app.
    firms: Vec<Party>,
}

/// Who pays for an app.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PayerView {
    /// The app.
    app: Id,
    /// The firm; its owner, if none.
    payer: Option<Id>,
}

/// A key whose text is shown this once.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct KeyOnceView {
    /// The key.
    key: KeyView,
    /// Its text.
    text: String,
    /// Its app.
    app: Id,
    /// Where its calls go.
    environment: Environment,
    /// Where to call: `http://127.0.0.1:8081`; nothing if the gateway is switched off.
    gateway: Option<String>,
    /// Where access tokens are asked for.
    token_endpoint: String,
}

/// What was closed or killed.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EndedView {
    /// Its id.
    id: Id,
}

fn list<A: Asks>(call: &Call, _: Nothing) -> Answer<AppsView> {
    let who = call.acting()?;
    let (apps, firms) = call.read(|read| view::apps::<A>(read, &who))?;
    Ok(Reply::page("capabilities/apps.html", AppsView { apps, firms }))
}

fn make(call: &Call, form: AppForm) -> Answer<KeyOnceView> {
    let (who, places, key_name) = (call.acting()?, places(call)?, call.text("capabilities-key-first"));
    call.write("capabilities.make_app", move |tx| {
        let now = tx.now();
        let (_, key) = crate::make_app(tx, &who, &form.clone().draft(), &key_name)?;
        Ok(once(&key, now, places.clone()))
    })
}

fn show<A: Asks>(call: &Call, _: Nothing) -> Answer<AppView> {
    let (who, id, places) = (call.acting()?, call.id("id")?, places(call)?);
    let view = call.read(|read| view::app_view::<A>(read, &who, &id, (places.gateway.as_deref(), &places.token_endpoint)))?;
    Ok(Reply::page("capabilities/app.html", view))
}

fn close(call: &Call, _: Nothing) -> Answer<EndedView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("capabilities.close_app", move |tx| {
        let app = crate::close_app(tx, &who, &id)?;
        Ok::<_, words::Failure<Never>>(Reply::done("/apps", EndedView { id: app.id }).say("capabilities-said-closed"))
    })
}

fn choose_plan<A: Asks>(call: &Call, form: PlanForm) -> Answer<PlanView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("capabilities.choose_plan", move |tx| {
        let plan = crate::choose_plan::<A>(tx, &who, &id, &form.plan)?;
        Ok(Reply::done(format!("/apps/{id}"), PlanView::from(&plan)).say("capabilities-said-plan"))
    })
}

fn choose_payer<A: Asks>(call: &Call, form: PayerForm) -> Answer<PayerView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("capabilities.choose_payer", move |tx| {
        let app = crate::choose_payer::<A>(tx, &who, &id, form.firm().as_ref())?;
        Ok(Reply::done(format!("/apps/{id}"), PayerView { app: app.id, payer: app.payer }).say("capabilities-said-payer"))
    })
}

fn make_key(call: &Call, form: KeyForm) -> Answer<KeyOnceView> {
    let (who, id, places) = (call.acting()?, call.id("id")?, places(call)?);
    call.write("capabilities.make_key", move |tx| {
        let key = crate::make_key(tx, &who, &id, &form.clone().draft())?;
        Ok(once(&key, tx.now(), places.clone()))
    })
}

fn roll_key<A: Asks>(call: &Call, _: Nothing) -> Answer<KeyOnceView> {
    let (who, id, places) = (call.acting()?, call.id("id")?, places(call)?);
    call.write("capabilities.roll_key", move |tx| {
        let key = crate::roll_key::<A>(tx, &who, &id)?;
        Ok(once(&key, tx.now(), places.clone()))
    })
}

fn revoke_key(call: &Call, _: Nothing) -> Answer<EndedView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("capabilities.revoke_key", move |tx| {
        let key = crate::revoke_key(tx, &who, &id)?;
        Ok(Reply::done(format!("/apps/{}", key.app), EndedView { id: key.id }).say("capabilities-said-revoked"))
    })
}

/// Where calls and requests for tokens go.
#[derive(Clone)]
struct Places {
    gateway: Option<String>,
    token_endpoint: String,
}

fn places(call: &Call) -> Result<Places, webkit::Problem> {
    Ok(Places { gateway: call.app::<GatewayAt>()?.0.clone(), token_endpoint: call.app::<Issuer>()?.token_endpoint() })
}

fn once(key: &NewKey, now: words::Instant, places: Places) -> Reply<KeyOnceView> {
    let (text, app, environment) = (key.text.clone(), key.key.app.clone(), key.environment);
    Reply::page(
        "capabilities/key_once.html",
        KeyOnceView { key: KeyView::of(&key.key, now), text, app, environment, gateway: places.gateway, token_endpoint: places.token_endpoint },
    )
}
