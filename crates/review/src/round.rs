//! The round: its terms, its states, and what still keeps it from being closed.
//!
//! Pure. Invariant: a round is closed only when the panel was drawn, the quorum signed, nobody's recusal is open, and (before the due date) no seat still writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, Instant, Node};

use crate::aggregate::{Aggregate, PassRule};
use crate::pool::{CandidateConflict, Pool};
use crate::refusals::RoundRefusal;
use crate::result::RoundResult;
use crate::rubric::RubricSpec;
use crate::seat::{Seat, SeatState};

/// When a reviewer sees what the others wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeeOthers {
    /// Not at all.
    Never,
    /// Once their own review is signed.
    #[default]
    AfterOwn,
    /// From the moment they may read.
    Always,
}

/// When the names of the panel are shown to those who were reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Names {
    /// Never.
    #[default]
    Never,
    /// Once it is decided; with them the salt, so that tickets can be checked.
    AfterDecision,
}

/// The terms under which a round is held. They do not change once it is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Terms {
    /// Seats of the panel.
    pub size: i64,
    /// Signed reviews that are needed.
    pub quorum: i64,
    /// How they become one number.
    pub aggregate: Aggregate,
    /// When it is passed.
    pub pass: PassRule,
    /// Reviewers do not see who applies; the caller's pages keep to it.
    pub blind: bool,
    /// When reviewers see each other's reviews.
    pub see_others: SeeOthers,
    /// When the applicant sees names.
    pub names: Names,
    /// How many open reviews a person may have, this one included.
    pub load_cap: i64,
    /// Days by which the due date moves when more than a third of the panel asks.
    pub extension_days: i64,
    /// Days within which the office answers a request for recusal.
    pub recusal_days: i64,
}

impl Terms {
    /// Terms of the usual kind: median of `size` reviews, all of them needed, passed at `at_least` hundredths of a point.
    pub fn median(size: i64, at_least: i64) -> Self {
        Self {
            size,
            quorum: size,
            aggregate: Aggregate::Median,
            pass: PassRule::AtLeast { at_least },
            blind: false,
            see_others: SeeOthers::AfterOwn,
            names: Names::Never,
            load_cap: 5,
            extension_days: 5,
            recusal_days: 3,
        }
    }
}

/// What opens a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundDraft {
    /// Id of what is reviewed.
    pub subject: String,
    /// Which of the subject's rounds: `entry_review`.
    pub gate: String,
    /// Where; rights of the office are asked here.
    pub node: Node,
    /// What is judged.
    pub rubric: RubricSpec,
    /// How.
    pub terms: Terms,
    /// When reviews are due.
    pub due_at: Instant,
    /// Members who are on the panel by their office, not by the draw.
    pub appointed: Vec<Id>,
    /// Those who are qualified and available for the other seats.
    pub pool: Pool,
    /// Conflicts of members of the pool and of the appointed.
    pub conflicts: Vec<CandidateConflict>,
    /// Persons who put a nonce into the seed; none is allowed, and the record says so.
    pub observers: Vec<Id>,
}

/// Where a round stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundState {
    /// Waits for the observers' commitments.
    Gathering,
    /// The list is frozen; waits for the seal that seeds the draw.
    Drawing,
    /// The panel works.
    Reviewing,
    /// Counted.
    Closed,
    /// Used in a decision; nothing reopens it.
    Decided,
    /// Called off.
    Cancelled,
}

impl RoundState {
    /// Name as stored.
    pub fn name(self) -> &'static str {
        match self {
            RoundState::Gathering => "gathering",
            RoundState::Drawing => "drawing",
            RoundState::Reviewing => "reviewing",
            RoundState::Closed => "closed",
            RoundState::Decided => "decided",
            RoundState::Cancelled => "cancelled",
        }
    }

    /// From the stored name.
    pub fn of(name: &str) -> Option<Self> {
        use RoundState::*;
        [Gathering, Drawing, Reviewing, Closed, Decided, Cancelled].into_iter().find(|state| state.name() == name)
    }

    /// Was it counted?
    pub fn counted(self) -> bool {
        matches!(self, RoundState::Closed | RoundState::Decided)
    }

    /// Is it neither counted nor called off?
    pub fn open(self) -> bool {
        matches!(self, RoundState::Gathering | RoundState::Drawing | RoundState::Reviewing)
    }
}

