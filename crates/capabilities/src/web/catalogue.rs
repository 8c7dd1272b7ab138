//! Handlers of the catalogue.

use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Answer, Call, Nothing, Problem, Reply, Sheet};
use words::Id;

use super::form::{CapabilityForm, UpstreamsForm, VersionForm};
use crate::catalogue::{self, CatalogueQuery, Order};
use crate::view::{self, CapabilityView, VersionPageView};
use crate::{Asks, Availability, CatalogueEntry, GatewayAt, ListedPlatform, OwnerKind, Price, rights};

/// Entries of a page.
const PAGE: usize = 24;

/// The catalogue.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CatalogueView {
    /// Words in force.
    pub q: String,
    /// Filter in force.
    pub platform: String,
    /// Filter in force.
    pub state: Option<Availability>,
    /// Filter in force.
    pub price: Option<Price>,
    /// Filter in force.
    pub owner: Option<OwnerKind>,
    /// Order in force.
    pub sort: Order,
    /// Platforms to choose from.
    pub platforms: Vec<ListedPlatform>,
    /// How many there are in all.
    pub total: usize,
    /// How many were found.
    pub found: usize,
    /// Of which can be called.
    pub available: usize,
    /// Those of this page.
    pub capabilities: Vec<CatalogueEntry>,
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

pub(crate) fn list<A: Asks>(call: &Call, query: CatalogueQuery) -> Answer<CatalogueView> {
    let all = call.read(|read| catalogue::catalogue::<A>(read, call.who()))?;
    let (platforms, total) = (all.platforms.clone(), all.entries.len());
    let found = all.found(&query, call.lang);
    let sheet = sheet(call, &platforms, &found);
    let (count, available) = (found.len(), found.iter().filter(|one| one.availability == Availability::Available).count());
    let (capabilities, next) = catalogue::page(found, &query.cursor, PAGE);
    let may = |right| call.who().is_some_and(|who| who.may_anywhere(right).is_ok());
    let (may_register, may_run) = (may(rights::OWN), may(rights::RUN));
    let CatalogueQuery { q, platform, state, price, owner, sort, .. } = query;
    let view = CatalogueView { q, platform, state, price, owner, sort, platforms, total, found: count, available, capabilities, may_register, may_run };
    Ok(Reply::page("capabilities/list.html", view).next(next).sheet(sheet))
}

fn sheet(call: &Call, platforms: &[ListedPlatform], found: &[CatalogueEntry]) -> Sheet {
    let columns = [
        "capabilities-field-slug",
        "capabilities-col-name",
        "capabilities-field-platform",
        "capabilities-col-state",
        "capabilities-version",
        "capabilities-filter-owner",
        "capabilities-col-price",
        "capabilities-about",
        "capabilities-source-line",
        "capabilities-source-quote",
        "capabilities-source-as-of",
    ];
    let platform = |one: &CatalogueEntry| platforms.iter().find(|known| Some(&known.slug) == one.platform.as_ref()).map(|known| known.name.get(call.lang));
    let text = |start: &str, value: &str| call.text(&format!("{start}-{value}"));
    let row = |one: &CatalogueEntry| -> Vec<webkit::Cell> {
        let prices: Vec<String> = one.prices.iter().map(|price| text("capabilities-price", price.as_str())).collect();
        vec![
            one.key.as_str().into(),
            one.name.get(call.lang).into(),
            platform(one).into(),
            text("capabilities-availability", one.availability.as_str()).into(),
            one.major.map(|major| format!("v{major}")).into(),
            text("capabilities-owner", one.owner_kind.as_str()).into(),
            prices.join(" / ").into(),
            one.about.as_ref().map(|about| about.get(call.lang)).into(),
            one.source.as_ref().map(|source| i64::from(source.line)).into(),
            one.source.as_ref().map(|source| source.quote.as_str()).into(),
            one.source.as_ref().map(|source| source.as_of.as_str()).into(),
        ]
    };
    Sheet::new(call.text("capabilities-title"), &columns).rows(found.iter().map(row))
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
