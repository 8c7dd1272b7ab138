//! The use cases, one a file.

pub(crate) mod add_version;
pub(crate) mod carry_subscription;
pub(crate) mod carry_version;
pub(crate) mod change_subscription;
pub(crate) mod choose_payer;
pub(crate) mod choose_plan;
pub(crate) mod close_app;
pub(crate) mod declare_meters;
pub(crate) mod ensure_builtin;
pub(crate) mod hand_over;
pub(crate) mod issue_access_token;
pub(crate) mod lease_units;
pub(crate) mod make_app;
pub(crate) mod make_key;
pub(crate) mod mint_token;
pub(crate) mod note_gateway;
pub(crate) mod prove_client;
pub(crate) mod record_calls;
pub(crate) mod register_capability;
pub(crate) mod reserve_units;
pub(crate) mod revise_version;
pub(crate) mod revoke_key;
pub(crate) mod roll_key;
pub(crate) mod sign_tokens;
pub(crate) mod subscribe;
pub(crate) mod take_usage;

use std::collections::BTreeMap;

use store::Read;
use words::{Acting, Failure, Fault, Id, Node};

use crate::{App, Capability, Key, payer, rights, sql};

/// The capability, for its owner and the operator; to others it may be seen and not changed.
pub(crate) fn own_capability<R>(read: &Read, who: &Acting, slug: &str) -> Result<Capability, Failure<R>> {
    let capability = sql::capability_by_slug(read, slug)?.ok_or(Failure::Absent)?;
    if capability.owner != who.person {
        who.may(rights::RUN, &capability.node)?;
    }
    Ok(capability)
}

/// The app, for those who run it and the operator; those who only see it may not, and for others there is none.
pub(crate) fn own_app<R>(read: &Read, who: &Acting, id: &Id) -> Result<App, Failure<R>> {
    let app = seen_app(read, who, id)?;
    match &app.payer {
        Some(firm) if !app.is_run_by(who) && !who.can(rights::RUN, &Node::group()) => who.may(payer::MANAGE, &payer::firm_place(firm))?,
        _ => {}
    }
    Ok(app)
}

/// The app, for those who see it: its owner, developers and managers of the firm that pays for it, and the operator; for others there is none.
pub(crate) fn seen_app<R>(read: &Read, who: &Acting, id: &Id) -> Result<App, Failure<R>> {
    let app = sql::app(read, id)?.ok_or(Failure::Absent)?;
    if !app.is_seen_by(who) {
        who.may_see(rights::RUN, &Node::group())?;
    }
    Ok(app)
}

/// The app, for those who see it and those who pay its bills: each line opens to the usage behind it.
pub(crate) fn billed_app<R>(read: &Read, who: &Acting, id: &Id) -> Result<App, Failure<R>> {
    match sql::app(read, id)?.filter(|app| app.is_paid_by(who)) {
        Some(app) => Ok(app),
        None => seen_app(read, who, id),
    }
}

/// A capability, for callers above.
pub fn capability(read: &Read, id: &Id) -> Result<Option<Capability>, Fault> {
    sql::capability(read, id)
}

/// Whose an app is; nothing if there is no such app.
pub fn app_owner(read: &Read, id: &Id) -> Result<Option<Id>, Fault> {
    Ok(sql::app(read, id)?.map(|app| app.owner))
}

/// Apps of a person, newest first.
pub fn apps_of(read: &Read, person: &Id) -> Result<Vec<App>, Fault> {
    sql::apps_of(read, person)
}

/// Those of these apps that there are, with their names and whose they are.
pub fn apps_among(read: &Read, ids: &[Id]) -> Result<BTreeMap<Id, App>, Fault> {
    sql::apps_among(read, ids)
}

/// Keys of an app, also those that are dead.
pub fn keys_of(read: &Read, app: &Id) -> Result<Vec<Key>, Fault> {
    sql::keys_of(read, app)
}
