//! Pages and API of messages, and what is served to gateways. Parse, do, show.

mod form;
mod pages;
mod served;

use webkit::{Access, Routes};

use crate::asks::Asks;
use crate::rights::REVIEW;

const SUBMIT: &[&str] =
    &["messages-name-needed", "messages-signature-shape", "messages-body-shape", "messages-braces", "messages-opt-out-hint", "messages-texts-many"];

pub(crate) fn routes<A: Asks>() -> Routes {
    served::add::<A>(Routes::new("messages"))
        .get("/messages", "messages.mine", Access::Person, pages::mine::<A>)
        .template("messages/mine.html")
        .post("/messages/texts", "messages.text.submit", Access::Person, pages::submit)
        .refusals(SUBMIT)
        .get("/messages/texts/{id}", "messages.text.show", Access::Person, pages::text::<A>)
        .template("messages/text.html")
        .post("/messages/texts/{id}/withdrawal", "messages.text.withdraw", Access::Person, pages::withdraw)
        .refusals(&["messages-text-over"])
        .get("/messages/review", "messages.review", Access::Right(REVIEW), pages::review::<A>)
        .template("messages/review.html")
        .get("/apps/{id}/messages", "messages.send.list", Access::Person, pages::sent::<A>)
        .template("messages/sent.html")
        .get("/messages/sends/{id}", "messages.send.show", Access::Person, pages::send::<A>)
        .template("messages/send.html")
}
