//! A developer, or the operator, closes an app; its keys are dead with it.
//!
//! Tells `AppClosed`. Invariant: closed again, nothing changes.

use store::Tx;
use words::{Acting, Fault, Id, Never, Outcome};

use crate::app::{App, AppState};
use crate::told::AppClosed;
use crate::{feed, ops, sql, sql_recording};

/// Closes an app.
pub fn close_app(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<App, Never> {
    let app = ops::own_app(tx, who, id)?;
    Ok(close(tx, who, app)?)
}

pub(super) fn close(tx: &mut Tx, who: &Acting, mut app: App) -> Result<App, Fault> {
    if app.state == AppState::Closed {
        return Ok(app);
    }
    let now = tx.now();
    sql::app_close(tx, &app.id, now)?;
    // What its calls said is nobody's any more.
    sql_recording::forget_app(tx, &app.id)?;
    feed::note(tx, feed::APP, &app.id)?;
    tx.tell(who, &AppClosed { app: app.id.clone() })?;
    (app.state, app.closed_at) = (AppState::Closed, Some(now));
    Ok(app)
}

/// Closes all apps of a person who is gone. Those that a firm pays for are the firm's to keep: they are handed over.
pub fn close_apps_of(tx: &mut Tx, who: &Acting, owner: &Id) -> Outcome<(), Never> {
    for app in sql::apps_of(tx, owner)?.into_iter().filter(|app| app.payer.is_none()) {
        close_app(tx, who, &app.id)?;
    }
    Ok(())
}
