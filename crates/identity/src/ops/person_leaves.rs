//! A person leaves: every role, membership, session and token ends, and upstairs is told, so that their to-dos move.

use serde::{Deserialize, Serialize};
use store::{Job, JobRun, Tx};
use words::{Acting, Day, Failure, Fault, Id, Outcome};

use crate::ops::{end_grant, end_member, here, home_node};
use crate::person::PersonRefusal;
use crate::told::{MembershipEnded, PersonChanged, PersonLeft};
use crate::{rights, sql, sql_access, sql_roles};

pub(crate) const JOB: &str = "identity.leave";

#[derive(Serialize, Deserialize)]
struct Leaving {
    on: Day,
}

/// The last day: today or earlier takes effect at once, a later one when that day is over.
pub fn person_leaves(tx: &mut Tx, who: &Acting, person: &Id, on: Day) -> Outcome<(), PersonRefusal> {
    let home = home_node(tx, person)?;
    who.may(rights::PEOPLE, &home)?;
    if who.person == *person {
        return Err(Failure::Refused(PersonRefusal::Oneself));
    }
    here(tx, person, PersonRefusal::Gone)?;
    if on > tx.now().day() {
        tx.later(Job::new(JOB, person.as_str()).at(on.end()).body(&Leaving { on }))?;
        tx.tell(who, &PersonChanged { person: person.clone(), fields: vec!["left_on".into()] })?;
        return Ok(());
    }
    end_all(tx, who, person, on).map_err(Failure::Broken)
}

/// The job of a later last day.
pub fn run_leave(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let (person, leaving) = (Id::fixed(run.key.clone()), run.body::<Leaving>()?);
    match sql::person(tx, &person)? {
        Some(known) if known.state == crate::PersonState::Active => end_all(tx, &Acting::system("clock"), &person, leaving.on),
        _ => Ok(()),
    }
}

fn end_all(tx: &mut Tx, who: &Acting, person: &Id, on: Day) -> Result<(), Fault> {
    let (home, now) = (home_node(tx, person)?, tx.now());
    let mut roles = Vec::new();
    for held in sql_roles::grants_of(tx, person)?.into_iter().filter(|held| held.to_at.is_none_or(|to| to > now)) {
        end_grant::end(tx, who, &held, "left").map_err(Failure::into_fault)?;
        roles.push((held.role, held.node));
    }
    for held in sql::memberships(tx, person)?.into_iter().filter(|held| held.to_on.is_none_or(|to| to > on)) {
        let to_on = on.max(held.from_on);
        sql::membership_end(tx, &held.id, to_on)?;
        tx.tell(who, &MembershipEnded { membership: held.id, person: person.clone(), node: held.node, to_on })?;
    }
    end_member::end_all(tx, who, person)?;
    sql_roles::deputy_gone(tx, person)?;
    sql_access::sessions_delete(tx, person, None)?;
    sql_access::tokens_revoke(tx, person, None)?;
    sql_access::access_delete(tx, person)?;
    sql::person_left(tx, person, on)?;
    tx.cancel_job(JOB, person.as_str())?;
    tx.tell(who, &PersonLeft { person: person.clone(), on, home, roles }).map(drop)
}
