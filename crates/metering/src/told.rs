//! What this crate tells upstairs.

use words::{Id, Node};

store::told! {
    /// Entries of a gateway's log can never be taken in: what they said was used is not billed.
    EntriesLost = "metering.entries_lost", gateway, |_| Node::group(), {
        /// Gateway.
        gateway: Id,
        /// Which of its starts.
        epoch: i64,
        /// Which of its threads.
        lane: i64,
        /// First entry that is lost.
        first: i64,
        /// First entry that is not.
        next: i64,
    };
}
