//! The case of a template or signature moved: it is approved or returned.

use messages::TextState;
use programme::told::CaseMoved;
use store::{Event, Tx};
use words::{Acting, Failure, Fault};

use super::when_a_message_text_is_submitted_open_its_case::DEFINITION;

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let moved: CaseMoved = event.data()?;
    if moved.definition != DEFINITION {
        return Ok(());
    }
    match TextState::parse(&moved.to) {
        Some(state @ (TextState::Approved | TextState::Returned)) => {
            messages::decide_text(tx, &Acting::system("reaction"), &moved.case, state, &moved.reason).map(drop).map_err(Failure::into_fault)
        }
        // Taking it back begins with the text itself.
        _ => Ok(()),
    }
}
