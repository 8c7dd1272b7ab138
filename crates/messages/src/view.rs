//! What is shown of texts, sends and opt-outs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Acting, Failure, Fault, Id, Instant, Never, Outcome};

use crate::asks::{Asks, Sender};
use crate::driver::MessageState;
use crate::opt_out::OptOut;
use crate::parts::{Encoding, parts};
use crate::send::{Message, Send};
use crate::text::{Purpose, Text, TextKind, TextState, parameters};
use crate::{rights, sql};

/// Rows of a page.
pub(crate) const PAGE: i64 = 50;

/// A template or a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TextView {
    /// Id: what a send names it by.
    pub id: Id,
    /// What it is.
    pub kind: TextKind,
    /// What it is for.
    pub purpose: Purpose,
    /// What its owner calls it.
    pub name: String,
    /// The text.
    pub body: String,
    /// Names of its parameters.
    pub parameters: Vec<String>,
    /// Where it stands.
    pub state: TextState,
    /// Why it was returned.
    pub reason: String,
    /// Its case.
    pub case: Option<Id>,
    /// Submitted at.
    pub made_at: Instant,
    /// Decided at.
    pub decided_at: Option<Instant>,
}

impl TextView {
    pub(crate) fn of(text: Text) -> Self {
        let names = if text.kind == TextKind::Template { parameters(&text.body).unwrap_or_default() } else { Default::default() };
        Self {
            parameters: names.into_iter().collect(),
            id: text.id,
            kind: text.kind,
            purpose: text.purpose,
            name: text.name,
            body: text.body,
            state: text.state,
            reason: text.reason,
            case: text.case,
            made_at: text.made_at,
            decided_at: text.decided_at,
        }
    }
}

/// An app that can send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SenderView {
    /// App.
    pub app: Id,
    /// What its owner calls it.
    pub name: String,
    /// `sandbox` or `live`.
    pub environment: String,
}

impl SenderView {
    fn of(sender: &Sender) -> Self {
        Self { app: sender.app.clone(), name: sender.name.clone(), environment: sender.environment().into() }
    }
}

/// A magic number of the sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MagicView {
    /// Number.
    pub number: &'static str,
    /// Key of what becomes of messages to it.
    pub key: &'static str,
}

/// Templates, signatures and apps of whoever looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MineView {
    /// Newest first.
    pub texts: Vec<TextView>,
    /// Newest first.
    pub senders: Vec<SenderView>,
    /// May whoever looks review those of others?
    pub may_review: bool,
    /// Numbers of the sandbox with a fate of their own.
    pub magic: Vec<MagicView>,
}

pub(crate) fn mine<A: Asks>(read: &Read, who: &Acting) -> Outcome<MineView, Never> {
    Ok(MineView {
        texts: sql::texts_of(read, &who.person)?.into_iter().map(TextView::of).collect(),
        senders: A::senders_of(read, &who.person)?.iter().map(SenderView::of).collect(),
        may_review: who.may_anywhere(rights::REVIEW).is_ok(),
        magic: crate::MAGIC.iter().map(|magic| MagicView { number: magic.number, key: magic.key }).collect(),
    })
}

/// A template or a signature with whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TextPageView {
    /// The text.
    pub text: TextView,
    /// Whose.
    pub owner: String,
    /// Is it one's own?
    pub mine: bool,
    /// Parts of it as it stands, without its parameters and signature.
    pub parts: usize,
    /// How it is sent.
    pub encoding: Encoding,
}

/// A text, for its owner and those who review.
pub(crate) fn text_page<A: Asks>(read: &Read, who: &Acting, id: &Id) -> Outcome<TextPageView, Never> {
    let text = sql::text(read, id)?.ok_or(Failure::Absent)?;
    let mine = text.owner == who.person;
    if !mine && who.may_anywhere(rights::REVIEW).is_err() {
        return Err(Failure::Absent);
    }
    let owner = A::names(read, std::slice::from_ref(&text.owner))?.remove(&text.owner).unwrap_or_default();
    let counted = parts(&text.body);
    Ok(TextPageView { text: TextView::of(text), owner, mine, parts: counted.count, encoding: counted.encoding })
}

/// A text in the list of those who review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReviewedView {
    /// The text.
    pub text: TextView,
    /// Whose.
    pub owner: String,
}

/// Texts of everybody in a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReviewView {
    /// Which are shown.
    pub state: TextState,
    /// Newest first.
    pub texts: Vec<ReviewedView>,
}

pub(crate) fn review<A: Asks>(read: &Read, state: TextState, cursor: &str) -> Outcome<(ReviewView, Option<String>), Never> {
    let before = if cursor.is_empty() { "~" } else { cursor };
    let found = sql::texts_in(read, state, before, PAGE)?;
    let next = next_of(&found, |text| &text.id);
    let owners: Vec<Id> = found.iter().map(|text| text.owner.clone()).collect();
    let names = A::names(read, &owners)?;
    let view = |text: Text| ReviewedView { owner: names.get(&text.owner).cloned().unwrap_or_default(), text: TextView::of(text) };
    Ok((ReviewView { state, texts: found.into_iter().map(view).collect() }, next))
}

fn next_of<T>(found: &[T], id: fn(&T) -> &Id) -> Option<String> {
    found.last().filter(|_| i64::try_from(found.len()).unwrap_or(0) >= PAGE).map(|last| id(last).to_string())
}

