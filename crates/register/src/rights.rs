//! The rights this crate asks for. Which role carries them is pack data.

use words::Right;

/// Add and change records and facts.
pub const KEEP: Right = "register.keep";

/// All of them, for the checker of packs.
pub const ALL: &[Right] = &[KEEP];
