//! Anybody signed in objects to a notice during its period, with a reason.
//!
//! Tells `desk.objection_raised` in the name of the system: who objected is in the row, not in the history that others read.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::bounds::{REASON, filled};
use crate::notice::{Objection, ObjectionRefusal};
use crate::sql_notice as sql;
use crate::told::ObjectionRaised;

/// Objects.
pub fn object(tx: &mut Tx, who: &Acting, notice: &Id, reason: &str) -> Outcome<Objection, ObjectionRefusal> {
    let notice = sql::notice(tx, notice)?.ok_or(Failure::Absent)?;
    let reason = filled(reason, REASON).ok_or(ObjectionRefusal::ReasonNeeded)?;
    if !notice.takes_objections(tx.now()) {
        return Err(ObjectionRefusal::Closed { from: notice.from, until: notice.until }.into());
    }
    if sql::objection_open_of(tx, &notice.id, &who.person)? {
        return Err(ObjectionRefusal::ObjectedAlready.into());
    }
    let objection = sql::objection_insert(tx, &who.person, &notice.id, &reason)?;
    let told = ObjectionRaised { subject: notice.subject, node: notice.node, objection: objection.id.clone(), notice: notice.id };
    tx.tell(&Acting::system("desk"), &told)?;
    Ok(objection)
}
