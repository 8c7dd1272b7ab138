//! An official gets a fixed line of deputies, before they are needed.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::deputy::{DeputyRefusal, admit_line};
use crate::grant::RoleRights;
use crate::ops::{here, home_node, reaches};
use crate::told::DeputiesAppointed;
use crate::{rights, sql_roles};

/// Replaces the line; an empty one means nobody acts for the official.
pub fn appoint_deputies(tx: &mut Tx, who: &Acting, roles: &RoleRights, official: &Id, line: &[Id]) -> Outcome<(), DeputyRefusal> {
    let home = home_node(tx, official)?;
    who.may(rights::GRANT, &home)?;
    here(tx, official, DeputyRefusal::PersonGone)?;
    admit_line(official, line)?;
    // Nobody comes to act for another by their own hand, and nobody hands on more than they could give.
    if line.contains(&who.person) {
        return Err(Failure::Refused(DeputyRefusal::OwnGain));
    }
    if !reaches(tx, who, roles, official)? {
        return Err(Failure::Refused(DeputyRefusal::HoldsMore));
    }
    for deputy in line {
        here(tx, deputy, DeputyRefusal::PersonGone)?;
    }
    sql_roles::line_set(tx, official, line)?;
    tx.tell(who, &DeputiesAppointed { official: official.clone(), deputies: line.to_vec() })?;
    Ok(())
}
