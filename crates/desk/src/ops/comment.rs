//! Comments: made, edited by their author, removed with a reason. Followers of the subject get a message.
//!
//! Tells `desk.commented`, `desk.comment_edited`, `desk.comment_removed`. Who may read and write about a subject is the caller's matter.

use store::{Read, Tx};
use words::{Acting, Failure, Fault, Id, Outcome};

use crate::bounds::{REASON, filled};
use crate::comment::{Comment, CommentDraft, CommentRefusal, LONGEST_COMMENT, PastText};
use crate::message::Message;
use crate::ops::notify::notify;
use crate::told::{CommentEdited, CommentRemoved, Commented};
use crate::{letters, rights, sql_talk as sql};

/// Comments; its author follows the subject from now on.
pub fn comment(tx: &mut Tx, who: &Acting, draft: &CommentDraft) -> Outcome<Comment, CommentRefusal> {
    let body = filled(&draft.body, LONGEST_COMMENT).ok_or(CommentRefusal::Text)?;
    let comment = sql::comment_insert(tx, &who.person, draft, &body)?;
    sql::follow_insert(tx, &draft.subject, &who.person)?;
    tx.tell(who, &Commented { subject: draft.subject.clone(), node: draft.node.clone(), comment: comment.id.clone() })?;
    let others = sql::followers(tx, &draft.subject)?.into_iter().filter(|person| *person != who.person).collect();
    notify(tx, tell_followers(others, draft, &comment))?;
    Ok(comment)
}

fn tell_followers(to: Vec<Id>, draft: &CommentDraft, comment: &Comment) -> Message {
    Message {
        to,
        kind: "desk.commented".into(),
        subject: draft.subject.clone(),
        title: letters::text("commented", &draft.about),
        body: words::Bilingual::new(&comment.body, &comment.body),
        link: draft.link.clone(),
        why: letters::plain("why-follow"),
        due_at: None,
        once: Some(comment.id.to_string()),
    }
}

/// Edits one's own comment; the earlier text is kept.
pub fn edit_comment(tx: &mut Tx, who: &Acting, id: &Id, body: &str) -> Outcome<Comment, CommentRefusal> {
    let before = standing(tx, id)?;
    if before.author != who.person {
        return Err(CommentRefusal::NotYours.into());
    }
    let body = filled(body, LONGEST_COMMENT).ok_or(CommentRefusal::Text)?;
    sql::comment_keep_past(tx, &before)?;
    let after = sql::comment_edit(tx, id, &body)?;
    tx.tell(who, &CommentEdited { subject: after.subject.clone(), node: after.node.clone(), comment: id.clone(), revision: after.revision })?;
    Ok(after)
}

/// Removes a comment: its author may, or who holds `desk.moderate` there; with a reason.
pub fn remove_comment(tx: &mut Tx, who: &Acting, id: &Id, reason: &str) -> Outcome<(), CommentRefusal> {
    let comment = standing(tx, id)?;
    if comment.author != who.person {
        who.may(rights::MODERATE, &comment.node)?;
    }
    let reason = filled(reason, REASON).ok_or(CommentRefusal::ReasonNeeded)?;
    sql::comment_remove(tx, &who.person, id, &reason)?;
    tx.tell(who, &CommentRemoved { subject: comment.subject, node: comment.node, comment: id.clone(), reason })?;
    Ok(())
}

fn standing(read: &Read, id: &Id) -> Outcome<Comment, CommentRefusal> {
    let comment = sql::comment(read, id)?.ok_or(Failure::Absent)?;
    if comment.removed_at.is_some() { Err(CommentRefusal::Removed.into()) } else { Ok(comment) }
}

/// Comments on a subject, oldest first, after the cursor.
pub fn comments(read: &Read, subject: &str, after: Option<&str>, limit: i64) -> Result<Vec<Comment>, Fault> {
    sql::comments(read, subject, after.unwrap_or(""), limit)
}

/// The newest comments on a subject, oldest of them first.
pub fn newest_comments(read: &Read, subject: &str, limit: i64) -> Result<Vec<Comment>, Fault> {
    sql::newest_comments(read, subject, limit)
}

/// Earlier texts of a comment, oldest first.
pub fn comment_past(read: &Read, id: &Id) -> Result<Vec<PastText>, Fault> {
    sql::comment_past(read, id)
}
