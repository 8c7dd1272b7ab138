//! Pages and API of awards. Parse, do, show.

mod form;
mod pages;

use webkit::{Access, Routes};

use crate::asks::Asks;
use crate::rights;

const GRADE: &[&str] = &["awards-state", "awards-statement-needed", "awards-score-wrong", "awards-amount-wrong", "awards-over-level", "awards-over-cap"];
const PAY: &[&str] = &[
    "awards-state",
    "awards-second-person",
    "awards-conflicted",
    "awards-share-sum",
    "awards-not-agreed",
    "awards-notice-not-clear",
    "awards-over-cap",
    "awards-fund-short",
];

pub(crate) fn routes<A: Asks>() -> Routes {
    Routes::new("awards")
        .get("/awards", "awards.award.list", Access::Person, pages::list::<A>)
        .template("awards/awards.html")
        .get("/awards/{id}", "awards.award.show", Access::Person, pages::show::<A>)
        .template("awards/award.html")
        .post("/awards/{id}/grade", "awards.award.grade", Access::Right(rights::OPEN), pages::grade::<A>)
        .refusals(GRADE)
        .post("/awards/{id}/shares", "awards.share.propose", Access::Person, pages::propose)
        .refusals(&["awards-state", "awards-not-a-member", "awards-share-wrong", "awards-share-sum"])
        .post("/awards/{id}/agreement", "awards.share.agree", Access::Person, pages::agree)
        .refusals(&["awards-state", "awards-nothing-proposed"])
        .post("/awards/{id}/payment", "awards.award.pay", Access::Right(rights::DECIDE), pages::pay::<A>)
        .refusals(PAY)
        .post("/awards/{id}/refusal", "awards.award.refuse", Access::Right(rights::DECIDE), pages::refuse)
        .refusals(&["awards-state", "awards-reason-needed"])
        .post("/awards/{id}/reversal", "awards.award.reverse", Access::Right(rights::DECIDE), pages::reverse)
        .refusals(&["awards-state", "awards-second-person", "awards-reason-needed", "awards-paid-out"])
}
