//! A developer asks that a live app may call a capability under a plan.
//!
//! Asks for a case of the lifecycle `capability.subscription`. Tells `SubscriptionAsked`; what follows is told by `carry_subscription`.
//! Invariant: of an app and a capability at most one subscription is not over.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::app::{App, AppState, Environment};
use crate::ops::carry_subscription::carry_subscription;
use crate::plan::{Approval, Plan, plan_for};
use crate::subscription::{Discount, Subscription, SubscriptionDraft, SubscriptionMove, SubscriptionRefusal, SubscriptionState};
use crate::told::SubscriptionAsked;
use crate::{Asks, Capability, SubscriptionCase, sql, sql_subscription};

/// Asks for it; one whose plan needs nobody's yes is in force at once.
pub fn subscribe<A: Asks>(tx: &mut Tx, who: &Acting, app: &Id, draft: &SubscriptionDraft) -> Outcome<Subscription, SubscriptionRefusal> {
    let app = sql::app(tx, app)?.filter(|app| app.is_run_by(who)).ok_or(Failure::Absent)?;
    let capability = admit(tx, &app, draft)?;
    let plans = A::plans(tx)?;
    let plan = plan_for(&plans, &draft.slug, &draft.plan).ok_or_else(|| SubscriptionRefusal::PlanUnknown { plan: draft.plan.clone() })?;
    let discount = match &draft.for_case {
        Some(case) => A::discount(tx, &app.owner, case)?.ok_or(SubscriptionRefusal::CaseUnfit)?,
        None => Discount::NONE,
    };
    let title = format!("{} · {} · {}", capability.zh, app.name, plan.name.zh);
    let owner = Some(capability.owner.clone()).filter(|_| !capability.is_builtin());
    let case = SubscriptionCase { title, node: capability.node.clone(), owner, developer: app.owner.clone() };
    let subscription = Subscription {
        id: A::open_subscription(tx, who, case)?,
        app: app.id.clone(),
        capability: capability.id,
        plan: plan.key.clone(),
        wanted_plan: None,
        state: SubscriptionState::New,
        revision: 0,
        for_case: draft.for_case.clone(),
        pay_percent: discount.pay_percent,
        discount_until: discount.until,
        asked_at: tx.now(),
        began_at: None,
        ended_at: None,
    };
    sql_subscription::insert(tx, &subscription)?;
    let told = SubscriptionAsked { subscription: subscription.id.clone(), app: app.id.clone(), slug: draft.slug.clone(), plan: plan.key.clone() };
    tx.tell(who, &told)?;
    let (name, to) = first_step::<A>(tx, plan, &app)?;
    step::<A>(tx, who, &subscription.id, SubscriptionMove { name, to, reason: &draft.note })
}

fn admit(tx: &Tx, app: &App, draft: &SubscriptionDraft) -> Outcome<Capability, SubscriptionRefusal> {
    if app.state == AppState::Closed {
        return Err(SubscriptionRefusal::AppClosed.into());
    }
    if app.environment == Environment::Sandbox {
        return Err(SubscriptionRefusal::Sandbox.into());
    }
    let not_live = || SubscriptionRefusal::NotLive { slug: draft.slug.clone() };
    let capability = sql::capability_by_slug(tx, &draft.slug)?.ok_or_else(not_live)?;
    if !sql::versions_of(tx, &capability.id)?.iter().any(|version| version.state.is_live()) {
        return Err(not_live().into());
    }
    if sql_subscription::open_of_app(tx, &app.id)?.iter().any(|other| other.capability == capability.id) {
        return Err(SubscriptionRefusal::Already.into());
    }
    Ok(capability)
}

fn first_step<A: Asks>(tx: &Tx, plan: &Plan, app: &App) -> Outcome<(&'static str, SubscriptionState), SubscriptionRefusal> {
    Ok(match plan.approval {
        Approval::Automatic => ("begin_at_once", SubscriptionState::Active),
        Approval::RealName if !A::really_known(tx, app.customer())? => ("wait_for_name", SubscriptionState::RealName),
        Approval::Owner | Approval::RealName => ("ask", SubscriptionState::Asked),
    })
}

/// Moves the case and carries it out in the same transaction; the reaction to the move finds it done.
pub(crate) fn step<A: Asks>(tx: &mut Tx, who: &Acting, id: &Id, moved: SubscriptionMove<'_>) -> Outcome<Subscription, SubscriptionRefusal> {
    if !A::move_subscription(tx, who, id, moved.name, moved.reason)? {
        // The case went on a moment ago, and the reaction that follows it has not run yet.
        return Err(Failure::Stale);
    }
    carry_subscription::<A>(tx, &Acting::system("reaction"), id, moved)
}
