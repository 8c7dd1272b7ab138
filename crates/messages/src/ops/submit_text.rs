//! Somebody submits a template or a signature. Tells `TextSubmitted`, from which its case comes.
//!
//! Invariant: nobody has more of them than the bound; a text never changes: another is submitted instead.

use store::Tx;
use words::{Acting, Outcome};

use crate::refusal::TextRefusal;
use crate::sql;
use crate::text::{Text, TextDraft, TextState};
use crate::told::TextSubmitted;

/// Texts of one person that wait or are in use.
const MOST: i64 = 100;

/// Submits it for review.
pub fn submit_text(tx: &mut Tx, who: &Acting, draft: &TextDraft) -> Outcome<Text, TextRefusal> {
    draft.admit()?;
    if sql::texts_open(tx, &who.person)? >= MOST {
        return Err(TextRefusal::Many { most: MOST }.into());
    }
    let text = Text {
        id: tx.id("txt"),
        owner: who.person.clone(),
        kind: draft.kind,
        purpose: draft.purpose,
        name: draft.name.trim().to_owned(),
        body: draft.body.trim().to_owned(),
        state: TextState::Submitted,
        reason: String::new(),
        case: None,
        made_at: tx.now(),
        decided_at: None,
    };
    sql::text_insert(tx, &text)?;
    tx.tell(who, &TextSubmitted { text: text.id.clone(), owner: text.owner.clone(), kind: text.kind.as_str().into(), name: text.name.clone() })?;
    Ok(text)
}
