//! A developer submitted a template or a signature of messages: its case is opened for the operator of the capability platforms, with what is to be reviewed filled in.

use messages::told::TextSubmitted;
use programme::{OpenCase, SaveAnswers};
use serde_json::json;
use store::{Event, Tx};
use words::{Acting, Failure, Fault, Node};

/// Lifecycle and form of the pack.
pub(super) const DEFINITION: &str = "message.text";
const FORM: &str = "message_text";

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let submitted: TextSubmitted = event.data()?;
    let system = Acting::system("reaction");
    let Some(text) = messages::text(tx, &submitted.text)?.filter(|text| text.case.is_none() && text.state == messages::TextState::Submitted) else {
        return Ok(());
    };
    let (title, lead) = (submitted.name, submitted.owner);
    let open = OpenCase { definition: DEFINITION.into(), title, base: Node::group(), parent: None, lead, about: None, team: false };
    let case = programme::open_case(tx, &system, open).map_err(Failure::into_fault)?;
    let answers = [("kind", json!(text.kind)), ("purpose", json!(text.purpose)), ("body", json!(text.body))];
    let answers = answers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let save = SaveAnswers { form: FORM.into(), ordinal: Some(0), answers, complete: true, revision: None };
    programme::save_answers(tx, &system, &case.id, save).map_err(Failure::into_fault)?;
    messages::note_case(tx, &system, &text.id, &case.id).map(drop).map_err(Failure::into_fault)
}
