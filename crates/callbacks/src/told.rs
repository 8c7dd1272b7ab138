//! What this crate tells upstairs. One struct a kind; fields are only ever added. Addresses and secrets are not in it.

use store::told;
use words::{Id, Node};

told! {
    /// Somebody named an address for events.
    EndpointAdded = "callbacks.endpoint_added", endpoint, |_| Node::group(), {
        /// Which.
        endpoint: Id,
        /// Whose.
        owner: Id,
    };
    /// It is another address, or wants other kinds.
    EndpointChanged = "callbacks.endpoint_changed", endpoint, |_| Node::group(), {
        /// Which.
        endpoint: Id,
    };
    /// Its owner switched it on or off, or took it away.
    EndpointSwitched = "callbacks.endpoint_switched", endpoint, |_| Node::group(), {
        /// Which.
        endpoint: Id,
        /// `on`, `off` or `removed`.
        state: String,
    };
    /// It has a new secret.
    SecretRolled = "callbacks.secret_rolled", endpoint, |_| Node::group(), {
        /// Which.
        endpoint: Id,
    };
    /// Nothing is sent there until its owner says so.
    EndpointPaused = "callbacks.endpoint_paused", endpoint, |_| Node::group(), {
        /// Which.
        endpoint: Id,
        /// Whose.
        owner: Id,
        /// `gone` or `silent`.
        reason: String,
    };
}
