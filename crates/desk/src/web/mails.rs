//! The mail log.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Nothing, Reply};
use words::Never;

use super::{ASK, cut};
use crate::message::Mail;
use crate::{mails, resend_mail};

/// Which mails.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct MailsQuery {
    /// All if not said.
    pub state: Option<MailState>,
    /// Where to go on.
    pub cursor: Option<String>,
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum MailState {
    /// Waits.
    Queued,
    /// The server took it.
    Sent,
    /// The server refused it, or too often did not answer.
    Failed,
    /// The person has no address.
    NoAddress,
}

impl MailState {
    fn as_str(self) -> &'static str {
        match self {
            MailState::Queued => "queued",
            MailState::Sent => "sent",
            MailState::Failed => "failed",
            MailState::NoAddress => "no_address",
        }
    }
}

/// A page of mails.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct MailsView {
    /// The state that is listed; nothing for all.
    pub state: Option<MailState>,
    /// Newest first.
    pub mails: Vec<MailView>,
}

/// A mail and the name of whom it is for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct MailView {
    /// The mail.
    #[serde(flatten)]
    pub mail: Mail,
    /// Name of the person, unless erased.
    pub name: Option<String>,
}

pub(super) fn list(call: &Call, query: MailsQuery) -> Answer<MailsView> {
    let who = call.acting()?;
    let (found, names) = call.read::<_, Never>(|read| {
        let found = mails(read, &who, query.state.map(MailState::as_str), query.cursor.as_deref(), ASK)?;
        let persons: Vec<_> = found.iter().map(|mail| mail.person.clone()).collect();
        Ok((found, read.personal_many(&persons, "name")?))
    })?;
    let (found, cursor) = cut(found, |mail| mail.id.to_string());
    let mails = found.into_iter().map(|mail| MailView { name: names.get(&mail.person).cloned(), mail }).collect();
    Ok(Reply::page("desk/mails.html", MailsView { state: query.state, mails }).next(cursor))
}

pub(super) fn resend(call: &Call, _: Nothing) -> Answer<Mail> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("desk.resend_mail", move |tx| {
        let mail = resend_mail(tx, &who, &id)?;
        Ok(Reply::done("/admin/mail", mail).say("desk-mails-resent"))
    })
}
