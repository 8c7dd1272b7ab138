//! What the pages and the API show.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Acting, Bilingual, Day, Failure, Fault, Id, Instant, Never, Node, Outcome};

use crate::openapi::Spec;
use crate::openapi::reference::{ReferenceView, reference};
use crate::plan::{month, plan_of, plans_for};
use crate::sql_quota::Holder;
use crate::sql_recording;
use crate::view_events::{self, MeterView};
use crate::view_subscription::{self, SubscriptionView};
use crate::{
    App, AppState, Approval, Asks, Billing, Capability, Certificate, Document, Environment, GATEWAY_CODES, Key, KeyKind, Plan, Version, VersionState, ops,
    payer, rights, sql, sql_quota,
};

/// A capability on a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CapabilityCard {
    /// Its name in addresses.
    pub slug: String,
    /// Name.
    pub name: Bilingual,
    /// What it does, if its owner said so.
    pub about: Option<Bilingual>,
    /// Platform of the plan it counts to.
    pub platform: Option<String>,
    /// Newest version that can be called: `2` of `v2`.
    pub major: Option<i64>,
    /// State of that version.
    pub state: Option<VersionState>,
    /// Does the one who looks own it?
    pub mine: bool,
}

/// An operation of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OperationView {
    /// `GET`.
    pub method: String,
    /// `/messages/{id}`.
    pub path: String,
    /// `sendMessage`; empty if the document has none.
    pub id: String,
    /// One line.
    pub summary: String,
}

/// A version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VersionView {
    /// Id.
    pub id: Id,
    /// `1` of `v1`.
    pub major: i64,
    /// State.
    pub state: VersionState,
    /// In this state since.
    pub entered_at: Instant,
    /// Last day, if it is deprecated.
    pub sunset_on: Option<Day>,
    /// Title of its document.
    pub title: String,
    /// SHA-256 of its document.
    pub document_hash: String,
    /// Operations.
    pub operations: Vec<OperationView>,
    /// Does its sandbox answer with the examples of its document?
    pub sampled: bool,
    /// Case that moves it; for the owner and the operator.
    pub case: Option<Id>,
    /// Where sandbox calls go; for the owner and the operator.
    pub sandbox_upstream: Option<String>,
    /// Where live calls go; for the owner and the operator.
    pub live_upstream: Option<String>,
}

/// A capability with its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CapabilityView {
    /// The capability.
    pub capability: CapabilityCard,
    /// Name of the owner, for those signed in; nothing for what the program itself brings.
    pub owner: Option<String>,
    /// Does the program itself bring it?
    pub builtin: bool,
    /// Versions, newest first; drafts for the owner and the operator only.
    pub versions: Vec<VersionView>,
    /// Where it is called: `http://127.0.0.1:8081/echo`; nothing if the gateway is switched off.
    pub address: Option<String>,
    /// May the one who looks change it?
    pub own: bool,
    /// Open apps of the one who looks.
    pub apps: Vec<AppCard>,
    /// Plans under which it can be called for real.
    pub plans: Vec<PlanView>,
    /// Can it be called for real?
    pub live: bool,
    /// What it meters itself, besides its calls.
    pub meters: Vec<MeterView>,
    /// How many events of it wait for a person, for whoever may change it.
    pub waiting: i64,
    /// Codes of what the gateway itself may answer.
    pub errors: Vec<String>,
}

/// An app on a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AppCard {
    /// Id.
    pub id: Id,
    /// What its owner calls it.
    pub name: String,
    /// Where its calls go.
    pub environment: Environment,
    /// In use?
    pub state: AppState,
    /// Made at.
    pub made_at: Instant,
    /// Keys that work.
    pub keys: usize,
    /// Whose it is.
    pub owner: Party,
    /// The firm that pays for it; its owner does, if none.
    pub payer: Option<Party>,
}

/// A person or a firm, with the name where it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Party {
    /// Id.
    pub id: Id,
    /// Name.
    pub name: Option<String>,
}

