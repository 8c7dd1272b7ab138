//! What a gateway writes down of its calls: which log, and its entries. Pure.
//!
//! Invariant: entries of a log are numbered 1, 2, 3 … without a gap; a call is admitted once and settled at most once, in the same log.

use std::sync::Arc;

use words::Id;

/// Which log: a lane (a thread) of a gateway since one of its starts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogId {
    /// Id of the gateway; its folder keeps it.
    pub gateway: Id,
    /// Which of its starts.
    pub epoch: i64,
    /// Which of its threads.
    pub lane: i64,
}

/// A call that may be passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// When (microseconds UTC).
    pub at_us: i64,
    /// Its app.
    pub app: Arc<str>,
    /// Its key.
    pub key: Arc<str>,
    /// What is counted: `echo.calls`.
    pub meter: Arc<str>,
    /// `v1 GET /things/{id}`
    pub dims: Arc<str>,
    /// Its request id.
    pub request: Id,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Number of the entry that admitted it.
    pub of: i64,
    /// How it ended.
    pub ending: Ending,
    /// Status of the answer; 0 if there was none.
    pub status: u16,
    /// Bytes of the request's body.
    pub bytes_in: u64,
    /// Bytes of the answer's body.
    pub bytes_out: u64,
    /// Microseconds from its admission until the answer began.
    pub wait_us: u64,
    /// Microseconds from its admission until it ended.
    pub total_us: u64,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The upstream's answer went out whole.
    Answered,
    /// The caller went away before.
    CallerGone,
    /// The upstream's answer broke off.
    CutOff,
    /// The gateway answered itself, with this code.
    Refused(Arc<str>),
}

/// Calls that the gateway refused before anything of them was passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Within this hour (microseconds UTC).
    pub at_us: i64,
    /// Whose calls, if that is known.
    pub app: Option<Arc<str>>,
    /// Code of the refusal.
    pub reason: Arc<str>,
    /// How many.
    pub count: u64,
}

/// An entry of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A call goes upstream.
    Admitted(Admitted),
    /// A call has ended.
    Settled(Settled),
    /// Calls that went nowhere.
    Refused(Refused),
}

/// Entries of a log in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipment {
    /// Which log.
    pub log: LogId,
    /// Number of the first entry.
    pub first: i64,
    /// The entries: `first`, `first + 1` …
    pub entries: Vec<Entry>,
}

impl Ending {
    /// As it is stored.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Answered => "answered",
            Self::CallerGone => "caller_gone",
            Self::CutOff => "cut_off",
            Self::Refused(code) => code,
        }
    }
}