/// A round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Id, `rnd_…`.
    pub id: Id,
    /// Id of what is reviewed.
    pub subject: String,
    /// Which of the subject's rounds.
    pub gate: String,
    /// Where.
    pub node: Node,
    /// What is judged.
    pub rubric: RubricSpec,
    /// How.
    pub terms: Terms,
    /// Where it stands.
    pub state: RoundState,
    /// When reviews are due, extensions included.
    pub due_at: Instant,
    /// How often the due date was moved.
    pub extensions: i64,
    /// Who opened it.
    pub opened_by: Id,
    /// When.
    pub opened_at: Instant,
    /// When it was counted.
    pub closed_at: Option<Instant>,
    /// What came out.
    pub result: Option<RoundResult>,
    /// When the feedback was released.
    pub feedback_at: Option<Instant>,
}

/// Something that keeps a round from being closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocker {
    /// There is no panel yet.
    NotDrawn,
    /// Fewer signed reviews than the quorum. `voided` of them were signed and then voided by recusal.
    QuorumShort {
        /// Signed and counted.
        signed: i64,
        /// Needed.
        quorum: i64,
        /// Voided after signing.
        voided: i64,
    },
    /// The office has not answered a request for recusal.
    RecusalPending {
        /// How many.
        count: i64,
    },
    /// Seats that still write, before the due date.
    StillWriting {
        /// How many.
        open: i64,
        /// Until when they may.
        due_at: Instant,
    },
}

impl Blocker {
    /// Code of the refusal and of the text.
    pub fn code(&self) -> &'static str {
        match self {
            Blocker::NotDrawn => "review-not-drawn",
            Blocker::QuorumShort { .. } => "review-quorum-short",
            Blocker::RecusalPending { .. } => "review-recusal-pending",
            Blocker::StillWriting { .. } => "review-still-writing",
        }
    }

    /// Arguments of the text.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Blocker::NotDrawn => vec![],
            Blocker::QuorumShort { signed, quorum, voided } => {
                vec![("signed", signed.to_string()), ("quorum", quorum.to_string()), ("voided", voided.to_string())]
            }
            Blocker::RecusalPending { count } => vec![("count", count.to_string())],
            Blocker::StillWriting { open, due_at } => vec![("open", open.to_string()), ("due", due_at.local_minute())],
        }
    }
}

/// What keeps the round from being closed now; nothing, if it may be.
pub fn blockers(round: &Round, seats: &[Seat], pending_recusals: i64, now: Instant) -> Vec<Blocker> {
    if matches!(round.state, RoundState::Gathering | RoundState::Drawing) {
        return vec![Blocker::NotDrawn];
    }
    let number = |wanted: &dyn Fn(&Seat) -> bool| i64::try_from(seats.iter().filter(|seat| wanted(seat)).count()).unwrap_or(i64::MAX);
    let (signed, open) = (number(&|seat| seat.state.counts()), number(&|seat| seat.state.open()));
    let voided = number(&|seat| seat.state == SeatState::Recused && seat.signed_at.is_some());
    let mut found = Vec::new();
    if signed < round.terms.quorum {
        found.push(Blocker::QuorumShort { signed, quorum: round.terms.quorum, voided });
    }
    if pending_recusals > 0 {
        found.push(Blocker::RecusalPending { count: pending_recusals });
    }
    if open > 0 && now < round.due_at {
        found.push(Blocker::StillWriting { open, due_at: round.due_at });
    }
    found
}

/// Can a round be opened like this? Checks in the order of the refusals.
pub fn check(draft: &RoundDraft, now: Instant) -> Result<(), RoundRefusal> {
    let terms = &draft.terms;
    draft.rubric.check(terms.aggregate == Aggregate::Votes).map_err(|mistake| RoundRefusal::RubricUnsound { mistake })?;
    if terms.size < 1 || terms.quorum < 1 || terms.quorum > terms.size || terms.load_cap < 1 {
        return Err(RoundRefusal::QuorumUnsound { quorum: terms.quorum, size: terms.size });
    }
    if draft.due_at <= now {
        return Err(RoundRefusal::DueInThePast);
    }
    let seats = i64::try_from(draft.appointed.len()).unwrap_or(i64::MAX);
    if seats > terms.size {
        return Err(RoundRefusal::TooManyAppointed { appointed: seats, size: terms.size });
    }
    let blocks = |person: &Id| draft.conflicts.iter().any(|c| c.person == *person && c.conflict.severity == crate::Severity::Block);
    match draft.appointed.iter().filter(|person| blocks(person)).count() {
        0 => Ok(()),
        count => Err(RoundRefusal::AppointedConflicted { count }),
    }
}