impl Party {
    fn nameless(id: &Id) -> Self {
        Self { id: id.clone(), name: None }
    }
}

/// A key or another credential, without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeyView {
    /// Id; signed requests name it as `keyid`.
    pub id: Id,
    /// How it is shown.
    pub kind: KeyKind,
    /// What its owner calls it.
    pub name: String,
    /// How it begins.
    pub prefix: String,
    /// The only capabilities it may call.
    pub capabilities: Vec<String>,
    /// The only addresses it may be used from.
    pub nets: Vec<String>,
    /// Does not work from then on.
    pub ends_at: Option<Instant>,
    /// Killed at.
    pub revoked_at: Option<Instant>,
    /// The certificate, if it is one.
    pub certificate: Option<Certificate>,
    /// Does it work now?
    pub works: bool,
    /// Made at.
    pub made_at: Instant,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlanView {
    /// Key.
    pub key: String,
    /// Name.
    pub name: Bilingual,
    /// Calls a second in the long run; 0: without limit.
    pub per_second: i64,
    /// So many at once.
    pub burst: i64,
    /// Calls a month; 0: without limit.
    pub per_month: i64,
    /// Who says yes, if it is a plan of subscriptions.
    pub approval: Option<Approval>,
    /// How it is paid for.
    pub billing: Billing,
    /// What it costs, in words.
    pub price: Option<Bilingual>,
    /// What is promised.
    pub sla: Option<Bilingual>,
    /// How one is helped.
    pub support: Option<Bilingual>,
}

impl From<&Plan> for PlanView {
    fn from(plan: &Plan) -> Self {
        Self {
            key: plan.key.clone(),
            name: plan.name.clone(),
            per_second: plan.per_second,
            burst: plan.burst,
            per_month: plan.per_month,
            approval: plan.capability.is_some().then_some(plan.approval),
            billing: plan.billing,
            price: plan.price.clone(),
            sla: plan.sla.clone(),
            support: plan.support.clone(),
        }
    }
}

/// An app with its keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AppView {
    /// The app.
    pub app: AppCard,
    /// Keys, newest first.
    pub keys: Vec<KeyView>,
    /// Its plan.
    pub plan: Option<PlanView>,
    /// Plans it may choose.
    pub plans: Vec<PlanView>,
    /// Month of the quota: `2026-11`.
    pub month: String,
    /// Calls left in this month that no gateway holds; nothing if the plan has no quota.
    pub left: Option<i64>,
    /// Calls of this month that gateways used or hold.
    pub used: i64,
    /// Is it one's own?
    pub mine: bool,
    /// May one change it, its keys and what it subscribed?
    pub runs: bool,
    /// Firms that may pay for it instead; nothing if it is not one's own.
    pub firms: Vec<Party>,
    /// What it subscribed, newest first.
    pub subscriptions: Vec<SubscriptionView>,
    /// Capabilities that a key can be restricted to.
    pub capabilities: Vec<String>,
    /// Where it calls: `http://127.0.0.1:8081`; nothing if the gateway is switched off.
    pub gateway: Option<String>,
    /// Where access tokens are asked for.
    pub token_endpoint: String,
    /// What its calls say is recorded until then.
    pub recorded_until: Option<Instant>,
}

impl KeyView {
    pub(crate) fn of(key: &Key, now: Instant) -> Self {
        Self {
            id: key.id.clone(),
            kind: key.extra.kind,
            name: key.name.clone(),
            prefix: key.prefix.clone(),
            capabilities: key.capabilities.clone(),
            nets: key.nets.iter().map(ToString::to_string).collect(),
            ends_at: key.ends_at,
            revoked_at: key.revoked_at,
            certificate: key.extra.certificate.clone(),
            works: key.works(now),
            made_at: key.made_at,
        }
    }
}

