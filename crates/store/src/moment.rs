//! One moment for all looks of a request: who comes in, what they see and what stands around it are read in one transaction.
//!
//! Invariant: what was written on this thread is seen by every look after it; a look within a look has a transaction of its own, as without a moment.

use std::cell::RefCell;
use std::sync::Arc;

use crate::db::{Db, Inner};
use crate::{Read, db};

/// The moment of this thread, if one is open.
struct Open {
    of: *const Inner,
    state: State,
}

enum State {
    /// Nothing has been looked at since it was opened or since something was written.
    Fresh,
    /// It waits for the next look.
    Kept(Box<Read>),
    /// A look has it.
    Lent,
}

thread_local! {
    static OPEN: RefCell<Option<Open>> = const { RefCell::new(None) };
}

impl Db {
    /// All looks that `work` takes on this thread see one moment, which begins with the first of them; after a write it begins anew.
    pub fn at_one_moment<T>(&self, work: impl FnOnce() -> T) -> T {
        let of = Arc::as_ptr(&self.0);
        let opened = OPEN.with_borrow_mut(|open| {
            let free = open.is_none();
            if free {
                *open = Some(Open { of, state: State::Fresh });
            }
            free
        });
        let _until_here = opened.then(|| Closing(self));
        work()
    }
}

/// Ends the moment, also when what was done in it panics.
struct Closing<'a>(&'a Db);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        over(self.0);
        OPEN.take();
    }
}

/// What a look is to use.
pub(crate) enum Look {
    /// A transaction of its own.
    Own,
    /// The moment of this thread, not begun yet.
    Begin,
    /// The moment of this thread.
    Go(Box<Read>),
}

/// Lends the moment to a look.
pub(crate) fn lend(db: &Db) -> Look {
    OPEN.with_borrow_mut(|open| match open {
        Some(open) if open.of == Arc::as_ptr(&db.0) => match std::mem::replace(&mut open.state, State::Lent) {
            State::Fresh => Look::Begin,
            State::Kept(read) => Look::Go(read),
            State::Lent => Look::Own,
        },
        _ => Look::Own,
    })
}

/// Keeps it for the next look; nothing if the look broke it.
pub(crate) fn keep(read: Option<Box<Read>>) {
    OPEN.with_borrow_mut(|open| {
        if let Some(open) = open {
            open.state = read.map_or(State::Fresh, State::Kept);
        }
    });
}

/// The next look sees what is there then.
pub(crate) fn over(db: &Db) {
    let kept = OPEN.with_borrow_mut(|open| match open {
        Some(open) if open.of == Arc::as_ptr(&db.0) && matches!(open.state, State::Kept(_)) => std::mem::replace(&mut open.state, State::Fresh),
        _ => State::Fresh,
    });
    if let State::Kept(read) = kept {
        db::end_look(db, *read);
    }
}
