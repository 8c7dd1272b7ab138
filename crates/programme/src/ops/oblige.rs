//! Obligations: what somebody owes a case, with a due date; done with evidence, or waived with a reason.

use store::Tx;
use words::{Acting, Id, Instant, Outcome};

use crate::case::{Case, Obligation};
use crate::refusal::CaseRefusal;
use crate::told::ObligationChanged;
use crate::{access, bell, ops, rights, sql};

/// An obligation to open.
#[derive(Debug, Clone)]
pub struct ObligationDraft {
    /// Name within the case.
    pub key: String,
    /// `form`, `booking`, `milestone`, `task`.
    pub kind: String,
    /// Title in Chinese.
    pub zh: String,
    /// Title in English.
    pub en: String,
    /// Role that owes it.
    pub owner_role: String,
    /// Person who owes it.
    pub owner: Option<Id>,
    /// Form to fill in.
    pub form: Option<String>,
    /// When it is due.
    pub due_at: Option<Instant>,
}

/// Opens an obligation and puts it on the to-do list of whoever owes it.
pub fn oblige(tx: &mut Tx, who: &Acting, case: &Case, draft: ObligationDraft) -> Outcome<Obligation, CaseRefusal> {
    let obligation = Obligation {
        id: tx.id("obl"),
        case_id: case.id.clone(),
        key: draft.key,
        kind: draft.kind,
        zh: draft.zh,
        en: draft.en,
        owner_role: draft.owner_role,
        owner: draft.owner,
        form: draft.form,
        due_at: draft.due_at,
        state: "open".into(),
        evidence: String::new(),
        opened_at: tx.now(),
        done_at: None,
        done_by: None,
    };
    sql::obligation_insert(tx, &obligation)?;
    bell::todo_for(tx, case, &obligation)?;
    tell(tx, who, case, &obligation, "open")?;
    Ok(obligation)
}

/// Ends an obligation with evidence. One that asks for a form ends when the form is complete.
pub fn discharge(tx: &mut Tx, who: &Acting, id: &Id, evidence: &str) -> Outcome<(), CaseRefusal> {
    let obligation = sql::obligation(tx, id)?;
    let case = sql::case(tx, &obligation.case_id)?;
    access::may_see(tx, who, &case)?;
    let roles = access::roles_in(tx, who, &case)?;
    let theirs = roles.contains(&obligation.owner_role) || obligation.owner.as_ref() == Some(&who.person);
    if !theirs {
        who.may(rights::RUN, &case.node)?;
    }
    if obligation.state != "open" {
        return Err(CaseRefusal::ObligationEnded.into());
    }
    if let Some(form) = &obligation.form
        && !sql::answers(tx, &case.id)?.iter().any(|sheet| sheet.form == *form && sheet.complete)
    {
        return Err(CaseRefusal::FormFirst(form.clone()).into());
    }
    if evidence.trim().is_empty() {
        return Err(CaseRefusal::EvidenceNeeded.into());
    }
    end(tx, who, &case, &obligation, "done", evidence)?;
    Ok(ops::settle_around(tx, &case)?)
}

/// Lets an obligation go, with a reason.
pub fn waive(tx: &mut Tx, who: &Acting, id: &Id, reason: &str) -> Outcome<(), CaseRefusal> {
    let obligation = sql::obligation(tx, id)?;
    let case = sql::case(tx, &obligation.case_id)?;
    access::may_see(tx, who, &case)?;
    who.may(rights::RUN, &case.node)?;
    if obligation.state != "open" {
        return Err(CaseRefusal::ObligationEnded.into());
    }
    if reason.trim().is_empty() {
        return Err(CaseRefusal::EvidenceNeeded.into());
    }
    end(tx, who, &case, &obligation, "waived", reason)?;
    Ok(ops::settle_around(tx, &case)?)
}

/// Ends the open obligations of a name; nothing happens if there are none.
pub fn discharge_key(tx: &mut Tx, who: &Acting, case: &Case, key: &str, evidence: &str) -> Outcome<(), CaseRefusal> {
    for obligation in sql::obligations(tx, &case.id)?.iter().filter(|one| one.state == "open" && one.key == key) {
        end(tx, who, case, obligation, "done", evidence)?;
    }
    Ok(())
}

/// A form was completed: the oldest open obligation that asks for it is done.
pub(crate) fn discharge_form(tx: &mut Tx, who: &Acting, case: &Case, form: &str) -> Outcome<(), CaseRefusal> {
    let owed = sql::obligations(tx, &case.id)?;
    if let Some(obligation) = owed.iter().find(|one| one.state == "open" && one.form.as_deref() == Some(form)) {
        end(tx, who, case, obligation, "done", form)?;
    }
    Ok(())
}

/// Leaving a state closes what it asked for and what was to be booked in it; an end closes everything. Returns what was closed.
pub(crate) fn close_open(tx: &mut Tx, who: &Acting, case: &Case, keys: &[String], over: bool) -> Outcome<Vec<Id>, CaseRefusal> {
    let closes = |one: &Obligation| one.state == "open" && (over || one.kind == "booking" || keys.contains(&one.key));
    let closed: Vec<Obligation> = sql::obligations(tx, &case.id)?.into_iter().filter(closes).collect();
    for obligation in &closed {
        end(tx, who, case, obligation, "waived", "")?;
    }
    Ok(closed.into_iter().map(|one| one.id).collect())
}

/// What leaving a state closed is open again, with its due date and its to-do, because the move was taken back.
pub(crate) fn reopen(tx: &mut Tx, who: &Acting, case: &Case, ids: &[Id]) -> Outcome<(), CaseRefusal> {
    for id in ids {
        let obligation = sql::obligation(tx, id)?;
        if obligation.state == "waived" {
            sql::obligation_reopen(tx, &obligation)?;
            bell::todo_for(tx, case, &obligation)?;
            tell(tx, who, case, &obligation, "open")?;
        }
    }
    Ok(())
}

/// What a move opened is closed again, because it was taken back.
pub(crate) fn drop_open(tx: &mut Tx, who: &Acting, case: &Case, id: &Id, reason: &str) -> Outcome<(), CaseRefusal> {
    let obligation = sql::obligation(tx, id)?;
    if obligation.state == "open" { end(tx, who, case, &obligation, "waived", reason) } else { Ok(()) }
}

fn end(tx: &mut Tx, who: &Acting, case: &Case, obligation: &Obligation, state: &str, evidence: &str) -> Outcome<(), CaseRefusal> {
    let now = tx.now();
    sql::obligation_end(tx, obligation, state, evidence, &who.person, now)?;
    bell::todo_done(tx, obligation.id.as_str())?;
    tell(tx, who, case, obligation, state)
}

fn tell(tx: &mut Tx, who: &Acting, case: &Case, obligation: &Obligation, state: &str) -> Outcome<(), CaseRefusal> {
    let told = ObligationChanged {
        case: case.id.clone(),
        node: case.node.clone(),
        obligation: obligation.id.clone(),
        key: obligation.key.clone(),
        state: state.into(),
    };
    tx.tell(who, &told)?;
    Ok(())
}
