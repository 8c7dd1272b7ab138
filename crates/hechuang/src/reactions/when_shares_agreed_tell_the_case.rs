//! Shares of an award were proposed or agreed: its case learns whether they sum to the whole.
//!
//! A team of one agrees by proposing, so both events are heard.

use awards::told::{SharesAgreed, SharesProposed};
use store::{Event, Tell, Tx};
use words::{Acting, Failure, Fault, Id};

/// What it hears.
pub(super) const KINDS: [&str; 2] = [SharesProposed::KIND, SharesAgreed::KIND];

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let award = Id::fixed(event.subject.clone());
    let points = awards::agreed_shares(tx, &award).map_err(Failure::into_fault)?;
    let whole = if points == awards::WHOLE { "1" } else { "0" };
    let case = programme::case(tx, &award).map_err(Failure::into_fault)?;
    programme::set_fact_system(tx, &Acting::system("reaction"), &case, "shares", None, whole.into(), "agreed by each member").map_err(Failure::into_fault)
}
