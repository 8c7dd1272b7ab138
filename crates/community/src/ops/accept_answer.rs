//! Whoever asked accepts an answer, or takes that back. Tells `AnswerAccepted`.

use store::Tx;
use words::{Acting, Bilingual, Failure, Id, Outcome};

use super::notify;
use crate::question::{Question, Standing};
use crate::refusal::CommunityRefusal;
use crate::sql;
use crate::told::AnswerAccepted;

/// Accepts it; nothing: none any more.
pub fn accept_answer(tx: &mut Tx, who: &Acting, question: &Id, answer: Option<&Id>) -> Outcome<Question, CommunityRefusal> {
    let mut question = sql::question(tx, question)?.ok_or(Failure::Absent)?;
    if question.person != who.person {
        return Err(CommunityRefusal::NotYours.into());
    }
    let there = match answer {
        Some(id) => Some(sql::answer(tx, id)?.filter(|one| one.question == question.id && one.state == Standing::Shown).ok_or(Failure::Absent)?),
        None => None,
    };
    let accepted = there.as_ref().map(|one| one.id.clone());
    if question.accepted == accepted {
        return Ok(question);
    }
    question.accepted = accepted.clone();
    sql::question_put(tx, &question)?;
    tx.tell(who, &AnswerAccepted { question: question.id.clone(), answer: accepted })?;
    if let Some(one) = there.filter(|one| one.person != who.person) {
        let title = Bilingual::new("您的回答被采纳", "Your answer was accepted");
        notify(tx, &one.person, "community.accepted", title, &question, format!("community/{}/accepted", one.id))?;
    }
    Ok(question)
}
