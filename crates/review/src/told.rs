//! Events of this crate. Ids and facts; fields are only ever added.
//!
//! Invariant: an event that carries a reviewer's id, or is told by a reviewer, is about the round; only the others are about what is reviewed.
//! So the history of a case, read by its subject, cannot give a name away. Every event carries both ids in its facts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use store::Tell;
use words::{Id, Instant, Node};

use crate::round::Round;

/// Where an event belongs: every event of a round carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Of {
    /// Round.
    pub round: Id,
    /// What is reviewed.
    pub subject: String,
    /// Which of the subject's rounds.
    pub gate: String,
    /// Where.
    pub node: Node,
}

impl Of {
    /// The place of a round's event.
    pub fn round(round: &Round) -> Self {
        Self { round: round.id.clone(), subject: round.subject.clone(), gate: round.gate.clone(), node: round.node.clone() }
    }
}

/// A person and their assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatOf {
    /// Assignment.
    pub assignment: Id,
    /// Reviewer.
    pub person: Id,
}

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident $kind:literal $about:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
            pub struct $name {
                /// Round and place.
                #[serde(flatten)]
                pub of: Of,
                $($(#[$field_doc])* pub $field: $type,)*
            }

            impl Tell for $name {
                const KIND: &'static str = $kind;
                fn node(&self) -> Node {
                    self.of.node.clone()
                }
                fn subject(&self) -> String {
                    self.of.$about.to_string()
                }
            }
        )*
    };
}

events! {
    /// A round was opened.
    RoundOpened "review.round_opened" subject {
        /// Rubric and version.
        rubric: String,
        /// Seats.
        size: i64,
        /// Needed.
        quorum: i64,
        /// When reviews are due.
        due_at: Instant,
        /// Observers whose commitments it waits for.
        observers: Vec<Id>,
    }
    /// An observer committed to a nonce.
    NonceCommitted "review.nonce_committed" subject {
        /// Observer.
        observer: Id,
        /// What they published.
        commitment: String,
    }
    /// The eligible list was frozen; the seed comes from the first seal after this event.
    ListFrozen "review.list_frozen" subject {
        /// Number of the freeze, from 1.
        freeze_no: i64,
        /// Hash of the pool that the caller found qualified and available.
        pool: String,
        /// How many are eligible.
        eligible: i64,
        /// Hash of the sorted tickets.
        eligible_hash: String,
        /// Kept out, by kind.
        excluded: BTreeMap<String, i64>,
        /// Hash of the list of exclusions.
        excluded_hash: String,
        /// Seats to draw.
        seats: i64,
    }
    /// The draw waits for a seal that is younger than the freeze; this event is what the next seal holds.
    SealAwaited "review.seal_awaited" round {
        /// Number of the freeze.
        freeze_no: i64,
    }
    /// An observer revealed the nonce.
    NonceRevealed "review.nonce_revealed" subject {
        /// Observer.
        observer: Id,
        /// The nonce.
        nonce: String,
    }
    /// A panel was drawn; those on it are to be invited.
    PanelDrawn "review.panel_drawn" round {
        /// Number of the freeze; 0 if all are appointed.
        freeze_no: i64,
        /// The seed.
        seed: String,
        /// Tickets drawn, in order.
        tickets: Vec<String>,
        /// Invited persons.
        seats: Vec<SeatOf>,
        /// When reviews are due.
        due_at: Instant,
    }
    /// A replacement was drawn.
    ReplacementDrawn "review.replacement_drawn" round {
        /// The new seat.
        seat: SeatOf,
        /// The assignment it takes the place of.
        replaces: Id,
        /// Ticket drawn.
        ticket: String,
        /// When the review is due.
        due_at: Instant,
    }
    /// Nobody is left to draw: the office must widen the pool.
    PoolExhausted "review.pool_exhausted" round {
        /// Open seats.
        seats: i64,
    }
    /// Accepted.
    AssignmentAccepted "review.assignment_accepted" round {
        /// Seat.
        seat: SeatOf,
    }
    /// Declined.
    AssignmentDeclined "review.assignment_declined" round {
        /// Seat.
        seat: SeatOf,
        /// Why.
        reason: String,
    }
    /// Declared to have no conflict.
    NoConflictDeclared "review.no_conflict_declared" round {
        /// Seat.
        seat: SeatOf,
    }
    /// Left for a conflict: by themselves, or by the office's answer to a request.
    ReviewerRecused "review.reviewer_recused" round {
        /// Seat.
        seat: SeatOf,
        /// Had signed: that review is void.
        voided: bool,
        /// The round had been counted: it is open again.
        reopened: bool,
        /// The request that led to it.
        recusal: Id,
    }
    /// Someone asks that a person be recused.
    RecusalAsked "review.recusal_asked" round {
        /// Request.
        recusal: Id,
        /// Whom it is about.
        person: Id,
        /// Until when the office answers.
        answer_by: Instant,
    }
    /// The office answered.
    RecusalAnswered "review.recusal_answered" round {
        /// Request.
        recusal: Id,
        /// Who asked.
        asked_by: Id,
        /// Whom it is about.
        person: Id,
        /// Granted.
        granted: bool,
    }
    /// The office has not answered in time.
    RecusalOverdue "review.recusal_overdue" round {
        /// Request.
        recusal: Id,
    }
    /// A review was signed.
    ReviewSigned "review.review_signed" round {
        /// Seat.
        seat: SeatOf,
        /// SHA-256 of what was signed.
        signed_hash: String,
        /// In time.
        on_time: bool,
        /// Nothing keeps the round from being closed.
        ready: bool,
    }
    /// Abstained, with a reason.
    ReviewerAbstained "review.reviewer_abstained" round {
        /// Seat.
        seat: SeatOf,
        /// Nothing keeps the round from being closed.
        ready: bool,
    }
    /// A member dissents from the panel, with reasons.
    DissentWritten "review.dissent_written" round {
        /// Seat.
        seat: SeatOf,
    }
    /// A seat was taken back by the office.
    SeatLapsed "review.seat_lapsed" round {
        /// Seat.
        seat: SeatOf,
        /// Why.
        reason: String,
    }
    /// The due date moved.
    DueExtended "review.due_extended" round {
        /// The new due date.
        due_at: Instant,
        /// More than a third of the panel asked.
        by_panel: bool,
        /// Those who still write.
        persons: Vec<Id>,
    }
    /// Reviews are due and not all are in.
    ReviewsOverdue "review.reviews_overdue" round {
        /// Those who have not signed.
        persons: Vec<Id>,
    }
    /// A round was counted.
    RoundClosed "review.round_closed" subject {
        /// Passed by its rule.
        passed: bool,
        /// Hundredths of a point of 100.
        score: Option<i64>,
        /// Signed reviews that counted.
        signed: i64,
        /// Votes in favour.
        votes_for: i64,
        /// Votes against.
        votes_against: i64,
    }
    /// The result was used in a decision; nothing reopens the round.
    RoundDecided "review.round_decided" subject {}
    /// A round was called off.
    RoundCancelled "review.round_cancelled" round {
        /// Why.
        reason: String,
        /// Those who no longer need to write.
        persons: Vec<Id>,
    }
    /// The feedback may be read by those who were reviewed.
    FeedbackReleased "review.feedback_released" subject {}
    /// The office rated the quality of a review.
    ReviewRated "review.review_rated" round {
        /// Seat.
        seat: SeatOf,
        /// 1 to 5.
        quality: i64,
    }
}
