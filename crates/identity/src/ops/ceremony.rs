//! A ceremony begins with a random text that comes back once, soon, and from the same browser: challenges of passkeys, the state of a provider's sign-in.
//!
//! Invariant: only keyed hashes are kept; a text is taken at most once, whatever it was taken for.

use store::Tx;
use words::{Fault, Id};

use crate::secret;
use crate::sql_passkeys::{self, Begun};

/// What a ceremony is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A passkey is added.
    AddPasskey,
    /// Somebody signs in with a passkey.
    SignIn,
    /// Somebody proves again who they are.
    Prove,
    /// Somebody goes to an identity provider.
    Provider,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::AddPasskey => "passkey.add",
            Self::SignIn => "passkey.sign_in",
            Self::Prove => "passkey.prove",
            Self::Provider => "provider",
        }
    }
}

/// The two random texts: one travels, the other stays in a cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Comes back with the answer.
    pub text: String,
    /// Stays in the browser.
    pub browser: String,
}

pub(crate) fn begin(tx: &mut Tx, purpose: Purpose, person: Option<&Id>, body: &[u8], seconds: i64) -> Result<Challenge, Fault> {
    sql_passkeys::ceremonies_sweep(tx)?;
    let challenge = Challenge { text: secret::text_of(&tx.random()), browser: secret::text_of(&tx.random()) };
    let (hash, browser) = hashes(tx, &challenge.text, &challenge.browser);
    let ends_at = tx.now().plus_seconds(seconds);
    let body = tx.seal_secret(body)?;
    sql_passkeys::ceremony_insert(tx, &hash, purpose.as_str(), &browser, &Begun { person: person.cloned(), body }, ends_at)?;
    Ok(challenge)
}

/// The ceremony that this text began in this browser; none if it was taken before, is over, or is another's.
pub(crate) fn take(tx: &mut Tx, purpose: Purpose, text: &str, browser: &str) -> Result<Option<Begun>, Fault> {
    let (hash, browser) = hashes(tx, text, browser);
    let Some(begun) = sql_passkeys::ceremony_take(tx, &hash, purpose.as_str(), &browser)? else { return Ok(None) };
    let body = tx.unseal_secret(&begun.body)?;
    Ok(Some(Begun { body, ..begun }))
}

fn hashes(tx: &Tx, text: &str, browser: &str) -> (String, String) {
    (tx.keyed_hash(&format!("ceremony:{text}")), tx.keyed_hash(&format!("browser:{browser}")))
}
