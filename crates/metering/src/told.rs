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
    /// Events of a capability could not be understood and wait for a person.
    EventsQuarantined = "metering.events_quarantined", sender, |_| Node::group(), {
        /// Whose events they are: a capability.
        sender: Id,
        /// How many.
        count: i64,
    };
    /// A person decided of an event that waited.
    EventDecided = "metering.event_decided", quarantined, |_| Node::group(), {
        /// The event as it was laid aside.
        quarantined: Id,
        /// Whose event it is: a capability.
        sender: Id,
        /// `taken` or `discarded`.
        state: String,
        /// What they wrote.
        note: String,
    };
}
