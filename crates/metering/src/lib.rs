#![doc = include_str!("../README.md")]

mod call;
mod checks;
mod event;
mod log;
mod many;
mod ops;
mod quarantine;
mod refusal;
mod rollup;
mod sql;
mod sql_calls;
mod sql_events;
mod sql_quarantine;
mod sql_usage;
mod terms;
pub mod told;
mod usage_event;
mod used;

use store::{Check, JobKind, Migration, Part, Table};

pub use call::{CallRow, call, latest_calls};
pub use event::{Doubt, EventFate, EventOutcome, MOST_EVENTS, MOST_UNITS, UsageEvent};
pub use log::{Admitted, Ending, Entry, LogId, Refused, Settled, Shipment};
pub use ops::close_log::close_log;
pub use ops::decide_event::decide_event;
pub use ops::lose_entries::lose_entries;
pub use ops::take_events::take_events;
pub use ops::take_shipment::take_shipment;
pub use quarantine::{Decision, Mended, QuarantineState, Quarantined};
pub use refusal::{DecisionRefusal, EventRefusal, ShipmentRefusal, Which};
pub use rollup::{Class, Counts, WAITS_MS, class, hour};
pub use terms::{Terms, set_terms, terms};
pub use usage_event::{After, EventRow, events_of, quarantine, quarantined, waiting};
pub use used::{
    Sum, Totals, Used, accepted_by_meter, meter_by_kind, open_at_kill, own_meters, position, reasons, totals, usage_by_caller, usage_by_day, usage_by_kind,
    usage_by_subject, used,
};

/// Reason of calls that were open when their gateway was killed.
pub const OPEN_AT_KILL: &str = "open_at_kill";
/// Reason of events that a person said do not count.
pub const DISCARDED: &str = "discarded";

/// What this crate brings to the store.
pub const PART: Part = Part {
    migrations: &[
        Migration { name: "20261130_metering", sql: include_str!("../migrations/20261130_metering.sql") },
        Migration { name: "20261201_usage_events", sql: include_str!("../migrations/20261201_usage_events.sql") },
    ],
    tables: &[Table { name: "metering_lost", key: &["gateway", "epoch", "lane", "first_seq"] }, Table { name: "metering_quarantine", key: &["id"] }],
    free: &[
        ("metering_log", "how far logs were taken in; `verify` compares it with what was taken in"),
        ("metering_open", "calls of which the log says that they began; `verify` counts them"),
        ("metering_call", "calls for looking up, which expire; tens of thousands a second"),
        ("metering_event", "thousands of events a second, forgotten once they would not be taken in again; `verify` counts them against the rollups"),
        ("metering_rollup", "thousands of changes a second; `verify` counts the calls that are kept again"),
        ("metering_reason", "as rollups"),
        ("metering_term", "what the pack says, set again at each start, and from when on calls are kept"),
    ],
    jobs: &[JobKind { name: terms::SWEEP, run: terms::sweep }],
    checks: &[
        Check { name: "positions of metering logs", run: checks::positions },
        Check { name: "rollups of usage against calls", run: checks::rollups },
        Check { name: "rollups of usage against events", run: checks::events },
    ],
    ..Part::named("metering")
};

#[cfg(test)]
mod tests {
    /// Every sentence of this crate compiles on the database under test.
    #[test]
    fn every_sentence_is_in_both_dialects() {
        let world = store::testing::temp(&[&super::PART]);
        world.prepares(&super::sql::all());
        world.prepares(super::sql_calls::ALL);
        world.prepares(&super::sql_events::all());
        world.prepares(super::sql_quarantine::ALL);
        world.prepares(&super::sql_usage::all());
        world.prepares(super::terms::ALL);
    }
}
