//! What a signed-in person starts from: the workbench, the board, the search.
//!
//! Asks `desk`, `programme`, `hemi`, `identity`, `packs`. Invariant: shows only what `programme::may_see` and the readers of a document allow.

mod board;
mod checklist;
mod search;
mod workbench;

use webkit::{Access, Routes};

pub use search::{Finder, Finders, Found};
pub(crate) use workbench::{Sla, sla};

/// Pages of a person; the search answers strangers too, with what is public.
pub(crate) fn routes() -> Routes {
    Routes::new("portal")
        .get("/me", "portal.workbench", Access::Person, workbench::show)
        .template("portal/me.html")
        .get("/board", "portal.board", Access::Person, board::show)
        .template("portal/board.html")
        .get("/search", "portal.search", Access::Public, search::show)
        .template("portal/search.html")
}
