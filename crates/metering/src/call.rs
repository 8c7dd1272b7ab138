//! One call as it is looked up later. Pure.

use store::Read;
use words::{Fault, Id, Instant};

use crate::sql_calls;

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRow {
    /// Its request id.
    pub request: Id,
    /// Its app.
    pub app: Id,
    /// Its key.
    pub key: Id,
    /// What is counted: `echo.calls`.
    pub meter: String,
    /// `v1 GET /things/{id}`
    pub dims: String,
    /// When it was admitted.
    pub at: Instant,
    /// `answered`, or why not.
    pub outcome: String,
    /// Status of the answer; 0 if there was none.
    pub status: i64,
    /// Bytes of the request's body.
    pub bytes_in: i64,
    /// Bytes of the answer's body.
    pub bytes_out: i64,
    /// Microseconds until the answer began.
    pub wait_us: i64,
    /// Microseconds until it ended.
    pub total_us: i64,
}

/// A call by its request id, while it is kept.
pub fn call(read: &Read, request: &Id) -> Result<Option<CallRow>, Fault> {
    sql_calls::call(read, request)
}

/// Calls of an app, newest first, made before the one named (or all).
pub fn latest_calls(read: &Read, app: &Id, before: Option<&Id>, limit: i64) -> Result<Vec<CallRow>, Fault> {
    sql_calls::latest(read, app, before.map_or("req~", Id::as_str), limit)
}
