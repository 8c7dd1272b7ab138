//! Pages and API of the desk. Parse, do, show.

mod files;
mod inbox;
mod mails;
mod notices;

use webkit::{Access, Routes};

use crate::document::may_read_plainly;
use crate::rights;

pub use files::FileRule;

/// Length of a page of a list.
const PAGE: usize = 50;

/// All routes; a file is read by the plain rule: public, one's own, or with the right on its node.
pub fn routes() -> Routes {
    routes_with(|_, who, document| Ok(may_read_plainly(who, document)))
}

/// All routes; who may read a file is said by `rule` (which may ask the relations of cases, say).
pub fn routes_with(rule: FileRule) -> Routes {
    let objection = &["desk-reason-needed", "desk-notice-closed", "desk-objected-already"];
    let answer = &["desk-reason-needed", "desk-answered-already", "desk-own-objection"];
    Routes::new("desk")
        .get("/inbox", "desk.inbox.list", Access::Person, inbox::list)
        .template("desk/inbox.html")
        .post("/inbox/readings", "desk.inbox.read_all", Access::Person, inbox::read_all)
        .get("/inbox/{id}", "desk.inbox.open", Access::Person, inbox::open)
        .get("/me/notifications", "desk.wishes.show", Access::Person, inbox::wishes)
        .template("desk/wishes.html")
        .post("/me/notifications", "desk.wishes.choose", Access::Person, inbox::choose)
        .get("/files/{id}", "desk.file.show", Access::Public, move |call, query| files::show(call, &query, rule))
        .get("/notices", "desk.notice.list", Access::Public, notices::list)
        .template("desk/notices.html")
        .get("/notices/{id}", "desk.notice.show", Access::Public, notices::show)
        .template("desk/notice.html")
        .post("/notices/{id}/objections", "desk.objection.make", Access::Person, notices::object_to)
        .refusals(objection)
        .post("/objections/{id}/answers", "desk.objection.answer", Access::Right(rights::PUBLISH), notices::answer)
        .refusals(answer)
        .get("/admin/mail", "desk.mail.list", Access::Right(rights::MAIL), mails::list)
        .template("desk/mails.html")
        .post("/admin/mail/{id}/resends", "desk.mail.resend", Access::Right(rights::MAIL), mails::resend)
        .refusals(&["desk-mail-waiting", "desk-mail-off"])
}

/// One more was asked for than a page holds: the cursor is the id of the last that stays.
fn cut<T>(mut found: Vec<T>, id: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let cursor = found.last().map(id).filter(|_| more);
    (found, cursor)
}

/// How many to ask for, so that [`cut`] knows whether there is more.
const ASK: i64 = PAGE as i64 + 1;
