//! The owner of a capability asks, before the work is done, whether an app may use so many units: they are paid for until they are told as used, given back, or over.
//!
//! Tells `UnitsReserved`, `UnitsFreed`. Invariant: what is left of a reservation is set aside in money, and nothing else of it is.

use metering::UsageEvent;
use store::{Job, JobRun, Tx};
use words::{Acting, Failure, Fault, Id, Never, Outcome};

use super::take_usage::Known;
use crate::plan::month;
use crate::reservation::{MOST, Reservation, ReservationDraft, ReservationRefusal};
use crate::told::{UnitsFreed, UnitsReserved};
use crate::{Asks, ops, sql_reservation};

/// Job: what is left of a reservation that is over is given back.
pub(crate) const OVER: &str = "capabilities.reservation_over";

/// Reserves them.
pub fn reserve_units<A: Asks>(tx: &mut Tx, who: &Acting, slug: &str, draft: &ReservationDraft) -> Outcome<Reservation, ReservationRefusal> {
    let capability = ops::own_capability(tx, who, slug)?;
    draft.admit()?;
    let known = Known::about(tx, &capability, &[draft.app.to_string()])?;
    if let Some(doubt) = known.doubt(&like(tx, draft)) {
        return Err(ReservationRefusal::Doubtful(doubt).into());
    }
    if sql_reservation::open(tx, &draft.app, tx.now())? >= MOST {
        return Err(ReservationRefusal::Many.into());
    }
    if known.is_live(&draft.app) {
        A::set_aside_whole(tx, &draft.app, &draft.meter, draft.units)?.map_err(ReservationRefusal::Unpaid)?;
    }
    let reservation = Reservation {
        id: tx.id("rsv"),
        capability: capability.id,
        app: draft.app.clone(),
        meter: draft.meter.clone(),
        month: month(tx.now()).0,
        units: draft.units,
        left_units: draft.units,
        expires_at: tx.now().plus_seconds(draft.minutes * 60),
        made_at: tx.now(),
    };
    sql_reservation::insert(tx, &reservation, &who.person)?;
    tx.later(Job::new(OVER, reservation.id.as_str()).at(reservation.expires_at))?;
    let told = UnitsReserved { reservation: reservation.id.clone(), app: draft.app.clone(), meter: draft.meter.clone(), units: draft.units };
    tx.tell(who, &told)?;
    Ok(reservation)
}

/// As usage of these units would be told now.
fn like(tx: &Tx, draft: &ReservationDraft) -> UsageEvent {
    UsageEvent {
        source: String::new(),
        id: String::new(),
        meter: draft.meter.clone(),
        subject: draft.app.to_string(),
        at: Some(tx.now()),
        dims: String::new(),
        units: Some(draft.units),
        body: String::new(),
        body_hash: String::new(),
    }
}

/// Gives back what is left of a reservation of one's own capability; none left, nothing happens.
pub fn free_units<A: Asks>(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<Reservation, Never> {
    let reservation = sql_reservation::one(tx, id)?.ok_or(Failure::Absent)?;
    let capability = crate::sql::capability(tx, &reservation.capability)?.ok_or(Failure::Absent)?;
    if capability.owner != who.person {
        who.may_see(crate::rights::RUN, &capability.node)?;
    }
    Ok(free::<A>(tx, who, reservation)?)
}

/// Job: its time is over.
pub(crate) fn over<A: Asks>(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    match sql_reservation::one(tx, &Id::fixed(run.key.clone()))? {
        Some(reservation) => free::<A>(tx, &Acting::system("clock"), reservation).map(drop),
        None => Ok(()),
    }
}

fn free<A: Asks>(tx: &mut Tx, who: &Acting, mut reservation: Reservation) -> Result<Reservation, Fault> {
    let left = std::mem::take(&mut reservation.left_units);
    if left > 0 {
        sql_reservation::leave(tx, &reservation.id, 0)?;
        A::free_again(tx, &reservation.app, &reservation.meter, &reservation.month, left)?;
        tx.tell(who, &UnitsFreed { reservation: reservation.id.clone(), units: left })?;
    }
    Ok(reservation)
}

/// Takes of a reservation what an event uses of it: gives how many of its units were paid for like that.
pub(super) fn use_reserved(tx: &mut Tx, id: &Id, event: &UsageEvent) -> Result<i64, Fault> {
    let (Some(at), Some(units)) = (event.at, event.units) else { return Ok(0) };
    let Some(reservation) = sql_reservation::one(tx, id)? else { return Ok(0) };
    let fits = reservation.app.as_str() == event.subject && reservation.meter == event.meter && reservation.month == month(at).0;
    let used = if fits { units.clamp(0, reservation.left_units) } else { 0 };
    if used > 0 {
        sql_reservation::leave(tx, id, reservation.left_units - used)?;
    }
    Ok(used)
}
