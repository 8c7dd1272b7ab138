//! Somebody asks about a capability. Tells `QuestionAsked`; whoever owns the capability hears of it.

use store::Tx;
use words::{Acting, Bilingual, Outcome};

use super::notify;
use crate::asks::Asks;
use crate::question::{BODY, Question, Standing, TITLE, plain};
use crate::refusal::CommunityRefusal;
use crate::sql;
use crate::told::QuestionAsked;

/// A question to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionDraft {
    /// Capability it is about.
    pub capability: String,
    /// In one line.
    pub title: String,
    /// In full.
    pub body: String,
}

/// Asks it.
pub fn ask_question<A: Asks>(tx: &mut Tx, who: &Acting, draft: &QuestionDraft) -> Outcome<Question, CommunityRefusal> {
    let about = A::abouts(tx)?.into_iter().find(|about| about.slug == draft.capability).ok_or(CommunityRefusal::Capability)?;
    let question = Question {
        id: tx.id("qst"),
        capability: about.slug.clone(),
        person: who.person.clone(),
        title: plain(&draft.title, "/title", TITLE)?,
        body: plain(&draft.body, "/body", BODY)?,
        state: Standing::Shown,
        reason: String::new(),
        accepted: None,
        answers: 0,
        made_at: tx.now(),
    };
    sql::question_insert(tx, &question, &format!("{} {}", about.name.zh, about.name.en))?;
    tx.tell(who, &QuestionAsked { question: question.id.clone(), capability: about.slug, person: who.person.clone() })?;
    if let Some(owner) = about.owner.filter(|owner| *owner != who.person) {
        let title = Bilingual::new(format!("有人提问：{}", about.name.zh), format!("A question about {}", about.name.en));
        notify(tx, &owner, "community.asked", title, &question, format!("community/{}/asked", question.id))?;
    }
    Ok(question)
}