pub(crate) fn card(read: &Read, who: Option<&Acting>, capability: &Capability) -> Result<CapabilityCard, Fault> {
    let versions = sql::versions_of(read, &capability.id)?;
    let newest = versions.iter().find(|version| !matches!(version.state, VersionState::Draft | VersionState::Retired));
    Ok(CapabilityCard {
        slug: capability.slug.clone(),
        name: Bilingual::new(&capability.zh, &capability.en),
        about: Some(Bilingual::new(&capability.about_zh, &capability.about_en)).filter(|about| !(about.zh.is_empty() && about.en.is_empty())),
        platform: capability.platform.clone(),
        major: newest.map(|version| version.major),
        state: newest.map(|version| version.state),
        mine: who.is_some_and(|who| who.person == capability.owner),
    })
}

/// Capabilities that can be called, and one's own.
pub fn capabilities(read: &Read, who: Option<&Acting>) -> Outcome<Vec<CapabilityCard>, Never> {
    let mut cards = Vec::new();
    for capability in sql::capabilities(read)? {
        let card = card(read, who, &capability)?;
        if card.mine || card.major.is_some() || who.is_some_and(|who| who.can(rights::RUN, &capability.node)) {
            cards.push(card);
        }
    }
    Ok(cards)
}

/// Which capabilities of the plan can be called: key of the fact → name in addresses. The rest is only listed.
pub fn available(read: &Read) -> Outcome<BTreeMap<String, String>, Never> {
    let mut found = BTreeMap::new();
    for capability in sql::capabilities(read)? {
        let (Some(fact), slug) = (&capability.fact, &capability.slug) else { continue };
        if sql::versions_of(read, &capability.id)?.iter().any(|version| version.state.is_live()) {
            found.insert(fact.clone(), slug.clone());
        }
    }
    Ok(found)
}

/// A capability. Drafts are for the owner and the operator; a capability without anything else does not exist for others.
pub fn capability_view<A: Asks>(read: &Read, who: Option<&Acting>, slug: &str, gateway: Option<&str>) -> Outcome<CapabilityView, Never> {
    let capability = sql::capability_by_slug(read, slug)?.ok_or(Failure::Absent)?;
    let own = who.is_some_and(|who| who.person == capability.owner || who.can(rights::RUN, &capability.node));
    let all = sql::versions_of(read, &capability.id)?;
    let versions = all.iter().filter(|version| own || version.state.is_public()).map(|version| version_view(version, own)).collect::<Result<Vec<_>, _>>()?;
    if versions.is_empty() && !own {
        return Err(Failure::Absent);
    }
    let owner = match who {
        Some(_) => A::names(read, std::slice::from_ref(&capability.owner))?.remove(&capability.owner),
        None => None,
    };
    Ok(CapabilityView {
        owner,
        builtin: capability.is_builtin(),
        versions,
        address: gateway.map(|gateway| format!("{gateway}/{slug}")),
        own,
        live: all.iter().any(|version| version.state.is_live()),
        meters: view_events::meters(read, &capability.id)?,
        waiting: if own { metering::waiting(read, &capability.id)? } else { 0 },
        plans: plans_for(&A::plans(read)?, slug).into_iter().map(PlanView::from).collect(),
        errors: GATEWAY_CODES.iter().map(|code| (*code).to_owned()).collect(),
        apps: match who {
            Some(who) => my_apps(read, who)?.into_iter().filter(|app| app.state == AppState::Open).collect(),
            None => Vec::new(),
        },
        capability: card(read, who, &capability)?,
    })
}

