//! The programme as everybody may see it, without signing in: what the plan says, from the pack in force, with its sources; and what came of it.
//!
//! Asks `packs` for the facts, `programme` for counts, `desk` for notices. Invariant: no fact without line, words and date.

mod achievements;
mod bases;
mod contradictions;
mod fact;
mod home;
mod map;
mod plain;
mod platforms;
mod register;
mod roadmap;
mod rulebook;
mod showcase;
mod works;

use std::sync::Arc;

use packs::Programme;
use store::Read;
use webkit::{Access, Call, Problem, Routes};
use words::{Acting, Fault, Never, Node};

pub use register::Registration;

/// What a base hosts, for whoever looks: answered by whoever knows how data sets are published. An app value; without it no base hosts anything.
#[derive(Clone, Copy)]
pub struct Hosted(pub HostedBy);

/// Data sets of a node, for whoever looks.
type HostedBy = fn(&Read, Option<&Acting>, &Node) -> Result<Vec<datasets::DatasetCard>, Fault>;

pub(crate) use fact::{FactView, SourceView};

/// Pages without sign-in.
pub(crate) fn routes() -> Routes {
    Routes::new("portal")
        .get("/", "portal.home", Access::Public, home::show)
        .template("portal/home.html")
        .get("/programme", "portal.map.show", Access::Public, map::show)
        .template("portal/map.html")
        .get("/programme/{key}", "portal.map.box", Access::Public, map::show_box)
        .template("portal/map_box.html")
        .get("/works", "portal.work.list", Access::Public, works::list)
        .template("portal/works.html")
        .get("/bases", "portal.base.list", Access::Public, bases::list)
        .template("portal/bases.html")
        .get("/bases/{key}", "portal.base.show", Access::Public, bases::show)
        .template("portal/base.html")
        .get("/rulebook", "portal.rulebook.list", Access::Public, rulebook::list)
        .template("portal/rulebook.html")
        .get("/achievements", "portal.achievement.list", Access::Public, achievements::list)
        .template("portal/achievements.html")
        .get("/platforms", "portal.platform.list", Access::Public, platforms::list)
        .template("portal/platforms.html")
        .get("/platforms/history", "portal.platform.history", Access::Public, platforms::history)
        .template("portal/platform_history.html")
        .get("/platforms/{key}", "portal.platform.show", Access::Public, platforms::show)
        .template("portal/platform.html")
        .get("/contradictions", "portal.contradiction.list", Access::Public, contradictions::list)
        .template("portal/contradictions.html")
        .get("/roadmap", "portal.roadmap.show", Access::Public, roadmap::show)
        .template("portal/roadmap.html")
        .get("/showcase", "portal.showcase.list", Access::Public, showcase::list)
        .template("portal/showcase.html")
        .get("/showcase/{case}", "portal.showcase.show", Access::Public, showcase::show)
        .template("portal/showcase_case.html")
        .get("/register", "portal.register.show", Access::Public, register::show)
        .template("portal/register.html")
        .post("/register", "portal.register.make", Access::Public, register::make)
        .refusals(&["identity-login-taken", "identity-password-short", "identity-password-common", "too-often"])
        .get("/help", "portal.help", Access::Public, plain::help)
        .template("portal/plain.html")
        .get("/privacy", "portal.privacy", Access::Public, plain::privacy)
        .template("portal/plain.html")
        .get("/accessibility", "portal.accessibility", Access::Public, plain::accessibility)
        .template("portal/plain.html")
}

/// The programme in force.
fn in_force(call: &Call) -> Result<Arc<Programme>, Problem> {
    call.read::<_, Never>(|read| Ok(packs::current(read)?))
}

/// A look at programme and database together.
fn with_programme<T>(call: &Call, look: impl FnOnce(&Read, &Programme) -> Result<T, Fault>) -> Result<T, Problem> {
    call.read::<_, Never>(|read| Ok(look(read, &*packs::current(read)?)?))
}

/// Does the text, without regard to case and width, hold every word of the query?
pub(crate) fn found_in(texts: &[&str], query: &str) -> bool {
    let whole = words::fold(&texts.join("\n"));
    words::fold(query).split_whitespace().all(|word| whole.contains(word))
}
