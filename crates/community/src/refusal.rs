//! Why the community says no. Each code has two sentences in `locales/`.

use words::Refusal;

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommunityRefusal {
    /// There is no such capability to ask about.
    Capability,
    /// A text is too short, too long, or not plain.
    Text {
        /// The field.
        field: &'static str,
        /// Longest.
        most: usize,
    },
    /// It is hidden, so nothing is added to it.
    Hidden,
    /// Only whoever asked accepts an answer.
    NotYours,
    /// A question has no more answers than so many.
    Many {
        /// Most.
        most: i64,
    },
    /// They reported it already.
    Reported,
    /// A reason is needed.
    Reason,
}

impl Refusal for CommunityRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Capability => "community-capability",
            Self::Text { .. } => "community-text",
            Self::Hidden => "community-hidden",
            Self::NotYours => "community-not-yours",
            Self::Many { .. } => "community-many",
            Self::Reported => "community-reported",
            Self::Reason => "community-reason",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::Capability => Some("/capability".into()),
            Self::Text { field, .. } => Some((*field).to_owned()),
            Self::Reason => Some("/reason".into()),
            _ => None,
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Text { most, .. } => vec![("most", most.to_string())],
            Self::Many { most } => vec![("most", most.to_string())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Capability | Self::Text { .. } | Self::Reason => 422,
            Self::NotYours => 403,
            Self::Hidden | Self::Many { .. } | Self::Reported => 409,
        }
    }
}
