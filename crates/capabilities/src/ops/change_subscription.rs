//! A developer asks for another plan of a subscription, takes that back, or cancels; the app is closed; the real name is known.
//!
//! What follows is told by `carry_subscription`. Invariant: until the other plan is granted the old one holds.

use store::{Read, Tx};
use words::{Acting, Failure, Id, Outcome};

use crate::app::App;
use crate::ops::subscribe::step;
use crate::plan::{Approval, plan_for};
use crate::subscription::{Subscription, SubscriptionMove, SubscriptionRefusal, SubscriptionState};
use crate::{Asks, sql, sql_subscription};

/// Asks for another plan; one that needs nobody's yes holds at once.
pub fn change_plan<A: Asks>(tx: &mut Tx, who: &Acting, id: &Id, key: &str, note: &str) -> Outcome<Subscription, SubscriptionRefusal> {
    let (mut one, app) = own(tx, who, id)?;
    if one.state != SubscriptionState::Active {
        return Err(SubscriptionRefusal::Waits.into());
    }
    let slug = sql::capability(tx, &one.capability)?.ok_or(Failure::Absent)?.slug;
    let plans = A::plans(tx)?;
    let plan = plan_for(&plans, &slug, key).ok_or_else(|| SubscriptionRefusal::PlanUnknown { plan: key.to_owned() })?;
    if plan.key == one.plan {
        return Err(SubscriptionRefusal::SamePlan.into());
    }
    let (name, to) = match plan.approval {
        Approval::Automatic => ("change_at_once", SubscriptionState::Active),
        Approval::RealName if !A::really_known(tx, app.customer())? => ("wait_for_name_to_change", SubscriptionState::ChangingName),
        Approval::Owner | Approval::RealName => ("ask_change", SubscriptionState::Changing),
    };
    let before = plan_for(&plans, &slug, &one.plan).map_or_else(|| words::Bilingual::new(&one.plan, &one.plan), |plan| plan.name.clone());
    let reason = format!("{} → {} · {} → {}{}{note}", before.zh, plan.name.zh, before.en, plan.name.en, if note.is_empty() { "" } else { "：" });
    one.wanted_plan = Some(plan.key.clone());
    sql_subscription::put(tx, &one)?;
    step::<A>(tx, who, id, SubscriptionMove { name, to, reason: &reason })
}

/// Takes the other plan back that is not granted yet.
pub fn drop_change<A: Asks>(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<Subscription, SubscriptionRefusal> {
    let (one, _) = own(tx, who, id)?;
    if !matches!(one.state, SubscriptionState::Changing | SubscriptionState::ChangingName) {
        return Err(SubscriptionRefusal::Waits.into());
    }
    step::<A>(tx, who, id, SubscriptionMove { name: "drop_change", to: SubscriptionState::Active, reason: "" })
}

/// Takes the subscription back.
pub fn cancel_subscription<A: Asks>(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<Subscription, SubscriptionRefusal> {
    own(tx, who, id)?;
    step::<A>(tx, who, id, SubscriptionMove { name: "cancel", to: SubscriptionState::Cancelled, reason: "" })
}

/// One that is not over, of an app of one's own; for others there is none.
fn own(read: &Read, who: &Acting, id: &Id) -> Outcome<(Subscription, App), SubscriptionRefusal> {
    let one = sql_subscription::one(read, id)?.ok_or(Failure::Absent)?;
    let app = sql::app(read, &one.app)?.filter(|app| app.is_run_by(who)).ok_or(Failure::Absent)?;
    if one.state.is_over() { Err(SubscriptionRefusal::Over.into()) } else { Ok((one, app)) }
}

/// An app was closed: what it subscribed is over.
pub fn end_subscriptions_of<A: Asks>(tx: &mut Tx, app: &Id) -> Outcome<(), SubscriptionRefusal> {
    for one in sql_subscription::open_of_app(tx, app)? {
        let moved = SubscriptionMove { name: "close", to: SubscriptionState::Ended, reason: "" };
        step::<A>(tx, &Acting::system("reaction"), &one.id, moved)?;
    }
    Ok(())
}

/// The real name of a developer was checked: what waited for it goes on, or does not.
pub fn name_checked<A: Asks>(tx: &mut Tx, developer: &Id, fits: bool, reason: &str) -> Outcome<(), SubscriptionRefusal> {
    for one in sql_subscription::of_owner(tx, developer)? {
        let (name, to) = match (one.state, fits) {
            (SubscriptionState::RealName, true) => ("ask", SubscriptionState::Asked),
            (SubscriptionState::RealName, false) => ("name_unfit", SubscriptionState::Declined),
            (SubscriptionState::ChangingName, true) => ("ask_change", SubscriptionState::Changing),
            (SubscriptionState::ChangingName, false) => ("drop_change", SubscriptionState::Active),
            _ => continue,
        };
        step::<A>(tx, &Acting::system("reaction"), &one.id, SubscriptionMove { name, to, reason })?;
    }
    Ok(())
}
