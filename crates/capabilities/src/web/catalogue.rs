//! Handlers of the catalogue.

use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Answer, Call, Nothing, Problem, Reply};
use words::Id;

use super::form::{CapabilityForm, UpstreamsForm, VersionForm};
use crate::view::{self, CapabilityCard, CapabilityView, VersionPageView};
use crate::{Asks, GatewayAt, rights};

/// The catalogue.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CatalogueView {
    /// Capabilities.
    pub capabilities: Vec<CapabilityCard>,
    /// May the one who looks register one?
    pub may_register: bool,
    /// May they see the statistics?
    pub may_run: bool,
}

/// An empty form.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DraftView {
    /// The capability that gets a new version, if it is that form.
    pub slug: Option<String>,
}

/// What was registered, added or changed.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RegisteredView {
    /// Its id.
    pub id: Id,
    /// Name of the capability in addresses.
    pub slug: String,
    /// Version, if it is about one.
    pub major: Option<i64>,
}

/// A document as it was handed in.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct DocumentView(serde_json::Value);

pub(crate) fn list(call: &Call, _: Nothing) -> Answer<CatalogueView> {
    let capabilities = call.read(|read| view::capabilities(read, call.who()))?;
    let may = |right| call.who().is_some_and(|who| who.may_anywhere(right).is_ok());
    let (may_register, may_run) = (may(rights::OWN), may(rights::RUN));
    Ok(Reply::page("capabilities/list.html", CatalogueView { capabilities, may_register, may_run }))
}

pub(crate) fn draft(_: &Call, _: Nothing) -> Answer<DraftView> {
    Ok(Reply::page("capabilities/new.html", DraftView { slug: None }))
}

pub(crate) fn register(call: &Call, form: CapabilityForm) -> Answer<RegisteredView> {
    let who = call.acting()?;
    call.write("capabilities.register", move |tx| {
        let capability = crate::register_capability(tx, &who, form.clone().draft(&who))?;
        let view = RegisteredView { id: capability.id, slug: capability.slug.clone(), major: None };
        Ok(Reply::created(format!("/capabilities/{}", capability.slug), view).say("capabilities-said-registered"))
    })
}

pub(crate) fn show<A: Asks>(call: &Call, _: Nothing) -> Answer<CapabilityView> {
    let gateway = call.app::<GatewayAt>()?.0.clone();
    let view = call.read(|read| view::capability_view::<A>(read, call.who(), call.path_text("slug"), gateway.as_deref()))?;
    Ok(Reply::page("capabilities/show.html", view))
}

/// What is looked for in a reference.
#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
pub(crate) struct ReferenceQuery {
    /// Words of a path, a name, a field or an explanation.
    #[serde(default)]
    #[schemars(length(max = 200))]
    q: Option<String>,
}

pub(crate) fn reference(call: &Call, query: ReferenceQuery) -> Answer<VersionPageView> {
    let (gateway, major, q) = (call.app::<GatewayAt>()?.0.clone(), major(call)?, query.q.unwrap_or_default());
    let view = call.read(|read| view::version_page(read, call.who(), call.path_text("slug"), major, &q, gateway.as_deref()))?;
    Ok(Reply::page("capabilities/reference.html", view))
}

pub(crate) fn version_draft<A: Asks>(call: &Call, _: Nothing) -> Answer<DraftView> {
    let seen = call.read(|read| view::capability_view::<A>(read, call.who(), call.path_text("slug"), None))?;
    Ok(Reply::page("capabilities/version_new.html", DraftView { slug: Some(seen.capability.slug) }))
}

pub(crate) fn add_version<A: Asks>(call: &Call, form: VersionForm) -> Answer<RegisteredView> {
    let (who, slug) = (call.acting()?, call.path_text("slug").to_owned());
    call.write("capabilities.add_version", move |tx| {
        let version = crate::add_version::<A>(tx, &who, &slug, form.clone().draft())?;
        let view = RegisteredView { id: version.id, slug: slug.clone(), major: Some(version.major) };
        Ok(Reply::created(format!("/capabilities/{slug}"), view).say("capabilities-said-version"))
    })
}

pub(crate) fn move_upstreams(call: &Call, form: UpstreamsForm) -> Answer<RegisteredView> {
    let (who, slug, major) = (call.acting()?, call.path_text("slug").to_owned(), major(call)?);
    call.write("capabilities.move_upstreams", move |tx| {
        let version = crate::move_upstreams(tx, &who, &slug, major, form.sandbox_upstream.trim(), form.live_upstream.trim())?;
        let view = RegisteredView { id: version.id, slug: slug.clone(), major: Some(major) };
        Ok(Reply::done(format!("/capabilities/{slug}"), view).say("capabilities-said-upstreams"))
    })
}

pub(crate) fn document(call: &Call, _: Nothing) -> Answer<DocumentView> {
    let major = major(call)?;
    let text = call.read(|read| view::document(read, call.who(), call.path_text("slug"), major))?;
    Ok(Reply::json(DocumentView(serde_json::from_str(&text).map_err(Problem::broken)?)))
}

pub(super) fn major(call: &Call) -> Result<i64, Problem> {
    call.path_text("major").parse().map_err(|_| Problem::absent())
}