/// A send in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SendCard {
    /// Id.
    pub id: Id,
    /// Template.
    pub template: Id,
    /// Signature.
    pub signature: Id,
    /// How it was sent.
    pub encoding: Encoding,
    /// Parts of each message.
    pub parts_each: i64,
    /// Numbers.
    pub numbers: i64,
    /// Sent at.
    pub made_at: Instant,
    /// Messages without a report yet.
    pub sent: i64,
    /// Messages that arrived.
    pub delivered: i64,
    /// Messages that did not.
    pub failed: i64,
    /// Messages that were refused.
    pub refused: i64,
}

fn card(send: &Send, counts: Option<&Vec<(String, i64)>>) -> SendCard {
    let count = |state: MessageState| counts.into_iter().flatten().filter(|(name, _)| name == state.as_str()).map(|(_, count)| count).sum();
    SendCard {
        id: send.id.clone(),
        template: send.template.clone(),
        signature: send.signature.clone(),
        encoding: send.encoding,
        parts_each: send.parts_each,
        numbers: send.numbers,
        made_at: send.made_at,
        sent: count(MessageState::Sent),
        delivered: count(MessageState::Delivered),
        failed: count(MessageState::Failed),
        refused: count(MessageState::Refused),
    }
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MessageView {
    /// Id.
    pub id: Id,
    /// Its place among the numbers, from 1.
    pub nth: i64,
    /// Its number, but for the middle.
    pub number: String,
    /// Where it stands.
    pub state: MessageState,
    /// Why it did not arrive: `opted_out`, or a code of the network.
    pub code: String,
    /// Parts that count.
    pub parts: i64,
    /// When the network reported.
    pub reported_at: Option<Instant>,
}

/// A send with its messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SendView {
    /// In short.
    pub send: SendCard,
    /// App that sent it.
    pub app: Id,
    /// Each message, in the order of the numbers.
    pub messages: Vec<MessageView>,
}

pub(crate) fn send_view(send: &Send, messages: Vec<Message>) -> SendView {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    messages.iter().for_each(|one| *counts.entry(one.state.as_str()).or_default() += 1);
    let counts: Vec<(String, i64)> = counts.into_iter().map(|(state, count)| (state.to_owned(), count)).collect();
    let view = |one: Message| MessageView {
        id: one.id,
        nth: one.nth,
        number: one.masked,
        state: one.state,
        code: one.code,
        parts: one.parts,
        reported_at: one.reported_at,
    };
    SendView { send: card(send, Some(&counts)), app: send.app.clone(), messages: messages.into_iter().map(view).collect() }
}

/// A send of an app.
pub(crate) fn send_of(read: &Read, app: &Id, id: &Id) -> Outcome<SendView, Never> {
    let send = sql::send(read, id)?.filter(|send| send.app == *app).ok_or(Failure::Absent)?;
    Ok(send_view(&send, sql::messages_of(read, &send.id)?))
}

/// A send, for the owner of its app and those who review.
pub(crate) fn send_page<A: Asks>(read: &Read, who: &Acting, id: &Id) -> Outcome<SendView, Never> {
    let send = sql::send(read, id)?.ok_or(Failure::Absent)?;
    own_sender::<A>(read, who, &send.app)?;
    Ok(send_view(&send, sql::messages_of(read, &send.id)?))
}

/// What an app sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SentView {
    /// App.
    pub sender: SenderView,
    /// Newest first.
    pub sends: Vec<SendCard>,
}

pub(crate) fn sends(read: &Read, app: &Id, cursor: &str) -> Result<(Vec<SendCard>, Option<String>), Fault> {
    let before = if cursor.is_empty() { "~" } else { cursor };
    let found = sql::sends_of(read, app, before, PAGE)?;
    let next = next_of(&found, |send| &send.id);
    let counts = sql::counts(read, app, &found)?;
    Ok((found.iter().map(|send| card(send, counts.get(&send.id))).collect(), next))
}

/// The app, for its owner and those who review; for others there is none.
pub(crate) fn own_sender<A: Asks>(read: &Read, who: &Acting, app: &Id) -> Outcome<Sender, Never> {
    let sender = A::sender(read, app)?.ok_or(Failure::Absent)?;
    if sender.owner == who.person || who.may_anywhere(rights::REVIEW).is_ok() { Ok(sender) } else { Err(Failure::Absent) }
}

/// What an app sent, for its owner and those who review.
pub(crate) fn sent<A: Asks>(read: &Read, who: &Acting, app: &Id, cursor: &str) -> Outcome<(SentView, Option<String>), Never> {
    let sender = own_sender::<A>(read, who, app)?;
    let (sends, next) = sends(read, app, cursor)?;
    Ok((SentView { sender: SenderView::of(&sender), sends }, next))
}

/// A number that opted out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OptOutView {
    /// Its number, but for the middle.
    pub number: String,
    /// What it answered; empty if the sender put it on the list.
    pub said: String,
    /// Since when.
    pub made_at: Instant,
}

/// Numbers that opted out of a sender's messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OptOutsView {
    /// Newest first.
    pub numbers: Vec<OptOutView>,
}

pub(crate) fn opt_outs(read: &Read, sender: &Sender, cursor: &str) -> Result<(OptOutsView, Option<String>), Fault> {
    let before = if cursor.is_empty() { "~" } else { cursor };
    let found = sql::opt_outs(read, &sender.owner, sender.environment(), before, PAGE)?;
    let next = next_of(&found, |one| &one.id);
    let view = |one: OptOut| OptOutView { number: one.masked, said: one.said, made_at: one.made_at };
    Ok((OptOutsView { numbers: found.into_iter().map(view).collect() }, next))
}
