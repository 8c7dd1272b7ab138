//! The names of units and bases, for the registers, which do not know them.

use register::{Place, Places};

/// Open units and bases; a base of the pack has a page.
pub(crate) fn places() -> Places {
    Places::new(|read| {
        let programme = packs::current(read)?;
        let place = |node: identity::NodeView| Place {
            href: programme.pack.base(node.path.name()).map(|base| format!("/bases/{}", base.key)),
            name: node.title,
            node: node.path,
        };
        Ok(identity::places(read)?.into_iter().filter(|node| node.closed_on.is_none()).map(place).collect())
    })
}
