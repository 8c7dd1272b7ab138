//! An app sends a text to some numbers: what the network takes counts, at once and in the same transaction.
//!
//! Asks meters and money. Tells `MessagesSent`; what a network foresees is reported by a job at its second. Invariant: in the live network only approved texts go out, and never to a number that
//! opted out of this sender's; nothing goes out that was not paid for before, all of it or none; what is refused costs nothing; numbers and texts are not kept.

use std::collections::BTreeMap;

use store::{Job, Tx};
use words::{Acting, Fault, Id, Outcome};

use super::take_reports::{REPORT, Report, Reports};
use crate::asks::{Asks, PartsUsed, Sender};
use crate::driver::{Driver, Handed, MessageState, Outgoing};
use crate::number::Number;
use crate::parts::{Parts, parts};
use crate::refusal::SendRefusal;
use crate::send::{Message, Send, SendDraft};
use crate::sql;
use crate::text::{Text, TextKind, TextState, filled};
use crate::told::MessagesSent;

/// Purpose of the hashes by which numbers are found.
pub(crate) const HASHER: &str = "messages number";

/// Sends; gives the send and its messages in the order of the numbers.
pub fn send_messages<A: Asks>(tx: &mut Tx, driver: &dyn Driver, sender: &Sender, draft: &SendDraft) -> Outcome<(Send, Vec<Message>), SendRefusal> {
    if !driver.is_connected() {
        return Err(SendRefusal::NetworkOff.into());
    }
    let template = own(tx, sender, &draft.template, TextKind::Template)?.ok_or(SendRefusal::TemplateUnknown)?;
    usable(sender, &template).map_err(|state| SendRefusal::TemplateState { state })?;
    let signature = own(tx, sender, &draft.signature, TextKind::Signature)?.ok_or(SendRefusal::SignatureUnknown)?;
    usable(sender, &signature).map_err(|state| SendRefusal::SignatureState { state })?;
    let text = filled(&signature.body, &template.body, &draft.parameters)?;
    let numbers = draft.numbers()?;
    let counted = parts(&text);
    let mut send = send_of(tx, sender, (&template, &signature), counted, numbers.len());
    let most = send.parts_each.saturating_mul(send.numbers);
    A::set_aside(tx, &sender.app, most)?;
    let (messages, reports) = hand_over(tx, driver, sender, &send, &numbers, &text)?;
    send.refused = i64::try_from(messages.iter().filter(|one| one.state == MessageState::Refused).count()).unwrap_or(0);
    sql::send_insert(tx, &send)?;
    sql::messages_insert(tx, &send, driver.name(), &messages)?;
    let parts: i64 = messages.iter().map(|one| one.parts).sum();
    A::meter(tx, &sender.app, &used(&send, &numbers, &messages))?;
    if parts < most {
        A::free_again(tx, &sender.app, most - parts)?;
    }
    for (after_s, reports) in reports {
        let at = send.made_at.plus_seconds(after_s);
        tx.later(Job::new(REPORT, format!("{}/{after_s}", send.id)).at(at).body(&Reports { send: send.id.clone(), reports }))?;
    }
    let (numbers, refused) = (send.numbers, send.refused);
    let who = Acting { person: sender.owner.clone(), ..Acting::system("messages") };
    tx.tell(&who, &MessagesSent { send: send.id.clone(), app: sender.app.clone(), numbers, refused, parts })?;
    Ok((send, messages))
}

fn own(tx: &Tx, sender: &Sender, id: &Id, kind: TextKind) -> Result<Option<Text>, Fault> {
    Ok(sql::text(tx, id)?.filter(|text| text.owner == sender.owner && text.kind == kind))
}

/// In the sandbox a text may be tried before its review.
fn usable(sender: &Sender, text: &Text) -> Result<(), &'static str> {
    match text.state {
        TextState::Approved => Ok(()),
        TextState::Submitted if !sender.live => Ok(()),
        other => Err(other.as_str()),
    }
}

fn send_of(tx: &Tx, sender: &Sender, (template, signature): (&Text, &Text), counted: Parts, numbers: usize) -> Send {
    Send {
        id: tx.id("snd"),
        app: sender.app.clone(),
        owner: sender.owner.clone(),
        environment: sender.environment().into(),
        template: template.id.clone(),
        signature: signature.id.clone(),
        encoding: counted.encoding,
        parts_each: i64::try_from(counted.count).unwrap_or(i64::MAX),
        numbers: i64::try_from(numbers).unwrap_or(i64::MAX),
        refused: 0,
        made_at: tx.now(),
    }
}

type Foreseen = BTreeMap<i64, Vec<Report>>;

/// A message to each number that has not opted out; and what the network foresees, by its second.
fn hand_over(tx: &Tx, driver: &dyn Driver, sender: &Sender, send: &Send, numbers: &[Number], text: &str) -> Result<(Vec<Message>, Foreseen), Fault> {
    let hasher = tx.hasher(HASHER);
    let hashes: Vec<String> = numbers.iter().map(|number| hasher.hex(number.as_str().as_bytes())).collect();
    let out = sql::opted_out(tx, &sender.owner, sender.environment(), &hashes)?;
    let (mut messages, mut foreseen) = (Vec::with_capacity(numbers.len()), Foreseen::new());
    let count = usize::try_from(send.parts_each).unwrap_or(0);
    for (nth, (number, hash)) in (1..).zip(numbers.iter().zip(hashes)) {
        let outgoing = Outgoing { number, text, parts: count };
        let handed = if out.contains(&hash) { Handed::Refused("opted_out") } else { driver.hand(&outgoing) };
        let mut message = Message {
            id: tx.id("sms"),
            send: send.id.clone(),
            nth,
            masked: number.masked(),
            number_hash: hash,
            parts: send.parts_each,
            state: MessageState::Sent,
            code: String::new(),
            reported_at: None,
        };
        match handed {
            Handed::Refused(code) => (message.state, message.code, message.parts) = (MessageState::Refused, code.to_owned(), 0),
            Handed::Taken(None) => {}
            Handed::Taken(Some(says)) => {
                let reply = says.reply.map(str::to_owned);
                foreseen.entry(says.after_s).or_default().push(Report { message: message.id.clone(), state: says.state, code: says.code.into(), reply });
            }
        }
        messages.push(message);
    }
    Ok((messages, foreseen))
}

fn used(send: &Send, numbers: &[Number], messages: &[Message]) -> Vec<PartsUsed> {
    let taken = numbers.iter().zip(messages).filter(|(_, message)| message.parts > 0);
    let used = |(number, message): (&Number, &Message)| PartsUsed {
        message: message.id.clone(),
        at: send.made_at,
        parts: message.parts,
        kind: if number.is_domestic() { "cn" } else { "intl" },
    };
    taken.map(used).collect()
}
