//! The books: trial balance, accounts and their statements, postings with what is behind them, months, the journal to take away.
//!
//! Asks `ledger`; `programme`, `identity`, `desk` for what is behind a posting. Invariant: the books are of the whole group: the right is asked at the top.

mod accounts;
mod behind;
mod journal;
mod months;
mod names;
mod posting;
mod trial;

use webkit::{Access, Call, Problem, Routes};
use words::{Acting, Node};

use crate::rights;

const READ: Access = Access::Right(rights::LEDGER_READ);

/// Pages of the books.
pub(crate) fn routes() -> Routes {
    Routes::new("portal")
        .get("/ledger", "portal.ledger.trial", READ, trial::show)
        .template("portal/ledger.html")
        .get("/ledger/accounts", "portal.ledger.accounts", READ, accounts::show)
        .template("portal/accounts.html")
        .get("/ledger/postings/{id}", "portal.ledger.posting", READ, posting::show)
        .template("portal/posting.html")
        .get("/ledger/journal", "portal.ledger.export", Access::Right(rights::LEDGER_EXPORT), journal::take)
        .get("/ledger/months", "portal.ledger.months", READ, months::list)
        .template("portal/months.html")
        .get("/ledger/months/{month}", "portal.ledger.month", READ, months::show)
        .template("portal/month.html")
        .post("/ledger/months/{month}/closing", "portal.ledger.close", Access::Right(rights::LEDGER_CLOSE), months::close)
}

/// Who acts, if they hold the right for the whole group.
fn of_the_group(call: &Call, right: words::Right) -> Result<Acting, Problem> {
    let who = call.acting()?;
    who.may(right, &Node::group())?;
    Ok(who)
}
