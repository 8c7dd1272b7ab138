//! Why callbacks say no. Each code has two sentences in `locales/`.

use words::Refusal;

/// Why an endpoint is not made, changed or sent to; variants in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndpointRefusal {
    /// No address that can be called.
    Address,
    /// In the clear.
    NotSecure,
    /// An address of this house.
    Private,
    /// There is no such kind.
    KindUnknown {
        /// It.
        kind: String,
    },
    /// Enough of them.
    TooMany {
        /// Most.
        max: i64,
    },
    /// It is switched off or paused.
    NotOn,
    /// The delivery waits already.
    Waiting,
}

impl Refusal for EndpointRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Address => "callbacks-address",
            Self::NotSecure => "callbacks-not-secure",
            Self::Private => "callbacks-private",
            Self::KindUnknown { .. } => "callbacks-kind-unknown",
            Self::TooMany { .. } => "callbacks-many",
            Self::NotOn => "callbacks-not-on",
            Self::Waiting => "callbacks-waiting",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::Address | Self::NotSecure | Self::Private => Some("/url".into()),
            Self::KindUnknown { .. } => Some("/kinds".into()),
            _ => None,
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::KindUnknown { kind } => vec![("kind", kind.clone())],
            Self::TooMany { max } => vec![("max", max.to_string())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::TooMany { .. } | Self::NotOn | Self::Waiting => 409,
            _ => 422,
        }
    }
}
