//! Somebody from outside hands in who they really are; somebody who looks after the register of people compares it with papers.
//!
//! Tells `RealNameAsked`, `RealNameChecked`; what fits an organisation leads into its firm (`enter_firm`). Invariant: what was handed in lies under the
//! person's own key; rows and events hold no personal data. The name and code of an organisation that was checked are public.

use std::collections::BTreeSet;

use store::{Read, Tx};
use words::{Acting, Failure, Fault, Id, Node, Outcome};

use crate::ops::enter_firm;
use crate::outsider::{ActorKind, OutsiderView, RealName, RealNameDraft, RealNameRefusal};
use crate::told::{RealNameAsked, RealNameChecked};
use crate::{rights, sql_outsiders};

/// Somebody from outside; nothing for people whom their unit added.
pub fn outsider(read: &Read, person: &Id) -> Result<Option<OutsiderView>, Fault> {
    sql_outsiders::outsider(read, person)
}

/// People from outside who act for an organisation.
pub fn acting_for_organisations(read: &Read) -> Result<BTreeSet<Id>, Fault> {
    let mut all = BTreeSet::new();
    for kind in ActorKind::ALL.into_iter().filter(|kind| kind.is_organisation()) {
        let mut after = String::new();
        loop {
            let some = sql_outsiders::of_kind(read, kind, &after, 5_000)?;
            let Some(last) = some.last() else { break };
            after = last.to_string();
            all.extend(some);
        }
    }
    Ok(all)
}

/// Is it known who this person really is? Whoever was added by their unit is known.
pub fn really_known(read: &Read, person: &Id) -> Result<bool, Fault> {
    Ok(outsider(read, person)?.is_none_or(|one| one.real_name == RealName::Verified))
}

/// Hands in what is to be checked; again after it was declined.
pub fn ask_real_name(tx: &mut Tx, who: &Acting, draft: &RealNameDraft) -> Outcome<OutsiderView, RealNameRefusal> {
    let mut one = outsider(tx, &who.person)?.ok_or(RealNameRefusal::NotOutside)?;
    if one.real_name == RealName::Verified {
        return Err(RealNameRefusal::Verified.into());
    }
    match draft {
        RealNameDraft::Person { id_number } => tx.personal_put(&who.person, "id_number", id_number)?,
        RealNameDraft::Organisation { name, uscc } => {
            tx.personal_put(&who.person, "organisation", name)?;
            tx.personal_put(&who.person, "uscc", uscc.as_str())?;
        }
    }
    (one.real_name, one.checked_by, one.checked_at) = (RealName::Asked, None, None);
    sql_outsiders::outsider_put(tx, &one)?;
    tx.tell(who, &RealNameAsked { person: who.person.clone() })?;
    Ok(one)
}

/// Says whether it fits the papers.
pub fn check_real_name(tx: &mut Tx, who: &Acting, person: &Id, fits: bool, reason: &str) -> Outcome<OutsiderView, RealNameRefusal> {
    who.may(rights::PEOPLE, &Node::group())?;
    let mut one = outsider(tx, person)?.ok_or(Failure::Absent)?;
    if who.person == *person {
        return Err(RealNameRefusal::Oneself.into());
    }
    if one.real_name != RealName::Asked {
        return Err(RealNameRefusal::NothingAsked.into());
    }
    if !fits && reason.trim().chars().count() < 4 {
        return Err(RealNameRefusal::ReasonNeeded.into());
    }
    one.real_name = if fits { RealName::Verified } else { RealName::Declined };
    (one.checked_by, one.checked_at) = (Some(who.person.clone()), Some(tx.now()));
    sql_outsiders::outsider_put(tx, &one)?;
    tx.tell(who, &RealNameChecked { person: person.clone(), fits, reason: reason.trim().to_owned() })?;
    if fits {
        enter_firm::enter(tx, who, person)?;
    }
    Ok(one)
}
