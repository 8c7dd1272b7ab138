//! Why something has no price.

use words::{Day, Refusal};

/// Why usage is not counted or a bill not made; variants in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RateRefusal {
    /// Less than nothing was used.
    Negative,
    /// The book has no prices on that day.
    NoVersion {
        /// Day.
        day: Day,
    },
    /// The book does not price this meter.
    NoMeter {
        /// Meter.
        meter: String,
    },
    /// The book has no price for this destination.
    NoTarget {
        /// Number or key.
        target: String,
    },
    /// The book has no such plan on that day.
    NoPlan {
        /// Plan.
        plan: String,
    },
    /// No such coupon, or it does not hold on that day.
    NoCoupon {
        /// Coupon.
        coupon: String,
    },
    /// What was counted belongs to another book.
    OtherBook,
    /// Beyond what can be counted.
    TooLarge,
}

impl Refusal for RateRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Negative => "rating-negative",
            Self::NoVersion { .. } => "rating-no-version",
            Self::NoMeter { .. } => "rating-no-meter",
            Self::NoTarget { .. } => "rating-no-target",
            Self::NoPlan { .. } => "rating-no-plan",
            Self::NoCoupon { .. } => "rating-no-coupon",
            Self::OtherBook => "rating-other-book",
            Self::TooLarge => "rating-too-large",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoVersion { day } => vec![("day", day.to_string())],
            Self::NoMeter { meter } => vec![("meter", meter.clone())],
            Self::NoTarget { target } => vec![("target", target.clone())],
            Self::NoPlan { plan } => vec![("plan", plan.clone())],
            Self::NoCoupon { coupon } => vec![("coupon", coupon.clone())],
            _ => Vec::new(),
        }
    }
}

/// All codes, for those who list them.
pub const CODES: &[&str] = &[
    "rating-negative",
    "rating-no-version",
    "rating-no-meter",
    "rating-no-target",
    "rating-no-plan",
    "rating-no-coupon",
    "rating-other-book",
    "rating-too-large",
];
