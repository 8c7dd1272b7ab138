//! Something happened to what a developer has here: their endpoints for callbacks are sent to.

use capabilities::told::{AppClosed, KeyMade, KeyRevoked};
use serde_json::{Value, json};
use store::{Event, Tell, Tx};
use words::{Bilingual, Fault, Id};

pub(super) const KINDS: [&str; 3] = [AppClosed::KIND, KeyMade::KIND, KeyRevoked::KIND];

/// The kinds of events that can be asked for.
pub(crate) fn callback_kinds() -> Vec<callbacks::Kind> {
    let kind = |kind, zh, en| callbacks::Kind { kind, name: Bilingual::new(zh, en) };
    vec![
        kind("app.closed", "应用已关闭", "An app was closed"),
        kind("key.made", "有了新密钥", "There is a new key"),
        kind("key.revoked", "密钥已吊销", "A key was killed"),
    ]
}

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let Some((kind, owner, data)) = what(tx, event)? else { return Ok(()) };
    let message = callbacks::Message { id: event.id.clone(), owner, kind: kind.into(), subject: event.subject.clone(), at: event.at, data };
    callbacks::publish(tx, &message)
}

/// Kind, whose it is, facts.
fn what(tx: &Tx, event: &Event) -> Result<Option<(&'static str, Id, Value)>, Fault> {
    let (kind, app, data) = match event.kind.as_str() {
        AppClosed::KIND => {
            let told: AppClosed = event.data()?;
            ("app.closed", told.app.clone(), json!({ "app": told.app }))
        }
        KeyMade::KIND => {
            let told: KeyMade = event.data()?;
            ("key.made", told.app.clone(), json!({ "key": told.key, "app": told.app, "replaces": told.replaces }))
        }
        KeyRevoked::KIND => {
            let told: KeyRevoked = event.data()?;
            ("key.revoked", told.app.clone(), json!({ "key": told.key, "app": told.app }))
        }
        _ => return Ok(None),
    };
    Ok(capabilities::app_owner(tx, &app)?.map(|owner| (kind, owner, data)))
}
