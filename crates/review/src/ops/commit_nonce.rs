//! An observer publishes a commitment before the freeze: `sha256("<nonce>:<observer id>:<round id>")`.
//!
//! Tells: `NonceCommitted`; the last commitment freezes the list.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use super::freeze_round::freeze_gathered;
use crate::refusals::{NonceRefusal, RoundRefusal};
use crate::round::RoundState;
use crate::sql;
use crate::told::{NonceCommitted, Of};

/// Binds the observer to a nonce.
pub fn commit_nonce(tx: &mut Tx, who: &Acting, id: &Id, commitment: &str) -> Outcome<(), NonceRefusal> {
    let round = sql::round(tx, id)?.ok_or(Failure::Absent)?;
    let observer = sql::observers(tx, id)?.into_iter().find(|o| o.person == who.person).ok_or(Failure::Absent)?;
    if round.state != RoundState::Gathering {
        return Err(NonceRefusal::TooLate.into());
    }
    if commitment.len() != 64 || !commitment.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        return Err(NonceRefusal::CommitmentUnsound.into());
    }
    if observer.commitment.is_some() {
        return Err(NonceRefusal::CommittedAlready.into());
    }
    sql::observer_commit(tx, id, &who.person, commitment)?;
    tx.tell(who, &NonceCommitted { of: Of::round(&round), observer: who.person.clone(), commitment: commitment.to_owned() })?;
    if sql::observers(tx, id)?.iter().all(|o| o.commitment.is_some()) {
        // Too few eligible is the office's matter, not the observer's: the commitment stands and the office widens or calls off.
        match freeze_gathered(tx, who, round) {
            Ok(()) | Err(Failure::Refused(RoundRefusal::TooFewEligible { .. })) => {}
            Err(other) => return Err(other.map(|_| NonceRefusal::TooLate)),
        }
    }
    Ok(())
}
