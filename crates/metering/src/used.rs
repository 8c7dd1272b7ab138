//! What was used, for those who bill it and those who look at it.

use store::Read;
use words::{Fault, Instant};

use crate::log::Admitted;
use crate::rollup::Counts;
use crate::{sql, sql_quarantine, sql_usage};

/// Usage of one hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// What is counted: `echo.calls`.
    pub meter: String,
    /// In which kind: `v1 GET /things/{id}`.
    pub dims: String,
    /// The hour, by its first moment.
    pub hour: Instant,
    /// How many were taken in.
    pub accepted: i64,
    /// Of which are billed.
    pub billable: i64,
    /// Of which cost nothing.
    pub free: i64,
    /// Units that are billed.
    pub units: i64,
}

/// What a subject used from a moment to another (not included), by hour, meter and dims.
pub fn used(read: &Read, subject: &str, from: Instant, to: Instant) -> Result<Vec<Used>, Fault> {
    let used = |(place, counts): (crate::rollup::Place, crate::rollup::Counts)| Used {
        meter: place.meter.to_string(),
        dims: place.dims.to_string(),
        hour: Instant::from_micros(place.hour),
        accepted: counts.accepted,
        billable: counts.billable,
        free: counts.free,
        units: counts.units,
    };
    Ok(sql::used(read, subject, from, to)?.into_iter().map(used).collect())
}

/// Calls that were open when their gateway was killed, after that moment, oldest first.
pub fn open_at_kill(read: &Read, after: Instant, limit: i64) -> Result<Vec<Admitted>, Fault> {
    sql::at_kill(read, after, limit)
}

/// Number of the entry that is wanted next of a log, and whether it is closed.
pub fn position(read: &Read, log: &crate::LogId) -> Result<(i64, bool), Fault> {
    let position = sql::position(read, log)?;
    Ok((position.next, position.closed_at.is_some()))
}

/// Everything that was taken in within a time, for the conservation report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// Taken in.
    pub accepted: i64,
    /// Of which are billed.
    pub billable: i64,
    /// Of which cost nothing.
    pub free: i64,
    /// Of which count for nothing: reason, how many, units.
    pub ignored: Vec<(String, i64, i64)>,
    /// What could not be understood and waits for a person; it is among what was taken in.
    pub quarantined: i64,
    /// Its units, as far as it says any.
    pub units_quarantined: i64,
    /// Units of what was taken in.
    pub units_accepted: i64,
    /// Units that are billed.
    pub units: i64,
}

impl Totals {
    /// accepted = billable + free + ignored + quarantined?
    pub fn is_whole(&self) -> bool {
        self.accepted == self.billable + self.free + self.ignored.iter().map(|(_, count, _)| count).sum::<i64>() + self.quarantined
    }
}

/// Everything that was taken in from a moment to another (not included); hours count by their first moment.
pub fn totals(read: &Read, from: Instant, to: Instant) -> Result<Totals, Fault> {
    let [accepted, billable, free, units_accepted, units] = sql_usage::totals(read, from, to)?;
    let (quarantined, units_quarantined) = sql_quarantine::waiting_in(read, from, to)?;
    Ok(Totals {
        accepted: accepted + quarantined,
        billable,
        free,
        ignored: sql_usage::ignored(read, from, to)?,
        quarantined,
        units_quarantined,
        units_accepted: units_accepted + units_quarantined,
        units,
    })
}

/// Counts of a kind of usage, of a day, or of a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Whose; empty in sums over one subject or over all.
    pub subject: String,
    /// What is counted; empty in sums over all.
    pub meter: String,
    /// In which kind; empty in sums over all.
    pub dims: String,
    /// The day, by its first moment; 1970 in sums over all days.
    pub from: Instant,
    /// The counts.
    pub counts: Counts,
}

fn summed(found: Vec<(crate::rollup::Place, Counts)>) -> Vec<Sum> {
    let sum = |(place, counts): (crate::rollup::Place, Counts)| Sum {
        subject: place.subject.to_string(),
        meter: place.meter.to_string(),
        dims: place.dims.to_string(),
        from: Instant::from_micros(place.hour),
        counts,
    };
    found.into_iter().map(sum).collect()
}

/// What a subject used, by meter and kind.
pub fn usage_by_kind(read: &Read, subject: &str, from: Instant, to: Instant) -> Result<Vec<Sum>, Fault> {
    Ok(summed(sql_usage::by_kind(read, subject, from, to)?))
}

/// What a subject called, by day in Shanghai.
pub fn usage_by_day(read: &Read, subject: &str, from: Instant, to: Instant) -> Result<Vec<Sum>, Fault> {
    Ok(summed(sql_usage::by_day(read, subject, from, to)?))
}

/// How many were taken in of each meter, over everybody, in the order of the meters.
pub fn accepted_by_meter(read: &Read, from: Instant, to: Instant) -> Result<Vec<(String, i64)>, Fault> {
    sql_usage::accepted(read, from, to)
}

/// What everybody used, by subject in their order: the next after one.
pub fn usage_by_subject(read: &Read, after: &str, from: Instant, to: Instant) -> Result<Vec<Sum>, Fault> {
    Ok(summed(sql_usage::by_subject(read, after, from, to)?))
}

/// What was used of a meter, by who used it, those who used most first.
pub fn usage_by_caller(read: &Read, meter: &str, from: Instant, to: Instant) -> Result<Vec<Sum>, Fault> {
    Ok(summed(sql_usage::by_caller(read, meter, from, to)?))
}

/// What was used of a meter, by kind.
pub fn meter_by_kind(read: &Read, meter: &str, from: Instant, to: Instant) -> Result<Vec<Sum>, Fault> {
    Ok(summed(sql_usage::meter_by_kind(read, meter, from, to)?))
}

/// What a capability metered itself, by meter and kind; `slug` is what stands before the dot of its meters.
pub fn own_meters(read: &Read, slug: &str, from: Instant, to: Instant) -> Result<Vec<Sum>, Fault> {
    Ok(summed(sql_usage::own_meters(read, slug, from, to)?))
}

/// Why calls of a subject were not billed or not let in: `ignored` or `refused`, the reason, how many.
pub fn reasons(read: &Read, subject: &str, from: Instant, to: Instant) -> Result<Vec<(String, String, i64)>, Fault> {
    sql_usage::reasons(read, subject, from, to)
}
