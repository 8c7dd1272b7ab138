//! The gate: whom a session cookie or a bearer token belongs to, with the grants that hold at this moment.
//!
//! Invariant: only keyed hashes are looked up; a person who left or was erased comes in by nothing.

use store::{Db, Read};
use webkit::{Credential, Visitor};
use words::{Acting, Failure, Fault, Id, Never};

use crate::access::SESSION_IDLE_SECONDS;
use crate::grant::RoleRights;
use crate::person::PersonState;
use crate::sql_access::{self, Session};
use crate::{asks, sql};

/// Use is noted at most this often, so that reading pages does not write each time.
const SEEN_EVERY_SECONDS: i64 = 300;

/// Lets in who has a session or a token.
pub struct Gate {
    roles: RoleRights,
}

impl Gate {
    /// With the roles in force.
    pub fn new(roles: RoleRights) -> Self {
        Self { roles }
    }

    fn visitor(&self, read: &Read, credential: &Credential) -> Result<Option<(Visitor, Option<Session>)>, Fault> {
        match credential {
            Credential::Session(text) => self.by_session(read, text),
            Credential::Bearer(text) => self.by_token(read, text),
        }
    }

    fn by_session(&self, read: &Read, text: &str) -> Result<Option<(Visitor, Option<Session>)>, Fault> {
        let now = read.now();
        let live = |session: &Session| now < session.ends_at && now < session.seen_at.plus_seconds(SESSION_IDLE_SECONDS);
        let Some(session) = sql_access::session_by_hash(read, &read.keyed_hash(text))?.filter(live) else { return Ok(None) };
        let visitor = self.person(read, &session.person, &session.id, |acting| acting.proved_at = session.proved_at)?;
        let worn = now >= session.seen_at.plus_seconds(SEEN_EVERY_SECONDS);
        Ok(visitor.map(|visitor| (visitor, worn.then_some(session))))
    }

    fn by_token(&self, read: &Read, text: &str) -> Result<Option<(Visitor, Option<Session>)>, Fault> {
        let now = read.now();
        let Some(token) = sql_access::token_by_hash(read, &read.keyed_hash(text))?.filter(|token| !token.revoked && now < token.ends_at) else {
            return Ok(None);
        };
        let proved_at = sql_access::proved_by(read, &token.id)?;
        let narrow = |acting: &mut Acting| {
            acting.proved_at = proved_at;
            acting.scopes = (!token.scopes.is_empty()).then(|| token.scopes.iter().cloned().collect());
        };
        Ok(self.person(read, &token.person, &token.id, narrow)?.map(|visitor| (visitor, None)))
    }

    fn person(&self, read: &Read, person: &Id, session: &Id, narrow: impl FnOnce(&mut Acting)) -> Result<Option<Visitor>, Fault> {
        let Some(known) = sql::person(read, person)?.filter(|known| known.state == PersonState::Active) else { return Ok(None) };
        let mut acting = asks::acting_for(read, &self.roles, person)?;
        narrow(&mut acting);
        let name = read.personal(person, "name")?.unwrap_or(known.handle);
        Ok(Some(Visitor { acting, name, session_id: session.to_string(), lang: Some(known.lang), theme: Some(known.theme) }))
    }
}

impl webkit::Gate for Gate {
    fn who(&self, db: &Db, credential: Credential) -> Result<Option<Visitor>, Fault> {
        let found = db.read::<_, Never>(|read| Ok(self.visitor(read, &credential)?)).map_err(Failure::into_fault)?;
        let Some((visitor, worn)) = found else { return Ok(None) };
        if let Some(session) = worn {
            db.write::<_, Never>("identity.session_seen", move |tx| Ok(sql_access::session_seen(tx, &session.id)?)).map_err(Failure::into_fault)?;
        }
        Ok(Some(visitor))
    }
}
