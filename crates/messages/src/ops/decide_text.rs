//! The case of a text is there, and moves: the text follows. Told by reactions. Tells `TextCaseNoted` and `TextDecided`.
//!
//! Invariant: what its owner took back stays so; asked again with the same, nothing happens.

use store::Tx;
use words::{Acting, Failure, Id, Never, Outcome};

use crate::sql;
use crate::text::{Text, TextState};
use crate::told::{TextCaseNoted, TextDecided};

/// Notes the case of a text.
pub fn note_case(tx: &mut Tx, who: &Acting, text: &Id, case: &Id) -> Outcome<Text, Never> {
    let mut text = sql::text(tx, text)?.ok_or(Failure::Absent)?;
    if text.case.is_none() {
        text.case = Some(case.clone());
        sql::text_put(tx, &text)?;
        tx.tell(who, &TextCaseNoted { text: text.id.clone(), case: case.clone() })?;
    }
    Ok(text)
}

/// Carries a decision of its case out.
pub fn decide_text(tx: &mut Tx, who: &Acting, case: &Id, state: TextState, reason: &str) -> Outcome<Text, Never> {
    let mut text = sql::text_of_case(tx, case)?.ok_or(Failure::Absent)?;
    if text.state == state || text.state == TextState::Withdrawn {
        return Ok(text);
    }
    (text.state, text.reason, text.decided_at) = (state, reason.trim().to_owned(), Some(tx.now()));
    sql::text_put(tx, &text)?;
    let (owner, reason) = (text.owner.clone(), text.reason.clone());
    tx.tell(who, &TextDecided { text: text.id.clone(), owner, state: state.as_str().into(), reason })?;
    Ok(text)
}
