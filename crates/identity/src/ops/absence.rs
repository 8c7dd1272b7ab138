//! An official is away for some days, or in conflict with a case: the first deputy who is there acts.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::deputy::{AbsenceDraft, DeputyRefusal};
use crate::ops::{here, home_node};
use crate::told::{AbsenceEnded, AbsenceNoted};
use crate::{rights, sql_roles};

/// Notes an absence: one's own, or another's with the right to give roles.
pub fn note_absence(tx: &mut Tx, who: &Acting, official: &Id, draft: &AbsenceDraft) -> Outcome<Id, DeputyRefusal> {
    allow(tx, who, official)?;
    here(tx, official, DeputyRefusal::PersonGone)?;
    draft.admit()?;
    let absence = tx.id("abs");
    sql_roles::absence_insert(tx, &absence, official, &who.person, draft)?;
    let told = AbsenceNoted {
        absence: absence.clone(),
        official: official.clone(),
        kind: draft.kind.as_str().into(),
        node: draft.node.clone(),
        from_on: draft.from_on,
        to_on: draft.to_on,
    };
    tx.tell(who, &told)?;
    Ok(absence)
}

/// Ends an absence: yesterday was its last day.
pub fn end_absence(tx: &mut Tx, who: &Acting, absence: &Id) -> Outcome<(), DeputyRefusal> {
    let (official, held) = sql_roles::absence(tx, absence)?.ok_or(Failure::Absent)?;
    allow(tx, who, &official)?;
    let yesterday = tx.now().day().plus_days(-1);
    if held.to_on.is_some_and(|to| to <= yesterday) {
        return Err(Failure::Refused(DeputyRefusal::Ended));
    }
    sql_roles::absence_end(tx, absence, yesterday)?;
    tx.tell(who, &AbsenceEnded { absence: absence.clone(), official })?;
    Ok(())
}

fn allow(tx: &Tx, who: &Acting, official: &Id) -> Outcome<(), DeputyRefusal> {
    if who.person == *official {
        return Ok(());
    }
    let home = home_node(tx, official)?;
    who.may(rights::GRANT, &home)?;
    // Whoever would act in the official's place does not send them away.
    let gains = sql_roles::line_of(tx, official)?.contains(&who.person);
    if gains { Err(Failure::Refused(DeputyRefusal::OwnGain)) } else { Ok(()) }
}
