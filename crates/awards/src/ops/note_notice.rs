//! How the public notice of an award stands, as the desk knows it.
//!
//! Tells `NoticeNoted`. Invariant: nothing is paid before the notice is noted as clear.

use store::Tx;
use words::{Acting, Day, Failure, Id, Outcome};

use crate::award::{Award, AwardState, NoticeState};
use crate::refusal::AwardRefusal;
use crate::told::NoticeNoted;
use crate::{rights, sql};

/// Notes it; for the reaction to the desk, and for the office. Noted again, nothing happens.
pub fn note_notice(tx: &mut Tx, who: &Acting, award: &Id, notice: NoticeState, until: Option<Day>) -> Outcome<Award, AwardRefusal> {
    let mut award = sql::award(tx, award)?.ok_or(Failure::Absent)?;
    who.may(rights::OPEN, &award.node)?;
    award.must_be(&[AwardState::Graded])?;
    if award.notice == notice && (until.is_none() || until == award.notice_until) {
        return Ok(award);
    }
    (award.notice, award.notice_until) = (notice, until.or(award.notice_until));
    sql::award_write(tx, &award)?;
    let told = NoticeNoted { award: award.id.clone(), project: award.project.clone(), node: award.node.clone(), notice: notice.as_str().into() };
    tx.tell(who, &told)?;
    Ok(award)
}
