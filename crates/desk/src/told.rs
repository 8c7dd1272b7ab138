//! What this crate tells upstairs: ids and facts. One struct a kind; fields are only ever added.
//!
//! The `subject` of each is the thing it was done to (a case, say), so the history of that thing holds it.

use serde::{Deserialize, Serialize};
use store::Tell;
use words::{Day, Id, Node};

macro_rules! told {
    ($($(#[$doc:meta])+ $name:ident, $kind:literal { $($(#[$of:meta])+ $field:ident: $type:ty),* $(,)? })*) => { $(
        $(#[$doc])+
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            /// What it is about.
            pub subject: String,
            /// Where.
            pub node: Node,
            $($(#[$of])+ pub $field: $type,)*
        }

        impl Tell for $name {
            const KIND: &'static str = $kind;
            fn node(&self) -> Node {
                self.node.clone()
            }
            fn subject(&self) -> String {
                self.subject.clone()
            }
        }
    )* };
}

told! {
    /// A document, or a new version of one, was attached.
    DocumentAttached, "desk.document_attached" {
        /// Document.
        document: Id,
        /// Version, from 1.
        version: i64,
        /// Kind as its owner calls it.
        kind: String,
        /// SHA-256 of the content, hex.
        sha256: String,
    }
    /// The content of a document was taken away.
    DocumentRemoved, "desk.document_removed" {
        /// Document.
        document: Id,
        /// Why.
        reason: String,
    }
    /// A person signed.
    Signed, "desk.signed" {
        /// Signature.
        signature: Id,
        /// What kind of paper.
        kind: String,
        /// Who.
        person: Id,
        /// For which organisation, if for one.
        on_behalf_of: Option<Id>,
        /// SHA-256 of the exact text, hex.
        text_sha256: String,
    }
    /// The text changed: these signatures count no more.
    SignaturesSuperseded, "desk.signatures_superseded" {
        /// What kind of paper.
        kind: String,
        /// Which.
        signatures: Vec<Id>,
    }
    /// A public notice was published.
    NoticePublished, "desk.notice_published" {
        /// Notice.
        notice: Id,
        /// Kind as its owner calls it.
        kind: String,
        /// First day.
        from: Day,
        /// Last day, inclusive.
        until: Day,
    }
    /// The last day of a notice is over.
    NoticeEnded, "desk.notice_ended" {
        /// Notice.
        notice: Id,
        /// Kind.
        kind: String,
        /// Objections without an answer, on all notices of this kind about the subject.
        open_objections: i64,
        /// Is nothing in the way any more?
        clear: bool,
    }
    /// The last open objection was answered after the period: nothing is in the way any more. (At the end of the period, `notice_ended` says so.)
    NoticeCleared, "desk.notice_cleared" {
        /// Notice.
        notice: Id,
        /// Kind.
        kind: String,
    }
    /// A notice was replaced by a corrected one.
    NoticeCorrected, "desk.notice_corrected" {
        /// The old one.
        notice: Id,
        /// The new one.
        by: Id,
        /// Why.
        reason: String,
    }
    /// A notice was withdrawn.
    NoticeWithdrawn, "desk.notice_withdrawn" {
        /// Notice.
        notice: Id,
        /// Why.
        reason: String,
    }
    /// Somebody objected. Their name is not in the log.
    ObjectionRaised, "desk.objection_raised" {
        /// Objection.
        objection: Id,
        /// Notice.
        notice: Id,
    }
    /// An objection was answered.
    ObjectionAnswered, "desk.objection_answered" {
        /// Objection.
        objection: Id,
        /// Notice.
        notice: Id,
        /// `upheld` or `rejected`.
        verdict: String,
        /// Objections still without an answer, on all notices of this kind about the subject.
        open_objections: i64,
    }
    /// The head of the log was published.
    Anchored, "desk.anchored" {
        /// Number of the seal.
        batch: i64,
        /// Last event under it.
        seq_to: i64,
        /// Its hash.
        hash: String,
    }
    /// Somebody commented.
    Commented, "desk.commented" {
        /// Comment.
        comment: Id,
    }
    /// A comment was edited; the old text is kept.
    CommentEdited, "desk.comment_edited" {
        /// Comment.
        comment: Id,
        /// Revision it has now.
        revision: i64,
    }
    /// A comment was taken away.
    CommentRemoved, "desk.comment_removed" {
        /// Comment.
        comment: Id,
        /// Why.
        reason: String,
    }
    /// Something is to be done.
    TodoOpened, "desk.todo_opened" {
        /// Key.
        key: String,
    }
    /// It is done, or no longer needed.
    TodoEnded, "desk.todo_ended" {
        /// Key.
        key: String,
        /// `done` or `dropped`.
        state: String,
    }
    /// Somebody else has to do it now.
    TodoMoved, "desk.todo_moved" {
        /// Key.
        key: String,
        /// Whose it was: a person or a role.
        from: String,
        /// Whose it is.
        to: String,
    }
    /// An official had a mail sent again.
    MailResent, "desk.mail_resent" {
        /// Mail.
        mail: Id,
    }
}
