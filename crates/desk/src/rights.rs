//! The rights this crate asks for. Which role carries them is pack data.

use words::Right;

/// Correct and withdraw public notices, see who objected and answer objections.
pub const PUBLISH: Right = "desk.publish";
/// Sign. A person may always sign for themselves; a token only with this scope.
pub const SIGN: Right = "desk.sign";
/// Take away comments and documents of others, with a reason.
pub const MODERATE: Right = "desk.moderate";
/// See the mail log and send again.
pub const MAIL: Right = "desk.mail";

/// All of them, for the checker of packs.
pub const ALL: &[Right] = &[PUBLISH, SIGN, MODERATE, MAIL];
