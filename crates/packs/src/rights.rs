//! Rights that this crate asks for. Which role carries them is pack data (`roles.toml`).

use words::Right;

/// Install, export and import packs.
pub const MANAGE: Right = "packs.manage";
/// Propose and confirm changes of parameters, forms and rubrics.
pub const CHANGE: Right = "params.change";
