//! The rights this crate asks for. Which role carries them is pack data.

use words::Right;

/// See who benefits, and replay usages under other prices.
pub const RUN: Right = "tariffs.run";

/// All of them, for the checker of packs.
pub const ALL: &[Right] = &[RUN];
