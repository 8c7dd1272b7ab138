//! Everything this engine says no to, in the order of the checks. The sentences are in `locales/`.

use words::Refusal;

use crate::round::Blocker;
use crate::rubric::RubricMistake;
use crate::seat::Complaint;

type Args = Vec<(&'static str, String)>;

/// Refusals about a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoundRefusal {
    /// The rubric cannot be used.
    RubricUnsound {
        /// Why.
        mistake: RubricMistake,
    },
    /// Size, quorum or load cap below 1, or quorum over size.
    QuorumUnsound {
        /// Needed.
        quorum: i64,
        /// Seats.
        size: i64,
    },
    /// The due date has passed.
    DueInThePast,
    /// More members by office than seats.
    TooManyAppointed {
        /// Members by office.
        appointed: i64,
        /// Seats.
        size: i64,
    },
    /// Members by office with a conflict that blocks.
    AppointedConflicted {
        /// How many.
        count: usize,
    },
    /// Fewer eligible persons than seats to draw.
    TooFewEligible {
        /// Eligible after conflicts and load.
        eligible: usize,
        /// Seats to draw.
        needed: i64,
    },
    /// The round is not in a state for this.
    NotInState {
        /// Where it stands.
        state: &'static str,
    },
    /// Something keeps it from being closed.
    Blocked(
        /// All of it.
        Vec<Blocker>,
    ),
    /// The new due date is not later.
    NotLater,
    /// A reason is missing.
    ReasonMissing,
    /// The rating is not between 1 and 5.
    RatingOffScale,
}

impl Refusal for RoundRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::RubricUnsound { .. } => "review-rubric-unsound",
            Self::QuorumUnsound { .. } => "review-quorum-unsound",
            Self::DueInThePast => "review-due-in-the-past",
            Self::TooManyAppointed { .. } => "review-too-many-appointed",
            Self::AppointedConflicted { .. } => "review-appointed-conflicted",
            Self::TooFewEligible { .. } => "review-too-few-eligible",
            Self::NotInState { .. } => "review-round-not-open",
            Self::Blocked(blockers) => blockers.first().map_or("review-not-drawn", Blocker::code),
            Self::NotLater => "review-due-not-later",
            Self::ReasonMissing => "review-reason-missing",
            Self::RatingOffScale => "review-rating-off-scale",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::DueInThePast | Self::NotLater => Some("/due_at".into()),
            Self::QuorumUnsound { .. } => Some("/quorum".into()),
            Self::ReasonMissing => Some("/reason".into()),
            Self::RatingOffScale => Some("/quality".into()),
            _ => None,
        }
    }

    fn args(&self) -> Args {
        match self {
            Self::RubricUnsound { mistake } => vec![("mistake", mistake.name().into())],
            Self::QuorumUnsound { quorum, size } => vec![("quorum", quorum.to_string()), ("size", size.to_string())],
            Self::TooManyAppointed { appointed, size } => vec![("appointed", appointed.to_string()), ("size", size.to_string())],
            Self::AppointedConflicted { count } => vec![("count", count.to_string())],
            Self::TooFewEligible { eligible, needed } => vec![("eligible", eligible.to_string()), ("needed", needed.to_string())],
            Self::NotInState { state } => vec![("state", (*state).into())],
            Self::Blocked(blockers) => blockers.first().map(Blocker::args).unwrap_or_default(),
            _ => vec![],
        }
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::NotInState { .. } | Self::Blocked(_)) { 409 } else { 422 }
    }

    fn parts(&self) -> Vec<(Option<String>, String, Args)> {
        match self {
            Self::Blocked(blockers) => blockers.iter().map(|blocker| (None, blocker.code().to_owned(), blocker.args())).collect(),
            _ => vec![],
        }
    }
}

/// Refusals to a reviewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeatRefusal {
    /// The round does not take reviews now.
    RoundNotOpen {
        /// Where it stands.
        state: &'static str,
    },
    /// The assignment is not in a state for this.
    NotInState {
        /// Where it stands.
        state: &'static str,
    },
    /// The declaration is open: nothing may be read or written.
    NotDeclared,
    /// A known nearness must be spoken to in the declaration.
    StatementMissing,
    /// Mistakes in the sheet.
    SheetUnsound {
        /// All of them.
        complaints: Vec<Complaint>,
    },
    /// Required criteria are open.
    MarksMissing {
        /// Which.
        criteria: Vec<String>,
    },
    /// The vote is open.
    VoteMissing,
    /// A signature needs a fresh proof of who signs.
    NotProved,
    /// A reason is missing.
    ReasonMissing,
    /// A text is too long.
    TextTooLong {
        /// Field.
        field: &'static str,
    },
    /// They asked for this extension already.
    AskedAlready,
}

