//! Why this crate says no. Each code has two sentences in `locales/`; variants stand in the order of the checks.

use words::{Complaint, Refusal};

use crate::document::{DocumentMistake, LARGEST};
use crate::openapi::compare::Breaking;

/// Why a capability is not registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CapabilityRefusal {
    /// Its name in addresses is none.
    SlugShape,
    /// It needs a name in both languages.
    NameNeeded,
    /// Another has that name in addresses.
    SlugTaken {
        /// The name.
        slug: String,
    },
}

impl Refusal for CapabilityRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::SlugShape => "capabilities-slug",
            Self::NameNeeded => "capabilities-name-needed",
            Self::SlugTaken { .. } => "capabilities-slug-taken",
        }
    }

    fn field(&self) -> Option<String> {
        Some(if matches!(self, Self::NameNeeded) { "/zh" } else { "/slug" }.into())
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::SlugTaken { slug } => vec![("slug", slug.clone())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::SlugTaken { .. }) { 409 } else { 422 }
    }
}

/// Why a version is not added or not moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionRefusal {
    /// The document cannot be used.
    Document(DocumentMistake),
    /// Calls cannot be passed on to this address.
    Upstream {
        /// Which field holds it.
        field: &'static str,
    },
    /// The wait or the largest body is out of bounds.
    Bounds,
    /// It is retired.
    Retired,
    /// It would break those who call it, and that was not acknowledged.
    Breaking(Vec<Breaking>),
}

impl Refusal for VersionRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Document(DocumentMistake::Large) => "capabilities-document-large",
            Self::Document(DocumentMistake::Json) => "capabilities-document-json",
            Self::Document(DocumentMistake::Version) => "capabilities-document-version",
            Self::Document(DocumentMistake::Empty) => "capabilities-document-empty",
            Self::Document(DocumentMistake::Path(_)) => "capabilities-document-path",
            Self::Document(DocumentMistake::Word(_)) => "capabilities-document-word",
            Self::Upstream { .. } => "capabilities-upstream",
            Self::Bounds => "capabilities-bounds",
            Self::Retired => "capabilities-retired",
            Self::Breaking(_) => "capabilities-breaking",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::Document(_) => Some("/document".into()),
            Self::Upstream { field } => Some(format!("/{field}")),
            Self::Bounds => Some("/timeout_ms".into()),
            Self::Retired | Self::Breaking(_) => None,
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Document(DocumentMistake::Large) => vec![("max", LARGEST.to_string())],
            Self::Document(DocumentMistake::Path(path)) => vec![("path", path.clone())],
            Self::Document(DocumentMistake::Word(word)) => vec![("word", (*word).to_owned())],
            Self::Breaking(all) => vec![("count", all.len().to_string())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::Retired | Self::Breaking(_)) { 409 } else { 422 }
    }

    fn parts(&self) -> Vec<Complaint> {
        let Self::Breaking(all) = self else { return Vec::new() };
        let part = |one: &Breaking| {
            (Some("/document".to_owned()), format!("capabilities-break-{}", one.code), vec![("operation", one.operation.clone()), ("at", one.at.clone())])
        };
        all.iter().map(part).collect()
    }
}

/// Why calls of an app are not recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordingRefusal {
    /// Only its owner sees what calls say.
    NotOwn,
    /// The app is closed.
    AppClosed,
    /// Too long.
    Hours,
}

impl Refusal for RecordingRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotOwn => "capabilities-recording-own",
            Self::AppClosed => "capabilities-app-closed",
            Self::Hours => "capabilities-recording-hours",
        }
    }

    fn field(&self) -> Option<String> {
        matches!(self, Self::Hours).then(|| "/hours".into())
    }

    fn status(&self) -> u16 {
        match self {
            Self::NotOwn => 403,
            Self::AppClosed => 409,
            Self::Hours => 422,
        }
    }
}

/// Why an app is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppRefusal {
    /// It needs a name.
    NameNeeded,
    /// One person has no more than so many.
    TooMany {
        /// Most.
        max: i64,
    },
    /// They do not develop for that firm.
    Payer,
}

