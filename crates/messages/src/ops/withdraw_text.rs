//! The owner takes a template or a signature back: nothing is sent with it any more. Tells `TextWithdrawn`, by which its case ends.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::refusal::TextRefusal;
use crate::sql;
use crate::text::{Text, TextState};
use crate::told::TextWithdrawn;

/// Takes it back.
pub fn withdraw_text(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<Text, TextRefusal> {
    let mut text = sql::text(tx, id)?.filter(|text| text.owner == who.person).ok_or(Failure::Absent)?;
    if !matches!(text.state, TextState::Submitted | TextState::Approved) {
        return Err(TextRefusal::Over.into());
    }
    (text.state, text.decided_at) = (TextState::Withdrawn, Some(tx.now()));
    sql::text_put(tx, &text)?;
    tx.tell(who, &TextWithdrawn { text: text.id.clone(), case: text.case.clone() })?;
    Ok(text)
}
