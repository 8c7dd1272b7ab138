//! Handlers of the pages.

use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Answer, Call, Nothing, Reply};
use words::Id;

use super::form::{ListQuery, ReviewQuery, TextForm};
use crate::asks::Asks;
use crate::text::TextState;
use crate::view::{self, MineView, ReviewView, SendView, SentView, TextPageView};

/// A text that was submitted or taken back.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TextDone {
    /// Id.
    id: Id,
    /// Where it stands.
    state: TextState,
}

pub(super) fn mine<A: Asks>(call: &Call, _: Nothing) -> Answer<MineView> {
    let who = call.acting()?;
    Ok(Reply::page("messages/mine.html", call.read(|read| view::mine::<A>(read, &who))?))
}

pub(super) fn submit(call: &Call, form: TextForm) -> Answer<TextDone> {
    let (who, draft) = (call.acting()?, form.draft());
    call.write("messages.submit_text", move |tx| {
        let text = crate::submit_text(tx, &who, &draft)?;
        Ok(Reply::created("/messages", TextDone { id: text.id, state: text.state }).say("messages-said-submitted"))
    })
}

pub(super) fn text<A: Asks>(call: &Call, _: Nothing) -> Answer<TextPageView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    Ok(Reply::page("messages/text.html", call.read(|read| view::text_page::<A>(read, &who, &id))?))
}

pub(super) fn withdraw(call: &Call, _: Nothing) -> Answer<TextDone> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("messages.withdraw_text", move |tx| {
        let text = crate::withdraw_text(tx, &who, &id)?;
        Ok(Reply::done("/messages", TextDone { id: text.id, state: text.state }).say("messages-said-withdrawn"))
    })
}

pub(super) fn review<A: Asks>(call: &Call, query: ReviewQuery) -> Answer<ReviewView> {
    let state = query.state.unwrap_or(TextState::Submitted);
    let (view, next) = call.read(|read| view::review::<A>(read, state, &query.cursor))?;
    Ok(Reply::page("messages/review.html", view).next(next))
}

pub(super) fn sent<A: Asks>(call: &Call, query: ListQuery) -> Answer<SentView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let (view, next) = call.read(|read| view::sent::<A>(read, &who, &id, &query.cursor))?;
    Ok(Reply::page("messages/sent.html", view).next(next))
}

pub(super) fn send<A: Asks>(call: &Call, _: Nothing) -> Answer<SendView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    Ok(Reply::page("messages/send.html", call.read(|read| view::send_page::<A>(read, &who, &id))?))
}
