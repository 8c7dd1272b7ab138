//! Why a call is not answered by its upstream: coded, in the caller's language, as problem+json (RFC 9457). Texts come from the locales.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use words::Lang;

use crate::rules::{self, Mistake};

/// Why the gateway itself answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Refusal {
    /// The request cannot be understood in one way only.
    Malformed,
    /// `x-correlator` holds what may not be in it.
    Correlator,
    /// No key came with the call.
    KeyMissing,
    /// There is no such key (any more).
    KeyUnknown,
    /// The key's time is over.
    KeyEnded,
    /// The fields of a signature cannot be read in one way.
    SignatureMalformed,
    /// A signature names another algorithm.
    SignatureAlgorithm,
    /// A signature does not cover what it has to, or covers what is not there.
    SignatureComponents,
    /// A signature does not say when it was made, or that is too far from now.
    SignatureCreated,
    /// A signature is over by its own word.
    SignatureExpired,
    /// A signature is not that of the request by this secret.
    SignatureWrong,
    /// A signature was used before.
    SignatureReplayed,
    /// There is no room to remember one more signature.
    SignatureFull,
    /// The body is not what was signed.
    DigestWrong,
    /// An access token is none of ours, or its credential is dead.
    TokenInvalid,
    /// An access token is over.
    TokenExpired,
    /// An access token is not for this capability.
    TokenScope,
    /// The certificate of the connection is nobody's, or was revoked.
    CertificateUnknown,
    /// The time of the certificate has not come.
    CertificateEarly,
    /// The app is closed.
    AppClosed,
    /// What is owed for it was not paid.
    Suspended,
    /// The key may not be used from this address.
    KeyNet,
    /// The key may not call this capability.
    KeyCapability,
    /// The app has no subscription in force to this capability.
    NotSubscribed,
    /// Too many wrong keys from this address.
    Guessing,
    /// No such capability.
    CapabilityUnknown,
    /// No such version.
    VersionUnknown,
    /// The version is not open to keys of this kind.
    NotLive,
    /// No such operation.
    OperationUnknown,
    /// The operation has other methods.
    Method,
    /// The body is larger than the capability takes.
    BodyLarge,
    /// The caller took too long to send the body.
    BodySlow,
    /// The call does not keep to the document of its version.
    Input,
    /// The document knows no body of this media type there.
    MediaType,
    /// The app calls faster than its plan allows.
    Rate,
    /// The quota of the month is used up.
    Quota,
    /// Units of the quota could not be had in time.
    QuotaWaiting,
    /// The wallet cannot pay one more call.
    WalletShort,
    /// The spending limit is reached.
    LimitReached,
    /// The call could not be written down, so it is not let in.
    MeterFull,
    /// The upstream cannot be reached, or answers garbage.
    UpstreamFailed,
    /// The upstream does not answer in time.
    UpstreamSlow,
    /// The upstream's address may not be called.
    UpstreamForbidden,
    /// The upstream's certificate is not for it, not vouched for, or out of its time.
    UpstreamUntrusted,
    /// The upstream failed again and again and rests.
    UpstreamResting,
    /// The gateway has as many calls as it takes; apps of this plan wait first.
    Overloaded,
}

impl Refusal {
    /// All of them.
    pub(crate) const ALL: [Self; 46] = [
        Self::Malformed,
        Self::Correlator,
        Self::KeyMissing,
        Self::KeyUnknown,
        Self::KeyEnded,
        Self::SignatureMalformed,
        Self::SignatureAlgorithm,
        Self::SignatureComponents,
        Self::SignatureCreated,
        Self::SignatureExpired,
        Self::SignatureWrong,
        Self::SignatureReplayed,
        Self::SignatureFull,
        Self::DigestWrong,
        Self::TokenInvalid,
        Self::TokenExpired,
        Self::TokenScope,
        Self::CertificateUnknown,
        Self::CertificateEarly,
        Self::AppClosed,
        Self::Suspended,
        Self::KeyNet,
        Self::KeyCapability,
        Self::NotSubscribed,
        Self::Guessing,
        Self::CapabilityUnknown,
        Self::VersionUnknown,
        Self::NotLive,
        Self::OperationUnknown,
        Self::Method,
        Self::BodyLarge,
        Self::BodySlow,
        Self::Input,
        Self::MediaType,
        Self::Rate,
        Self::Quota,
        Self::QuotaWaiting,
        Self::WalletShort,
        Self::LimitReached,
        Self::MeterFull,
        Self::UpstreamFailed,
        Self::UpstreamSlow,
        Self::UpstreamForbidden,
        Self::UpstreamUntrusted,
        Self::UpstreamResting,
        Self::Overloaded,
    ];