impl Refusal for SeatRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::RoundNotOpen { .. } => "review-round-not-open",
            Self::NotInState { .. } => "review-seat-not-open",
            Self::NotDeclared => "review-not-declared",
            Self::StatementMissing => "review-statement-missing",
            Self::SheetUnsound { .. } => "review-sheet-unsound",
            Self::MarksMissing { .. } => "review-marks-missing",
            Self::VoteMissing => "review-vote-missing",
            Self::NotProved => "review-not-proved",
            Self::ReasonMissing => "review-reason-missing",
            Self::TextTooLong { .. } => "review-text-too-long",
            Self::AskedAlready => "review-asked-already",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::StatementMissing => Some("/statement".into()),
            Self::VoteMissing => Some("/vote".into()),
            Self::ReasonMissing => Some("/reason".into()),
            Self::TextTooLong { field } => Some(format!("/{field}")),
            _ => None,
        }
    }

    fn args(&self) -> Args {
        match self {
            Self::RoundNotOpen { state } | Self::NotInState { state } => vec![("state", (*state).into())],
            Self::SheetUnsound { complaints } => vec![("count", complaints.len().to_string())],
            Self::MarksMissing { criteria } => vec![("count", criteria.len().to_string())],
            Self::TextTooLong { .. } => vec![("longest", crate::seat::LONGEST_TEXT.to_string())],
            _ => vec![],
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::RoundNotOpen { .. } | Self::NotInState { .. } | Self::AskedAlready => 409,
            Self::NotDeclared | Self::NotProved => 403,
            _ => 422,
        }
    }

    fn parts(&self) -> Vec<(Option<String>, String, Args)> {
        match self {
            Self::SheetUnsound { complaints } => complaints.iter().map(complaint_part).collect(),
            Self::MarksMissing { criteria } => {
                criteria.iter().map(|id| (Some(format!("/marks/{id}/points")), "review-mark-missing".to_owned(), vec![("criterion", id.clone())])).collect()
            }
            _ => vec![],
        }
    }
}

fn complaint_part(complaint: &Complaint) -> (Option<String>, String, Args) {
    match complaint {
        Complaint::Unknown { criterion } => (Some(format!("/marks/{criterion}")), "review-criterion-unknown".into(), vec![("criterion", criterion.clone())]),
        Complaint::OffScale { criterion, min, max } => (
            Some(format!("/marks/{criterion}/points")),
            "review-mark-off-scale".into(),
            vec![("criterion", criterion.clone()), ("min", min.to_string()), ("max", max.to_string())],
        ),
        Complaint::TooLong { criterion } => {
            (Some(format!("/marks/{criterion}/comment")), "review-text-too-long".into(), vec![("longest", crate::seat::LONGEST_TEXT.to_string())])
        }
    }
}

/// Refusals about recusals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecusalRefusal {
    /// The round is decided or called off.
    RoundNotOpen {
        /// Where it stands.
        state: &'static str,
    },
    /// A reason is missing or too long.
    ReasonUnsound,
    /// The same person asked for the same recusal and has no answer yet.
    AskedAlready,
    /// It was answered.
    Answered,
    /// Who asked, and whom it is about, do not answer it.
    OwnMatter,
}

impl Refusal for RecusalRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::RoundNotOpen { .. } => "review-round-not-open",
            Self::ReasonUnsound => "review-reason-missing",
            Self::AskedAlready => "review-recusal-asked",
            Self::Answered => "review-recusal-answered",
            Self::OwnMatter => "review-recusal-own-matter",
        }
    }

    fn field(&self) -> Option<String> {
        matches!(self, Self::ReasonUnsound).then(|| "/reason".into())
    }

    fn args(&self) -> Args {
        match self {
            Self::RoundNotOpen { state } => vec![("state", (*state).into())],
            _ => vec![],
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::ReasonUnsound => 422,
            Self::OwnMatter => 403,
            _ => 409,
        }
    }
}

/// Refusals to an observer of a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonceRefusal {
    /// Commitments are taken before the freeze, nonces between freeze and draw.
    TooLate,
    /// Not 64 lower-case hex digits.
    CommitmentUnsound,
    /// A commitment binds.
    CommittedAlready,
    /// Nothing was committed.
    NotCommitted,
    /// The nonce is not the one committed to.
    NonceDiffers,
}

impl Refusal for NonceRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLate => "review-nonce-too-late",
            Self::CommitmentUnsound => "review-commitment-unsound",
            Self::CommittedAlready => "review-committed-already",
            Self::NotCommitted => "review-not-committed",
            Self::NonceDiffers => "review-nonce-differs",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::CommitmentUnsound => Some("/commitment".into()),
            Self::NonceDiffers => Some("/nonce".into()),
            _ => None,
        }
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::CommitmentUnsound | Self::NonceDiffers) { 422 } else { 409 }
    }
}
