//! SQL on messages, the inbox, wishes and the mail log. Rows never leave the `sql` files.

use store::{Read, Row, Tx, params};
use words::{Bilingual, Fault, Id};

use crate::message::{InboxItem, Mail, Message, MessageKind, Wish};

pub(crate) fn message_insert(tx: &mut Tx, message: &Message) -> Result<Id, Fault> {
    let (id, now) = (tx.id("msg"), tx.now());
    let columns = [
        ("id", (&id).into()),
        ("kind", (&message.kind).into()),
        ("subject", (&message.subject).into()),
        ("title_zh", (&message.title.zh).into()),
        ("title_en", (&message.title.en).into()),
        ("body_zh", (&message.body.zh).into()),
        ("body_en", (&message.body.en).into()),
        ("why_zh", (&message.why.zh).into()),
        ("why_en", (&message.why.en).into()),
        ("link", (&message.link).into()),
        ("due_at", message.due_at.into()),
        ("made_at", now.into()),
    ];
    tx.insert("desk_message", &columns)?;
    Ok(id)
}

pub(crate) fn reached(read: &Read, person: &Id, once: &str) -> Result<bool, Fault> {
    Ok(read.row("select id from desk_inbox where person = $1 and once = $2", &params![person, once])?.is_some())
}

pub(crate) fn inbox_insert(tx: &mut Tx, person: &Id, message: &Id, once: Option<&String>) -> Result<(), Fault> {
    let (id, now) = (tx.id("inb"), tx.now());
    let columns = [("id", id.into()), ("person", person.into()), ("message", message.into()), ("once", once.into()), ("made_at", now.into())];
    tx.insert("desk_inbox", &columns).map(drop)
}

const ITEM: &str = "select i.id, i.made_at, i.read_at, m.kind, m.subject, m.title_zh, m.title_en, m.body_zh, m.body_en, m.why_zh, m.why_en, m.link, m.due_at
    from desk_inbox i join desk_message m on m.id = i.message";

fn both(row: &Row, zh: &str, en: &str) -> Result<Bilingual, Fault> {
    Ok(Bilingual::new(row.get::<String>(zh)?, row.get::<String>(en)?))
}

fn item_of(row: &Row) -> Result<InboxItem, Fault> {
    Ok(InboxItem {
        id: row.get("id")?,
        kind: row.get("kind")?,
        subject: row.get("subject")?,
        title: both(row, "title_zh", "title_en")?,
        body: both(row, "body_zh", "body_en")?,
        why: both(row, "why_zh", "why_en")?,
        link: row.get("link")?,
        due_at: row.get("due_at")?,
        made_at: row.get("made_at")?,
        read_at: row.get("read_at")?,
    })
}

pub(crate) fn inbox(read: &Read, person: &Id, unread: bool, before: Option<&str>, limit: i64) -> Result<Vec<InboxItem>, Fault> {
    let only = if unread { "and i.read_at is null" } else { "" };
    let sql = format!("{ITEM} where i.person = $1 and i.id < $2 {only} order by i.id desc limit $3");
    read.rows(&sql, &params![person, before.unwrap_or("~"), limit])?.iter().map(item_of).collect()
}

pub(crate) fn inbox_item(read: &Read, person: &Id, id: &Id) -> Result<Option<InboxItem>, Fault> {
    read.row(&format!("{ITEM} where i.person = $1 and i.id = $2"), &params![person, id])?.as_ref().map(item_of).transpose()
}

pub(crate) fn unread(read: &Read, person: &Id) -> Result<i64, Fault> {
    let sql = "select count(*) as n from (select id from desk_inbox where person = $1 and read_at is null limit 1000) u";
    read.row(sql, &params![person])?.map_or(Ok(0), |row| row.get("n"))
}

pub(crate) fn inbox_read(tx: &mut Tx, person: &Id, id: &Id) -> Result<(), Fault> {
    let now = tx.now();
    let sql = "update desk_inbox set read_at = $3 where person = $1 and id = $2 and read_at is null";
    tx.change("desk_inbox", sql, &params![person, id, now]).map(drop)
}

pub(crate) fn inbox_read_all(tx: &mut Tx, person: &Id) -> Result<usize, Fault> {
    let now = tx.now();
    let sql = "update desk_inbox set read_at = $2 where id in (select id from desk_inbox where person = $1 and read_at is null order by id limit 1000)";
    Ok(tx.change("desk_inbox", sql, &params![person, now])?.len())
}

fn kind_of(row: &Row) -> Result<MessageKind, Fault> {
    Ok(MessageKind { kind: row.get("kind")?, name: both(row, "zh", "en")?, mandatory: row.get("mandatory")?, by_mail: row.get("by_mail")? })
}

pub(crate) fn message_kind(read: &Read, kind: &str) -> Result<Option<MessageKind>, Fault> {
    read.row("select * from desk_message_kind where kind = $1", &params![kind])?.as_ref().map(kind_of).transpose()
}

