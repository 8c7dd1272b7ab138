//! An observer reveals the nonce after the freeze; the last one lets the draw go on.
//!
//! Tells: `NonceRevealed`. Who stays silent for a day is left out, and the record says so.

use store::{Job, Tx};
use words::{Acting, Failure, Id, Outcome};

use crate::draw::commitment;
use crate::refusals::NonceRefusal;
use crate::round::RoundState;
use crate::sql;
use crate::told::{NonceRevealed, Of};

/// Reveals what was committed to.
pub fn reveal_nonce(tx: &mut Tx, who: &Acting, id: &Id, nonce: &str) -> Outcome<(), NonceRefusal> {
    let round = sql::round(tx, id)?.ok_or(Failure::Absent)?;
    let observer = sql::observers(tx, id)?.into_iter().find(|o| o.person == who.person).ok_or(Failure::Absent)?;
    if round.state != RoundState::Drawing {
        return Err(NonceRefusal::TooLate.into());
    }
    let committed = observer.commitment.ok_or(NonceRefusal::NotCommitted)?;
    if nonce.len() > 200 || nonce.contains('\n') || commitment(nonce, &who.person, id) != committed {
        return Err(NonceRefusal::NonceDiffers.into());
    }
    if observer.nonce.is_none() {
        sql::observer_reveal(tx, id, &who.person, nonce)?;
        tx.tell(who, &NonceRevealed { of: Of::round(&round), observer: who.person.clone(), nonce: nonce.to_owned() })?;
        tx.later(Job::new("review.draw", id.as_str()).body(&[id]))?;
    }
    Ok(())
}
