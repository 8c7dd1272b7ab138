//! The root in force, and how each thread looks at it: one atomic load a call, a lock only when it changed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Root, Tallies};

/// The root in force.
pub(crate) struct Current {
    turn: AtomicU64,
    root: Mutex<Arc<Root>>,
    /// What was used up, whatever the root.
    pub tallies: Tallies,
}

impl Current {
    pub(crate) fn new(root: Root) -> Self {
        Self { turn: AtomicU64::new(1), root: Mutex::new(Arc::new(root)), tallies: Tallies::default() }
    }

    /// The newest.
    pub(crate) fn newest(&self) -> Arc<Root> {
        self.root.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a root in place of the old one.
    pub(crate) fn put(&self, root: Root) {
        *self.root.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(root);
        self.turn.fetch_add(1, Ordering::Release);
    }
}

/// What a thread has seen.
pub(crate) struct Seen {
    turn: u64,
    root: Arc<Root>,
}

impl Seen {
    pub(crate) fn new() -> Self {
        Self { turn: 0, root: Arc::new(Root::empty()) }
    }

    /// The root in force now.
    pub(crate) fn look(&mut self, current: &Current) -> &Arc<Root> {
        let turn = current.turn.load(Ordering::Acquire);
        if turn != self.turn {
            (self.turn, self.root) = (turn, current.newest());
        }
        &self.root
    }
}
