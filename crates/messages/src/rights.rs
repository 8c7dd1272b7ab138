//! The rights this crate asks for. Which role carries them is pack data. To submit and to send needs none.

use words::Right;

/// Review templates and signatures, and see what apps sent.
pub const REVIEW: Right = "messages.review";

/// All of them, for the checker of packs.
pub const ALL: &[Right] = &[REVIEW];
