//! What a gateway says of itself, and when it was seen last. Pure.

use serde::{Deserialize, Serialize};
use words::{Id, Instant};

/// Silence after which a gateway that has not said goodbye is asked about, in seconds.
const SILENCE: i64 = 20;

/// What a gateway says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayReport {
    /// Its id; its folder keeps it.
    pub id: Id,
    /// What people call it.
    pub name: String,
    /// Where callers find it.
    pub address: String,
    /// In a process of its own?
    pub apart: bool,
    /// Number of the newest change that is in force there.
    pub change: i64,
    /// How many keys it knows.
    pub keys: i64,
    /// Version of its program.
    pub version: String,
    /// When it began (microseconds UTC).
    pub began_us: i64,
    /// What its clock says now (microseconds UTC); nothing if it has the clock of the server.
    pub now_us: Option<i64>,
    /// It stops, and says goodbye.
    pub stops: bool,
}

/// A gateway that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewaySeen {
    /// What it said last.
    pub said: GatewayReport,
    /// So many milliseconds its clock was ahead of the server's.
    pub clock_off_ms: i64,
    /// When it was seen last.
    pub seen_at: Instant,
    /// When it said goodbye, if it did since it began.
    pub stopped_at: Option<Instant>,
}

impl GatewaySeen {
    /// `running`, `silent` (killed, or cut off from the server), `stopped`.
    pub fn state(&self, now: Instant) -> &'static str {
        match self.stopped_at {
            Some(_) => "stopped",
            None if now > self.seen_at.plus_seconds(SILENCE) => "silent",
            None => "running",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_says_nothing_is_silent_and_whoever_said_goodbye_has_stopped() {
        let said = GatewayReport {
            id: Id::fixed("gtw_a"),
            name: "edge-1".into(),
            address: "http://10.0.0.1:8081".into(),
            apart: true,
            change: 7,
            keys: 3,
            version: "0.1.0".into(),
            began_us: 0,
            now_us: None,
            stops: false,
        };
        let seen_at = Instant::from_micros(1_000_000);
        let seen = GatewaySeen { said, clock_off_ms: 0, seen_at, stopped_at: None };
        assert_eq!((seen.state(seen_at.plus_seconds(SILENCE)), seen.state(seen_at.plus_seconds(SILENCE + 1))), ("running", "silent"));
        let gone = GatewaySeen { stopped_at: Some(seen_at), ..seen };
        assert_eq!(gone.state(seen_at.plus_seconds(SILENCE + 1)), "stopped");
    }
}
