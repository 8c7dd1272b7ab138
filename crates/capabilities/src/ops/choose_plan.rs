//! A developer chooses the plan of an app.
//!
//! Tells `PlanChosen`. Invariant: an app has a plan of its own environment.

use store::Tx;
use words::{Acting, Id, Outcome};

use crate::app::AppState;
use crate::plan::Plan;
use crate::refusal::PlanRefusal;
use crate::told::PlanChosen;
use crate::{Asks, feed, ops, sql_quota};

/// Chooses a plan, from the next moment on.
pub fn choose_plan<A: Asks>(tx: &mut Tx, who: &Acting, app: &Id, key: &str) -> Outcome<Plan, PlanRefusal> {
    let app = ops::own_app(tx, who, app)?;
    if app.state == AppState::Closed {
        return Err(PlanRefusal::AppClosed.into());
    }
    let found = A::plans(tx)?.into_iter().find(|plan| plan.key == key && plan.is_of_app(app.environment));
    let plan = found.ok_or_else(|| PlanRefusal::Unknown { plan: key.to_owned() })?;
    sql_quota::plan_put(tx, &app.id, &plan.key)?;
    feed::note(tx, feed::APP, &app.id)?;
    tx.tell(who, &PlanChosen { app: app.id, plan: plan.key.clone() })?;
    Ok(plan)
}