    /// Stable code; also the key of its texts.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Malformed => "gateway-malformed",
            Self::Correlator => "gateway-correlator",
            Self::KeyMissing => "gateway-key-missing",
            Self::KeyUnknown => "gateway-key-unknown",
            Self::KeyEnded => "gateway-key-ended",
            Self::SignatureMalformed => "gateway-signature-malformed",
            Self::SignatureAlgorithm => "gateway-signature-algorithm",
            Self::SignatureComponents => "gateway-signature-components",
            Self::SignatureCreated => "gateway-signature-created",
            Self::SignatureExpired => "gateway-signature-expired",
            Self::SignatureWrong => "gateway-signature-wrong",
            Self::SignatureReplayed => "gateway-signature-replayed",
            Self::SignatureFull => "gateway-signature-full",
            Self::DigestWrong => "gateway-digest-wrong",
            Self::TokenInvalid => "gateway-token-invalid",
            Self::TokenExpired => "gateway-token-expired",
            Self::TokenScope => "gateway-token-scope",
            Self::CertificateUnknown => "gateway-certificate-unknown",
            Self::CertificateEarly => "gateway-certificate-early",
            Self::AppClosed => "gateway-app-closed",
            Self::Suspended => "gateway-suspended",
            Self::KeyNet => "gateway-key-net",
            Self::KeyCapability => "gateway-key-capability",
            Self::NotSubscribed => "gateway-not-subscribed",
            Self::Guessing => "gateway-guessing",
            Self::CapabilityUnknown => "gateway-capability-unknown",
            Self::VersionUnknown => "gateway-version-unknown",
            Self::NotLive => "gateway-not-live",
            Self::OperationUnknown => "gateway-operation-unknown",
            Self::Method => "gateway-method",
            Self::BodyLarge => "gateway-body-large",
            Self::BodySlow => "gateway-body-slow",
            Self::Input => "gateway-input",
            Self::MediaType => "gateway-media-type",
            Self::Rate => "gateway-rate",
            Self::Quota => "gateway-quota",
            Self::QuotaWaiting => "gateway-quota-waiting",
            Self::WalletShort => "gateway-wallet-short",
            Self::LimitReached => "gateway-limit-reached",
            Self::MeterFull => "gateway-meter-full",
            Self::UpstreamFailed => "gateway-upstream-failed",
            Self::UpstreamSlow => "gateway-upstream-slow",
            Self::UpstreamForbidden => "gateway-upstream-forbidden",
            Self::UpstreamUntrusted => "gateway-upstream-untrusted",
            Self::UpstreamResting => "gateway-upstream-resting",
            Self::Overloaded => "gateway-overloaded",
        }
    }

    /// HTTP status.
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::Malformed | Self::Correlator | Self::SignatureMalformed | Self::DigestWrong => 400,
            Self::KeyMissing | Self::KeyUnknown | Self::KeyEnded | Self::CertificateUnknown | Self::CertificateEarly => 401,
            Self::SignatureAlgorithm | Self::SignatureComponents | Self::SignatureCreated => 401,
            Self::SignatureExpired | Self::SignatureWrong | Self::SignatureReplayed | Self::TokenInvalid | Self::TokenExpired => 401,
            Self::Suspended | Self::WalletShort | Self::LimitReached => 402,
            Self::TokenScope | Self::AppClosed | Self::KeyNet | Self::KeyCapability | Self::NotSubscribed | Self::NotLive => 403,
            Self::CapabilityUnknown | Self::VersionUnknown | Self::OperationUnknown => 404,
            Self::Method => 405,
            Self::BodySlow => 408,
            Self::BodyLarge => 413,
            Self::MediaType => 415,
            Self::Input => 422,
            Self::Guessing | Self::Rate | Self::Quota => 429,
            Self::UpstreamFailed | Self::UpstreamForbidden | Self::UpstreamUntrusted => 502,
            Self::SignatureFull | Self::QuotaWaiting | Self::MeterFull | Self::UpstreamResting | Self::Overloaded => 503,
            Self::UpstreamSlow => 504,
        }
    }
}

/// A refusal with what has to be said beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    pub why: Refusal,
    /// Methods that would have been allowed; of a token, the capability that it had to be for.
    pub allow: Vec<String>,
    /// What is wrong, each at its place.
    pub mistakes: Vec<Mistake>,
}

impl From<Refusal> for Refused {
    fn from(why: Refusal) -> Self {
        Self { why, allow: Vec::new(), mistakes: Vec::new() }
    }
}

/// The texts of all refusals, looked up once.
pub struct Problems {
    help: String,
    texts: BTreeMap<(&'static str, bool), (String, String)>,
    mistakes: BTreeMap<(&'static str, bool), String>,
}

impl Problems {
    /// Looks the texts up. `help` is where the codes are explained: `http://127.0.0.1:8080`.
    pub fn of(help: &str, text: impl Fn(Lang, &str) -> String) -> Self {
        let (mut texts, mut mistakes) = (BTreeMap::new(), BTreeMap::new());
        for lang in [Lang::Zh, Lang::En] {
            for refusal in Refusal::ALL {
                let key = format!("problem-{}", refusal.code());
                texts.insert((refusal.code(), lang == Lang::En), (text(lang, &key), text(lang, &format!("{key}-detail"))));
            }
            for code in rules::CODES {
                mistakes.insert((code, lang == Lang::En), text(lang, &format!("gateway-mistake-{code}")));
            }
        }
        Self { help: help.to_owned(), texts, mistakes }
    }

    /// The body of an answer.
    pub(crate) fn body(&self, refused: &Refused, english: bool, request_id: &str) -> Vec<u8> {
        let code = refused.why.code();
        let (title, detail) = self.texts.get(&(code, english)).map_or(("", ""), |(title, detail)| (title, detail));
        let mut body = json!({
            "type": format!("{}/problems/{code}", self.help), "title": title, "status": refused.why.status(), "detail": detail, "code": code, "request_id": request_id,
        });
        if !refused.mistakes.is_empty() {
            body["errors"] = refused.mistakes.iter().map(|mistake| self.mistake(mistake, english)).collect();
        }
        body.to_string().into_bytes()
    }

    fn mistake(&self, mistake: &Mistake, english: bool) -> Value {
        let detail = self.mistakes.get(&(mistake.code, english)).map_or("", String::as_str);
        let mut said = json!({ "in": mistake.place, "pointer": mistake.pointer, "code": mistake.code, "detail": detail });
        if let Some(limit) = &mistake.limit {
            said["limit"] = Value::String(limit.clone());
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_name_every_refusal() {
        assert_eq!(Refusal::ALL.map(Refusal::code), capabilities::GATEWAY_CODES);
    }
}
