//! The rights this crate asks for. Which role carries them is pack data.

use store::Read;
use words::{Acting, Denied, Fault, Node, Right};

use crate::round::{Bar, Round};
use crate::sql;

/// Back projects with one's own 和米. Held anywhere it holds for every round: backing is open to all staff of the group.
pub const BACK: Right = "hemi.back";
/// Open seasons and rounds, see who backed with how much.
pub const RUN: Right = "hemi.run";

/// All of them, for the checker of packs.
pub const ALL: &[Right] = &[BACK, RUN];

/// A person who may back; the system owns nothing and backs nothing.
pub(crate) fn may_back(who: &Acting, node: &Node) -> Result<(), Denied> {
    let scoped = who.scopes.as_ref().is_none_or(|scopes| scopes.contains(BACK));
    let granted = who.grants.iter().any(|grant| grant.rights.contains(BACK));
    if scoped && granted && !who.is_system() { Ok(()) } else { Err(Denied { right: BACK, node: node.clone(), visible: true }) }
}

/// Why somebody may not back this round's project: what is known of them, or an office that they hold over it.
pub(crate) fn bar(read: &Read, who: &Acting, round: &Round) -> Result<Option<Bar>, Fault> {
    let known = sql::bar(read, &round.project, &who.person)?;
    Ok(known.or_else(|| who.in_office(&round.node).then_some(Bar::Official)))
}
