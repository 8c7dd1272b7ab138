//! Pages and API of capabilities. Parse, do, show.

mod apps;
mod caller;
mod catalogue;
mod events;
mod form;
mod oauth;
mod recording;
mod revision;
mod served;
mod subscriptions;
mod tried;
mod usage;

use webkit::{Access, Routes};

use crate::Asks;
use crate::rights::OWN;

pub(crate) fn routes<A: Asks>() -> Routes {
    recording::add(served::add(oauth::add(events::add::<A>(subscriptions::add::<A>(usage::add::<A>(apps::add::<A>(catalogue_routes::<A>(Routes::new(
        "capabilities",
    )))))))))
}

fn catalogue_routes<A: Asks>(routes: Routes) -> Routes {
    let version = &[
        "capabilities-document-large",
        "capabilities-document-json",
        "capabilities-document-version",
        "capabilities-document-empty",
        "capabilities-document-path",
        "capabilities-document-word",
        "capabilities-upstream",
        "capabilities-bounds",
    ];
    routes
        .get("/capabilities", "capabilities.capability.list", Access::Public, catalogue::list::<A>)
        .template("capabilities/list.html")
        .get("/capabilities/new", "capabilities.capability.draft", Access::Right(OWN), catalogue::draft)
        .template("capabilities/new.html")
        .post("/capabilities", "capabilities.capability.register", Access::Right(OWN), catalogue::register)
        .refusals(&["capabilities-slug", "capabilities-name-needed", "capabilities-slug-taken"])
        .get("/capabilities/{slug}", "capabilities.capability.show", Access::Public, catalogue::show::<A>)
        .template("capabilities/show.html")
        .get("/capabilities/{slug}/versions/new", "capabilities.version.draft", Access::Right(OWN), catalogue::version_draft::<A>)
        .template("capabilities/version_new.html")
        .get("/capabilities/{slug}/versions/{major}", "capabilities.version.show", Access::Public, catalogue::reference)
        .template("capabilities/reference.html")
        .get("/capabilities/{slug}/versions/{major}/try", "capabilities.try.show", Access::Public, tried::show)
        .template("capabilities/try.html")
        .post("/capabilities/{slug}/versions/{major}/try", "capabilities.try.send", Access::Person, tried::send)
        .refusals(&["capabilities-app-closed", "capabilities-unknown", "capabilities-try-off", "too-often"])
        .post("/capabilities/{slug}/versions", "capabilities.version.add", Access::Right(OWN), catalogue::add_version::<A>)
        .refusals(version)
        .put("/capabilities/{slug}/versions/{major}/upstreams", "capabilities.upstreams.move", Access::Right(OWN), catalogue::move_upstreams)
        .refusals(&["capabilities-retired", "capabilities-upstream"])
        .get("/capabilities/{slug}/versions/{major}/revise", "capabilities.document.draft", Access::Right(OWN), revision::draft)
        .template("capabilities/revise.html")
        .put("/capabilities/{slug}/versions/{major}/document", "capabilities.document.revise", Access::Right(OWN), revision::revise)
        .refusals(&[
            "capabilities-document-large",
            "capabilities-document-json",
            "capabilities-document-version",
            "capabilities-document-empty",
            "capabilities-document-path",
            "capabilities-document-word",
            "capabilities-retired",
            "capabilities-breaking",
        ])
        .get("/capabilities/{slug}/versions/{major}/changes", "capabilities.version.changes", Access::Public, revision::changes)
        .template("capabilities/changes.html")
        .get("/capabilities/{slug}/versions/{major}/openapi", "capabilities.version.document", Access::Public, catalogue::document)
}
