//! SQL on notices, objections and anchors. Rows never leave the `sql` files.

use store::{Read, Row, Tx, params};
use words::{Bilingual, Day, Fault, Id};

use crate::notice::{Anchor, Notice, NoticeDraft, NoticeState, Objection, Verdict};

fn notice_of(row: &Row) -> Result<Notice, Fault> {
    let state: String = row.get("state")?;
    Ok(Notice {
        id: row.get("id")?,
        subject: row.get("subject")?,
        node: row.get("node")?,
        kind: row.get("kind")?,
        title: Bilingual::new(row.get::<String>("title_zh")?, row.get::<String>("title_en")?),
        body: Bilingual::new(row.get::<String>("body_zh")?, row.get::<String>("body_en")?),
        link: row.get("link")?,
        from: row.get("from_on")?,
        until: row.get("until_on")?,
        state: NoticeState::parse(&state).ok_or_else(|| Fault::new(format!("state of a notice: {state}")))?,
        corrects: row.get("corrects")?,
        reason: row.get("reason")?,
        published_at: row.get("published_at")?,
    })
}

pub(crate) fn notice(read: &Read, id: &Id) -> Result<Option<Notice>, Fault> {
    read.row("select * from desk_notice where id = $1", &params![id])?.as_ref().map(notice_of).transpose()
}

pub(crate) fn notices_of(read: &Read, subject: &str) -> Result<Vec<Notice>, Fault> {
    read.rows("select * from desk_notice where subject = $1 order by id desc limit 200", &params![subject])?.iter().map(notice_of).collect()
}

/// Newest first, before the id `before` if one is given; only those of a state if one is given.
pub(crate) fn notices(read: &Read, state: Option<NoticeState>, before: Option<&str>, limit: i64) -> Result<Vec<Notice>, Fault> {
    let before = before.unwrap_or("~");
    let rows = match state {
        Some(state) => {
            read.rows("select * from desk_notice where state = $1 and id < $2 order by id desc limit $3", &params![state.as_str(), before, limit])?
        }
        None => read.rows("select * from desk_notice where id < $1 order by id desc limit $2", &params![before, limit])?,
    };
    rows.iter().map(notice_of).collect()
}

pub(crate) fn notice_insert(tx: &mut Tx, who: &Id, draft: &NoticeDraft, corrects: Option<&Id>) -> Result<Notice, Fault> {
    let (id, now) = (tx.id("ntc"), tx.now());
    let columns = [
        ("id", id.into()),
        ("subject", (&draft.subject).into()),
        ("node", (&draft.node).into()),
        ("kind", (&draft.kind).into()),
        ("title_zh", (&draft.title.zh).into()),
        ("title_en", (&draft.title.en).into()),
        ("body_zh", (&draft.body.zh).into()),
        ("body_en", (&draft.body.en).into()),
        ("link", draft.link.as_ref().into()),
        ("from_on", draft.from.into()),
        ("until_on", draft.until.into()),
        ("state", NoticeState::Open.as_str().into()),
        ("corrects", corrects.into()),
        ("published_by", who.into()),
        ("published_at", now.into()),
    ];
    notice_of(&tx.insert("desk_notice", &columns)?)
}

pub(crate) fn notice_state(tx: &mut Tx, id: &Id, state: NoticeState, reason: Option<&str>) -> Result<(), Fault> {
    let now = tx.now();
    let sql = "update desk_notice set state = $2, reason = coalesce($3, reason), ended_at = coalesce(ended_at, $4) where id = $1";
    tx.change("desk_notice", sql, &params![id, state.as_str(), reason, now]).map(drop)
}

