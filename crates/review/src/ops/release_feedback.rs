//! Those who were reviewed may read the feedback: marks and comments by criterion, never names. Tells: `FeedbackReleased`. Twice is once.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::refusals::RoundRefusal;
use crate::sql;
use crate::told::{FeedbackReleased, Of};

/// Releases. The caller answers for the right: it is the effect of a move.
pub fn release_feedback(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<(), RoundRefusal> {
    let mut round = sql::round(tx, id)?.ok_or(Failure::Absent)?;
    if !round.state.counted() {
        return Err(RoundRefusal::NotInState { state: round.state.name() }.into());
    }
    if round.feedback_at.is_none() {
        round.feedback_at = Some(tx.now());
        sql::round_put(tx, &round, None)?;
        tx.tell(who, &FeedbackReleased { of: Of::round(&round) })?;
    }
    Ok(())
}
