//! Pages and API of callbacks. Parse, do, show.

mod form;
mod pages;

use webkit::{Access, Routes};

const DRAFT: &[&str] = &["callbacks-address", "callbacks-not-secure", "callbacks-private", "callbacks-kind-unknown", "callbacks-many"];

/// Pages and API.
pub fn routes() -> Routes {
    Routes::new("callbacks")
        .get("/callbacks", "callbacks.endpoint.list", Access::Person, pages::list)
        .template("callbacks/list.html")
        .post("/callbacks", "callbacks.endpoint.add", Access::Person, pages::add)
        .refusals(DRAFT)
        .get("/callbacks/{id}", "callbacks.endpoint.show", Access::Person, pages::show)
        .template("callbacks/endpoint.html")
        .put("/callbacks/{id}", "callbacks.endpoint.change", Access::Person, pages::change)
        .refusals(&DRAFT[..4])
        .put("/callbacks/{id}/state", "callbacks.endpoint.switch", Access::Person, pages::switch)
        .delete("/callbacks/{id}", "callbacks.endpoint.remove", Access::Person, pages::remove)
        .post("/callbacks/{id}/secrets", "callbacks.secret.roll", Access::Person, pages::roll)
        .post("/callbacks/{id}/tests", "callbacks.test.send", Access::Person, pages::test)
        .refusals(&["callbacks-not-on"])
        .post("/callbacks/{id}/resends", "callbacks.failed.resend", Access::Person, pages::resend_failed)
        .refusals(&["callbacks-not-on"])
        .get("/callback-deliveries/{id}", "callbacks.delivery.show", Access::Person, pages::delivery)
        .template("callbacks/delivery.html")
        .post("/callback-deliveries/{id}/resends", "callbacks.delivery.resend", Access::Person, pages::resend)
        .refusals(&["callbacks-not-on", "callbacks-waiting"])
}
