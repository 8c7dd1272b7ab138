//! Every SQL sentence of this crate; rows never leave this file.

use std::collections::{BTreeMap, BTreeSet};

use store::{Read, Row, Tx, Value, params};
use words::{Fault, Id, Instant};

use crate::driver::MessageState;
use crate::opt_out::OptOut;
use crate::parts::Encoding;
use crate::send::{Message, Send};
use crate::text::{Purpose, Text, TextKind, TextState};

const TEXT: &str = "select * from messages_text where id = $1";
const TEXT_OF_CASE: &str = "select * from messages_text where for_case = $1";
const TEXTS_OF: &str = "select * from messages_text where owner = $1 order by id desc limit 200";
const TEXTS_IN: &str = "select * from messages_text where state = $1 and id < $2 order by id desc limit $3";
const TEXTS_OPEN: &str = "select count(*) as n from messages_text where owner = $1 and state in ('submitted', 'approved')";
const SEND: &str = "select * from messages_send where id = $1";
const SENDS_OF: &str = "select * from messages_send where app = $1 and id < $2 order by id desc limit $3";
const SENDS_AFTER: &str = "select id, numbers, refused from messages_send where id > $1 order by id limit 500";
const MESSAGES_OF: &str = "select * from messages_message where send = $1 order by nth limit 200";
const COUNTS: &str =
    "select send, state, count(*) as n from messages_message where app = $1 and send >= $2 and send <= $3 group by send, state order by send, state";
const OPT_OUTS: &str = "select * from messages_opt_out where owner = $1 and environment = $2 and id < $3 order by id desc limit $4";
const OPTED_OUT: &str = "select id from messages_opt_out where owner = $1 and environment = $2 and number_hash = $3";
const SUMS: &str =
    "select count(*) as n, cast(coalesce(sum(case when state = 'refused' then 1 else 0 end), 0) as bigint) as refused from messages_message where send = $1";

#[cfg(test)]
pub(crate) const ALL: &[&str] =
    &[TEXT, TEXT_OF_CASE, TEXTS_OF, TEXTS_IN, TEXTS_OPEN, SEND, SENDS_OF, SENDS_AFTER, MESSAGES_OF, COUNTS, OPT_OUTS, OPTED_OUT, SUMS];

fn read_as<T>(row: &Row, column: &str, parse: fn(&str) -> Option<T>) -> Result<T, Fault> {
    let text: String = row.get(column)?;
    parse(&text).ok_or_else(|| Fault::new(format!("{column} {text}")))
}

fn text_of(row: &Row) -> Result<Text, Fault> {
    Ok(Text {
        id: row.get("id")?,
        owner: row.get("owner")?,
        kind: read_as(row, "kind", TextKind::parse)?,
        purpose: read_as(row, "purpose", Purpose::parse)?,
        name: row.get("name")?,
        body: row.get("body")?,
        state: read_as(row, "state", TextState::parse)?,
        reason: row.get("reason")?,
        case: row.get("for_case")?,
        made_at: row.get("made_at")?,
        decided_at: row.get("decided_at")?,
    })
}

fn send_of(row: &Row) -> Result<Send, Fault> {
    Ok(Send {
        id: row.get("id")?,
        app: row.get("app")?,
        owner: row.get("owner")?,
        environment: row.get("environment")?,
        template: row.get("template")?,
        signature: row.get("signature")?,
        encoding: read_as(row, "encoding", Encoding::parse)?,
        parts_each: row.get("parts_each")?,
        numbers: row.get("numbers")?,
        refused: row.get("refused")?,
        made_at: row.get("made_at")?,
    })
}

fn message_of(row: &Row) -> Result<Message, Fault> {
    Ok(Message {
        id: row.get("id")?,
        send: row.get("send")?,
        nth: row.get("nth")?,
        masked: row.get("masked")?,
        number_hash: row.get("number_hash")?,
        parts: row.get("parts")?,
        state: read_as(row, "state", MessageState::parse)?,
        code: row.get("code")?,
        reported_at: row.get("reported_at")?,
    })
}

fn all<T>(read: &Read, sql: &str, values: &[Value], of: fn(&Row) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
    read.rows(sql, values)?.iter().map(of).collect()
}

