//! Wire shapes: what pages and JSON show. Scores are hundredths of a point of 100.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use words::{Id, Instant};

use crate::aggregate::{Aggregate, PassRule, Vote};
use crate::drawing::{NonceLine, PassedOver};
use crate::result::RoundResult;
use crate::round::{Blocker, Names, RoundState, SeeOthers};
use crate::rubric::RubricSpec;
use crate::seat::{Mark, SeatState};

/// Something that keeps a round from being closed, as a code with arguments of its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BlockerView {
    /// Code of the text: `problem-<code>`.
    pub code: String,
    /// Arguments of the text.
    pub args: BTreeMap<String, String>,
}

impl BlockerView {
    pub(crate) fn of(blocker: &Blocker) -> Self {
        let args = blocker.args().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { code: blocker.code().to_owned(), args }
    }
}

/// A round in a list or at the head of a page. No names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RoundView {
    /// Round.
    pub id: Id,
    /// What is reviewed.
    pub subject: String,
    /// Which of the subject's rounds.
    pub gate: String,
    /// Rubric.
    pub rubric: RubricSpec,
    /// Where it stands.
    pub state: RoundState,
    /// Seats.
    pub size: i64,
    /// Needed.
    pub quorum: i64,
    /// How reviews become one number.
    pub aggregate: Aggregate,
    /// When it is passed.
    pub pass: PassRule,
    /// Reviewers do not see who applies.
    pub blind: bool,
    /// When reviewers see each other's reviews.
    pub see_others: SeeOthers,
    /// When those who are reviewed see names.
    pub names: Names,
    /// Opened.
    pub opened_at: Instant,
    /// Reviews are due.
    pub due_at: Instant,
    /// How often the due date moved.
    pub extensions: i64,
    /// Counted.
    pub closed_at: Option<Instant>,
    /// Feedback may be read since.
    pub feedback_at: Option<Instant>,
    /// Seats that are taken.
    pub sitting: i64,
    /// Signed (or abstained in a vote).
    pub signed: i64,
    /// Signed and voided by a recusal.
    pub voided: i64,
    /// Open requests for recusal.
    pub recusals_pending: i64,
    /// What keeps it from being closed; empty when it may be, or is.
    pub blockers: Vec<BlockerView>,
    /// The result's verdict, once counted.
    pub passed: Option<bool>,
    /// The result's score, once counted.
    pub score: Option<i64>,
}

/// The numbers a guard asks for. Until a round is counted there is no score, no votes and no pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Numbers {
    /// Round.
    pub round: Id,
    /// Where it stands.
    pub state: RoundState,
    /// Hundredths of a point of 100.
    pub score: Option<i64>,
    /// Votes in favour.
    pub votes_for: i64,
    /// Votes against.
    pub votes_against: i64,
    /// Votes cast.
    pub cast: i64,
    /// Abstentions.
    pub abstained: i64,
    /// Reviews that count so far.
    pub signed: i64,
    /// Needed.
    pub quorum: i64,
    /// Enough signed.
    pub quorum_met: bool,
    /// Counted: every review in the result is signed.
    pub closed: bool,
    /// Counted and passed by its rule.
    pub passed: bool,
    /// What keeps it from being closed.
    pub blockers: Vec<BlockerView>,
}

/// One of a person's assignments in their list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AssignmentLine {
    /// Assignment.
    pub id: Id,
    /// Round.
    pub round: Id,
    /// What is reviewed.
    pub subject: String,
    /// Which of the subject's rounds.
    pub gate: String,
    /// Where it stands.
    pub state: SeatState,
    /// Due.
    pub due_at: Instant,
    /// Past due and open.
    pub overdue: bool,
    /// Criteria marked.
    pub marked: i64,
    /// Criteria of the rubric.
    pub criteria: i64,
}

/// A person's list: `done` of `total`, and where to go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AssignmentsView {
    /// The page of the list.
    pub items: Vec<AssignmentLine>,
    /// Signed or abstained.
    pub done: i64,
    /// Done and open.
    pub total: i64,
    /// The next assignment without a signature, earliest due first; none when all are done.
    pub next: Option<Id>,
    /// Cursor of the next page.
    pub after: Option<Id>,
}

/// Another member's review, as far as the terms let it be seen. No name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OtherReview {
    /// Number within the round; says nothing about who.
    pub number: i64,
    /// Total.
    pub total: Option<i64>,
    /// Marks.
    pub marks: BTreeMap<String, Mark>,
    /// Vote.
    pub vote: Option<Vote>,
    /// Dissent.
    pub dissent: Option<String>,
}

/// A score sheet, for its own reviewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SheetView {
    /// The line of the list.
    pub line: AssignmentLine,
    /// What is judged.
    pub rubric: RubricSpec,
    /// How reviews become one number.
    pub aggregate: Aggregate,
    /// Reviewers do not see who applies.
    pub blind: bool,
    /// May the reviewer read what is reviewed?
    pub may_read: bool,
    /// A nearness is known that the declaration must speak to.
    pub statement_needed: bool,
    /// Marks saved so far; empty until reading is allowed.
    pub marks: BTreeMap<String, Mark>,
    /// Required criteria without a mark.
    pub missing: Vec<String>,
    /// Total so far.
    pub total: Option<i64>,
    /// Vote.
    pub vote: Option<Vote>,
    /// Dissent.
    pub dissent: Option<String>,
    /// Last saved.
    pub saved_at: Option<Instant>,
    /// Signed.
    pub signed_at: Option<Instant>,
    /// SHA-256 of what was signed.
    pub signed_hash: Option<String>,
    /// Asked for more time.
    pub asked_extension: bool,
    /// What the others wrote, as far as the terms allow.
    pub others: Vec<OtherReview>,
    /// The reviewer's assignment before this one that has work left.
    pub previous: Option<Id>,
    /// The next one.
    pub next: Option<Id>,
}

