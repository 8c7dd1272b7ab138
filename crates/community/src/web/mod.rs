//! Pages and API of the community. Parse, do, show.

mod pages;

use webkit::{Access, Routes};

use crate::asks::Asks;
use crate::rights::MODERATE;

pub(crate) fn routes<A: Asks>() -> Routes {
    Routes::new("community")
        .get("/questions", "community.question.list", Access::Public, pages::list::<A>)
        .template("community/list.html")
        .get("/questions/new", "community.question.draft", Access::Person, pages::draft::<A>)
        .template("community/new.html")
        .post("/questions", "community.question.ask", Access::Person, pages::ask::<A>)
        .refusals(&["community-capability", "community-text", "too-often"])
        .get("/questions/reports", "community.report.list", Access::Right(MODERATE), pages::reports::<A>)
        .template("community/reports.html")
        .get("/questions/{id}", "community.question.show", Access::Public, pages::show::<A>)
        .template("community/show.html")
        .post("/questions/{id}/answers", "community.question.answer", Access::Person, pages::answer)
        .refusals(&["community-text", "community-hidden", "community-many", "too-often"])
        .put("/questions/{id}/acceptance", "community.answer.accept", Access::Person, pages::accept)
        .refusals(&["community-not-yours"])
        .post("/questions/{id}/reports", "community.report.make", Access::Person, pages::report::<A>)
        .refusals(&["community-text", "community-reported", "too-often"])
        .put("/questions/{id}/standing", "community.moderate", Access::Right(MODERATE), pages::moderate)
        .refusals(&["community-reason"])
}
