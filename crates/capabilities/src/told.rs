//! What this crate tells upstairs. One struct a kind; fields are only ever added.

use store::told;
use words::{Id, Node};

told! {
    /// There is a new capability.
    CapabilityRegistered = "capabilities.capability_registered", capability, |told| told.node.clone(), {
        /// Which.
        capability: Id,
        /// Where it belongs.
        node: Node,
        /// Its name in addresses.
        slug: String,
    };
    /// A capability has a new version.
    VersionAdded = "capabilities.version_added", version, |told| told.node.clone(), {
        /// Which.
        version: Id,
        /// Of which capability.
        capability: Id,
        /// Where it belongs.
        node: Node,
        /// `1` of `v1`.
        major: i64,
        /// SHA-256 of its document.
        document_hash: String,
    };
    /// A version came into another state.
    VersionMoved = "capabilities.version_moved", version, |told| told.node.clone(), {
        /// Which.
        version: Id,
        /// Of which capability.
        capability: Id,
        /// Where it belongs.
        node: Node,
        /// State.
        state: String,
    };
    /// Calls of a version go elsewhere.
    UpstreamsMoved = "capabilities.upstreams_moved", version, |told| told.node.clone(), {
        /// Which.
        version: Id,
        /// Where it belongs.
        node: Node,
    };
    /// Somebody has a new app.
    AppMade = "capabilities.app_made", app, |_| Node::group(), {
        /// Which.
        app: Id,
        /// Whose.
        owner: Id,
        /// `sandbox` or `live`.
        environment: String,
    };
    /// An app was closed; its keys are dead.
    AppClosed = "capabilities.app_closed", app, |_| Node::group(), {
        /// Which.
        app: Id,
    };
    /// An app has another plan.
    PlanChosen = "capabilities.plan_chosen", app, |_| Node::group(), {
        /// Its app.
        app: Id,
        /// Key of the plan.
        plan: String,
    };
    /// An app has a new key.
    KeyMade = "capabilities.key_made", app, |_| Node::group(), {
        /// Which.
        key: Id,
        /// Its app.
        app: Id,
        /// The key that it takes the place of, once the overlap is over.
        replaces: Option<Id>,
    };
    /// A key was killed.
    KeyRevoked = "capabilities.key_revoked", app, |_| Node::group(), {
        /// Which.
        key: Id,
        /// Its app.
        app: Id,
    };
    /// Somebody tries a capability in the page: there is a token of a minute.
    TokenMinted = "capabilities.token_minted", app, |_| Node::group(), {
        /// Which.
        token: Id,
        /// Its app.
        app: Id,
        /// Name of the only capability it may call.
        slug: String,
    };
}