/// The result page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ResultView {
    /// The round.
    pub round: RoundView,
    /// The result; none until counted.
    pub result: Option<RoundResult>,
}

/// A seat of the panel. Who sits there only for those who may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PanelMember {
    /// Assignment; only with the name.
    pub assignment: Option<Id>,
    /// Person, for the office and auditors, and for all once the terms show names.
    pub person: Option<Id>,
    /// Ticket; none if appointed.
    pub ticket: Option<String>,
    /// Where it stands.
    pub state: SeatState,
    /// Number of the freeze; 0 if appointed.
    pub freeze_no: i64,
    /// Place in the order of the draw.
    pub position: i64,
}

/// A seat in the protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProtocolSeat {
    /// Place in the order of the draw, from 1.
    pub position: i64,
    /// Ticket.
    pub ticket: String,
    /// Drawn to replace someone who left.
    pub replacement: bool,
    /// Person, once names are shown.
    pub person: Option<Id>,
}

/// One freeze and draw of the protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DrawProtocol {
    /// Number of the freeze, from 1.
    pub freeze_no: i64,
    /// Frozen.
    pub frozen_at: Option<Instant>,
    /// Event that published the hashes.
    pub frozen_event: Option<Id>,
    /// SHA-256 of the pool that was found qualified and available.
    pub pool: String,
    /// Tickets of the eligible, sorted; empty before the freeze.
    pub eligible: Vec<String>,
    /// SHA-256 of that list.
    pub eligible_hash: String,
    /// Kept out, by kind.
    pub excluded: BTreeMap<String, i64>,
    /// SHA-256 of the list of exclusions.
    pub excluded_hash: String,
    /// Number of the first seal after the freeze.
    pub seal_batch: Option<i64>,
    /// Its hash.
    pub seal_hash: Option<String>,
    /// Observers in order.
    pub nonces: Vec<NonceLine>,
    /// `<round>#<freeze>`.
    pub draw_name: String,
    /// The seed.
    pub seed: Option<String>,
    /// Tickets that came up and were passed over.
    pub passed_over: Vec<PassedOver>,
    /// Seats in the order in which they were filled, replacements included.
    pub seats: Vec<ProtocolSeat>,
    /// Drawn.
    pub drawn_at: Option<Instant>,
    /// Salt of the tickets, once names are shown.
    pub salt: Option<String>,
}

/// The record of the draw that anyone can check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Protocol {
    /// Round.
    pub round: Id,
    /// What is reviewed.
    pub subject: String,
    /// Members by office, not by the draw.
    pub appointed: i64,
    /// Freezes and draws.
    pub draws: Vec<DrawProtocol>,
    /// What must be said with it, as codes of texts: `review-note-<code>`.
    pub notes: Vec<String>,
    /// A shell script that recomputes every draw from the numbers above with `sha256sum` and prints the tickets of the seats.
    pub script: String,
}

/// Feedback for those who were reviewed. Never a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FeedbackView {
    /// Round.
    pub round: Id,
    /// What was reviewed.
    pub subject: String,
    /// Which of the subject's rounds.
    pub gate: String,
    /// Passed.
    pub passed: bool,
    /// Score.
    pub score: Option<i64>,
    /// By criterion.
    pub criteria: Vec<CriterionFeedback>,
}

/// Feedback on one criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CriterionFeedback {
    /// Criterion.
    pub id: String,
    /// Median mark in hundredths of a mark.
    pub median: Option<i64>,
    /// Full marks.
    pub max: i64,
    /// Comments, in an order that says nothing about who.
    pub comments: Vec<String>,
}

/// A reviewer's record: for eligibility, never for public ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, Default)]
pub struct ReviewerRecord {
    /// Invited.
    pub invited: i64,
    /// Accepted.
    pub accepted: i64,
    /// Declined.
    pub declined: i64,
    /// Work is left.
    pub open: i64,
    /// Signed.
    pub signed: i64,
    /// Abstained.
    pub abstained: i64,
    /// Recused.
    pub recused: i64,
    /// Taken back or unsigned at the close.
    pub lapsed: i64,
    /// Signed in time.
    pub on_time: i64,
    /// Signed late.
    pub late: i64,
    /// Mean distance from the panel's result, in hundredths of a point; small is near.
    pub mean_distance: Option<i64>,
    /// Mean quality as rated by the office, in hundredths of 1 to 5.
    pub mean_quality: Option<i64>,
}

/// A request for recusal, for the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RecusalView {
    /// Request.
    pub id: Id,
    /// Whom it is about.
    pub person: Id,
    /// Who asked; the person themselves if they recused.
    pub asked_by: Id,
    /// When.
    pub asked_at: Instant,
    /// The office answers by.
    pub answer_by: Instant,
    /// `asked`, `granted`, `refused`.
    pub state: String,
    /// Reasons; none once the person's data were erased.
    pub reasons: Option<String>,
    /// The office's answer.
    pub answer: Option<String>,
}
