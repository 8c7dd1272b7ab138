//! Rights that this crate asks for. Which role carries them is pack data.

use words::Right;

/// Declare a project.
pub const DECLARE: Right = "programme.declare";
/// Screen what was declared.
pub const SCREEN: Right = "programme.screen";
/// Decide on reviews.
pub const DECIDE: Right = "programme.decide";
/// Take in projects from a sheet.
pub const IMPORT: Right = "programme.import";
/// Run the incubation: facts, obligations, mentors.
pub const RUN: Right = "programme.run";
/// See every case below.
pub const READ_ALL: Right = "programme.read_all";
/// Take back a move.
pub const RECTIFY: Right = "programme.rectify";
/// Install definitions and bring cases to a new version.
pub const PACKS: Right = "packs.manage";

/// Whoever holds one of these over a case sees it. Reading the log of events is not among them: who administers the house does not read its cases.
pub(crate) const SEEING: [&str; 6] = [SCREEN, DECIDE, RUN, READ_ALL, RECTIFY, "people.hr"];
