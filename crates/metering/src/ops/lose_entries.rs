//! Entries that can never come any more (a disk that broke, a power cut) are given up, so that those behind them are taken in. It is told, and stays listed.

use store::Tx;
use words::{Acting, Outcome};

use crate::log::LogId;
use crate::refusal::ShipmentRefusal;
use crate::sql;
use crate::told::EntriesLost;

/// Gives up everything up to (not including) entry `next`; returns how many entries are lost by it.
pub fn lose_entries(tx: &mut Tx, log: &LogId, next: i64) -> Outcome<i64, ShipmentRefusal> {
    let mut position = sql::position(tx, log)?;
    if position.closed_at.is_some() {
        return Err(ShipmentRefusal::Closed.into());
    }
    let lost = next - position.next;
    if lost <= 0 {
        return Ok(0);
    }
    sql::lost_put(tx, log, position.next, next)?;
    let told = EntriesLost { gateway: log.gateway.clone(), epoch: log.epoch, lane: log.lane, first: position.next, next };
    tx.tell(&Acting::system("gateway"), &told)?;
    position.next = next;
    position.lost += lost;
    sql::position_put(tx, log, &position)?;
    Ok(lost)
}
