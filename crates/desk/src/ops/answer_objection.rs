//! An official answers an objection: upheld or rejected, with reasons. The objector gets a message.
//!
//! Asks for `desk.publish` on the notice's node. Tells `desk.objection_answered`, and `desk.notice_cleared` when nothing is in the way any more.

use store::Tx;
use words::{Acting, Bilingual, Failure, Id, Outcome};

use crate::bounds::{REASON, filled};
use crate::message::Message;
use crate::notice::{Notice, Objection, ObjectionRefusal, Verdict};
use crate::ops::notify::notify;
use crate::ops::publish_notice::notice_clear_of;
use crate::told::{NoticeCleared, ObjectionAnswered};
use crate::{letters, rights, sql_notice as sql};

/// Answers.
pub fn answer_objection(tx: &mut Tx, who: &Acting, objection: &Id, verdict: Verdict, answer: &str) -> Outcome<Notice, ObjectionRefusal> {
    let objection = sql::objection(tx, objection)?.ok_or(Failure::Absent)?;
    let notice = sql::notice(tx, &objection.notice)?.ok_or(Failure::Absent)?;
    who.may(rights::PUBLISH, &notice.node)?;
    if objection.person.as_ref() == Some(&who.person) {
        return Err(ObjectionRefusal::OwnObjection.into());
    }
    let answer = filled(answer, REASON).ok_or(ObjectionRefusal::ReasonNeeded)?;
    if objection.verdict.is_some() {
        return Err(ObjectionRefusal::AnsweredAlready.into());
    }
    sql::objection_answer(tx, &who.person, &objection.id, verdict, &answer)?;
    let clear = notice_clear_of(tx, &notice.subject, &notice.kind)?;
    let (subject, node) = (notice.subject.clone(), notice.node.clone());
    let told = ObjectionAnswered {
        subject,
        node,
        objection: objection.id.clone(),
        notice: notice.id.clone(),
        verdict: verdict.as_str().into(),
        open_objections: clear.open_objections,
    };
    tx.tell(who, &told)?;
    if clear.clear {
        tx.tell(who, &NoticeCleared { subject: notice.subject.clone(), node: notice.node.clone(), notice: notice.id.clone(), kind: notice.kind.clone() })?;
    }
    notify(tx, tell_objector(&notice, &objection, verdict, &answer))?;
    Ok(notice)
}

fn tell_objector(notice: &Notice, objection: &Objection, verdict: Verdict, answer: &str) -> Message {
    let key = if verdict == Verdict::Upheld { "objection-upheld" } else { "objection-rejected" };
    Message {
        to: objection.person.iter().cloned().collect(),
        kind: "desk.objection_answered".into(),
        subject: notice.subject.clone(),
        title: letters::text(key, &notice.title),
        body: Bilingual::new(answer, answer),
        link: format!("/notices/{}", notice.id),
        why: letters::plain("why-objected"),
        due_at: None,
        once: None,
    }
}