fn version_view(version: &Version, own: bool) -> Result<VersionView, Fault> {
    let document = Document::parse(&version.document).map_err(|mistake| Fault::new(format!("document of {}: {mistake:?}", version.id)))?;
    let operation =
        |one: &crate::Operation| OperationView { method: one.method.clone(), path: one.path.clone(), id: one.id.clone(), summary: one.summary.clone() };
    Ok(VersionView {
        id: version.id.clone(),
        major: version.major,
        state: version.state,
        entered_at: version.entered_at,
        sunset_on: version.sunset_on,
        operations: document.operations.iter().map(operation).collect(),
        title: document.title,
        document_hash: version.document_hash.clone(),
        sampled: crate::sampled::is_sampled(&version.sandbox_upstream),
        case: (own && version.by_case).then(|| version.id.clone()),
        sandbox_upstream: own.then(|| version.sandbox_upstream.clone()),
        live_upstream: own.then(|| version.live_upstream.clone()),
    })
}

/// The document of a version, for whoever may see the version.
pub(crate) fn document(read: &Read, who: Option<&Acting>, slug: &str, major: i64) -> Outcome<String, Never> {
    let capability = sql::capability_by_slug(read, slug)?.ok_or(Failure::Absent)?;
    let own = who.is_some_and(|who| who.person == capability.owner || who.can(rights::RUN, &capability.node));
    let found = sql::versions_of(read, &capability.id)?.into_iter().find(|version| version.major == major && (own || version.state.is_public()));
    found.map(|version| version.document).ok_or(Failure::Absent)
}

/// A version, for whoever may see it, with the card of its capability.
pub(crate) fn version_seen(read: &Read, who: Option<&Acting>, slug: &str, major: i64) -> Outcome<(CapabilityCard, Version), Never> {
    let capability = sql::capability_by_slug(read, slug)?.ok_or(Failure::Absent)?;
    let own = who.is_some_and(|who| who.person == capability.owner || who.can(rights::RUN, &capability.node));
    let found = sql::versions_of(read, &capability.id)?.into_iter().find(|version| version.major == major && (own || version.state.is_public()));
    Ok((card(read, who, &capability)?, found.ok_or(Failure::Absent)?))
}

/// The reference of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VersionPageView {
    /// The capability.
    pub capability: CapabilityCard,
    /// The version.
    pub version: VersionView,
    /// What its document says of itself.
    pub description: String,
    /// Where it is called: `http://127.0.0.1:8081/echo/v1`; nothing if the gateway is switched off.
    pub address: Option<String>,
    /// What was looked for.
    pub q: String,
    /// Operations in which it was found.
    pub operations: Vec<ReferenceView>,
    /// How many there are in all.
    pub total: usize,
}

/// The reference of a version: those operations in which every word of the query is found.
pub(crate) fn version_page(read: &Read, who: Option<&Acting>, slug: &str, major: i64, query: &str, gateway: Option<&str>) -> Outcome<VersionPageView, Never> {
    let (card, version) = version_seen(read, who, slug, major)?;
    let spec = Spec::parse(&version.document).ok_or_else(|| Fault::new(format!("document of {}", version.id)))?;
    Ok(VersionPageView {
        description: spec.text("/info/description").to_owned(),
        address: gateway.map(|gateway| format!("{gateway}/{slug}/v{major}")),
        operations: reference(&spec, query),
        total: spec.operations().len(),
        q: query.to_owned(),
        version: version_view(&version, card.mine)?,
        capability: card,
    })
}

fn app_card(read: &Read, app: &App) -> Result<AppCard, Fault> {
    let (keys, now) = (sql::keys_of(read, &app.id)?, read.now());
    let open = app.state == AppState::Open;
    Ok(AppCard {
        id: app.id.clone(),
        name: app.name.clone(),
        environment: app.environment,
        state: app.state,
        made_at: app.made_at,
        keys: keys.iter().filter(|key| open && key.works(now)).count(),
        owner: Party::nameless(&app.owner),
        payer: app.payer.as_ref().map(Party::nameless),
    })
}

/// Apps that one may call as, newest first: one's own, and those of firms that one manages.
pub fn my_apps(read: &Read, who: &Acting) -> Outcome<Vec<AppCard>, Never> {
    let all = apps_seen(read, who)?.into_iter().filter(|app| app.is_run_by(who));
    Ok(all.map(|app| app_card(read, &app)).collect::<Result<_, _>>()?)
}

