//! One moment for all looks of a request: who comes in, what they see and what stands around it are read in one transaction.
//!
//! Invariant: what was written on this thread is seen by every look after it.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use words::Fault;

use crate::Read;
use crate::db::{Db, Inner, end_look};

/// The moment of this thread, if one is open: of which database, and its transaction once something was looked at.
type Open = Option<(*const Inner, Option<Rc<Read>>)>;

thread_local! {
    static OPEN: RefCell<Open> = const { RefCell::new(None) };
}

impl Db {
    /// All looks that `work` takes on this thread see one moment, which begins with the first of them; after a write it begins anew.
    pub fn at_one_moment<T>(&self, work: impl FnOnce() -> T) -> T {
        let free = OPEN.with_borrow(Option::is_none);
        let _until_here = free.then(|| {
            OPEN.set(Some((Arc::as_ptr(&self.0), None)));
            Closing(self)
        });
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

/// The transaction of the moment of this thread, begun if it was not yet; nothing if no moment is open.
pub(crate) fn of(db: &Db, begin: impl FnOnce() -> Result<Read, Fault>) -> Result<Option<Rc<Read>>, Fault> {
    let ours = OPEN.with_borrow(|open| open.as_ref().filter(|(of, _)| *of == Arc::as_ptr(&db.0)).map(|(_, read)| read.clone()));
    let Some(begun) = ours else { return Ok(None) };
    if let Some(read) = begun {
        return Ok(Some(read));
    }
    let read = Rc::new(begin()?);
    OPEN.with_borrow_mut(|open| *open = Some((Arc::as_ptr(&db.0), Some(read.clone()))));
    Ok(Some(read))
}

/// The next look sees what is there then.
pub(crate) fn over(db: &Db) {
    let read = OPEN.with_borrow_mut(|open| open.as_mut().filter(|(of, _)| *of == Arc::as_ptr(&db.0)).and_then(|(_, read)| read.take()));
    // A look that is not over yet keeps it; whoever ends last closes its connection.
    if let Some(Ok(read)) = read.map(Rc::try_unwrap) {
        end_look(db, read);
    }
}
