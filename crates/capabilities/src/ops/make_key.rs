//! A developer makes a key of an app.
//!
//! Tells `KeyMade`. Invariant: the text is in the answer and nowhere else; the row holds its keyed hash.

use store::Tx;
use words::{Acting, Id, Outcome};

use crate::app::{App, AppState};
use crate::key::{HASHER, KEYS, Key, KeyDraft, text_of};
use crate::net::Net;
use crate::refusal::KeyRefusal;
use crate::told::KeyMade;
use crate::{feed, ops, sql};

/// A key that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The key.
    pub key: Key,
    /// Its text, for its owner's eyes.
    pub text: String,
}

/// Makes a key.
pub fn make_key(tx: &mut Tx, who: &Acting, app: &Id, draft: &KeyDraft) -> Outcome<NewKey, KeyRefusal> {
    let app = ops::own_app(tx, who, app)?;
    let nets = admit(tx, &app, draft)?;
    let now = tx.now();
    let ends_at = draft.days.map(|days| now.plus_seconds(days * 86_400));
    mint(tx, who, &app, Blank { name: draft.name.trim().to_owned(), capabilities: draft.capabilities.clone(), nets, ends_at, replaces: None })
}

fn admit(tx: &Tx, app: &App, draft: &KeyDraft) -> Outcome<Vec<Net>, KeyRefusal> {
    if app.state == AppState::Closed {
        return Err(KeyRefusal::AppClosed.into());
    }
    if draft.name.trim().is_empty() {
        return Err(KeyRefusal::NameNeeded.into());
    }
    for slug in &draft.capabilities {
        if sql::capability_by_slug(tx, slug)?.is_none() {
            return Err(KeyRefusal::CapabilityUnknown { slug: slug.clone() }.into());
        }
    }
    let net = |text: &String| Net::parse(text.trim()).ok_or_else(|| KeyRefusal::Net { net: text.clone() });
    let nets = draft.nets.iter().map(net).collect::<Result<Vec<_>, _>>()?;
    if draft.days.is_some_and(|days| !(1..=3_660).contains(&days)) {
        return Err(KeyRefusal::Days.into());
    }
    let now = tx.now();
    if sql::keys_of(tx, &app.id)?.iter().filter(|key| key.works(now)).count() >= KEYS { Err(KeyRefusal::TooMany { max: KEYS }.into()) } else { Ok(nets) }
}

/// What a new key is made of.
pub(crate) struct Blank {
    pub name: String,
    pub capabilities: Vec<String>,
    pub nets: Vec<Net>,
    pub ends_at: Option<words::Instant>,
    pub replaces: Option<Id>,
}

pub(crate) fn mint(tx: &mut Tx, who: &Acting, app: &App, blank: Blank) -> Outcome<NewKey, KeyRefusal> {
    let (text, prefix) = text_of(app.environment, &tx.random());
    let key = Key {
        id: tx.id("key"),
        app: app.id.clone(),
        name: blank.name,
        prefix,
        hash: tx.hasher(HASHER).hex(text.as_bytes()),
        capabilities: blank.capabilities,
        nets: blank.nets,
        ends_at: blank.ends_at,
        revoked_at: None,
        replaces: blank.replaces.clone(),
        made_at: tx.now(),
    };
    sql::key_insert(tx, &key)?;
    feed::note(tx, feed::KEY, &key.id)?;
    tx.tell(who, &KeyMade { key: key.id.clone(), app: app.id.clone(), replaces: blank.replaces })?;
    Ok(NewKey { key, text })
}