/// Last day of those that stand, and objections without an answer and upheld on all that were not withdrawn.
pub(crate) fn standing(read: &Read, subject: &str, kind: Option<&str>) -> Result<(Option<Day>, i64, i64), Fault> {
    let kind = kind.unwrap_or("");
    let sql = "select max(until_on) as until_on from desk_notice where subject = $1 and ($2 = '' or kind = $2) and state in ('open', 'ended')";
    let until = read.row(sql, &params![subject, kind])?.map(|row| row.get("until_on")).transpose()?.flatten();
    let sql = "select o.state, count(*) as n from desk_objection o join desk_notice t on t.id = o.notice
        where t.subject = $1 and ($2 = '' or t.kind = $2) and t.state <> 'withdrawn' group by o.state";
    let (mut open, mut upheld) = (0, 0);
    for row in read.rows(sql, &params![subject, kind])? {
        match row.get::<String>("state")?.as_str() {
            "open" => open = row.get("n")?,
            "upheld" => upheld = row.get("n")?,
            _ => {}
        }
    }
    Ok((until, open, upheld))
}

fn objection_of(row: &Row) -> Result<Objection, Fault> {
    Ok(Objection {
        id: row.get("id")?,
        notice: row.get("notice")?,
        person: row.get("person")?,
        reason: Some(row.get("reason")?),
        made_at: row.get("made_at")?,
        verdict: Verdict::parse(&row.get::<String>("state")?),
        answer: row.get("answer")?,
        answered_at: row.get("answered_at")?,
    })
}

pub(crate) fn objection(read: &Read, id: &Id) -> Result<Option<Objection>, Fault> {
    read.row("select * from desk_objection where id = $1", &params![id])?.as_ref().map(objection_of).transpose()
}

pub(crate) fn objections(read: &Read, notice: &Id) -> Result<Vec<Objection>, Fault> {
    read.rows("select * from desk_objection where notice = $1 order by id limit 500", &params![notice])?.iter().map(objection_of).collect()
}

pub(crate) fn objection_open_of(read: &Read, notice: &Id, person: &Id) -> Result<bool, Fault> {
    let sql = "select id from desk_objection where notice = $1 and person = $2 and state = 'open' limit 1";
    Ok(read.row(sql, &params![notice, person])?.is_some())
}

pub(crate) fn objection_insert(tx: &mut Tx, person: &Id, notice: &Id, reason: &str) -> Result<Objection, Fault> {
    let (id, now) = (tx.id("obj"), tx.now());
    let columns =
        [("id", id.into()), ("notice", notice.into()), ("person", person.into()), ("reason", reason.into()), ("made_at", now.into()), ("state", "open".into())];
    objection_of(&tx.insert("desk_objection", &columns)?)
}

pub(crate) fn objection_answer(tx: &mut Tx, who: &Id, id: &Id, verdict: Verdict, answer: &str) -> Result<(), Fault> {
    let now = tx.now();
    let sql = "update desk_objection set state = $2, answer = $3, answered_by = $4, answered_at = $5 where id = $1";
    tx.change("desk_objection", sql, &params![id, verdict.as_str(), answer, who, now]).map(drop)
}

pub(crate) fn anchors(read: &Read, limit: i64) -> Result<Vec<Anchor>, Fault> {
    let anchor = |row: &Row| Ok(Anchor { batch: row.get("batch")?, seq_to: row.get("seq_to")?, hash: row.get("hash")?, made_at: row.get("made_at")? });
    read.rows("select * from desk_anchor order by batch desc limit $1", &params![limit])?.iter().map(anchor).collect()
}

pub(crate) fn anchor_insert(tx: &mut Tx, anchor: &Anchor) -> Result<(), Fault> {
    let columns = [("batch", anchor.batch.into()), ("seq_to", anchor.seq_to.into()), ("hash", (&anchor.hash).into()), ("made_at", anchor.made_at.into())];
    tx.insert("desk_anchor", &columns).map(drop)
}

/// Anchors, and whether their seal still has the hash that was published; if not, the log was rewritten since.
pub(crate) fn anchors_held(read: &Read) -> Result<Vec<(i64, bool)>, Fault> {
    let sql = "select a.batch, case when s.hash = a.hash then 1 else 0 end as held from desk_anchor a left join store_seal s on s.batch = a.batch
         order by a.batch";
    read.rows(sql, &[])?.iter().map(|row| Ok((row.get("batch")?, row.get::<i64>("held")? == 1))).collect()
}
