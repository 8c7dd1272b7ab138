//! At the second after the last day: the notice has ended.
//!
//! Tells `desk.notice_ended` with whether anything is still in the way. Job `desk.end_notice`, key: the notice.

use store::{JobRun, Tx};
use words::{Acting, Fault, Id};

use crate::notice::NoticeState;
use crate::ops::publish_notice::notice_clear_of;
use crate::sql_notice as sql;
use crate::told::NoticeEnded;

pub(crate) fn end_notice(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let id = Id::fixed(run.key.clone());
    let Some(notice) = sql::notice(tx, &id)?.filter(|notice| notice.state == NoticeState::Open) else { return Ok(()) };
    sql::notice_state(tx, &id, NoticeState::Ended, None)?;
    let clear = notice_clear_of(tx, &notice.subject, &notice.kind)?;
    let told =
        NoticeEnded { subject: notice.subject, node: notice.node, notice: id, kind: notice.kind, open_objections: clear.open_objections, clear: clear.clear };
    tx.tell(&Acting::system("clock"), &told).map(drop)
}
