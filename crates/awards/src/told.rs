//! What this crate tells upstairs. One struct a kind; fields are only ever added.

use serde::{Deserialize, Serialize};
use store::Tell;
use words::{Id, Node};

macro_rules! told {
    ($($(#[$doc:meta])+ $name:ident = $kind:literal, { $($(#[$field_doc:meta])+ $field:ident: $type:ty),* $(,)? };)*) => {
        $($(#[$doc])+
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            /// Which award.
            pub award: Id,
            /// Its project.
            pub project: Id,
            /// Where.
            pub node: Node,
            $($(#[$field_doc])+ pub $field: $type),*
        }

        impl Tell for $name {
            const KIND: &'static str = $kind;
            fn node(&self) -> Node {
                self.node.clone()
            }
            fn subject(&self) -> String {
                self.award.to_string()
            }
        })*
    };
}

told! {
    /// An award was proposed for a project that succeeded.
    AwardOpened = "awards.award_opened", {
        /// Scheme.
        scheme: String,
        /// Members who will agree to the shares.
        members: Vec<Id>,
    };
    /// An award has its level and amount; the notice may be published.
    AwardGraded = "awards.award_graded", {
        /// Level.
        level: String,
        /// Fen.
        amount: i64,
    };
    /// Shares were proposed; members are to agree.
    SharesProposed = "awards.shares_proposed", {
        /// Number of the proposal.
        proposal: i64,
        /// Who is to agree.
        members: Vec<Id>,
    };
    /// A member agreed to the shares.
    SharesAgreed = "awards.shares_agreed", {
        /// Who.
        person: Id,
        /// Has everybody agreed now?
        all: bool,
    };
    /// The notice was noted: published, objected to, clear.
    NoticeNoted = "awards.notice_noted", {
        /// How it stands.
        notice: String,
    };
    /// The scheme that the lead named.
    SchemeNamed = "awards.scheme_named", {
        /// Scheme.
        scheme: String,
    };
    /// The award was decided and paid in one run.
    AwardPaid = "awards.award_paid", {
        /// Level.
        level: String,
        /// Fen.
        amount: i64,
        /// Who gets a part.
        members: Vec<Id>,
    };
    /// No award is given.
    AwardRefused = "awards.award_refused", {
        /// Why.
        reason: String,
    };
    /// A paid award was taken back.
    AwardReversed = "awards.award_reversed", {
        /// Why.
        reason: String,
        /// Fen.
        amount: i64,
    };
}
