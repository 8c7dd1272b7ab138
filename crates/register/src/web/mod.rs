//! Pages and API of the registers. Parse, do, show.

mod facts;
mod records;

use webkit::{Access, Routes};

/// All routes.
pub fn routes() -> Routes {
    Routes::new("register")
        .get("/registers/{kind}", "register.record.list", Access::Public, records::list)
        .template("register/records.html")
        .get("/registers/{kind}/{key}", "register.record.show", Access::Public, records::show)
        .template("register/record.html")
        .get("/facts", "register.fact.list", Access::Public, facts::list)
        .template("register/facts.html")
        .get("/facts/{key}", "register.fact.show", Access::Public, facts::show)
        .template("register/fact.html")
}
