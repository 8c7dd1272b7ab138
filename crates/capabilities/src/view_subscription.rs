//! What pages and API show of subscriptions.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Acting, Bilingual, Day, Failure, Fault, Id, Instant, Never, Outcome};

use crate::plan::{month, plan_for, plans_for};
use crate::sql_quota::Quota;
use crate::subscription::{Subscription, SubscriptionState};
use crate::view::{self, AppCard, CapabilityCard, PlanView};
use crate::{App, AppState, Asks, Capability, Environment, Plan, ops, rights, sql, sql_quota, sql_subscription};

/// Subscribers on a page.
const PER_PAGE: i64 = 100;

/// A subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SubscriptionView {
    /// Id; also that of its case.
    pub id: Id,
    /// App that may call.
    pub app: Id,
    /// What its owner calls it.
    pub app_name: String,
    /// Name of the capability in addresses.
    pub slug: String,
    /// Name of the capability.
    pub capability: Bilingual,
    /// Key of the plan.
    pub plan: String,
    /// Name of the plan.
    pub plan_name: Bilingual,
    /// Name of the plan that is asked for instead.
    pub wanted: Option<Bilingual>,
    /// Where it stands.
    pub state: SubscriptionState,
    /// May the app call?
    pub in_force: bool,
    /// Is it over?
    pub over: bool,
    /// Month of the quota: `2026-11`.
    pub month: String,
    /// Calls of this month that no gateway holds; nothing if the plan has no quota, or it is not in force.
    pub left: Option<i64>,
    /// Calls of this month that gateways used or hold.
    pub used: i64,
    /// Part of the price that is paid, while the discount holds.
    pub pay_percent: i64,
    /// Last day of the discount.
    pub discount_last: Option<Day>,
    /// Case in incubation that it is for.
    pub for_case: Option<Id>,
    /// Asked for at.
    pub asked_at: Instant,
    /// In force since.
    pub began_at: Option<Instant>,
    /// Over since.
    pub ended_at: Option<Instant>,
    /// Name of the developer, for the owner of the capability.
    pub developer: Option<String>,
}

/// A subscription by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SubscriptionPageView {
    /// The subscription.
    pub subscription: SubscriptionView,
    /// Its plan; nothing if the pack no longer has it, and then no call passes.
    pub plan: Option<PlanView>,
    /// Plans that it may change to.
    pub plans: Vec<PlanView>,
    /// Is it one's own?
    pub mine: bool,
    /// Is its case theirs to look at, as whoever asked or decides? Others of the firm that pays see the terms alone.
    pub sees_case: bool,
    /// May the one who looks say yes or no?
    pub decides: bool,
}

/// Subscribers of a capability, for its owner and the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SubscribersView {
    /// The capability.
    pub capability: CapabilityCard,
    /// Oldest first.
    pub subscriptions: Vec<SubscriptionView>,
}

/// A case in incubation that early use is free or cheap for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IncubatingView {
    /// Id.
    pub id: Id,
    /// Title.
    pub title: String,
    /// Part of the price that is paid now.
    pub pay_percent: i64,
    /// Last day of that.
    pub last: Option<Day>,
}

/// The form with which a capability is subscribed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SubscribeView {
    /// The capability.
    pub capability: CapabilityCard,
    /// Plans to choose from.
    pub plans: Vec<PlanView>,
    /// Live apps, of one's own or of firms that one manages, that have not subscribed it.
    pub apps: Vec<AppCard>,
    /// Has one live apps at all?
    pub any_live: bool,
    /// Cases in incubation of one's own.
    pub cases: Vec<IncubatingView>,
}

impl SubscriptionView {
    /// One by itself.
    pub(crate) fn of(read: &Read, plans: &[Plan], one: &Subscription) -> Result<Self, Fault> {
        Self::with(&Around::of(read, std::slice::from_ref(one))?, plans, one)
    }

    fn with(around: &Around, plans: &[Plan], one: &Subscription) -> Result<Self, Fault> {
        let (app, capability) = around.both(one)?;
        let plan = plan_for(plans, &capability.slug, &one.plan);
        let name = |key: &str| plan_for(plans, &capability.slug, key).map_or_else(|| Bilingual::new(key, key), |plan| plan.name.clone());
        let quota = around.quotas.get(&(app.id.clone(), capability.id.clone())).copied().unwrap_or_default();
        let per_month = plan.map(|plan| plan.per_month).filter(|count| *count > 0 && one.state.is_in_force());
        Ok(Self {
            id: one.id.clone(),
            app: app.id.clone(),
            app_name: app.name.clone(),
            plan_name: name(&one.plan),
            wanted: one.wanted_plan.as_deref().map(name),
            slug: capability.slug.clone(),
            capability: Bilingual::new(&capability.zh, &capability.en),
            plan: one.plan.clone(),
            state: one.state,
            in_force: one.state.is_in_force(),
            over: one.state.is_over(),
            month: around.month.clone(),
            left: per_month.map(|count| count.max(quota.granted) - quota.leased),
            used: quota.leased,
            pay_percent: one.pay_percent,
            discount_last: one.discount_until.map(|day| day.plus_days(-1)),
            for_case: one.for_case.clone(),
            asked_at: one.asked_at,
            began_at: one.began_at,
            ended_at: one.ended_at,
            developer: None,
        })
    }
}