impl Refusal for AppRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NameNeeded => "capabilities-app-name-needed",
            Self::TooMany { .. } => "capabilities-apps-many",
            Self::Payer => "capabilities-payer",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::NameNeeded => Some("/name".into()),
            Self::Payer => Some("/payer".into()),
            Self::TooMany { .. } => None,
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooMany { max } => vec![("max", max.to_string())],
            Self::NameNeeded | Self::Payer => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::TooMany { .. }) { 409 } else { 422 }
    }
}

/// Why another does not pay for an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayerRefusal {
    /// The app is closed.
    AppClosed,
    /// They do not develop for that firm.
    Firm,
    /// Something is subscribed this month, or what was used before is not settled.
    BetweenBills,
}

impl Refusal for PayerRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::AppClosed => "capabilities-app-closed",
            Self::Firm => "capabilities-payer",
            Self::BetweenBills => "capabilities-payer-between-bills",
        }
    }

    fn field(&self) -> Option<String> {
        matches!(self, Self::Firm | Self::BetweenBills).then(|| "/payer".into())
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::Firm) { 422 } else { 409 }
    }
}

/// Why a plan is not chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanRefusal {
    /// The app is closed.
    AppClosed,
    /// There is no such plan for apps of this environment.
    Unknown {
        /// As asked for.
        plan: String,
    },
}

impl Refusal for PlanRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::AppClosed => "capabilities-app-closed",
            Self::Unknown { .. } => "capabilities-plan-unknown",
        }
    }

    fn field(&self) -> Option<String> {
        matches!(self, Self::Unknown { .. }).then(|| "/plan".into())
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Unknown { plan } => vec![("plan", plan.clone())],
            Self::AppClosed => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::AppClosed) { 409 } else { 422 }
    }
}

/// Why a key is not made, rolled or revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyRefusal {
    /// The app is closed.
    AppClosed,
    /// It needs a name.
    NameNeeded,
    /// There is no such capability.
    CapabilityUnknown {
        /// As asked for.
        slug: String,
    },
    /// No range of addresses.
    Net {
        /// As asked for.
        net: String,
    },
    /// It ends before it begins, or too late.
    Days,
    /// An app has no more than so many that work.
    TooMany {
        /// Most.
        max: usize,
    },
    /// The key has ended already.
    Ended,
    /// No set of public keys that could be used.
    Jwks,
    /// No certificate that could be used.
    Certificate,
    /// The certificate is over.
    CertificateOver,
    /// The certificate is registered already.
    CertificateKnown,
    /// Public keys and certificates are not rolled: others are registered beside them.
    NoRoll,
}

impl Refusal for KeyRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::AppClosed => "capabilities-app-closed",
            Self::NameNeeded => "capabilities-key-name-needed",
            Self::CapabilityUnknown { .. } => "capabilities-unknown",
            Self::Net { .. } => "capabilities-net",
            Self::Days => "capabilities-key-days",
            Self::TooMany { .. } => "capabilities-keys-many",
            Self::Ended => "capabilities-key-ended",
            Self::Jwks => "capabilities-jwks",
            Self::Certificate => "capabilities-certificate",
            Self::CertificateOver => "capabilities-certificate-over",
            Self::CertificateKnown => "capabilities-certificate-known",
            Self::NoRoll => "capabilities-key-no-roll",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::NameNeeded => Some("/name".into()),
            Self::CapabilityUnknown { .. } => Some("/capabilities".into()),
            Self::Net { .. } => Some("/nets".into()),
            Self::Days => Some("/days".into()),
            Self::Jwks => Some("/jwks".into()),
            Self::Certificate | Self::CertificateOver | Self::CertificateKnown => Some("/certificate".into()),
            Self::AppClosed | Self::TooMany { .. } | Self::Ended | Self::NoRoll => None,
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::CapabilityUnknown { slug } => vec![("slug", slug.clone())],
            Self::Net { net } => vec![("net", net.clone())],
            Self::TooMany { max } => vec![("max", max.to_string())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::AppClosed | Self::TooMany { .. } | Self::Ended | Self::CertificateKnown | Self::NoRoll) { 409 } else { 422 }
    }
}
