//! A developer, or the operator, closes an app; its keys are dead with it.
//!
//! Tells `AppClosed`. Invariant: closed again, nothing changes.

use store::Tx;
use words::{Acting, Id, Never, Outcome};

use crate::app::{App, AppState};
use crate::told::AppClosed;
use crate::{feed, ops, sql, sql_recording};

/// Closes an app.
pub fn close_app(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<App, Never> {
    let mut app = ops::own_app(tx, who, id)?;
    if app.state == AppState::Closed {
        return Ok(app);
    }
    let now = tx.now();
    sql::app_close(tx, id, now)?;
    // What its calls said is nobody's any more.
    sql_recording::forget_app(tx, id)?;
    feed::note(tx, feed::APP, id)?;
    tx.tell(who, &AppClosed { app: id.clone() })?;
    (app.state, app.closed_at) = (AppState::Closed, Some(now));
    Ok(app)
}

/// Closes all apps of a person who is gone.
pub fn close_apps_of(tx: &mut Tx, who: &Acting, owner: &Id) -> Outcome<(), Never> {
    for app in sql::apps_of(tx, owner)? {
        close_app(tx, who, &app.id)?;
    }
    Ok(())
}
