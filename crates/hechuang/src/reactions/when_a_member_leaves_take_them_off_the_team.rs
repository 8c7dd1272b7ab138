//! A member leaves early, or is not let go at all: nothing in the project waits for them any more, neither signatures nor shares.

use programme::told::CaseMoved;
use store::{Event, Tx};
use words::{Acting, Failure, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let moved: CaseMoved = event.data()?;
    let leaves = moved.definition == "person.post" && ["leave_team", "step_back"].contains(&moved.name.as_str()) && moved.rectifies.is_none();
    if !leaves {
        return Ok(());
    }
    let case = programme::case(tx, &moved.case).map_err(Failure::into_fault)?;
    let (Some(person), Some(project)) = (&case.about, &case.parent) else { return Ok(()) };
    programme::member_left(tx, &Acting::system("reaction"), project, person, &moved.reason).map_err(Failure::into_fault)
}
