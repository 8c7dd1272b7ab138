//! Pages and API of the registers. Parse, do, show.

mod edit;
mod facts;
mod import;
mod kinds;
mod places;
mod records;

pub use places::{Place, Places};

use webkit::{Access, Routes};

use crate::rights;

/// All routes.
pub fn routes() -> Routes {
    const KEPT: &[&str] = &["register-invalid", "register-unknown-kind", "register-unknown-place"];
    const KEEP: Access = Access::Right(rights::KEEP);
    Routes::new("register")
        .get("/registers", "register.kind.list", Access::Public, kinds::list)
        .template("register/kinds.html")
        .get("/registers/{kind}", "register.record.list", Access::Public, records::list)
        .template("register/records.html")
        .get("/registers/{kind}/new", "register.record.new", KEEP, edit::new)
        .template("register/edit.html")
        .post("/registers/{kind}", "register.record.add", KEEP, edit::add)
        .refusals(KEPT)
        .get("/registers/{kind}/import", "register.import.show", KEEP, import::show)
        .template("register/import.html")
        .post("/registers/{kind}/import", "register.import.make", KEEP, import::make)
        .refusals(&["register-sheet", "register-too-many-rows", "register-rows-wrong"])
        .get("/registers/{kind}/{key}", "register.record.show", Access::Public, records::show)
        .template("register/record.html")
        .get("/registers/{kind}/{key}/edit", "register.record.edit", KEEP, edit::edit)
        .template("register/edit.html")
        .post("/registers/{kind}/{key}", "register.record.save", KEEP, edit::save)
        .refusals(KEPT)
        .post("/registers/{kind}/{key}/state", "register.record.state", KEEP, edit::state)
        .refusals(&["register-reason-needed"])
        .get("/facts", "register.fact.list", Access::Public, facts::list)
        .template("register/facts.html")
        .get("/facts/{key}", "register.fact.show", Access::Public, facts::show)
        .template("register/fact.html")
}