/// What stands around some subscriptions, in few look-ups.
struct Around {
    apps: BTreeMap<Id, App>,
    capabilities: BTreeMap<Id, Capability>,
    /// Of this month, by app and capability.
    quotas: BTreeMap<(Id, Id), Quota>,
    month: String,
}

impl Around {
    fn of(read: &Read, some: &[Subscription]) -> Result<Self, Fault> {
        let apps: Vec<Id> = some.iter().map(|one| one.app.clone()).collect::<BTreeSet<_>>().into_iter().collect();
        let capabilities: Vec<Id> = some.iter().map(|one| one.capability.clone()).collect::<BTreeSet<_>>().into_iter().collect();
        let month = month(read.now()).0;
        let quotas = sql_quota::subscribed_among(read, &apps, &month)?;
        Ok(Self { apps: sql::apps_among(read, &apps)?, capabilities: sql::capabilities_among(read, &capabilities)?, quotas, month })
    }

    fn both(&self, one: &Subscription) -> Result<(&App, &Capability), Fault> {
        let both = self.apps.get(&one.app).zip(self.capabilities.get(&one.capability));
        both.ok_or_else(|| Fault::new(format!("app or capability of the subscription {}", one.id)))
    }
}

/// Subscriptions of an app, newest first.
pub(crate) fn of_app(read: &Read, plans: &[Plan], app: &Id) -> Result<Vec<SubscriptionView>, Fault> {
    let all = sql_subscription::of_app(read, app)?;
    let around = Around::of(read, &all)?;
    all.iter().map(|one| SubscriptionView::with(&around, plans, one)).collect()
}

/// A subscription, for its developer, the owner of the capability and the operator; for others there is none.
pub(crate) fn page<A: Asks>(read: &Read, who: &Acting, id: &Id) -> Outcome<SubscriptionPageView, Never> {
    let one = sql_subscription::one(read, id)?.ok_or(Failure::Absent)?;
    let around = Around::of(read, std::slice::from_ref(&one))?;
    let (app, capability) = around.both(&one)?;
    let (mine, decides) = (app.is_run_by(who), capability.owner == who.person || who.can(rights::RUN, &capability.node));
    if !decides && !app.is_seen_by(who) {
        return Err(Failure::Absent);
    }
    let plans = A::plans(read)?;
    let developer = if decides { A::names(read, std::slice::from_ref(app.customer()))?.remove(app.customer()) } else { None };
    Ok(SubscriptionPageView {
        plan: plan_for(&plans, &capability.slug, &one.plan).map(PlanView::from),
        plans: plans_for(&plans, &capability.slug).into_iter().filter(|plan| plan.key != one.plan).map(PlanView::from).collect(),
        subscription: SubscriptionView { developer, ..SubscriptionView::with(&around, &plans, &one)? },
        mine,
        sees_case: decides || app.owner == who.person,
        decides,
    })
}

/// Those who subscribed a capability, with the names of the developers.
pub(crate) fn subscribers<A: Asks>(read: &Read, who: &Acting, slug: &str, after: &str) -> Outcome<(SubscribersView, Option<String>), Never> {
    let capability = ops::own_capability::<Never>(read, who, slug)?;
    let (plans, all) = (A::plans(read)?, sql_subscription::of_capability(read, &capability.id, after, PER_PAGE)?);
    let next = (i64::try_from(all.len()).unwrap_or(0) == PER_PAGE).then(|| all.last().map(|one| one.id.to_string())).flatten();
    let around = Around::of(read, &all)?;
    let owners: Vec<Id> = around.apps.values().map(|app| app.customer().clone()).collect();
    let names = A::names(read, &owners)?;
    let developer = |one: &Subscription| around.apps.get(&one.app).and_then(|app| names.get(app.customer())).cloned();
    let view = |one: &Subscription| Ok(SubscriptionView { developer: developer(one), ..SubscriptionView::with(&around, &plans, one)? });
    let subscriptions = all.iter().map(view).collect::<Result<Vec<_>, Fault>>()?;
    Ok((SubscribersView { capability: view::card(read, Some(who), &capability)?, subscriptions }, next))
}

/// What can be subscribed, by which app, for which case.
pub(crate) fn subscribe_form<A: Asks>(read: &Read, who: &Acting, slug: &str) -> Outcome<SubscribeView, Never> {
    let capability = sql::capability_by_slug(read, slug)?.ok_or(Failure::Absent)?;
    if !sql::versions_of(read, &capability.id)?.iter().any(|version| version.state.is_live()) {
        return Err(Failure::Absent);
    }
    let mut apps = view::my_apps(read, who)?;
    apps.retain(|app| app.state == AppState::Open && app.environment == Environment::Live);
    let any_live = !apps.is_empty();
    let mut free = Vec::new();
    for app in apps {
        if !sql_subscription::open_of_app(read, &app.id)?.iter().any(|one| one.capability == capability.id) {
            free.push(app);
        }
    }
    let case = |(id, title, discount): (Id, String, crate::Discount)| IncubatingView {
        id,
        title,
        pay_percent: discount.pay_percent,
        last: discount.until.map(|day| day.plus_days(-1)),
    };
    Ok(SubscribeView {
        plans: plans_for(&A::plans(read)?, slug).into_iter().map(PlanView::from).collect(),
        apps: free,
        any_live,
        cases: A::incubating(read, &who.person)?.into_iter().map(case).collect(),
        capability: view::card(read, Some(who), &capability)?,
    })
}
