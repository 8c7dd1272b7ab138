//! The rights this crate asks for. Which role carries them is pack data.

use words::Right;

/// Freeze and hold positions, prepare pay runs, restore and transfer people of a unit (its HR).
pub const HR: Right = "people.hr";
/// Confirm, export and reverse pay runs (finance); never one's own preparation.
pub const PAY: Right = "people.pay";
/// Give a part of the deferred pay to one who leaves early, with a reason (R-04: the office).
pub const RELEASE: Right = "people.release";
/// Read positions and pay runs, and change nothing (audit).
pub const READ: Right = "people.read";
/// Choose for oneself: return, transfer, go out, come back.
pub const CHOOSE: Right = "people.choose";

/// All of them, for the checker of packs.
pub const ALL: &[Right] = &[HR, PAY, RELEASE, READ, CHOOSE];
