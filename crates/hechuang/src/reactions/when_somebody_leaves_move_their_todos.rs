//! Somebody left: what they had to do goes to whoever runs their unit's people.

use desk::Owner;
use identity::told::PersonLeft;
use store::{Event, Tell, Tx};
use words::{Acting, Failure, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let left: PersonLeft = event.data()?;
    let heir = Owner::Role { role: "unit.hr".into(), node: left.node() };
    desk::todos_move_all(tx, &Acting::system("reaction"), &left.person, &heir).map(drop).map_err(Failure::into_fault)
}
