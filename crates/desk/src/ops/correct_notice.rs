//! Corrects a notice by a new one with a period of its own, or withdraws it.
//!
//! Asks for `desk.publish` on its node. Tells `desk.notice_corrected`, `desk.notice_withdrawn`. Objections to a corrected notice still want an answer.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::bounds::{REASON, filled};
use crate::notice::{Notice, NoticeDraft, NoticeRefusal, NoticeState};
use crate::ops::publish_notice::put;
use crate::told::{NoticeCorrected, NoticeWithdrawn};
use crate::{rights, sql_notice as sql};

/// Publishes `draft` in the place of a notice; subject, node and kind stay those of the old one.
pub fn correct_notice(tx: &mut Tx, who: &Acting, notice: &Id, draft: NoticeDraft, reason: &str) -> Outcome<Notice, NoticeRefusal> {
    let (old, reason) = take_down(tx, who, notice, NoticeState::Corrected, reason)?;
    let draft = NoticeDraft { subject: old.subject.clone(), node: old.node.clone(), kind: old.kind.clone(), ..draft }.admit(tx.now().day())?;
    let new = put(tx, who, &draft, Some(&old.id))?;
    tx.tell(who, &NoticeCorrected { subject: old.subject, node: old.node, notice: old.id, by: new.id.clone(), reason })?;
    Ok(new)
}

/// Withdraws a notice; its objections are moot.
pub fn withdraw_notice(tx: &mut Tx, who: &Acting, notice: &Id, reason: &str) -> Outcome<(), NoticeRefusal> {
    let (old, reason) = take_down(tx, who, notice, NoticeState::Withdrawn, reason)?;
    tx.tell(who, &NoticeWithdrawn { subject: old.subject, node: old.node, notice: old.id, reason })?;
    Ok(())
}

fn take_down(tx: &mut Tx, who: &Acting, notice: &Id, state: NoticeState, reason: &str) -> Outcome<(Notice, String), NoticeRefusal> {
    let old = sql::notice(tx, notice)?.ok_or(Failure::Absent)?;
    who.may(rights::PUBLISH, &old.node)?;
    let reason = filled(reason, REASON).ok_or(NoticeRefusal::ReasonNeeded)?;
    if !old.state.stands() {
        return Err(NoticeRefusal::Replaced.into());
    }
    sql::notice_state(tx, &old.id, state, Some(&reason))?;
    tx.cancel_job("desk.end_notice", old.id.as_str())?;
    Ok((old, reason))
}
