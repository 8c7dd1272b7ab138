//! Handlers of callbacks.

use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Answer, Call, Nothing, Reply};
use words::{Failure, Id, Never};

use super::form::{DeliveriesQuery, EndpointForm, SwitchForm};
use crate::message::DeliveryState;
use crate::view::KindView;
use crate::{AttemptView, DeliveryView, EndpointView, Rules, ops, sql, sql_delivery};

/// Deliveries of a page.
const PAGE: usize = 50;

/// One's own endpoints.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EndpointsView {
    /// Newest first.
    endpoints: Vec<EndpointView>,
    /// Kinds of events there are.
    kinds: Vec<KindView>,
}

/// An endpoint and what was sent to it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EndpointPageView {
    /// It.
    endpoint: EndpointView,
    /// Kinds of events there are.
    kinds: Vec<KindView>,
    /// State that is listed.
    state: Option<DeliveryState>,
    /// Newest first.
    deliveries: Vec<DeliveryView>,
}

/// A secret that is shown this once.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SecretOnceView {
    /// Endpoint.
    id: Id,
    /// Its address.
    url: String,
    /// The secret: `whsec_…`.
    secret: String,
}

/// A delivery with all that came of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DeliveryPageView {
    /// Endpoint.
    endpoint: EndpointView,
    /// It.
    delivery: DeliveryView,
    /// What is sent, to the byte.
    body: String,
    /// Newest first.
    attempts: Vec<AttemptView>,
}

/// What was sent again.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ResentView {
    /// How many.
    count: usize,
}

/// Something of which only the id is left to say.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DoneView {
    /// Its id.
    id: Id,
}

pub(super) fn list(call: &Call, _: Nothing) -> Answer<EndpointsView> {
    let (who, kinds) = (call.acting()?, KindView::all(&call.app::<Rules>()?.kinds));
    let endpoints = call.read::<_, Never>(|read| {
        let now = read.now();
        Ok(sql::endpoints_of(read, &who.person)?.into_iter().map(|endpoint| EndpointView::of(endpoint, now)).collect())
    })?;
    Ok(Reply::page("callbacks/list.html", EndpointsView { endpoints, kinds }))
}

pub(super) fn add(call: &Call, form: EndpointForm) -> Answer<SecretOnceView> {
    let (who, rules, draft) = (call.acting()?, call.app::<Rules>()?.clone(), form.draft());
    call.write("callbacks.add_endpoint", move |tx| {
        let (endpoint, secret) = crate::add_endpoint(tx, &who, &rules, &draft)?;
        Ok(Reply::page("callbacks/secret_once.html", SecretOnceView { id: endpoint.id, url: endpoint.url, secret }))
    })
}

pub(super) fn show(call: &Call, query: DeliveriesQuery) -> Answer<EndpointPageView> {
    let (who, id, kinds) = (call.acting()?, call.id("id")?, KindView::all(&call.app::<Rules>()?.kinds));
    let (endpoint, mut found) = call.read::<_, Never>(|read| {
        let endpoint = ops::own(read, &who, &id)?;
        let cursor = query.cursor.as_deref().unwrap_or_default();
        let found = sql_delivery::deliveries_of(read, &endpoint.id, query.state, cursor, PAGE as i64 + 1)?;
        Ok((EndpointView::of(endpoint, read.now()), found))
    })?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let cursor = found.last().map(|delivery| delivery.id.to_string()).filter(|_| more);
    let deliveries = found.iter().map(DeliveryView::of).collect();
    Ok(Reply::page("callbacks/endpoint.html", EndpointPageView { endpoint, kinds, state: query.state, deliveries }).next(cursor))
}

pub(super) fn change(call: &Call, form: EndpointForm) -> Answer<EndpointView> {
    let (who, id, rules, draft) = (call.acting()?, call.id("id")?, call.app::<Rules>()?.clone(), form.draft());
    call.write("callbacks.change_endpoint", move |tx| {
        let endpoint = crate::change_endpoint(tx, &who, &rules, &id, &draft)?;
        Ok(Reply::done(format!("/callbacks/{id}"), EndpointView::of(endpoint, tx.now())).say("callbacks-said-changed"))
    })
}

pub(super) fn switch(call: &Call, form: SwitchForm) -> Answer<EndpointView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let said = if form.on { "callbacks-said-on" } else { "callbacks-said-off" };
    call.write("callbacks.switch_endpoint", move |tx| {
        let endpoint = crate::switch_endpoint(tx, &who, &id, form.on)?;
        Ok::<_, Failure<Never>>(Reply::done(format!("/callbacks/{id}"), EndpointView::of(endpoint, tx.now())).say(said))
    })
}

pub(super) fn remove(call: &Call, _: Nothing) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("callbacks.remove_endpoint", move |tx| {
        let endpoint = crate::remove_endpoint(tx, &who, &id)?;
        Ok::<_, Failure<Never>>(Reply::done("/callbacks", DoneView { id: endpoint.id }).say("callbacks-said-removed"))
    })
}

pub(super) fn roll(call: &Call, _: Nothing) -> Answer<SecretOnceView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("callbacks.roll_secret", move |tx| {
        let secret = crate::roll_secret(tx, &who, &id)?;
        let url = ops::own::<Never>(tx, &who, &id)?.url;
        Ok::<_, Failure<Never>>(Reply::page("callbacks/secret_once.html", SecretOnceView { id: id.clone(), url, secret }))
    })
}

pub(super) fn test(call: &Call, _: Nothing) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("callbacks.send_test", move |tx| {
        let id = crate::send_test(tx, &who, &id)?;
        Ok(Reply::done(format!("/callback-deliveries/{id}"), DoneView { id }).say("callbacks-said-test"))
    })
}

pub(super) fn resend_failed(call: &Call, _: Nothing) -> Answer<ResentView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("callbacks.resend_failed", move |tx| {
        let count = crate::resend_failed(tx, &who, &id)?;
        Ok(Reply::done(format!("/callbacks/{id}"), ResentView { count }).say("callbacks-said-resent"))
    })
}

pub(super) fn delivery(call: &Call, _: Nothing) -> Answer<DeliveryPageView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read::<_, Never>(|read| {
        let delivery = sql_delivery::delivery(read, &id)?.ok_or(Failure::Absent)?;
        let endpoint = EndpointView::of(ops::own(read, &who, &delivery.endpoint)?, read.now());
        let attempts = sql_delivery::attempts_of(read, &id)?.into_iter().map(AttemptView::of).collect();
        Ok(DeliveryPageView { endpoint, delivery: DeliveryView::of(&delivery), body: delivery.body, attempts })
    })?;
    Ok(Reply::page("callbacks/delivery.html", view))
}

pub(super) fn resend(call: &Call, _: Nothing) -> Answer<ResentView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("callbacks.resend", move |tx| {
        crate::resend(tx, &who, &id)?;
        Ok(Reply::done(format!("/callback-deliveries/{id}"), ResentView { count: 1 }).say("callbacks-said-resent"))
    })
}
