//! One's own inbox, and which of it comes by mail.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Nothing, Reply};
use words::Never;

use super::{ASK, cut};
use crate::message::{InboxItem, Wish};
use crate::{choose_mail, mail_wishes, mark_all_read, open_message, unread_count};

/// Which messages.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct InboxQuery {
    /// All if not said.
    pub show: Option<Show>,
    /// Where to go on.
    pub cursor: Option<String>,
}

/// All or unread ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Show {
    /// All.
    All,
    /// Unread ones.
    Unread,
}

/// A page of messages.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct InboxView {
    /// Which are shown.
    pub show: Show,
    /// How many are unread (counts to 1,000).
    pub unread: i64,
    /// Newest first.
    pub items: Vec<InboxItem>,
}

pub(super) fn list(call: &Call, query: InboxQuery) -> Answer<InboxView> {
    let person = call.acting()?.person;
    let show = query.show.unwrap_or(Show::All);
    let (items, unread) = call.read::<_, Never>(|read| {
        let items = crate::inbox(read, &person, show == Show::Unread, query.cursor.as_deref(), ASK)?;
        Ok((items, unread_count(read, &person)?))
    })?;
    let (items, cursor) = cut(items, |item| item.id.to_string());
    Ok(Reply::page("desk/inbox.html", InboxView { show, unread, items }).next(cursor))
}

pub(super) fn open(call: &Call, _: Nothing) -> Answer<InboxItem> {
    let (person, id) = (call.acting()?.person, call.id("id")?);
    call.write::<_, Never>("desk.open_message", move |tx| {
        let item = open_message(tx, &person, &id)?;
        let link = if item.link.starts_with('/') { item.link.clone() } else { "/inbox".to_owned() };
        Ok(Reply::done(link, item))
    })
}

/// How many were marked.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(super) struct MarkedView {
    /// So many were unread.
    pub marked: usize,
}

pub(super) fn read_all(call: &Call, _: Nothing) -> Answer<MarkedView> {
    let person = call.acting()?.person;
    call.write::<_, Never>("desk.mark_all_read", move |tx| {
        let marked = mark_all_read(tx, &person)?;
        Ok(Reply::done("/inbox", MarkedView { marked }).say("desk-inbox-marked"))
    })
}

/// What a person wishes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct WishesView {
    /// One entry a kind.
    pub wishes: Vec<Wish>,
}

pub(super) fn wishes(call: &Call, _: Nothing) -> Answer<WishesView> {
    let person = call.acting()?.person;
    let wishes = call.read::<_, Never>(|read| Ok(mail_wishes(read, &person)?))?;
    Ok(Reply::page("desk/wishes.html", WishesView { wishes }))
}

/// The kinds that shall come by mail.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct WishesForm {
    /// All others that are not mandatory shall not.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub kinds: Vec<String>,
}

pub(super) fn choose(call: &Call, form: WishesForm) -> Answer<WishesView> {
    let person = call.acting()?.person;
    call.write::<_, Never>("desk.choose_mail", move |tx| {
        let known = mail_wishes(tx, &person)?;
        let choices: BTreeMap<String, bool> = known.into_iter().map(|wish| (wish.kind.kind.clone(), form.kinds.contains(&wish.kind.kind))).collect();
        choose_mail(tx, &person, &choices)?;
        let wishes = mail_wishes(tx, &person)?;
        Ok(Reply::done("/me/notifications", WishesView { wishes }).say("desk-wishes-saved"))
    })
}
