//! The right this crate asks for. Which role carries it is pack data.

use words::Right;

/// Host data sets of a unit or base.
pub const OWN: Right = "datasets.own";

/// All of them, for the checker of packs.
pub const ALL: &[Right] = &[OWN];
