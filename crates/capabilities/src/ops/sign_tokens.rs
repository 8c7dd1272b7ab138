//! The keys that sign access tokens: one signs, the next is made every thirty days, and the old ones are known until nothing they signed is believed any more.
//!
//! Tells `SignerMade`. Invariant: no key signs before gateways have had a minute to learn of it, unless there is no other.

use store::{Job, JobRun, Tx};
use words::{Acting, Fault};

use crate::oauth::ACCESS_SECONDS;
use crate::sql_oauth::SignerRow;
use crate::told::SignerMade;
use crate::{feed, sql_oauth};

/// A key signs for so long.
const SIGNS_SECONDS: i64 = 30 * 86_400;
/// Gateways have so long to learn of a key before it signs.
const LEARN_SECONDS: i64 = 60;
/// An old key is known for so long after the next was made: it signs until that does, and then its last token has to end.
const KNOWN_SECONDS: i64 = LEARN_SECONDS + ACCESS_SECONDS + 3_600;

/// Job: gateways are told that a key is not known any more.
pub(crate) const END: &str = "capabilities.end_signer";

/// The key that signs now; made, or followed by the next, when it is time.
pub(crate) fn signer(tx: &mut Tx, who: &Acting) -> Result<SignerRow, Fault> {
    let now = tx.now();
    let mut known = sql_oauth::signers(tx, now)?;
    if known.last().is_none_or(|newest| newest.made_at.plus_seconds(SIGNS_SECONDS) <= now) {
        let next = make(tx, who, &known)?;
        known.push(next);
    }
    let learnt = known.iter().rposition(|one| one.made_at.plus_seconds(LEARN_SECONDS) <= now).unwrap_or(0);
    known.into_iter().nth(learnt).ok_or_else(|| Fault::new("there is no key that signs tokens"))
}

/// Makes a key and sets an end to those before.
fn make(tx: &mut Tx, who: &Acting, before: &[SignerRow]) -> Result<SignerRow, Fault> {
    let (id, seed, now) = (tx.id("sig"), tx.random(), tx.now());
    let public = jose::Signer::of(id.as_str(), &seed).ok_or_else(|| Fault::new("32 bytes make no key"))?.public();
    let next = SignerRow { id: id.clone(), sealed: tx.seal_secret(&seed)?, public, made_at: now };
    sql_oauth::signer_insert(tx, &next)?;
    let end = now.plus_seconds(KNOWN_SECONDS);
    for old in before {
        sql_oauth::signer_end(tx, &old.id, end)?;
        tx.later(Job::new(END, old.id.as_str()).at(end))?;
    }
    feed::note_signers(tx)?;
    tx.tell(who, &SignerMade { signer: id })?;
    Ok(next)
}

/// Job: gateways look at the keys again.
pub(crate) fn end_signer(tx: &mut Tx, _: &JobRun) -> Result<(), Fault> {
    feed::note_signers(tx)
}
