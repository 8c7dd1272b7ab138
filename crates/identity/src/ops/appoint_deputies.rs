//! An official gets a fixed line of deputies, before they are needed.

use store::Tx;
use words::{Acting, Id, Outcome};

use crate::deputy::{DeputyRefusal, admit_line};
use crate::ops::{here, home_node};
use crate::told::DeputiesAppointed;
use crate::{rights, sql_roles};

/// Replaces the line; an empty one means nobody acts for the official.
pub fn appoint_deputies(tx: &mut Tx, who: &Acting, official: &Id, line: &[Id]) -> Outcome<(), DeputyRefusal> {
    let home = home_node(tx, official)?;
    who.may(rights::GRANT, &home)?;
    here(tx, official, DeputyRefusal::PersonGone)?;
    admit_line(official, line)?;
    for deputy in line {
        here(tx, deputy, DeputyRefusal::PersonGone)?;
    }
    sql_roles::line_set(tx, official, line)?;
    tx.tell(who, &DeputiesAppointed { official: official.clone(), deputies: line.to_vec() })?;
    Ok(())
}
