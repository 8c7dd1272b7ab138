//! The rights this crate asks for. Which role carries them is pack data.

use words::Right;

/// Open, grade and propose.
pub const OPEN: Right = "awards.open";
/// Decide and pay, refuse, reverse; never one's own grading.
pub const DECIDE: Right = "awards.decide";

/// Pay what was decided: sees who gets what part of it (finance).
pub const PAY: Right = "awards.pay";

/// Whoever reads every case reads its award (audit, leading group).
pub const READ: Right = "programme.read_all";

/// All of them, for the checker of packs.
pub const ALL: &[Right] = &[OPEN, DECIDE, PAY];
