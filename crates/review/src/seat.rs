//! A seat of the panel: one person's assignment to one round, from the invitation to the signature.
//!
//! Pure. Invariant: nobody reads before accepting and declaring; nobody signs with a required criterion open.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, Instant};

use crate::aggregate::{Aggregate, Ballot, Vote};
use crate::refusals::SeatRefusal;
use crate::rubric::RubricSpec;

/// Longest comment, dissent or reason, in characters.
pub const LONGEST_TEXT: usize = 4_000;

/// Where an assignment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeatState {
    /// Drawn or appointed, not answered.
    Invited,
    /// Accepted; the declaration is open, nothing may be read.
    Accepted,
    /// Declared without conflict: reads and writes.
    Declared,
    /// Signed; counts.
    Signed,
    /// Abstained in a vote; counts for the quorum and is not cast.
    Abstained,
    /// Abstained where scores are wanted; replaced.
    StoodAside,
    /// Declined; replaced.
    Declined,
    /// Left for a conflict; what was written is void; replaced.
    Recused,
    /// Taken back by the office, or not signed when the round closed.
    Lapsed,
}

impl SeatState {
    const ALL: [SeatState; 9] = {
        use SeatState::*;
        [Invited, Accepted, Declared, Signed, Abstained, StoodAside, Declined, Recused, Lapsed]
    };

    /// Name as stored.
    pub fn name(self) -> &'static str {
        match self {
            SeatState::Invited => "invited",
            SeatState::Accepted => "accepted",
            SeatState::Declared => "declared",
            SeatState::Signed => "signed",
            SeatState::Abstained => "abstained",
            SeatState::StoodAside => "stood_aside",
            SeatState::Declined => "declined",
            SeatState::Recused => "recused",
            SeatState::Lapsed => "lapsed",
        }
    }

    /// From the stored name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Work is left: it counts for the load.
    pub fn open(self) -> bool {
        matches!(self, SeatState::Invited | SeatState::Accepted | SeatState::Declared)
    }

    /// It counts for the quorum.
    pub fn counts(self) -> bool {
        matches!(self, SeatState::Signed | SeatState::Abstained)
    }

    /// It takes a seat of the panel.
    pub fn sits(self) -> bool {
        self.open() || self.counts()
    }
}

/// An assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Id, `asg_…`.
    pub id: Id,
    /// Round.
    pub round: Id,
    /// Reviewer.
    pub person: Id,
    /// Ticket under which they were drawn; none if appointed.
    pub ticket: Option<String>,
    /// Number of the freeze they were drawn from; 0 if appointed.
    pub freeze_no: i64,
    /// Place in the order of that draw, from 1; 0 if appointed.
    pub position: i64,
    /// The assignment whose place they took.
    pub replaces: Option<Id>,
    /// Where it stands.
    pub state: SeatState,
    /// When they were invited.
    pub invited_at: Instant,
    /// The vote, in a round of votes.
    pub vote: Option<Vote>,
    /// Why they dissent from the panel.
    pub dissent: Option<String>,
    /// Why they abstain.
    pub abstain_reason: Option<String>,
    /// Number of the extension they ask for; 0 if none.
    pub asks_extension: i64,
    /// When it was signed.
    pub signed_at: Option<Instant>,
    /// SHA-256 of what was signed.
    pub signed_hash: Option<String>,
}

/// One mark of a score sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Mark {
    /// Points on the scale of the criterion; none while undecided.
    pub points: Option<i64>,
    /// Why.
    #[serde(default)]
    pub comment: String,
}

/// What a reviewer writes; saved in parts as often as they like.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SheetDraft {
    /// Marks by criterion; criteria that are not named stay as they are.
    #[serde(default)]
    pub marks: BTreeMap<String, Mark>,
    /// The vote; stays as it is if not given.
    #[serde(default)]
    pub vote: Option<Vote>,
    /// Dissent from the panel; stays as it is if not given.
    #[serde(default)]
    pub dissent: Option<String>,
}

