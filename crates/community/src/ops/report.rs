//! Somebody says that a question or an answer does not belong here. Tells `Reported`; the moderators are asked to look.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use super::ask_moderators;
use crate::asks::Asks;
use crate::question::{Standing, plain};
use crate::refusal::CommunityRefusal;
use crate::sql;
use crate::told::Reported;

/// Longest reason, characters.
const REASON: usize = 500;

/// Reports the question, or one of its answers.
pub fn report<A: Asks>(tx: &mut Tx, who: &Acting, question: &Id, answer: Option<&Id>, reason: &str) -> Outcome<(), CommunityRefusal> {
    let question = sql::question(tx, question)?.filter(|one| one.state == Standing::Shown).ok_or(Failure::Absent)?;
    let subject = match answer {
        Some(id) => sql::answer(tx, id)?.filter(|one| one.question == question.id && one.state == Standing::Shown).ok_or(Failure::Absent)?.id,
        None => question.id.clone(),
    };
    let reason = plain(reason, "/reason", REASON)?;
    if sql::has_reported(tx, &subject, &who.person)? {
        return Err(CommunityRefusal::Reported.into());
    }
    sql::report_insert(tx, &subject, &question.id, &who.person, &reason)?;
    tx.tell(who, &Reported { subject: subject.clone(), question: question.id.clone(), person: who.person.clone() })?;
    Ok(ask_moderators(tx, A::MODERATORS, &subject, &question)?)
}
