//! The pack that is built into the program: the plan's programme in `packs/shuangchuang`.
//!
//! Invariant: it has no mistakes (a test reads it); it is read once.

use std::sync::{Arc, OnceLock};

use crate::{Pack, PackMistakes};

mod list {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

/// Files of the built-in pack: path and bytes.
pub fn embedded_files() -> &'static [(&'static str, &'static [u8])] {
    list::FILES
}

/// The built-in pack, read and checked once.
pub fn embedded() -> Result<Arc<Pack>, PackMistakes> {
    static BUILT_IN: OnceLock<Result<Arc<Pack>, PackMistakes>> = OnceLock::new();
    BUILT_IN.get_or_init(|| Pack::load_embedded(list::FILES).map(Arc::new)).clone()
}
