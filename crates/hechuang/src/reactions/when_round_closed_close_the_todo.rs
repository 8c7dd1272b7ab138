//! A round was counted: the office's request to count is done.

use review::told::RoundClosed;
use store::{Event, Tx};
use words::{Acting, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let closed: RoundClosed = event.data()?;
    desk::todo_done(tx, &Acting::system("reaction"), &format!("round/{}", closed.of.round)).map(drop)
}
