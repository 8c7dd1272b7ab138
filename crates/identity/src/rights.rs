//! The rights this crate asks for. Which role carries them is pack data.

use words::Right;

/// Give and end roles on a node.
pub const GRANT: Right = "identity.grant";
/// See and change the register of people of a node.
pub const PEOPLE: Right = "identity.people";
/// Add, rename, move and close units.
pub const UNITS: Right = "identity.units";
/// See personal data in the clear, with a reason that is kept.
pub const REVEAL: Right = "identity.reveal";
/// Destroy the key of a person's data.
pub const ERASE: Right = "identity.erase";
/// Write down relations that make conflicts of interest.
pub const RELATE: Right = "identity.relate";

/// Say who belongs to a firm from outside, and do everything for it. Its managers hold it, by their membership and not by a pack.
pub const FIRM_MANAGE: Right = "firm.manage";
/// See the apps that a firm pays for, and make more. Likewise.
pub const FIRM_DEVELOP: Right = "firm.develop";
/// See and pay the bills of a firm, its wallet and its limits. Likewise.
pub const FIRM_PAY: Right = "firm.pay";

/// All of those that packs give, for their checker.
pub const ALL: &[Right] = &[GRANT, PEOPLE, UNITS, REVEAL, ERASE, RELATE];
