//! Somebody no longer develops for a firm: the apps of theirs that it pays for go to another of the firm, and are closed if there is nobody.
//!
//! Tells `AppHandedOver`, `AppClosed`. Invariant: who pays stays the same, so no bill changes; keys go on working, and the new owner is told to roll them; what calls
//! said was for the owner before alone, and is forgotten.

use store::Tx;
use words::{Acting, Fault, Id};

use crate::ops::close_app::close;
use crate::ops::record_calls::end_recording;
use crate::told::AppHandedOver;
use crate::{feed, sql, sql_recording};

/// Hands over; may be repeated.
pub fn hand_over_apps(tx: &mut Tx, who: &Acting, from: &Id, firm: &Id, heir: Option<&Id>) -> Result<(), Fault> {
    for app in sql::apps_of(tx, from)?.into_iter().filter(|app| app.payer.as_ref() == Some(firm)) {
        let Some(to) = heir.filter(|heir| *heir != from) else {
            close(tx, who, app)?;
            continue;
        };
        sql::app_owner_put(tx, &app.id, to)?;
        if sql_recording::last_until(tx, &app.id)?.is_some() {
            end_recording(tx, &app.id)?;
        }
        feed::note(tx, feed::APP, &app.id)?;
        tx.tell(who, &AppHandedOver { app: app.id, from: from.clone(), to: to.clone(), firm: firm.clone() })?;
    }
    Ok(())
}
