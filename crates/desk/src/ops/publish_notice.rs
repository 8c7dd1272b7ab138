//! Publishes a notice, shows notices, and says whether they are in the way.
//!
//! Tells `desk.notice_published`. Who may publish is the caller's matter (a move of a case, mostly).

use store::{Job, Read, Tx};
use words::{Acting, Failure, Fault, Id, Never, Outcome};

use crate::notice::{Clear, Notice, NoticeDraft, NoticeRefusal, NoticeState, Objection};
use crate::told::NoticePublished;
use crate::{rights, sql_notice as sql};

/// Publishes a notice; its period ends at the second after its last day in Shanghai.
pub fn publish(tx: &mut Tx, who: &Acting, draft: NoticeDraft) -> Outcome<Notice, NoticeRefusal> {
    let draft = draft.admit(tx.now().day())?;
    put(tx, who, &draft, None)
}

pub(crate) fn put(tx: &mut Tx, who: &Acting, draft: &NoticeDraft, corrects: Option<&Id>) -> Outcome<Notice, NoticeRefusal> {
    let notice = sql::notice_insert(tx, &who.person, draft, corrects)?;
    tx.later(Job::new("desk.end_notice", notice.id.as_str()).at(notice.until.end()))?;
    let told = NoticePublished {
        subject: notice.subject.clone(),
        node: notice.node.clone(),
        notice: notice.id.clone(),
        kind: notice.kind.clone(),
        from: notice.from,
        until: notice.until,
    };
    tx.tell(who, &told)?;
    Ok(notice)
}

/// One notice.
pub fn notice(read: &Read, id: &Id) -> Outcome<Notice, Never> {
    sql::notice(read, id)?.ok_or(Failure::Absent)
}

/// Notices about a subject, newest first.
pub fn notices_of(read: &Read, subject: &str) -> Result<Vec<Notice>, Fault> {
    sql::notices_of(read, subject)
}

/// All notices, newest first, before the cursor; only those of a state if one is given.
pub fn notices(read: &Read, state: Option<NoticeState>, before: Option<&str>, limit: i64) -> Result<Vec<Notice>, Fault> {
    sql::notices(read, state, before, limit)
}

/// Objections to a notice. The names are only there for who may answer them, the reasons for the others once they are answered; everybody sees their own.
pub fn objections(read: &Read, who: Option<&Acting>, notice: &Notice) -> Result<Vec<Objection>, Fault> {
    let answers = who.is_some_and(|who| who.can(rights::PUBLISH, &notice.node));
    let mut found = sql::objections(read, &notice.id)?;
    for objection in &mut found {
        let own = who.is_some_and(|who| objection.person.as_ref() == Some(&who.person));
        if !answers && !own {
            objection.person = None;
            objection.reason = objection.reason.take().filter(|_| objection.verdict.is_some());
        }
    }
    Ok(found)
}

/// Are notices about the subject, of any kind, in the way?
pub fn notice_clear(read: &Read, subject: &str) -> Result<Clear, Fault> {
    clear_of(read, subject, None)
}

/// Are notices of one kind in the way?
pub fn notice_clear_of(read: &Read, subject: &str, kind: &str) -> Result<Clear, Fault> {
    clear_of(read, subject, Some(kind))
}

fn clear_of(read: &Read, subject: &str, kind: Option<&str>) -> Result<Clear, Fault> {
    let (until, open, upheld) = sql::standing(read, subject, kind)?;
    Ok(Clear::at(read.now(), until, open, upheld))
}