/// One's own apps, and those of firms that one develops for.
fn apps_seen(read: &Read, who: &Acting) -> Result<Vec<App>, Fault> {
    let mut all = sql::apps_of(read, &who.person)?;
    for firm in payer::firms_of(who) {
        all.extend(sql::apps_of_firm(read, &firm)?.into_iter().filter(|app| app.owner != who.person));
    }
    all.sort_by(|a, b| b.id.cmp(&a.id));
    Ok(all)
}

/// The same with the names of whoever owns and pays for them, and the firms that could pay for another.
pub(crate) fn apps<A: Asks>(read: &Read, who: &Acting) -> Outcome<(Vec<AppCard>, Vec<Party>), Never> {
    let mut cards = apps_seen(read, who)?.iter().map(|app| app_card(read, app)).collect::<Result<Vec<_>, _>>()?;
    let mut firms = firms(who);
    let mut parties: Vec<&mut Party> = firms.iter_mut().collect();
    parties.extend(cards.iter_mut().flat_map(|card| [Some(&mut card.owner), card.payer.as_mut()]).flatten());
    name::<A>(read, parties)?;
    Ok((cards, firms))
}

fn firms(who: &Acting) -> Vec<Party> {
    payer::firms_of(who).iter().map(Party::nameless).collect()
}

fn name<A: Asks>(read: &Read, parties: Vec<&mut Party>) -> Result<(), Fault> {
    let ids: Vec<Id> = parties.iter().map(|party| party.id.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let names = A::names(read, &ids)?;
    parties.into_iter().for_each(|party| party.name = names.get(&party.id).cloned());
    Ok(())
}

/// An app, for those who see it.
pub(crate) fn app_view<A: Asks>(read: &Read, who: &Acting, id: &Id, (gateway, token_endpoint): (Option<&str>, &str)) -> Outcome<AppView, Never> {
    let (app, now) = (ops::seen_app(read, who, id)?, read.now());
    let keys = sql::keys_of(read, id)?;
    let all = A::plans(read)?;
    let subscriptions = view_subscription::of_app(read, &all, id)?;
    let plans: Vec<Plan> = all.into_iter().filter(|plan| plan.is_of_app(app.environment)).collect();
    let plan = plan_of(&plans, app.environment, sql_quota::plan(read, id)?.as_deref());
    let month = month(now).0;
    let quota = sql_quota::quota(read, &Holder { app: id.clone(), capability: None }, &month)?.unwrap_or_default();
    let (mut card, mut firms) = (app_card(read, &app)?, if app.owner == who.person { firms(who) } else { Vec::new() });
    name::<A>(read, [Some(&mut card.owner), card.payer.as_mut()].into_iter().flatten().chain(&mut firms).collect())?;
    Ok(AppView {
        mine: app.owner == who.person,
        runs: ops::own_app::<Never>(read, who, id).is_ok(),
        firms,
        left: plan.filter(|plan| plan.per_month > 0).map(|plan| plan.per_month.max(quota.granted) - quota.leased),
        used: quota.leased,
        plan: plan.map(PlanView::from),
        plans: plans.iter().map(PlanView::from).collect(),
        month,
        subscriptions,
        app: card,
        keys: keys.iter().map(|key| KeyView::of(key, now)).collect(),
        capabilities: capabilities(read, Some(who))?.into_iter().map(|card| card.slug).collect(),
        gateway: gateway.map(str::to_owned),
        token_endpoint: token_endpoint.to_owned(),
        recorded_until: sql_recording::until(read, id)?,
    })
}

/// Where a new capability of this person belongs: the first node on which they may register one.
pub(crate) fn home(who: &Acting) -> Node {
    let grant = who.grants.iter().find(|grant| grant.rights.contains(rights::OWN));
    grant.map_or_else(Node::group, |grant| grant.node.clone())
}
