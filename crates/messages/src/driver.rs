//! What brings messages to a network. In the sandbox a network is simulated; a live one is not connected yet, and says so.
//!
//! A driver is asked within the transaction of a send, so it only decides: what is to be spoken to the outside is left to a job of its own. A real network reports by
//! [`crate::take_reports`]; a simulated one foresees its reports.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::number::Number;
use crate::simulated::Simulated;

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// The network has it; no report yet.
    Sent,
    /// It arrived.
    Delivered,
    /// It did not.
    Failed,
    /// It was not sent: the number opted out, or the network does not take it. It costs nothing.
    Refused,
}

impl MessageState {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Refused => "refused",
        }
    }

    /// From storage.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Sent, Self::Delivered, Self::Failed, Self::Refused].into_iter().find(|state| state.as_str() == text)
    }
}

/// A message to be brought.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// To whom.
    pub number: &'a Number,
    /// What.
    pub text: &'a str,
    /// In how many parts.
    pub parts: usize,
}

/// A report that a driver knows beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// So many seconds after the send.
    pub after_s: i64,
    /// What it says.
    pub state: MessageState,
    /// Code of the network, if it did not arrive.
    pub code: &'static str,
    /// What whoever got it answers.
    pub reply: Option<&'static str>,
}

/// What a network says to a message at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    /// It has it; perhaps it is known what it will report.
    Taken(Option<Foreseen>),
    /// It does not take it.
    Refused(&'static str),
}

/// A network.
pub trait Driver: Send + Sync {
    /// Its name, with the messages that it brings.
    fn name(&self) -> &'static str;
    /// Can it be spoken to at all? Where not, nothing is sent and nothing counted.
    fn is_connected(&self) -> bool;
    /// Hands a message over.
    fn hand(&self, outgoing: &Outgoing<'_>) -> Handed;
}

/// The live network as long as none is connected.
#[derive(Debug, Clone, Copy)]
pub struct Unconnected;

impl Driver for Unconnected {
    fn name(&self) -> &'static str {
        "none"
    }

    fn is_connected(&self) -> bool {
        false
    }

    fn hand(&self, _: &Outgoing<'_>) -> Handed {
        Handed::Refused("not_connected")
    }
}

/// The networks of this program; a value of the app.
#[derive(Clone)]
pub struct Networks {
    /// For sandbox apps.
    pub sandbox: Arc<dyn Driver>,
    /// For live apps.
    pub live: Arc<dyn Driver>,
}

impl Default for Networks {
    /// A simulated one for the sandbox, none for real.
    fn default() -> Self {
        Self { sandbox: Arc::new(Simulated), live: Arc::new(Unconnected) }
    }
}