pub(crate) fn message_kind_put(tx: &mut Tx, kind: &MessageKind) -> Result<(), Fault> {
    let sql = "insert into desk_message_kind (kind, zh, en, mandatory, by_mail) values ($1, $2, $3, $4, $5) on conflict (kind)
        do update set zh = excluded.zh, en = excluded.en, mandatory = excluded.mandatory, by_mail = excluded.by_mail";
    tx.change("desk_message_kind", sql, &params![&kind.kind, &kind.name.zh, &kind.name.en, kind.mandatory, kind.by_mail]).map(drop)
}

pub(crate) fn wish(read: &Read, person: &Id, kind: &str) -> Result<Option<bool>, Fault> {
    read.row("select by_mail from desk_mail_wish where person = $1 and kind = $2", &params![person, kind])?.map(|row| row.get("by_mail")).transpose()
}

pub(crate) fn wishes(read: &Read, person: &Id) -> Result<Vec<Wish>, Fault> {
    let sql =
        "select k.*, w.by_mail as choice from desk_message_kind k left join desk_mail_wish w on w.kind = k.kind and w.person = $1 order by k.kind limit 200";
    read.rows(sql, &params![person])?.iter().map(|row| Ok(Wish::of(kind_of(row)?, row.get("choice")?))).collect()
}

pub(crate) fn wish_put(tx: &mut Tx, person: &Id, kind: &str, by_mail: bool) -> Result<(), Fault> {
    let sql = "insert into desk_mail_wish (person, kind, by_mail) values ($1, $2, $3) on conflict (person, kind) do update set by_mail = excluded.by_mail";
    tx.change("desk_mail_wish", sql, &params![person, kind, by_mail]).map(drop)
}

pub(crate) fn switch(read: &Read, name: &str) -> Result<bool, Fault> {
    read.row("select is_on from desk_switch where name = $1", &params![name])?.map_or(Ok(false), |row| row.get("is_on"))
}

pub(crate) fn switch_put(tx: &mut Tx, name: &str, on: bool) -> Result<(), Fault> {
    let sql = "insert into desk_switch (name, is_on) values ($1, $2) on conflict (name) do update set is_on = excluded.is_on";
    tx.change("desk_switch", sql, &params![name, on]).map(drop)
}

pub(crate) fn mail_insert(tx: &mut Tx, message: &Id, person: &Id) -> Result<Id, Fault> {
    let (id, now) = (tx.id("eml"), tx.now());
    let columns = [
        ("id", (&id).into()),
        ("message", message.into()),
        ("person", person.into()),
        ("state", "queued".into()),
        ("attempts", 0.into()),
        ("last_error", "".into()),
        ("made_at", now.into()),
    ];
    tx.insert("desk_mail", &columns)?;
    Ok(id)
}

const MAIL: &str = "select e.id, e.person, e.state, e.attempts, e.last_error, e.made_at, e.sent_at, m.kind, m.subject, m.title_zh, m.title_en
    from desk_mail e join desk_message m on m.id = e.message";

fn mail_of(row: &Row) -> Result<Mail, Fault> {
    Ok(Mail {
        id: row.get("id")?,
        person: row.get("person")?,
        kind: row.get("kind")?,
        subject: row.get("subject")?,
        title: both(row, "title_zh", "title_en")?,
        state: row.get("state")?,
        attempts: row.get("attempts")?,
        last_error: row.get("last_error")?,
        made_at: row.get("made_at")?,
        sent_at: row.get("sent_at")?,
    })
}

pub(crate) fn mail(read: &Read, id: &Id) -> Result<Option<Mail>, Fault> {
    read.row(&format!("{MAIL} where e.id = $1"), &params![id])?.as_ref().map(mail_of).transpose()
}

pub(crate) fn mails(read: &Read, state: Option<&str>, before: Option<&str>, limit: i64) -> Result<Vec<Mail>, Fault> {
    let sql = format!("{MAIL} where ($1 = '' or e.state = $1) and e.id < $2 order by e.id desc limit $3");
    read.rows(&sql, &params![state.unwrap_or(""), before.unwrap_or("~"), limit])?.iter().map(mail_of).collect()
}

/// What a mail says, and to whom.
pub(crate) fn mail_message(read: &Read, id: &Id) -> Result<Option<(Id, InboxItem)>, Fault> {
    let sql = "select e.person, e.id, e.made_at, e.sent_at as read_at, m.kind, m.subject, m.title_zh, m.title_en, m.body_zh, m.body_en, m.why_zh, m.why_en, m.link, m.due_at
        from desk_mail e join desk_message m on m.id = e.message where e.id = $1";
    read.row(sql, &params![id])?.map(|row| Ok((row.get("person")?, item_of(&row)?))).transpose()
}

pub(crate) fn mail_state(tx: &mut Tx, id: &Id, state: &str, attempts: i64, error: &str) -> Result<(), Fault> {
    let sent = (state == "sent").then(|| tx.now());
    let sql = "update desk_mail set state = $2, attempts = $3, last_error = $4, sent_at = $5 where id = $1";
    tx.change("desk_mail", sql, &params![id, state, attempts, error, sent]).map(drop)
}

pub(crate) fn mails_queued(read: &Read, limit: i64) -> Result<Vec<Id>, Fault> {
    read.rows("select id from desk_mail where state = 'queued' order by id limit $1", &params![limit])?.iter().map(|row| row.get("id")).collect()
}
