//! Care of the house: the event log and the trail of an object, the check of everything, jobs, health, parameters, packs.
//!
//! Asks `store` for log, jobs and verification, `packs` for parameters and versions. Invariant: what lies on a node is shown to who holds the right there.

mod changes;
mod health;
mod index;
mod jobs;
mod log;
mod packs;
mod params;
mod prove;
mod trail;

use store::Read;
use webkit::{Access, Routes};
use words::{Acting, Id, Never, Node};

use crate::rights;

const AUDIT: Access = Access::Right(rights::AUDIT);
const JOBS: Access = Access::Right(rights::JOBS);
const PARAMS: Access = Access::Right(rights::PARAMS);

/// Audit and administration.
pub(crate) fn routes() -> Routes {
    let routes = Routes::new("portal")
        .get("/audit", "portal.audit.log", AUDIT, log::list)
        .template("portal/audit.html")
        .get("/audit/verify", "portal.audit.verify", AUDIT, prove::show)
        .template("portal/verify.html")
        .get("/audit/events/{id}", "portal.audit.event", AUDIT, log::show)
        .template("portal/event.html")
        .get("/audit/{*subject}", "portal.audit.trail", AUDIT, trail::show)
        .template("portal/trail.html")
        .get("/admin", "portal.admin", Access::Person, index::show)
        .template("portal/admin.html")
        .get("/admin/jobs", "portal.job.list", JOBS, jobs::list)
        .template("portal/jobs.html")
        .post("/admin/jobs/{id}/retries", "portal.job.retry", JOBS, jobs::retry)
        .get("/admin/health", "portal.health", JOBS, health::show)
        .template("portal/health.html")
        .get("/admin/params", "portal.param.list", PARAMS, params::list)
        .template("portal/params.html")
        .get("/admin/params/{key}", "portal.param.show", PARAMS, params::show)
        .template("portal/param.html")
        .post("/admin/params/{key}/changes", "portal.param.propose", PARAMS, changes::propose)
        .post("/admin/changes/{id}/confirmation", "portal.change.confirm", PARAMS, changes::confirm)
        .post("/admin/changes/{id}/withdrawal", "portal.change.withdraw", PARAMS, changes::withdraw)
        .refusals(&["packs-same-person", "packs-change-decided", "packs-bad-shape"]);
    packs::add(routes)
}

/// Does the node lie in a case that whoever looks may not see? Who reads the log for the house's sake sees that something happened there, not what.
fn is_closed(read: &Read, who: &Acting, node: &Node) -> bool {
    let cases = node.upwards().filter_map(|place| Id::parse(place.name()).ok()).filter_map(|id| programme::case(read, &id).ok());
    cases.into_iter().any(|case| programme::may_see::<Never>(read, who, &case).is_err())
}
