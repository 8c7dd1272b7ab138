//! The rights this crate asks for. Which role carries them is pack data. To call needs none: whoever has an account may have apps.

use words::Right;

/// Register capabilities of one's own and their versions.
pub const OWN: Right = "capabilities.own";
/// See every app and close what does harm; release versions to live.
pub const RUN: Right = "capabilities.run";

/// All of them, for the checker of packs.
pub const ALL: &[Right] = &[OWN, RUN];
