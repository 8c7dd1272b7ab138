//! A moderator hides a question or an answer, with a reason, or shows it (again). Tells `Moderated`; its author hears why, and its reports are over.
//!
//! Invariant: an accepted answer that is hidden is accepted no more; the number of answers is of those that are shown.

use store::Tx;
use words::{Acting, Bilingual, Failure, Id, Node, Outcome};

use super::{notify, todo_key};
use crate::question::{Question, Standing};
use crate::refusal::CommunityRefusal;
use crate::told::Moderated;
use crate::{rights, sql};

/// Decides it.
pub fn moderate(tx: &mut Tx, who: &Acting, question: &Id, answer: Option<&Id>, state: Standing, reason: &str) -> Outcome<Question, CommunityRefusal> {
    who.may(rights::MODERATE, &Node::group())?;
    let reason = reason.trim();
    if state == Standing::Hidden && reason.is_empty() {
        return Err(CommunityRefusal::Reason.into());
    }
    let mut question = sql::question(tx, question)?.ok_or(Failure::Absent)?;
    let (subject, author) = match answer {
        Some(id) => {
            let mut one = sql::answer(tx, id)?.filter(|one| one.question == question.id).ok_or(Failure::Absent)?;
            if one.state != state {
                question.answers += if state == Standing::Shown { 1 } else { -1 };
                question.accepted = question.accepted.filter(|accepted| *accepted != one.id || state == Standing::Shown);
            }
            (one.state, one.reason) = (state, reason.to_owned());
            sql::answer_put(tx, &one)?;
            (one.id, one.person)
        }
        None => {
            (question.state, question.reason) = (state, reason.to_owned());
            (question.id.clone(), question.person.clone())
        }
    };
    sql::question_put(tx, &question)?;
    sql::reports_over(tx, &subject)?;
    let told = Moderated { subject: subject.clone(), question: question.id.clone(), state: state.as_str().into(), reason: reason.to_owned() };
    let event = tx.tell(who, &told)?;
    desk::todo_done(tx, who, &todo_key(&subject))?;
    if state == Standing::Hidden {
        let title = Bilingual::new(format!("您的内容已隐藏：{reason}"), format!("What you wrote was hidden: {reason}"));
        notify(tx, &author, "community.hidden", title, &question, format!("community/{subject}/{event}"))?;
    }
    Ok(question)
}
