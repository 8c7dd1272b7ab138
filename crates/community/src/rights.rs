//! The right this crate asks for. Which role carries it is pack data. To ask and to answer needs none.

use words::Right;

/// See what was reported, hide it and show it again.
pub const MODERATE: Right = "community.moderate";

/// All of them, for the checker of packs.
pub const ALL: &[Right] = &[MODERATE];
