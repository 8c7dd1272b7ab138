//! What this crate tells upstairs. One struct a kind; fields are only ever added.

use serde::{Deserialize, Serialize};
use store::told;
use words::{Id, Node};

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// Message.
    pub message: Id,
    /// Its number, but for the middle.
    pub number: String,
    /// `delivered` or `failed`.
    pub state: String,
    /// Why not.
    pub code: String,
}

told! {
    /// Somebody submits a template or a signature; a case is to be opened.
    TextSubmitted = "messages.text_submitted", text, |_| Node::group(), {
        /// Text.
        text: Id,
        /// Whose.
        owner: Id,
        /// `template` or `signature`.
        kind: String,
        /// What its owner calls it.
        name: String,
    };
    /// The text has its case.
    TextCaseNoted = "messages.text_case_noted", text, |_| Node::group(), {
        /// Text.
        text: Id,
        /// Case.
        case: Id,
    };
    /// The text was approved, returned or taken back.
    TextDecided = "messages.text_decided", text, |_| Node::group(), {
        /// Text.
        text: Id,
        /// Whose.
        owner: Id,
        /// How.
        state: String,
        /// Why.
        reason: String,
    };
    /// The owner takes a text back; its case is to be ended.
    TextWithdrawn = "messages.text_withdrawn", text, |_| Node::group(), {
        /// Text.
        text: Id,
        /// Its case, if it has one.
        case: Option<Id>,
    };
    /// An app sent.
    MessagesSent = "messages.sent", send, |_| Node::group(), {
        /// Send.
        send: Id,
        /// App.
        app: Id,
        /// Numbers.
        numbers: i64,
        /// Of which were refused.
        refused: i64,
        /// Parts that count.
        parts: i64,
    };
    /// The network reported.
    DeliveryReported = "messages.delivery_reported", send, |_| Node::group(), {
        /// Send.
        send: Id,
        /// App.
        app: Id,
        /// What became of which messages.
        reports: Vec<Reported>,
    };
    /// A number opted out of a sender's messages.
    OptedOut = "messages.opted_out", owner, |_| Node::group(), {
        /// Sender.
        owner: Id,
        /// `sandbox` or `live`.
        environment: String,
        /// The number, but for the middle.
        number: String,
    };
}