pub(crate) fn text(read: &Read, id: &Id) -> Result<Option<Text>, Fault> {
    read.row(TEXT, &params![id])?.as_ref().map(text_of).transpose()
}

pub(crate) fn text_of_case(read: &Read, case: &Id) -> Result<Option<Text>, Fault> {
    read.row(TEXT_OF_CASE, &params![case])?.as_ref().map(text_of).transpose()
}

/// Newest first.
pub(crate) fn texts_of(read: &Read, owner: &Id) -> Result<Vec<Text>, Fault> {
    all(read, TEXTS_OF, &params![owner], text_of)
}

/// Of everybody, in a state, newest first.
pub(crate) fn texts_in(read: &Read, state: TextState, before: &str, limit: i64) -> Result<Vec<Text>, Fault> {
    all(read, TEXTS_IN, &params![state.as_str(), before, limit], text_of)
}

/// How many of somebody wait or are in use.
pub(crate) fn texts_open(read: &Read, owner: &Id) -> Result<i64, Fault> {
    read.row(TEXTS_OPEN, &params![owner])?.map_or(Ok(0), |row| row.get("n"))
}

pub(crate) fn text_insert(tx: &mut Tx, one: &Text) -> Result<(), Fault> {
    let columns = [
        ("id", (&one.id).into()),
        ("owner", (&one.owner).into()),
        ("kind", one.kind.as_str().into()),
        ("purpose", one.purpose.as_str().into()),
        ("name", (&one.name).into()),
        ("body", (&one.body).into()),
        ("state", one.state.as_str().into()),
        ("reason", (&one.reason).into()),
        ("for_case", one.case.as_ref().into()),
        ("made_at", one.made_at.into()),
        ("decided_at", one.decided_at.into()),
    ];
    tx.insert("messages_text", &columns).map(drop)
}

pub(crate) fn text_put(tx: &mut Tx, one: &Text) -> Result<(), Fault> {
    let sql = "update messages_text set state = $2, reason = $3, for_case = $4, decided_at = $5 where id = $1";
    tx.change("messages_text", sql, &params![&one.id, one.state.as_str(), &one.reason, one.case.as_ref(), one.decided_at]).map(drop)
}

pub(crate) fn send(read: &Read, id: &Id) -> Result<Option<Send>, Fault> {
    read.row(SEND, &params![id])?.as_ref().map(send_of).transpose()
}

/// Newest first.
pub(crate) fn sends_of(read: &Read, app: &Id, before: &str, limit: i64) -> Result<Vec<Send>, Fault> {
    all(read, SENDS_OF, &params![app, before, limit], send_of)
}

/// The next sends, with how many numbers and refusals they say; nothing else of them is believed by `verify`.
pub(crate) fn sends_after(read: &Read, after: &str) -> Result<Vec<(Id, i64, i64)>, Fault> {
    all(read, SENDS_AFTER, &params![after], |row| Ok((row.get("id")?, row.get("numbers")?, row.get("refused")?)))
}

pub(crate) fn send_insert(tx: &mut Tx, one: &Send) -> Result<(), Fault> {
    let columns = [
        ("id", (&one.id).into()),
        ("app", (&one.app).into()),
        ("owner", (&one.owner).into()),
        ("environment", (&one.environment).into()),
        ("template", (&one.template).into()),
        ("signature", (&one.signature).into()),
        ("encoding", one.encoding.as_str().into()),
        ("parts_each", one.parts_each.into()),
        ("numbers", one.numbers.into()),
        ("refused", one.refused.into()),
        ("made_at", one.made_at.into()),
    ];
    tx.insert("messages_send", &columns).map(drop)
}

/// Messages of a send: all rows in one sentence.
pub(crate) fn messages_insert(tx: &mut Tx, send: &Send, network: &str, messages: &[Message]) -> Result<(), Fault> {
    let (mut values, mut marks) = (Vec::new(), Vec::new());
    for one in messages {
        let at = values.len();
        marks.push(format!("({})", (1..=12).map(|n| format!("${}", at + n)).collect::<Vec<_>>().join(", ")));
        values.extend(params![&one.id, &send.id, one.nth, &send.app, &one.masked, &one.number_hash, network, one.parts]);
        values.extend(params![one.state.as_str(), &one.code, send.made_at, one.reported_at]);
    }
    let sql = format!(
        "insert into messages_message (id, send, nth, app, masked, number_hash, network, parts, state, code, made_at, reported_at) values {}",
        marks.join(", ")
    );
    tx.execute(&sql, &values).map(drop)
}

