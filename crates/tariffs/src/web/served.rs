//! Tariffs as a capability: what gateways bring calls of developers to. Nothing is kept; the answers are those of the pages.

use webkit::{Access, Answer, Call, Reply, Routes, SERVE};
use words::{Failure, Outcome};

use super::form::QuestionForm;
use super::{books, upgrades};
use crate::asks::Asks;
use crate::quote::quote;
use crate::view::QuoteView;

pub(super) fn add<A: Asks>(routes: Routes) -> Routes {
    routes
        .get("/served/tariffs/measures", "tariffs.served.measures", Access::Right(SERVE), books::list::<A>)
        .template("tariffs/tariffs.html")
        .get("/served/tariffs/measures/{book}", "tariffs.served.measure", Access::Right(SERVE), books::show::<A>)
        .template("tariffs/book.html")
        .post("/served/tariffs/measures/{book}/quotes", "tariffs.served.quote", Access::Right(SERVE), answer::<A>)
        .refusals(rating::CODES)
        .get("/served/tariffs/line-upgrade", "tariffs.served.upgrade", Access::Right(SERVE), upgrades::check::<A>)
        .template("tariffs/upgrade.html")
}

fn answer<A: Asks>(call: &Call, form: QuestionForm) -> Answer<QuoteView> {
    let (key, question) = (call.path_text("book").to_owned(), form.question(call.now().day()));
    let view = call.read(|read| -> Outcome<QuoteView, rating::RateRefusal> {
        let books = A::books(read)?;
        let book = books.get(&key).ok_or(Failure::Absent)?;
        Ok(QuoteView::of(quote(book, &question)?, Some(book)))
    })?;
    Ok(Reply::json(view))
}
