//! The case of an award moved: its notice is noted, and finance's payment is posted to each member's share.

use awards::{Asks, NoticeState};
use programme::told::CaseMoved;
use store::{Event, Tx};
use words::{Acting, Failure, Fault};

use crate::ground::Ground;

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let moved: CaseMoved = event.data()?;
    if moved.definition != "award" || moved.rectifies.is_some() {
        return Ok(());
    }
    let (award, system) = (&moved.case, Acting::system("reaction"));
    let done = match moved.name.as_str() {
        "grade" => {
            let until = desk::notice_clear(tx, award.as_str())?.until;
            awards::note_notice(tx, &system, award, NoticeState::Open, until)
        }
        "pay" => {
            awards::note_notice(tx, &system, award, NoticeState::Clear, None).map_err(Failure::into_fault)?;
            let (book, terms) = (<Ground as Asks>::book(tx)?, <Ground as Asks>::terms(tx)?);
            awards::pay_award(tx, &book, &system, &terms, award)
        }
        "refuse" => awards::refuse_award(tx, &system, award, &moved.reason),
        _ => return Ok(()),
    };
    done.map(drop).map_err(Failure::into_fault)
}
