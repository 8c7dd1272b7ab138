//! Whoever backs a project must not judge it: the stake becomes a relation that excludes before the draw.

use hemi::told::StakeMade;
use identity::{RelationDraft, RelationKind, Severity};
use store::{Event, Tx};
use words::{Acting, Failure, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let stake: StakeMade = event.data()?;
    let project = programme::case(tx, &stake.project).map_err(Failure::into_fault)?;
    let draft = RelationDraft {
        kind: RelationKind::Backer,
        a: stake.person,
        b: project.lead,
        from_on: event.at.day(),
        to_on: None,
        source: project.number,
        severity: Severity::Excludes,
    };
    identity::put_relation(tx, &Acting::system("reaction"), &draft).map(drop).map_err(Failure::into_fault)
}
