//! An event as it is sent: a CloudEvent of version 1.0 as JSON. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use words::{Id, Instant};

/// The kind of events that somebody sends to try an endpoint.
pub const TEST: &str = "callbacks.test";

/// Something that happened to somebody's things.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its id: the same event has the same, however often it is published.
    pub id: Id,
    /// Whose endpoints are sent to.
    pub owner: Id,
    /// `capability.version_deprecated`.
    pub kind: String,
    /// What it is about: an id.
    pub subject: String,
    /// When it happened.
    pub at: Instant,
    /// The facts.
    pub data: Value,
}

impl Message {
    /// What is sent, to the byte.
    pub(crate) fn body(&self, source: &str) -> String {
        let event = json!({
            "specversion": "1.0",
            "id": self.id.as_str(),
            "source": source,
            "type": self.kind,
            "subject": self.subject,
            "time": self.at.to_string(),
            "datacontenttype": "application/json",
            "data": self.data,
        });
        event.to_string()
    }
}

/// How far a delivery has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// To be sent, or sent again.
    Waiting,
    /// Taken.
    Delivered,
    /// Given up.
    Failed,
}

impl DeliveryState {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// From storage.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Waiting, Self::Delivered, Self::Failed].into_iter().find(|state| state.as_str() == text)
    }
}
