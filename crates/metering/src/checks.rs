//! What `verify` compares: positions of logs with what was taken in of them, rollups with the calls that are kept.

use store::{Checked, Finding, Read};
use words::{Fault, Instant};

use crate::{hour, sql, sql_calls, sql_events, sql_quarantine, terms};

/// Every entry up to the position was taken in as one of three kinds or is listed as lost; what was admitted is settled, open, or was open at a kill; nothing is open of a closed log.
pub(crate) fn positions(read: &Read) -> Result<Checked, Fault> {
    Checked::each(sql::standings(read)?, |standing| {
        let at = standing.position;
        let whole = at.next - 1 == at.admitted + at.settled + at.refusals + at.lost;
        let open = standing.open + standing.killed == at.admitted - (at.settled - at.orphans);
        let closed = at.closed_at.is_none() || standing.open == 0 && standing.killed == at.at_kill;
        let row = format!("{}/{}/{}", standing.log.gateway, standing.log.epoch, standing.log.lane);
        let says = || format!("says {at:?}; {} calls of it are open and {} were open at a kill", standing.open, standing.killed);
        Ok((!(whole && open && closed)).then(|| Finding::new("metering_log", row, says())))
    })
}

/// Every rollup of an hour whose calls are all kept says what these calls say, and no call is without one.
pub(crate) fn rollups(read: &Read) -> Result<Checked, Fault> {
    let from = whole_hour(terms::kept_from(read)?);
    let mut checked = Checked { looked_at: u64::try_from(sql_calls::rollups(read, from)?).unwrap_or(0), findings: Vec::new() };
    for one in sql_calls::differing(read, from)? {
        checked.findings.push(Finding::new("metering_rollup", one.row, one.says));
    }
    match sql_calls::stray(read, from)? {
        0 => {}
        count => checked.findings.push(Finding::new("metering_call", "", format!("{count} calls are in no rollup"))),
    }
    Ok(checked)
}

/// The first hour that is kept as a whole.
fn whole_hour(kept: Instant) -> Instant {
    let kept = kept.micros();
    Instant::from_micros(if kept == hour(kept) { kept } else { hour(kept) + 3_600_000_000 })
}

/// Every rollup of an hour whose events are all kept says what these events say; what waits for a person is an event that waits; what was discarded is counted as that.
pub(crate) fn events(read: &Read) -> Result<Checked, Fault> {
    let from = whole_hour(terms::events_kept_from(read)?);
    let mut checked = Checked { looked_at: u64::try_from(sql_events::rollups(read, from)?).unwrap_or(0), findings: Vec::new() };
    for (row, says) in sql_events::differing(read, from)? {
        checked.findings.push(Finding::new("metering_rollup", row, says));
    }
    match sql_events::stray(read, from)? {
        0 => {}
        count => checked.findings.push(Finding::new("metering_event", "", format!("{count} events are in no rollup"))),
    }
    checked.findings.extend(sql_quarantine::wrong(read)?.into_iter().map(|says| Finding::new("metering_quarantine", "", says)));
    Ok(checked)
}
