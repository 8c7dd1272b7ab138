//! Somebody answers. Tells `QuestionAnswered`; whoever asked hears of it.

use store::Tx;
use words::{Acting, Bilingual, Failure, Id, Outcome};

use super::notify;
use crate::question::{Answer, BODY, Standing, plain};
use crate::refusal::CommunityRefusal;
use crate::sql::{self, MOST};
use crate::told::QuestionAnswered;

/// Answers it.
pub fn answer_question(tx: &mut Tx, who: &Acting, question: &Id, body: &str) -> Outcome<Answer, CommunityRefusal> {
    let mut question = sql::question(tx, question)?.ok_or(Failure::Absent)?;
    if question.state == Standing::Hidden {
        return Err(CommunityRefusal::Hidden.into());
    }
    if question.answers >= MOST {
        return Err(CommunityRefusal::Many { most: MOST }.into());
    }
    let body = plain(body, "/body", BODY)?;
    let (id, made_at) = (tx.id("ans"), tx.now());
    let answer = Answer { id, question: question.id.clone(), person: who.person.clone(), body, state: Standing::Shown, reason: String::new(), made_at };
    sql::answer_insert(tx, &answer)?;
    question.answers += 1;
    sql::question_put(tx, &question)?;
    tx.tell(who, &QuestionAnswered { question: question.id.clone(), answer: answer.id.clone(), person: who.person.clone() })?;
    if question.person != who.person {
        let title = Bilingual::new("您的问题有了回答", "Your question was answered");
        notify(tx, &question.person.clone(), "community.answered", title, &question, format!("community/{}", answer.id))?;
    }
    Ok(answer)
}