/// Is what was written on the rubric? All complaints at once.
pub fn check_sheet(rubric: &RubricSpec, sheet: &SheetDraft) -> Result<(), SeatRefusal> {
    let mut complaints = Vec::new();
    for (id, mark) in &sheet.marks {
        match rubric.criterion(id) {
            None => complaints.push(Complaint::Unknown { criterion: id.clone() }),
            Some(criterion) => {
                if mark.points.is_some_and(|points| !criterion.takes(points)) {
                    complaints.push(Complaint::OffScale { criterion: id.clone(), min: criterion.min, max: criterion.max });
                }
                if mark.comment.chars().count() > LONGEST_TEXT {
                    complaints.push(Complaint::TooLong { criterion: id.clone() });
                }
            }
        }
    }
    if sheet.dissent.as_ref().is_some_and(|text| text.chars().count() > LONGEST_TEXT) {
        return Err(SeatRefusal::TextTooLong { field: "dissent" });
    }
    if complaints.is_empty() { Ok(()) } else { Err(SeatRefusal::SheetUnsound { complaints }) }
}

/// One complaint about a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Complaint {
    /// The rubric has no such criterion.
    Unknown {
        /// Criterion.
        criterion: String,
    },
    /// Off the scale.
    OffScale {
        /// Criterion.
        criterion: String,
        /// Lowest mark.
        min: i64,
        /// Full marks.
        max: i64,
    },
    /// The comment is too long.
    TooLong {
        /// Criterion.
        criterion: String,
    },
}

/// May this be signed? `ballot` is everything saved so far.
pub fn check_complete(rubric: &RubricSpec, aggregate: Aggregate, ballot: &Ballot) -> Result<(), SeatRefusal> {
    let missing = rubric.missing(&ballot.points);
    if !missing.is_empty() {
        return Err(SeatRefusal::MarksMissing { criteria: missing });
    }
    if aggregate == Aggregate::Votes {
        return if ballot.vote.is_some() { Ok(()) } else { Err(SeatRefusal::VoteMissing) };
    }
    if rubric.total(&ballot.points).is_none() {
        return Err(SeatRefusal::MarksMissing { criteria: rubric.summed().map(|criterion| criterion.id.clone()).collect() });
    }
    Ok(())
}

/// Do so many of the panel ask that the due date moves by itself? More than a third (实施条例 §48).
pub fn extension_carried(asking: i64, panel: i64) -> bool {
    asking * 3 > panel
}

/// A text that must be given and may not be too long.
pub fn reason_of(text: &str) -> Result<String, SeatRefusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(SeatRefusal::ReasonMissing);
    }
    if text.chars().count() > LONGEST_TEXT {
        return Err(SeatRefusal::TextTooLong { field: "reason" });
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Criterion;

    #[test]
    fn more_than_a_third_moves_the_due_date() {
        for (asking, panel, carried) in [(0, 5, false), (1, 5, false), (2, 5, true), (1, 3, false), (2, 6, false), (3, 7, true), (1, 1, true)] {
            assert_eq!(extension_carried(asking, panel), carried, "{asking} of {panel}");
        }
    }

    #[test]
    fn all_mistakes_of_a_sheet_are_found_at_once() {
        let criterion = Criterion { id: "a".into(), weight_bp: 1, min: 1, max: 5, required: true, independent: false, meets_at: None };
        let rubric = RubricSpec { id: "r".into(), version: "v1".into(), criteria: vec![criterion] };
        let mark = |points, comment: &str| Mark { points: Some(points), comment: comment.into() };
        let sheet = SheetDraft { marks: [("a".into(), mark(6, &"长".repeat(4_001))), ("b".into(), mark(1, ""))].into(), ..SheetDraft::default() };
        let complaints = vec![
            Complaint::OffScale { criterion: "a".into(), min: 1, max: 5 },
            Complaint::TooLong { criterion: "a".into() },
            Complaint::Unknown { criterion: "b".into() },
        ];
        assert_eq!(check_sheet(&rubric, &sheet), Err(SeatRefusal::SheetUnsound { complaints }));
        let empty = Ballot::default();
        assert_eq!(check_complete(&rubric, Aggregate::Mean, &empty), Err(SeatRefusal::MarksMissing { criteria: vec!["a".into()] }));
        let marked = Ballot { points: [("a".to_owned(), 3)].into(), ..Ballot::default() };
        assert_eq!(check_complete(&rubric, Aggregate::Mean, &marked), Ok(()));
        assert_eq!(check_complete(&rubric, Aggregate::Votes, &marked), Err(SeatRefusal::VoteMissing));
    }
}
