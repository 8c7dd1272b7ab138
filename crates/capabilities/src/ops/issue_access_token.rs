//! A client gets an access token (RFC 6749 §4.4.3, RFC 9068).
//!
//! Tells nothing: what is done with it is metered. Invariant: it lives ten minutes at most and no longer than its credential; an assertion gives one.

use store::Tx;
use words::{Acting, Id, Outcome};

use crate::app::AppState;
use crate::key::Key;
use crate::oauth::{ACCESS_SECONDS, AUDIENCE, AccessClaims};
use crate::ops::prove_client::Client;
use crate::ops::sign_tokens;
use crate::{TokenRefusal, sql, sql_oauth};

/// Most capabilities a token names.
const SCOPES: usize = 50;

/// A token that is only to be signed, which happens outside of the transaction.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// What it says.
    pub claims: AccessClaims,
    /// Who signs it.
    pub signer: Id,
    /// What that is made of.
    pub seed: Vec<u8>,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Issued({:?}, by {}, …)", self.claims, self.signer)
    }
}

impl Issued {
    /// The token; nothing if the mathematics refuses.
    pub fn sign(&self) -> Option<String> {
        jose::Signer::of(self.signer.as_str(), &self.seed)?.sign(crate::oauth::TOKEN_TYPE, &self.claims)
    }

    /// How long it works, in seconds.
    pub fn seconds(&self) -> i64 {
        self.claims.exp - self.claims.iat
    }
}

/// Issues a token for these capabilities; for all that the credential may call if none is named.
pub fn issue_access_token(tx: &mut Tx, client: &Client, scope: &str, issuer: &str) -> Outcome<Issued, TokenRefusal> {
    let now = tx.now();
    // It may have been killed since it was looked at.
    let key = sql::key(tx, &client.credential)?.filter(|key| key.works(now)).ok_or(TokenRefusal::Client("client_id"))?;
    sql::app(tx, &key.app)?.filter(|app| app.state == AppState::Open).ok_or(TokenRefusal::Client("client_id"))?;
    let scope = admit_scope(tx, &key, scope)?;
    if let Some(once) = &client.once
        && !sql_oauth::assertion_use(tx, &key.app, &once.jti, once.until)?
    {
        return Err(TokenRefusal::Client("jti").into());
    }
    let signer = sign_tokens::signer(tx, &Acting::system("token endpoint"))?;
    let iat = now.micros().div_euclid(1_000_000);
    let exp = key.ends_at.map_or(i64::MAX, |end| end.micros().div_euclid(1_000_000)).min(iat + ACCESS_SECONDS);
    let (sub, client_id, jti) = (key.app.clone(), key.app, tx.id("atk"));
    let claims = AccessClaims { iss: issuer.to_owned(), sub, client_id, aud: AUDIENCE, iat, exp, jti, scope, credential: key.id };
    Ok(Issued { claims, signer: signer.id, seed: tx.unseal_secret(&signer.sealed)? })
}

/// Names of capabilities that there are and the credential may call.
fn admit_scope(tx: &Tx, key: &Key, scope: &str) -> Outcome<Option<String>, TokenRefusal> {
    let mut named: Vec<&str> = scope.split(' ').filter(|slug| !slug.is_empty()).collect();
    named.sort_unstable();
    named.dedup();
    if named.is_empty() {
        return Ok(None);
    }
    if named.len() > SCOPES {
        return Err(TokenRefusal::Scope.into());
    }
    for slug in &named {
        let may = key.capabilities.is_empty() || key.capabilities.iter().any(|one| one == slug);
        if !may || sql::capability_by_slug(tx, slug)?.is_none() {
            return Err(TokenRefusal::Scope.into());
        }
    }
    Ok(Some(named.join(" ")))
}
