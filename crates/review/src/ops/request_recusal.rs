//! Anyone concerned asks in writing that a person be recused; the office answers within the days of the terms.
//!
//! Asks: the caller made sure that who asks is a party. Tells: `RecusalAsked`. Says nothing about whether that person sits on the panel.
//! The reasons lie with the personal data of the person they are about.

use store::{Job, Tx};
use words::{Acting, Failure, Id, Outcome};

use super::seating::days_after;
use crate::refusals::RecusalRefusal;
use crate::round::RoundState;
use crate::seat::reason_of;
use crate::sql::{self, Recusal};
use crate::told::{Of, RecusalAsked};

/// Asks. Returns the id of the request.
pub fn request_recusal(tx: &mut Tx, who: &Acting, round: &Id, person: &Id, reasons: &str) -> Outcome<Id, RecusalRefusal> {
    let round = sql::round(tx, round)?.ok_or(Failure::Absent)?;
    if matches!(round.state, RoundState::Decided | RoundState::Cancelled) {
        return Err(RecusalRefusal::RoundNotOpen { state: round.state.name() }.into());
    }
    let reasons = reason_of(reasons).map_err(|_| RecusalRefusal::ReasonUnsound)?;
    let earlier = sql::recusals(tx, &round.id)?;
    if earlier.iter().any(|r| r.person == *person && r.asked_by == who.person && r.state == "asked") {
        return Err(RecusalRefusal::AskedAlready.into());
    }
    let now = tx.now();
    let answer_by = days_after(now, round.terms.recusal_days);
    let recusal = Recusal {
        id: tx.id("rcs"),
        round: round.id.clone(),
        person: person.clone(),
        asked_by: who.person.clone(),
        asked_at: now,
        answer_by,
        state: "asked".into(),
        answer: None,
    };
    sql::recusal_insert(tx, &recusal)?;
    tx.personal_put(person, &format!("review.recusal.{}", recusal.id), &reasons)?;
    tx.tell(who, &RecusalAsked { of: Of::round(&round), recusal: recusal.id.clone(), person: person.clone(), answer_by })?;
    tx.later(Job::new("review.recusal_due", recusal.id.as_str()).at(answer_by).body(&recusal.id))?;
    Ok(recusal.id)
}
