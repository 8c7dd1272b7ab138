//! Why a shipment is not taken in.

use words::Refusal;

/// Why a shipment is not taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShipmentRefusal {
    /// Entries are missing before it; this one should come next.
    Gap {
        /// Number of the entry that is wanted.
        wanted: i64,
    },
    /// Nothing comes after a log was closed.
    Closed,
}

impl Refusal for ShipmentRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Gap { .. } => "metering-gap",
            Self::Closed => "metering-closed",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Gap { wanted } => vec![("wanted", wanted.to_string())],
            Self::Closed => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        409
    }
}