pub(crate) fn messages_of(read: &Read, send: &Id) -> Result<Vec<Message>, Fault> {
    all(read, MESSAGES_OF, &params![send], message_of)
}

/// A report of the network: it counts once, and only for what the network has.
pub(crate) fn reported(tx: &mut Tx, message: &Id, state: MessageState, code: &str) -> Result<bool, Fault> {
    let now = tx.now();
    let sql = "update messages_message set state = $2, code = $3, reported_at = $4 where id = $1 and state = 'sent'";
    Ok(tx.execute(sql, &params![message, state.as_str(), code, now])? > 0)
}

/// Of these sends of an app: how many messages stand where.
pub(crate) fn counts(read: &Read, app: &Id, sends: &[Send]) -> Result<BTreeMap<Id, Vec<(String, i64)>>, Fault> {
    let (Some(newest), Some(oldest)) = (sends.first(), sends.last()) else { return Ok(BTreeMap::new()) };
    let mut found: BTreeMap<Id, Vec<(String, i64)>> = BTreeMap::new();
    for row in read.rows(COUNTS, &params![app, &oldest.id, &newest.id])? {
        found.entry(row.get("send")?).or_default().push((row.get("state")?, row.get("n")?));
    }
    Ok(found)
}

/// Messages of a send, and how many of them were refused.
pub(crate) fn sums(read: &Read, send: &Id) -> Result<(i64, i64), Fault> {
    read.row(SUMS, &params![send])?.map_or(Ok((0, 0)), |row| Ok((row.get("n")?, row.get("refused")?)))
}

/// Those of these numbers, by their hashes, that opted out of a sender's messages.
pub(crate) fn opted_out(read: &Read, owner: &Id, environment: &str, hashes: &[String]) -> Result<BTreeSet<String>, Fault> {
    let marks: Vec<String> = (3..hashes.len() + 3).map(|n| format!("${n}")).collect();
    let sql = format!("select number_hash from messages_opt_out where owner = $1 and environment = $2 and number_hash in ({})", marks.join(", "));
    let values: Vec<Value> = params![owner, environment].into_iter().chain(hashes.iter().map(Into::into)).collect();
    read.rows(&sql, &values)?.iter().map(|row| row.get("number_hash")).collect()
}

pub(crate) fn is_opted_out(read: &Read, owner: &Id, environment: &str, hash: &str) -> Result<bool, Fault> {
    Ok(read.row(OPTED_OUT, &params![owner, environment, hash])?.is_some())
}

/// Newest first.
pub(crate) fn opt_outs(read: &Read, owner: &Id, environment: &str, before: &str, limit: i64) -> Result<Vec<OptOut>, Fault> {
    let of = |row: &Row| Ok(OptOut { id: row.get("id")?, masked: row.get("masked")?, said: row.get("said")?, made_at: row.get("made_at")? });
    read.rows(OPT_OUTS, &params![owner, environment, before, limit])?.iter().map(of).collect()
}

/// A number to be put on the list.
pub(crate) struct Leaving<'a> {
    pub owner: &'a Id,
    pub environment: &'a str,
    pub number_hash: &'a str,
    pub masked: &'a str,
    pub said: &'a str,
}

pub(crate) fn opt_out_insert(tx: &mut Tx, one: &Leaving<'_>, at: Instant) -> Result<(), Fault> {
    let id = tx.id("opt");
    let columns = [
        ("id", id.into()),
        ("owner", one.owner.into()),
        ("environment", one.environment.into()),
        ("number_hash", one.number_hash.into()),
        ("masked", one.masked.into()),
        ("said", one.said.into()),
        ("made_at", at.into()),
    ];
    tx.insert("messages_opt_out", &columns).map(drop)
}
