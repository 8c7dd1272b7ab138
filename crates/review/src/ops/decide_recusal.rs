//! The office answers a request for recusal, with reasons. Granted: the person is blocked, their review void, the next is invited.
//!
//! Tells: `RecusalAnswered`, and `ReviewerRecused` if they sat. Neither who asked nor whom it is about answers it.

use store::Tx;
use words::{Acting, Failure, Fault, Id, Outcome};

use super::declare_conflict::recuse;
use crate::refusals::RecusalRefusal;
use crate::round::RoundState;
use crate::seat::reason_of;
use crate::told::{Of, RecusalAnswered};
use crate::{rights, sql, sql_seats};

/// Answers.
pub fn decide_recusal(tx: &mut Tx, who: &Acting, id: &Id, granted: bool, reason: &str) -> Outcome<(), RecusalRefusal> {
    let recusal = sql::recusal(tx, id)?.ok_or(Failure::Absent)?;
    let mut round = sql::round(tx, &recusal.round)?.ok_or_else(|| Fault::new(format!("recusal {id} without a round")))?;
    who.may(rights::MANAGE, &round.node)?;
    if recusal.state != "asked" {
        return Err(RecusalRefusal::Answered.into());
    }
    if matches!(round.state, RoundState::Decided | RoundState::Cancelled) {
        return Err(RecusalRefusal::RoundNotOpen { state: round.state.name() }.into());
    }
    if who.person == recusal.asked_by || who.person == recusal.person {
        return Err(RecusalRefusal::OwnMatter.into());
    }
    let reason = reason_of(reason).map_err(|_| RecusalRefusal::ReasonUnsound)?;
    sql::recusal_answer(tx, id, if granted { "granted" } else { "refused" }, &who.person, &reason)?;
    tx.cancel_job("review.recusal_due", id.as_str())?;
    let told = RecusalAnswered { of: Of::round(&round), recusal: id.clone(), asked_by: recusal.asked_by, person: recusal.person.clone(), granted };
    tx.tell(who, &told)?;
    if granted {
        let seat = sql_seats::seat_of_person(tx, &round.id, &recusal.person)?;
        recuse(tx, who, &mut round, &recusal.person, seat.as_ref(), "recusal", id)?;
    }
    Ok(())
}
