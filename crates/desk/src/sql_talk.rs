//! SQL on comments and followers. Rows never leave the `sql` files.

use store::{Read, Row, Tx, params};
use words::{Fault, Id};

use crate::comment::{Comment, CommentDraft, PastText};

fn comment_of(row: &Row) -> Result<Comment, Fault> {
    Ok(Comment {
        id: row.get("id")?,
        subject: row.get("subject")?,
        node: row.get("node")?,
        author: row.get("author")?,
        body: row.get("body")?,
        revision: row.get("revision")?,
        made_at: row.get("made_at")?,
        edited_at: row.get("edited_at")?,
        removed_at: row.get("removed_at")?,
        removed_reason: row.get("removed_reason")?,
    })
}

pub(crate) fn comment(read: &Read, id: &Id) -> Result<Option<Comment>, Fault> {
    read.row("select * from desk_comment where id = $1", &params![id])?.as_ref().map(comment_of).transpose()
}

pub(crate) fn comments(read: &Read, subject: &str, after: &str, limit: i64) -> Result<Vec<Comment>, Fault> {
    let sql = "select * from desk_comment where subject = $1 and id > $2 order by id limit $3";
    read.rows(sql, &params![subject, after, limit])?.iter().map(comment_of).collect()
}

/// The newest ones, oldest first.
pub(crate) fn newest_comments(read: &Read, subject: &str, limit: i64) -> Result<Vec<Comment>, Fault> {
    let sql = "select * from desk_comment where subject = $1 order by id desc limit $2";
    read.rows(sql, &params![subject, limit])?.iter().rev().map(comment_of).collect()
}

pub(crate) fn comment_insert(tx: &mut Tx, author: &Id, draft: &CommentDraft, body: &str) -> Result<Comment, Fault> {
    let (id, now) = (tx.id("cmt"), tx.now());
    let columns = [
        ("id", id.into()),
        ("subject", (&draft.subject).into()),
        ("node", (&draft.node).into()),
        ("author", author.into()),
        ("body", body.into()),
        ("revision", 1.into()),
        ("made_at", now.into()),
    ];
    comment_of(&tx.insert("desk_comment", &columns)?)
}

pub(crate) fn comment_keep_past(tx: &mut Tx, comment: &Comment) -> Result<(), Fault> {
    let now = tx.now();
    let columns = [("comment_id", (&comment.id).into()), ("revision", comment.revision.into()), ("body", (&comment.body).into()), ("at", now.into())];
    tx.insert("desk_comment_past", &columns).map(drop)
}

pub(crate) fn comment_edit(tx: &mut Tx, id: &Id, body: &str) -> Result<Comment, Fault> {
    let now = tx.now();
    let sql = "update desk_comment set body = $2, revision = revision + 1, edited_at = $3 where id = $1";
    let rows = tx.change("desk_comment", sql, &params![id, body, now])?;
    comment_of(rows.first().ok_or_else(|| Fault::new("the comment is gone"))?)
}

/// Takes the text away for good, also the earlier ones.
pub(crate) fn comment_remove(tx: &mut Tx, who: &Id, id: &Id, reason: &str) -> Result<(), Fault> {
    let now = tx.now();
    tx.change("desk_comment_past", "delete from desk_comment_past where comment_id = $1", &params![id])?;
    let sql = "update desk_comment set body = '', removed_at = $2, removed_by = $3, removed_reason = $4 where id = $1";
    tx.change("desk_comment", sql, &params![id, now, who, reason]).map(drop)
}

pub(crate) fn comment_past(read: &Read, id: &Id) -> Result<Vec<PastText>, Fault> {
    let past = |row: &Row| Ok(PastText { revision: row.get("revision")?, body: row.get("body")?, at: row.get("at")? });
    read.rows("select * from desk_comment_past where comment_id = $1 order by revision limit 200", &params![id])?.iter().map(past).collect()
}

pub(crate) fn follow_insert(tx: &mut Tx, subject: &str, person: &Id) -> Result<(), Fault> {
    let now = tx.now();
    let sql = "insert into desk_follow (subject, person, made_at) values ($1, $2, $3) on conflict (subject, person) do nothing";
    tx.change("desk_follow", sql, &params![subject, person, now]).map(drop)
}

pub(crate) fn follow_delete(tx: &mut Tx, subject: &str, person: &Id) -> Result<(), Fault> {
    tx.change("desk_follow", "delete from desk_follow where subject = $1 and person = $2", &params![subject, person]).map(drop)
}

pub(crate) fn followers(read: &Read, subject: &str) -> Result<Vec<Id>, Fault> {
    let sql = "select person from desk_follow where subject = $1 order by person limit 2000";
    read.rows(sql, &params![subject])?.iter().map(|row| row.get("person")).collect()
}

pub(crate) fn followed(read: &Read, person: &Id) -> Result<Vec<String>, Fault> {
    let sql = "select subject from desk_follow where person = $1 order by subject limit 2000";
    read.rows(sql, &params![person])?.iter().map(|row| row.get("subject")).collect()
}
