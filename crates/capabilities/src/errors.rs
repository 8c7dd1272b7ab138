//! What a gateway itself may answer, for the pages: each code has a page that explains it. A test of the gateway keeps the list whole.

/// Codes of the gateway's own answers, in the order in which a call meets them.
pub const GATEWAY_CODES: &[&str] = &[
    "gateway-malformed",
    "gateway-correlator",
    "gateway-key-missing",
    "gateway-key-unknown",
    "gateway-key-ended",
    "gateway-app-closed",
    "gateway-key-net",
    "gateway-key-capability",
    "gateway-guessing",
    "gateway-capability-unknown",
    "gateway-version-unknown",
    "gateway-not-live",
    "gateway-operation-unknown",
    "gateway-method",
    "gateway-body-large",
    "gateway-body-slow",
    "gateway-rate",
    "gateway-quota",
    "gateway-quota-waiting",
    "gateway-meter-full",
    "gateway-upstream-failed",
    "gateway-upstream-slow",
    "gateway-upstream-forbidden",
    "gateway-upstream-untrusted",
];
