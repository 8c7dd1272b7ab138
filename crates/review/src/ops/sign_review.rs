//! Signing: everything required is there, and who signs has just proved who they are. What is unsigned does not count.
//!
//! Tells: `ReviewSigned` with the hash of what was signed, and whether the round may now be closed.

use serde::Serialize;
use std::collections::BTreeMap;
use store::Tx;
use words::{Acting, Fault, Id, Outcome};

use super::own_open;
use super::save_draft::save;
use super::seating::seat_of;
use crate::aggregate::Vote;
use crate::draw::sha256;
use crate::refusals::SeatRefusal;
use crate::round::{Round, blockers};
use crate::seat::{Mark, SheetDraft, check_complete};
use crate::told::{Of, ReviewSigned};
use crate::{sql, sql_seats};

#[derive(Serialize)]
struct Signed<'a> {
    round: &'a Id,
    assignment: &'a Id,
    rubric: String,
    marks: &'a BTreeMap<String, Mark>,
    vote: Option<Vote>,
    dissent: Option<&'a str>,
}

/// Saves what is given with it, then signs.
pub fn sign_review(tx: &mut Tx, who: &Acting, id: &Id, sheet: &SheetDraft) -> Outcome<(), SeatRefusal> {
    let (round, mut seat) = own_open(tx, who, id)?;
    save(tx, &round, &mut seat, sheet)?;
    let (marks, _) = sql_seats::sheet(tx, id)?;
    check_complete(&round.rubric, round.terms.aggregate, &sql_seats::ballot(&seat, &marks))?;
    let now = tx.now();
    if !who.proved_recently(now) {
        return Err(SeatRefusal::NotProved.into());
    }
    let rubric = format!("{} {}", round.rubric.id, round.rubric.version);
    let signed = Signed { round: &round.id, assignment: id, rubric, marks: &marks, vote: seat.vote, dissent: seat.dissent.as_deref() };
    let hash = sha256(&sql::json(&signed)?);
    let on_time = now <= round.due_at;
    sql_seats::seat_sign(tx, id, &hash, on_time)?;
    let ready = ready(tx, &round)?;
    tx.tell(who, &ReviewSigned { of: Of::round(&round), seat: seat_of(&seat), signed_hash: hash, on_time, ready })?;
    Ok(())
}

/// Does nothing keep the round from being closed?
pub(super) fn ready(tx: &Tx, round: &Round) -> Result<bool, Fault> {
    let seats = sql_seats::seats(tx, &round.id)?;
    let pending = sql::recusals_pending(tx, std::slice::from_ref(&round.id))?.into_values().sum();
    Ok(blockers(round, &seats, pending, tx.now()).is_empty())
}
