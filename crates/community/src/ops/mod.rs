//! The use cases, one a file.

pub(crate) mod accept_answer;
pub(crate) mod answer_question;
pub(crate) mod ask_question;
pub(crate) mod moderate;
pub(crate) mod report;

use desk::{Message, Owner, TodoDraft};
use store::Tx;
use words::{Acting, Bilingual, Fault, Id, Node};

use crate::question::Question;

/// Tells somebody of a question, once for each `once`.
fn notify(tx: &mut Tx, to: &Id, kind: &str, title: Bilingual, question: &Question, once: String) -> Result<(), Fault> {
    let message = Message {
        to: vec![to.clone()],
        kind: kind.into(),
        subject: question.id.to_string(),
        body: Bilingual::new(question.title.clone(), question.title.clone()),
        title,
        link: format!("/questions/{}", question.id),
        why: Bilingual::new("您参与了这个问题，或负责这项能力", "you take part in this question, or own the capability"),
        due_at: None,
        once: Some(once),
    };
    desk::notify(tx, message).map(drop)
}

fn todo_key(subject: &Id) -> String {
    format!("community/{subject}")
}

/// The moderators are asked to look at what was reported.
fn ask_moderators(tx: &mut Tx, role: &str, subject: &Id, question: &Question) -> Result<(), Fault> {
    let draft = TodoDraft {
        key: todo_key(subject),
        owner: Owner::Role { role: role.into(), node: Node::group() },
        title: Bilingual::new(format!("有举报待处理：{}", question.title), format!("Reported: {}", question.title)),
        link: "/questions/reports".into(),
        due_at: Some(tx.now().plus_seconds(2 * 86_400)),
        subject: question.id.to_string(),
        node: Node::group(),
    };
    desk::todo(tx, &Acting::system("community"), &draft)
}
