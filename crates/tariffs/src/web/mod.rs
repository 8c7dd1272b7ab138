//! Pages and API of tariffs. Parse, do, show.

mod benefits;
mod books;
mod form;
mod mine;
mod replay;
mod served;
mod upgrades;

use webkit::{Access, Routes};

use crate::asks::Asks;
use crate::rights;

const ORDER: &[&str] = &["tariffs-quote-outdated", "tariffs-ordered"];
const UPGRADE: &[&str] = &[
    "tariffs-firm-needed",
    "tariffs-contract-needed",
    "tariffs-upgrade-not-yet",
    "tariffs-not-a-step",
    "tariffs-contract-over",
    "tariffs-over-limit",
    "tariffs-no-step-above",
    "tariffs-upgrade-exists",
];

pub(crate) fn routes<A: Asks>() -> Routes {
    served::add::<A>(Routes::new("tariffs"))
        .get("/tariffs", "tariffs.list", Access::Public, books::list::<A>)
        .template("tariffs/tariffs.html")
        .get("/tariffs/books/{book}", "tariffs.book.show", Access::Public, books::show::<A>)
        .template("tariffs/book.html")
        .post("/tariffs/books/{book}/quotes", "tariffs.quote.keep", Access::Person, books::keep::<A>)
        .refusals(rating::CODES)
        .get("/tariffs/mine", "tariffs.mine", Access::Person, mine::list::<A>)
        .template("tariffs/mine.html")
        .get("/tariffs/quotes/{id}", "tariffs.quote.show", Access::Person, mine::show::<A>)
        .template("tariffs/quote.html")
        .post("/tariffs/quotes/{id}/order", "tariffs.order.place", Access::Person, mine::order::<A>)
        .refusals(ORDER)
        .post("/tariffs/orders/{id}/withdrawal", "tariffs.order.withdraw", Access::Person, mine::withdraw)
        .refusals(&["tariffs-withdrawn"])
        .get("/tariffs/upgrade", "tariffs.upgrade.check", Access::Public, upgrades::check::<A>)
        .template("tariffs/upgrade.html")
        .post("/tariffs/upgrades", "tariffs.upgrade.apply", Access::Person, upgrades::apply::<A>)
        .refusals(UPGRADE)
        .get("/tariffs/benefits", "tariffs.benefit.list", Access::Public, benefits::list::<A>)
        .template("tariffs/benefits.html")
        .get("/tariffs/benefits/{book}", "tariffs.benefit.rows", Access::Right(rights::RUN), benefits::rows::<A>)
        .template("tariffs/benefit.html")
        .get("/tariffs/replay", "tariffs.replay", Access::Right(rights::RUN), replay::show::<A>)
        .template("tariffs/replay.html")
}
