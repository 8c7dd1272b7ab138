//! What this crate tells upstairs. One struct a kind; fields are only ever added.

use store::told;
use words::{Id, Node};

told! {
    /// Somebody asks.
    QuestionAsked = "community.question_asked", question, |_| Node::group(), {
        /// Question.
        question: Id,
        /// Capability it is about.
        capability: String,
        /// Who asks.
        person: Id,
    };
    /// Somebody answers.
    QuestionAnswered = "community.question_answered", question, |_| Node::group(), {
        /// Question.
        question: Id,
        /// Answer.
        answer: Id,
        /// Who answers.
        person: Id,
    };
    /// Whoever asked accepted an answer, or none any more.
    AnswerAccepted = "community.answer_accepted", question, |_| Node::group(), {
        /// Question.
        question: Id,
        /// Answer.
        answer: Option<Id>,
    };
    /// Somebody reports a question or an answer.
    Reported = "community.reported", subject, |_| Node::group(), {
        /// What is reported.
        subject: Id,
        /// Question that it is or belongs to.
        question: Id,
        /// Who reports.
        person: Id,
    };
    /// A moderator decided: it is hidden, or shown.
    Moderated = "community.moderated", subject, |_| Node::group(), {
        /// Question or answer.
        subject: Id,
        /// Question that it is or belongs to.
        question: Id,
        /// `hidden` or `shown`.
        state: String,
        /// Why.
        reason: String,
    };
}
