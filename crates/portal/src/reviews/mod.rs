//! The reviewer's desk and the page of a round.
//!
//! Asks `review` for seats, sheets and rounds; `programme`, `packs` and `desk` for what is reviewed. Invariant: nothing of it is read before the declaration,
//! no name of the team in a blind round, no name of the panel to who may not know.

mod deeds;
mod list;
mod material;
mod office;
mod round;
mod sheet;
mod widening;

pub(crate) use sheet::{CriterionView, criteria_of};
use webkit::{Access, Routes};

use crate::rights;

const JUDGE: Access = Access::Right(rights::JUDGE);

/// Pages and deeds of reviewers, the public page of a round, deeds of the office.
pub(crate) fn routes() -> Routes {
    let routes = Routes::new("portal")
        .get("/reviews", "portal.review.list", JUDGE, list::show)
        .template("portal/reviews.html")
        .get("/reviews/{id}", "portal.review.show", JUDGE, sheet::show)
        .template("portal/review.html")
        .get("/rounds/{id}", "portal.round.show", Access::Public, round::show)
        .template("portal/round.html");
    office::add(deeds::add(routes))
}
