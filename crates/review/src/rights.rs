//! Rights of this crate. Which role carries them is pack data.

use words::Right;

/// The office of a review: freeze, draw, extend, replace, answer requests for recusal, count, rate.
pub const MANAGE: Right = "review.manage";
/// Sees names, conflicts and reasons without changing anything.
pub const AUDIT: Right = "review.audit";
