//! A gateway says that it is there: what it said last is kept for whoever looks after gateways. Nothing follows from it.
//!
//! Invariant: one row a gateway; one that was not seen for long is forgotten.

use store::{Read, Tx};
use words::{Fault, Never, Outcome};

use crate::gateway::{GatewayReport, GatewaySeen};
use crate::sql_gateway;

/// So long a gateway that is not seen any more stays on the page, in seconds.
const KEPT: i64 = 90 * 86_400;
/// Longest name and address that are kept, in characters.
const LONGEST: usize = 200;

/// Notes what a gateway says of itself.
pub fn note_gateway(tx: &mut Tx, report: &GatewayReport) -> Outcome<(), Never> {
    let now = tx.now();
    let mut said = report.clone();
    for text in [&mut said.name, &mut said.address, &mut said.version] {
        *text = text.chars().take(LONGEST).collect();
    }
    let clock_off_ms = said.now_us.map_or(0, |theirs| theirs.saturating_sub(now.micros()) / 1_000);
    let stopped_at = said.stops.then_some(now);
    sql_gateway::put(tx, &GatewaySeen { said, clock_off_ms, seen_at: now, stopped_at })?;
    Ok(sql_gateway::forget_before(tx, now.plus_seconds(-KEPT))?)
}

/// All gateways that were seen, by their names.
pub fn gateways(read: &Read) -> Result<Vec<GatewaySeen>, Fault> {
    sql_gateway::all(read)
}
