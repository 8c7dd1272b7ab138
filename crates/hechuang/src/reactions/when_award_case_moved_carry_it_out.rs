//! The case of an award moved: its scheme is named as the lead said, its notice is noted, and finance's payment is posted to each member's share.

use awards::{Asks, NoticeState};
use programme::told::CaseMoved;
use store::{Event, Tx};
use words::{Acting, Failure, Fault, Id};

use crate::ground::Ground;

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let moved: CaseMoved = event.data()?;
    if moved.definition != "award" || moved.rectifies.is_some() {
        return Ok(());
    }
    let (award, system) = (&moved.case, Acting::system("reaction"));
    let done = match moved.name.as_str() {
        "nominate" => match scheme(tx, award)? {
            Some(scheme) => awards::name_scheme(tx, &system, award, &scheme),
            None => return Ok(()),
        },
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

/// The scheme that the lead chose in the form of the case.
fn scheme(tx: &Tx, case: &Id) -> Result<Option<String>, Fault> {
    let sheets = programme::answers(tx, case)?;
    let chosen = sheets.iter().rev().find_map(|sheet| sheet.answers.get("scheme")).and_then(serde_json::Value::as_str);
    Ok(chosen.map(str::to_owned))
}
