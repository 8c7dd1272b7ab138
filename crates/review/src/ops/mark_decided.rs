//! The caller used the result in a decision: from now on nothing reopens the round. Tells: `RoundDecided`. Doing it twice does nothing.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::refusals::RoundRefusal;
use crate::round::RoundState;
use crate::sql;
use crate::told::{Of, RoundDecided};

/// Marks a counted round as decided. The caller answers for the right: it is part of the decision.
pub fn mark_decided(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<(), RoundRefusal> {
    let mut round = sql::round(tx, id)?.ok_or(Failure::Absent)?;
    match round.state {
        RoundState::Decided => Ok(()),
        RoundState::Closed => {
            round.state = RoundState::Decided;
            sql::round_put(tx, &round, None)?;
            tx.tell(who, &RoundDecided { of: Of::round(&round) })?;
            Ok(())
        }
        other => Err(RoundRefusal::NotInState { state: other.name() }.into()),
    }
}
