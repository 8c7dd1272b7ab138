//! A log ends: its gateway has stopped or was killed. What was open then is listed and never billed.
//!
//! Invariant: a call that was open counts as taken in and ignored, once.

use store::Tx;
use words::Outcome;

use crate::log::{Ending, LogId, Settled};
use crate::refusal::ShipmentRefusal;
use crate::rollup::Sums;
use crate::sql;

/// Calls of a log that can be open: what one thread of a gateway can hold at once, with room.
const MOST: i64 = 100_000;

/// Closes a log whose last entry was `last`; returns how many calls were open. Done again it changes nothing.
pub fn close_log(tx: &mut Tx, log: &LogId, last: i64) -> Outcome<i64, ShipmentRefusal> {
    let mut position = sql::position(tx, log)?;
    if position.next <= last {
        return Err(ShipmentRefusal::Gap { wanted: position.next }.into());
    }
    if position.closed_at.is_some() {
        return Ok(position.at_kill);
    }
    let open = sql::opens(tx, log, MOST)?;
    let mut sums = Sums::default();
    let mut calls = Vec::new();
    for (seq, call) in &open {
        sums.at_kill(call);
        sql::open_killed(tx, log, *seq)?;
        let ending = Ending::Refused(std::sync::Arc::from(crate::OPEN_AT_KILL));
        calls.push((call.clone(), Settled { of: *seq, ending, status: 0, bytes_in: 0, bytes_out: 0, wait_us: 0, total_us: 0 }));
    }
    sql::calls_put(tx, &calls)?;
    super::take_shipment::keep_sums(tx, &sums)?;
    position.at_kill = i64::try_from(open.len()).unwrap_or(i64::MAX);
    position.closed_at = Some(tx.now());
    sql::position_put(tx, log, &position)?;
    Ok(position.at_kill)
}
