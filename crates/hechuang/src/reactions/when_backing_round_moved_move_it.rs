//! The case of a backing round moves: 和米 opens, freezes, settles or voids the round.

use hemi::RoundEnd;
use programme::told::CaseMoved;
use store::{Event, Tx};
use words::{Acting, Failure, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let moved: CaseMoved = event.data()?;
    if moved.definition != "hemi.round" {
        return Ok(());
    }
    let (system, round) = (Acting::system("reaction"), &moved.case);
    let reason = if moved.reason.is_empty() { &moved.name } else { &moved.reason };
    let done = match moved.to.as_str() {
        "open" => hemi::open_round(tx, &system, round),
        "frozen" => hemi::freeze_round(tx, &system, round),
        "settled_success" => hemi::settle_round(tx, &system, round, RoundEnd::Success, reason),
        "settled_failure" => hemi::settle_round(tx, &system, round, RoundEnd::Failure, reason),
        "void" => hemi::settle_round(tx, &system, round, RoundEnd::Void, reason),
        _ => return Ok(()),
    };
    done.map(drop).map_err(Failure::into_fault)
}
