//! A developer tries a capability in the page: a token for one app and one capability, dead after a minute.
//!
//! Tells `TokenMinted`. Invariant: its text is in the answer and nowhere else; it reaches gateways as any key does, and is forgotten an hour after its end.

use store::{Job, JobRun, Tx};
use words::{Acting, Fault, Id, Outcome};

use crate::app::{App, AppState};
use crate::key::{HASHER, secret};
use crate::refusal::KeyRefusal;
use crate::told::TokenMinted;
use crate::{feed, ops, sql, sql_token};

/// How such a token begins.
pub const TOKEN_PREFIX: &str = "hct_";
/// How long it works, in seconds.
pub const TOKEN_SECONDS: i64 = 60;
/// How long after its end it is still told to gateways as dead, in seconds.
const TOLD_SECONDS: i64 = 3_600;

/// Job: gateways are told that a token has ended.
pub(crate) const END: &str = "capabilities.end_token";
/// Job: an ended token is forgotten.
pub(crate) const FORGET: &str = "capabilities.forget_token";

/// A token that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// Its app.
    pub app: App,
    /// Its text.
    pub text: String,
    /// Gateways that have seen this change know it.
    pub change: i64,
}

/// Makes a token for an app of one's own.
pub fn mint_token(tx: &mut Tx, who: &Acting, app: &Id, slug: &str) -> Outcome<NewToken, KeyRefusal> {
    let app = ops::own_app(tx, who, app)?;
    if app.state == AppState::Closed {
        return Err(KeyRefusal::AppClosed.into());
    }
    if sql::capability_by_slug(tx, slug)?.is_none() {
        return Err(KeyRefusal::CapabilityUnknown { slug: slug.to_owned() }.into());
    }
    let text = format!("{TOKEN_PREFIX}{}", secret(&tx.random()));
    let (id, ends_at) = (tx.id("tok"), tx.now().plus_seconds(TOKEN_SECONDS));
    let hash = tx.hasher(HASHER).hex(text.as_bytes());
    sql_token::insert(tx, &id, &app.id, slug, &hash, ends_at)?;
    feed::note(tx, feed::TOKEN, &id)?;
    tx.tell(who, &TokenMinted { app: app.id.clone(), token: id.clone(), slug: slug.to_owned() })?;
    tx.later(Job::new(END, id.as_str()).at(ends_at))?;
    Ok(NewToken { app, text, change: feed::newest_change(tx)? })
}

/// Job: gateways drop it.
pub(crate) fn end_token(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    feed::note(tx, feed::TOKEN, &Id::fixed(run.key.clone()))?;
    let later = tx.now().plus_seconds(TOLD_SECONDS);
    tx.later(Job::new(FORGET, run.key.clone()).at(later)).map(drop)
}

/// Job: nothing is left of it.
pub(crate) fn forget_token(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    sql_token::forget(tx, &Id::fixed(run.key.clone()))
}
