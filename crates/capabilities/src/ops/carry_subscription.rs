//! A subscription comes into another state, as its case moved; gateways learn of it with its app. And its discount is looked at again.
//!
//! Tells `SubscriptionBegan`, `SubscriptionChanged`, `SubscriptionEnded`. Invariant: asked again with the state it has, nothing changes; what is over never
//! comes back; whoever hears all three knows the terms of every moment.

use store::{Job, JobRun, Tx};
use words::{Acting, Failure, Fault, Id, Outcome};

use crate::plan::plan_for;
use crate::subscription::{Discount, KEEPING, Subscription, SubscriptionMove, SubscriptionRefusal, SubscriptionState};
use crate::told::{SubscriptionBegan, SubscriptionChanged, SubscriptionEnded, SubscriptionTerms};
use crate::{App, Asks, Capability, feed, sql, sql_subscription};

/// Job: a step of the discount is over.
pub(crate) const DISCOUNT: &str = "capabilities.discount";

/// Puts a subscription into a state. Only the system does so, on behalf of the case.
pub fn carry_subscription<A: Asks>(tx: &mut Tx, who: &Acting, id: &Id, moved: SubscriptionMove<'_>) -> Outcome<Subscription, SubscriptionRefusal> {
    let mut one = sql_subscription::one(tx, id)?.ok_or(Failure::Absent)?;
    if !who.is_system() {
        return Err(Failure::Absent);
    }
    let settles = moved.to == SubscriptionState::Active && one.wanted_plan.is_some();
    if one.state.is_over() || one.state == moved.to && !settles {
        return Ok(one);
    }
    let (app, capability) = around(tx, &one)?;
    let was = one.state;
    one.state = moved.to;
    match moved.to {
        SubscriptionState::Active if one.began_at.is_none() => begin::<A>(tx, who, &mut one, &app, &capability)?,
        SubscriptionState::Active => change::<A>(tx, who, &mut one, moved.name, &app, &capability)?,
        to if to.is_over() => end(tx, who, &mut one, was, moved.reason, &app, &capability)?,
        _ => {}
    }
    sql_subscription::put(tx, &one)?;
    feed::note(tx, feed::APP, &app.id)?;
    Ok(one)
}

fn around(tx: &Tx, one: &Subscription) -> Result<(App, Capability), Fault> {
    let gone = || Fault::new(format!("app or capability of {}", one.id));
    Ok((sql::app(tx, &one.app)?.ok_or_else(gone)?, sql::capability(tx, &one.capability)?.ok_or_else(gone)?))
}

/// The discount is that of the day on which it begins.
fn begin<A: Asks>(tx: &mut Tx, who: &Acting, one: &mut Subscription, app: &App, capability: &Capability) -> Result<(), Fault> {
    (one.began_at, one.revision) = (Some(tx.now()), 1);
    put_discount::<A>(tx, one, app)?;
    let told = SubscriptionBegan { subscription: one.id.clone(), terms: terms::<A>(tx, one, app, capability)? };
    tx.tell(who, &told).map(drop)
}

/// The plan that was asked for holds, or the old one stays.
fn change<A: Asks>(tx: &mut Tx, who: &Acting, one: &mut Subscription, name: &str, app: &App, capability: &Capability) -> Result<(), Fault> {
    let Some(wanted) = one.wanted_plan.take().filter(|_| !KEEPING.contains(&name)) else { return Ok(()) };
    let before = std::mem::replace(&mut one.plan, wanted);
    put_discount::<A>(tx, one, app)?;
    tell_change::<A>(tx, who, one, ("plan", before), app, capability)
}

fn tell_change<A: Asks>(tx: &mut Tx, who: &Acting, one: &mut Subscription, what: (&str, String), app: &App, capability: &Capability) -> Result<(), Fault> {
    one.revision += 1;
    let (what, plan_before) = (what.0.to_owned(), what.1);
    let told = SubscriptionChanged { subscription: one.id.clone(), what, plan_before, terms: terms::<A>(tx, one, app, capability)? };
    tx.tell(who, &told).map(drop)
}

/// All terms as they are now.
fn terms<A: Asks>(tx: &Tx, one: &Subscription, app: &App, capability: &Capability) -> Result<SubscriptionTerms, Fault> {
    let plan = plan_for(&A::plans(tx)?, &capability.slug, &one.plan).cloned().unwrap_or_default();
    Ok(SubscriptionTerms {
        revision: one.revision,
        since: tx.now(),
        app: app.id.clone(),
        capability: capability.id.clone(),
        node: capability.node.clone(),
        slug: capability.slug.clone(),
        owner: capability.owner.clone(),
        builtin: capability.is_builtin(),
        customer: app.customer().clone(),
        plan: one.plan.clone(),
        billing: plan.billing.as_str().to_owned(),
        book: plan.book.unwrap_or_default(),
        for_case: one.for_case.clone(),
        pay_percent: one.pay_percent,
        discount_until: one.discount_until,
    })
}

fn end(tx: &mut Tx, who: &Acting, one: &mut Subscription, was: SubscriptionState, reason: &str, app: &App, capability: &Capability) -> Result<(), Fault> {
    (one.ended_at, one.wanted_plan) = (Some(tx.now()), None);
    if !was.is_in_force() {
        return Ok(());
    }
    let told = SubscriptionEnded {
        subscription: one.id.clone(),
        revision: one.revision,
        at: tx.now(),
        app: app.id.clone(),
        capability: capability.id.clone(),
        node: capability.node.clone(),
        slug: capability.slug.clone(),
        owner: capability.owner.clone(),
        customer: app.customer().clone(),
        plan: one.plan.clone(),
        reason: reason.to_owned(),
    };
    tx.tell(who, &told).map(drop)
}

/// The discount of today; a job looks at it again on the day on which it no longer holds.
fn put_discount<A: Asks>(tx: &mut Tx, one: &mut Subscription, app: &App) -> Result<bool, Fault> {
    let found = match &one.for_case {
        Some(case) => A::discount(tx, &app.owner, case)?,
        None => None,
    };
    let (before, now) = (one.discount(), found.unwrap_or(Discount::NONE));
    (one.pay_percent, one.discount_until) = (now.pay_percent, now.until);
    if let Some(day) = now.until {
        tx.later(Job::new(DISCOUNT, one.id.as_str()).at(day.start()))?;
    }
    Ok(before != now)
}

/// Looks at the discounts of a case again: it began or left incubation, or its team is another.
pub fn refresh_discounts<A: Asks>(tx: &mut Tx, case: &Id) -> Result<(), Fault> {
    for one in sql_subscription::for_case(tx, case)? {
        refresh::<A>(tx, one)?;
    }
    Ok(())
}

/// Job: the next step of a discount holds, or none.
pub(crate) fn discount_again<A: Asks>(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    sql_subscription::one(tx, &Id::fixed(run.key.clone()))?.map_or(Ok(()), |one| refresh::<A>(tx, one))
}

fn refresh<A: Asks>(tx: &mut Tx, mut one: Subscription) -> Result<(), Fault> {
    let (app, capability) = around(tx, &one)?;
    if !one.state.is_in_force() || !put_discount::<A>(tx, &mut one, &app)? {
        return Ok(());
    }
    let plan = one.plan.clone();
    tell_change::<A>(tx, &Acting::system("clock"), &mut one, ("discount", plan), &app, &capability)?;
    sql_subscription::put(tx, &one)
}
