//! What whoever runs a case arranges: a mentor, the application unit, milestones.

use store::Tx;
use words::{Acting, Id, Instant, Outcome};

use crate::case::{Case, Obligation};
use crate::ops::{self, ObligationDraft};
use crate::refusal::CaseRefusal;
use crate::{access, rights, sql};

/// Gives the case its mentor: a role on its node. Never somebody of the team.
pub fn assign_mentor(tx: &mut Tx, who: &Acting, id: &Id, mentor: &Id) -> Outcome<(), CaseRefusal> {
    let case = run_by(tx, who, id)?;
    if sql::members(tx, id)?.iter().any(|member| member.person == *mentor && member.counts()) {
        return Err(CaseRefusal::AlreadyMember.into());
    }
    grant(tx, &case, mentor, "case.mentor")?;
    ops::discharge_key(tx, who, &case, "assign_mentor", "")?;
    Ok(ops::settle_around(tx, &case)?)
}

/// Names the official through whom the application unit acts.
pub fn name_application_unit(tx: &mut Tx, who: &Acting, id: &Id, official: &Id) -> Outcome<(), CaseRefusal> {
    let case = run_by(tx, who, id)?;
    let today = tx.now().day();
    let unit = identity::home_unit(tx, official, today)?.ok_or(CaseRefusal::NoPerson)?;
    grant(tx, &case, official, "application_unit")?;
    ops::set_fact_system(tx, who, &case, "application_unit", None, unit.as_str().into(), official.as_str())
}

/// The lead (or whoever runs the case) plans a milestone; the way out is blocked while it is open.
pub fn plan_milestone(tx: &mut Tx, who: &Acting, id: &Id, zh: &str, en: &str, due_at: Option<Instant>) -> Outcome<Obligation, CaseRefusal> {
    let case: Case = sql::case(tx, id)?;
    access::may_see(tx, who, &case)?;
    if case.lead != who.person {
        who.may(rights::RUN, &case.node)?;
    }
    if zh.trim().is_empty() {
        return Err(CaseRefusal::EvidenceNeeded.into());
    }
    let draft = ObligationDraft {
        key: "milestone_item".into(),
        kind: "milestone".into(),
        zh: zh.into(),
        en: en.into(),
        owner_role: "team.lead".into(),
        owner: None,
        form: None,
        due_at,
    };
    ops::oblige(tx, who, &case, draft)
}

fn run_by(tx: &Tx, who: &Acting, id: &Id) -> Outcome<Case, CaseRefusal> {
    let case: Case = sql::case(tx, id)?;
    access::may_see(tx, who, &case)?;
    who.may(rights::RUN, &case.node)?;
    Ok(case)
}

fn grant(tx: &mut Tx, case: &Case, person: &Id, role: &str) -> Outcome<(), CaseRefusal> {
    let now = tx.now();
    identity::grant_system(tx, person, role, &case.node, now, None, case.number.as_str()).map(drop).map_err(|failure| failure.map(|_| CaseRefusal::NoPerson))
}
