//! How awards are paid: one posting by the template of the pack, under the quota of the project.
//!
//! Invariant: the key is the award's, so it is paid once; the quota is used up in the same chain, whatever scheme asks (scenario 11).

use ledger::{Book, LedgerRefusal, Posted, Posting};
use store::{Read, Tx};
use words::{Acting, Failure, Fault, Id, Outcome};

use crate::award::{Award, Terms, yuan};
use crate::refusal::AwardRefusal;

fn quota_path(project: &Id) -> String {
    format!("quota:award:project:{project}")
}

/// What was awarded to a project by any scheme, fen: what its quota has given, reversals counted back. The entry it was opened with does not count.
pub(crate) fn awarded(read: &Read, project: &Id) -> Result<i64, Fault> {
    let entries = ledger::statement(read, &quota_path(project), None, 200)?.entries;
    Ok(-entries.iter().filter(|entry| entry.template != "open").map(|entry| entry.amount.minor).sum::<i64>())
}

/// Pays the parts; a reversed award is not paid again, a new one is opened.
pub(crate) fn pay(
    tx: &mut Tx,
    book: &Book,
    who: &Acting,
    terms: &Terms,
    award: &Award,
    total: i64,
    parts: Vec<(String, i64)>,
) -> Outcome<Posted, AwardRefusal> {
    let already = awarded(tx, &award.project)?;
    let posting = Posting::new("award.pay", format!("award.pay:{}", award.id), "award", &award.id);
    let posting = posting.id("case", &award.project).amount("total", total).parts("recipients", parts);
    ledger::post(tx, book, who, posting).map_err(|failure| in_award_words(failure, terms, already, total))
}

fn in_award_words(failure: Failure<LedgerRefusal>, terms: &Terms, already: i64, asked: i64) -> Failure<AwardRefusal> {
    match failure {
        Failure::Refused(LedgerRefusal::Short { path, .. }) if path.starts_with("quota:award:") => {
            AwardRefusal::OverCap { cap: yuan(terms.cap_minor), already: yuan(already), asked: yuan(asked) }.into()
        }
        Failure::Refused(LedgerRefusal::Short { path, available, .. }) if path == "fund:incentive" => {
            AwardRefusal::FundShort { asked: yuan(asked), available: yuan(available) }.into()
        }
        other => Failure::Broken(other.into_fault()),
    }
}

/// Takes a paid award back.
pub(crate) fn reverse(tx: &mut Tx, who: &Acting, posting: &Id, reason: &str) -> Outcome<Posted, AwardRefusal> {
    ledger::reverse(tx, who, posting, reason).map_err(|failure| match failure {
        Failure::Refused(LedgerRefusal::Short { .. } | LedgerRefusal::Over { .. }) => AwardRefusal::PaidOut.into(),
        other => Failure::Broken(other.into_fault()),
    })
}
