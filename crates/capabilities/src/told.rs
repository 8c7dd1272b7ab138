//! What this crate tells upstairs. One struct a kind; fields are only ever added.

use serde::{Deserialize, Serialize};
use store::told;
use words::{Day, Id, Instant, Node};

use crate::key::KeyKind;

/// Terms of a subscription from a moment on: whoever hears of its beginning and of each change knows those of every moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionTerms {
    /// Number of these terms: 1 from its beginning, one more with every change.
    pub revision: i64,
    /// In force from then on.
    pub since: Instant,
    /// App that may call.
    pub app: Id,
    /// Capability that it may call.
    pub capability: Id,
    /// Where that belongs.
    pub node: Node,
    /// Its name in addresses.
    pub slug: String,
    /// Who owns the capability.
    pub owner: Id,
    /// Does the program itself bring it? Then nobody but the platform is paid.
    pub builtin: bool,
    /// Who pays: the owner of the app, or the firm that pays for it.
    pub customer: Id,
    /// Key of the plan.
    pub plan: String,
    /// `free`, `prepaid`, `invoice`.
    pub billing: String,
    /// Price book; empty if nothing is paid.
    pub book: String,
    /// Case in incubation that it is for.
    pub for_case: Option<Id>,
    /// Part of the price that is paid, while the discount holds.
    pub pay_percent: i64,
    /// First day on which the discount no longer holds.
    pub discount_until: Option<Day>,
}

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
        /// The firm that pays for it; its owner does, if none.
        #[serde(default)]
        payer: Option<Id>,
    };
    /// Another pays for an app from now on.
    PayerChosen = "capabilities.payer_chosen", app, |_| Node::group(), {
        /// Which.
        app: Id,
        /// Whose.
        owner: Id,
        /// The firm that pays for it; its owner does, if none.
        payer: Option<Id>,
    };
    /// An app that a firm pays for has another owner of the firm.
    AppHandedOver = "capabilities.app_handed_over", app, |_| Node::group(), {
        /// Which.
        app: Id,
        /// Whose it was.
        from: Id,
        /// Whose it is.
        to: Id,
        /// Who pays for it, before and after.
        firm: Id,
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
        /// How it is shown.
        #[serde(default)]
        kind: KeyKind,
    };
    /// Contents of an app's calls are recorded until then, or no longer.
    RecordingChanged = "capabilities.recording_changed", app, |_| Node::group(), {
        /// Which.
        app: Id,
        /// Until when; not after now if they are recorded no longer.
        until: Instant,
    };
    /// There is a new key that signs access tokens.
    SignerMade = "capabilities.signer_made", signer, |_| Node::group(), {
        /// Which.
        signer: Id,
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
    /// A live app asks to call a capability under a plan.
    SubscriptionAsked = "capabilities.subscription_asked", subscription, |_| Node::group(), {
        /// Which.
        subscription: Id,
        /// App that would call.
        app: Id,
        /// Name of the capability.
        slug: String,
        /// Key of the plan.
        plan: String,
    };
    /// A subscription is in force.
    SubscriptionBegan = "capabilities.subscription_began", subscription, |told| told.terms.node.clone(), {
        /// Which.
        subscription: Id,
        /// By which terms.
        #[serde(flatten)]
        terms: SubscriptionTerms,
    };
    /// A subscription in force has other terms: all of them, as they are now.
    SubscriptionChanged = "capabilities.subscription_changed", subscription, |told| told.terms.node.clone(), {
        /// Which.
        subscription: Id,
        /// `plan` or `discount`.
        what: String,
        /// Key of the plan that it had.
        plan_before: String,
        /// By which terms from now on.
        #[serde(flatten)]
        terms: SubscriptionTerms,
    };
    /// A subscription that was in force is over.
    SubscriptionEnded = "capabilities.subscription_ended", subscription, |told| told.node.clone(), {
        /// Which.
        subscription: Id,
        /// Number of its last terms.
        revision: i64,
        /// Not in force from then on.
        at: Instant,
        /// App that could call.
        app: Id,
        /// Capability that it could call.
        capability: Id,
        /// Where that belongs.
        node: Node,
        /// Its name in addresses.
        slug: String,
        /// Who owns the capability.
        owner: Id,
        /// Who paid.
        customer: Id,
        /// Key of the plan.
        plan: String,
        /// Why, if somebody said so.
        reason: String,
    };
    /// So much of the quota of a subscription's month is used, or held by gateways that need it.
    QuotaUsed = "capabilities.quota_used", subscription, |_| Node::group(), {
        /// Which.
        subscription: Id,
        /// App that calls.
        app: Id,
        /// Name of the capability.
        slug: String,
        /// Month: `2026-11`.
        month: String,
        /// 80, or 100: calls are refused until the month ends or the plan is larger.
        percent: i64,
        /// Calls a month.
        quota: i64,
    };
    /// Units of a meter are kept for an app.
    UnitsReserved = "capabilities.units_reserved", reservation, |_| Node::group(), {
        /// Which.
        reservation: Id,
        /// App.
        app: Id,
        /// Meter.
        meter: String,
        /// Units.
        units: i64,
    };
    /// What was left of them was given back.
    UnitsFreed = "capabilities.units_freed", reservation, |_| Node::group(), {
        /// Which.
        reservation: Id,
        /// Units.
        units: i64,
    };
    /// The document of a version is another one.
    VersionRevised = "capabilities.version_revised", version, |told| told.node.clone(), {
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
        /// So many changes break calls; they were acknowledged.
        breaking: i64,
    };
    /// Something happened to a version of a capability that is subscribed: one of these for each subscription in force.
    VersionNews = "capabilities.version_news", subscription, |_| Node::group(), {
        /// Whose.
        subscription: Id,
        /// Its app.
        app: Id,
        /// Name of the capability.
        slug: String,
        /// `1` of `v1`.
        major: i64,
        /// `deprecated`, `retired`, `revised`.
        what: String,
        /// Last day, if it is deprecated.
        sunset_on: Option<Day>,
        /// So many changes break calls, if it was revised.
        breaking: i64,
    };
}
