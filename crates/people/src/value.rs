//! How pay moves: the postings of this crate by the templates of the pack.
//!
//! Invariant: every posting has a key made of the line that causes it, so nothing is posted twice.

use ledger::{Book, LedgerRefusal, Posted, Posting};
use store::{Read, Tx};
use words::{Acting, Day, Failure, Fault, Id, Outcome};

use crate::position::Position;
use crate::refusal::PayRefusal;
use crate::run::{Kind, Line};

pub(crate) fn deferred_path(person: &Id, project: &Id) -> String {
    format!("deferred_pay:{person}:{project}")
}

/// Deferred pay of a person in a project, fen.
pub(crate) fn deferred(read: &Read, person: &Id, project: &Id) -> Result<i64, Fault> {
    ledger::available(read, &deferred_path(person, project))
}

/// Opens the account of deferred pay.
pub(crate) fn begin(tx: &mut Tx, book: &Book, who: &Acting, position: &Position) -> Outcome<Posted, LedgerRefusal> {
    let posting = Posting::new("pay.withhold.begin", format!("pay.begin:{}", position.id), "people.position", &position.id);
    ledger::post(tx, book, who, posting.id("person", &position.person).id("case", &position.project))
}

/// Posts a line.
pub(crate) fn post(tx: &mut Tx, book: &Book, who: &Acting, line: &Line, effective: Day) -> Outcome<Posted, LedgerRefusal> {
    let key = format!("pay:{}", line.id);
    let to = |template: &str| Posting::new(template, key, "people.run", &line.run).id("person", &line.person).id("case", &line.project).effective(effective);
    let posting = match line.kind {
        Kind::Withhold => {
            to("pay.withhold").id("unit", &line.home).amount("due", line.due_minor).amount("paid", line.paid_minor).amount("deferred", line.deferred_minor)
        }
        Kind::Release => to("pay.release").amount("amount", line.paid_minor),
        Kind::Leave => to("pay.release.part").amount("amount", line.paid_minor),
        Kind::Extinguish => to("pay.extinguish").id("unit", &line.home).amount("amount", -line.deferred_minor),
    };
    ledger::post(tx, book, who, posting)
}

/// The ledger's refusals in the words of pay; what cannot be the user's doing is a fault.
pub(crate) fn in_pay_words(failure: Failure<LedgerRefusal>) -> Failure<PayRefusal> {
    match failure {
        Failure::Refused(LedgerRefusal::PeriodClosed { month }) => PayRefusal::MonthClosed { month }.into(),
        Failure::Refused(LedgerRefusal::Short { .. } | LedgerRefusal::NotEmpty { .. }) => PayRefusal::SettledSince.into(),
        Failure::Refused(LedgerRefusal::TooLarge) => PayRefusal::TooLarge.into(),
        other => Failure::Broken(other.into_fault()),
    }
}
