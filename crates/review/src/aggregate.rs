//! From signed reviews to the numbers of a round, and whether they pass.
//!
//! Pure, exact integers. Invariant: aggregates work on the published totals (already rounded to a hundredth), and round half up once more at the end.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::Rounding;

use crate::rubric::{FULL_MARKS, RubricSpec};

/// How the reviews of a panel become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// Sum of the totals by their number.
    Mean,
    /// The middle total; of an even number the mean of the two in the middle.
    Median,
    /// Mean without one highest and one lowest total; with fewer than three the plain mean.
    TrimmedMean,
    /// For, against, abstain. The score is the share in favour of those cast.
    Votes,
    /// Each criterion must be met in each review. The score is the share met.
    All,
}

/// When a round is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum PassRule {
    /// The score reaches this, in hundredths of a point of 100: 60.00 is 6000.
    AtLeast {
        /// Hundredths of a point.
        at_least: i64,
    },
    /// `for × for_times ≥ cast × of_cast_times`: a two-thirds majority is 3 and 2. Nothing cast never passes.
    Votes {
        /// Factor of the votes in favour.
        for_times: i64,
        /// Factor of the votes cast.
        of_cast_times: i64,
    },
    /// Every criterion met in every review.
    AllMet,
}

/// A vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Vote {
    /// In favour.
    For,
    /// Against.
    Against,
}

/// One signed review, as far as counting needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ballot {
    /// Marks by criterion.
    pub points: BTreeMap<String, i64>,
    /// The vote, in a round of votes.
    pub vote: Option<Vote>,
    /// Took part and abstained.
    pub abstained: bool,
}

/// The numbers of a round.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// Hundredths of a point of 100; none if there is nothing to count.
    pub score: Option<i64>,
    /// Votes in favour.
    pub votes_for: i64,
    /// Votes against.
    pub votes_against: i64,
    /// Votes for and against together; abstentions are not cast.
    pub cast: i64,
    /// Abstentions.
    pub abstained: i64,
    /// Signed reviews that count.
    pub signed: i64,
    /// Criteria met, over all reviews.
    pub met: i64,
    /// Criteria that could have been met.
    pub of: i64,
    /// Highest total.
    pub highest: Option<i64>,
    /// Lowest total.
    pub lowest: Option<i64>,
}

/// What the panel gave for one criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CriterionResult {
    /// Criterion.
    pub id: String,
    /// Shown, not summed.
    pub independent: bool,
    /// How many marked it.
    pub count: i64,
    /// Median mark in hundredths of a mark.
    pub median: Option<i64>,
    /// Mean mark in hundredths of a mark.
    pub mean: Option<i64>,
    /// Highest mark.
    pub highest: Option<i64>,
    /// Lowest mark.
    pub lowest: Option<i64>,
    /// Full marks of the criterion.
    pub max: i64,
}

/// Counts the signed reviews of a round.
pub fn tally(rubric: &RubricSpec, aggregate: Aggregate, ballots: &[Ballot]) -> Tally {
    let totals: Vec<i64> = ballots.iter().filter(|ballot| !ballot.abstained).filter_map(|ballot| rubric.total(&ballot.points)).collect();
    let votes = |wanted: Vote| count(ballots.iter().filter(|ballot| !ballot.abstained && ballot.vote == Some(wanted)));
    let (votes_for, votes_against) = (votes(Vote::For), votes(Vote::Against));
    let (met, of) = count_met(rubric, ballots);
    let cast = votes_for + votes_against;
    let score = match aggregate {
        Aggregate::Mean => mean(&totals),
        Aggregate::Median => median(&totals),
        Aggregate::TrimmedMean => trimmed_mean(&totals),
        Aggregate::Votes => share(votes_for, cast),
        Aggregate::All => share(met, of),
    };
    Tally {
        score,
        votes_for,
        votes_against,
        cast,
        abstained: count(ballots.iter().filter(|ballot| ballot.abstained)),
        signed: count(ballots.iter()),
        met,
        of,
        highest: totals.iter().max().copied(),
        lowest: totals.iter().min().copied(),
    }
}

impl PassRule {
    /// Do the numbers pass? (The quorum is asked for before.)
    pub fn passed(self, tally: &Tally) -> bool {
        match self {
            PassRule::AtLeast { at_least } => tally.score.is_some_and(|score| score >= at_least),
            PassRule::Votes { for_times, of_cast_times } => {
                tally.cast > 0 && i128::from(tally.votes_for) * i128::from(for_times) >= i128::from(tally.cast) * i128::from(of_cast_times)
            }
            PassRule::AllMet => tally.of > 0 && tally.met == tally.of,
        }
    }
}

/// What the panel gave for each criterion, in the order of the sheet.
pub fn by_criterion(rubric: &RubricSpec, ballots: &[Ballot]) -> Vec<CriterionResult> {
    let marks = |id: &str| -> Vec<i64> { ballots.iter().filter(|b| !b.abstained).filter_map(|b| b.points.get(id).copied()).collect() };
    let result = |criterion: &crate::Criterion| {
        let given = marks(&criterion.id);
        let hundredths: Vec<i64> = given.iter().map(|mark| mark.saturating_mul(100)).collect();
        CriterionResult {
            id: criterion.id.clone(),
            independent: criterion.independent,
            count: count(given.iter()),
            median: median(&hundredths),
            mean: mean(&hundredths),
            highest: given.iter().max().copied(),
            lowest: given.iter().min().copied(),
            max: criterion.max,
        }
    };
    rubric.criteria.iter().map(result).collect()
}

/// Mean, rounded half up; `None` of nothing.
pub fn mean(values: &[i64]) -> Option<i64> {
    Rounding::HalfUp.divide(values.iter().map(|&value| i128::from(value)).sum(), values.len() as i128)
}

/// Median; of an even number the mean of the two in the middle, rounded half up. `None` of nothing.
pub fn median(values: &[i64]) -> Option<i64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted.get(half).copied() } else { mean(sorted.get(half.checked_sub(1)?..=half)?) }
}

/// Mean without one highest and one lowest; with fewer than three values the plain mean.
pub fn trimmed_mean(values: &[i64]) -> Option<i64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    if sorted.len() < 3 { mean(&sorted) } else { mean(&sorted[1..sorted.len() - 1]) }
}

fn count_met(rubric: &RubricSpec, ballots: &[Ballot]) -> (i64, i64) {
    let (mut met, mut of) = (0, 0);
    for ballot in ballots.iter().filter(|ballot| !ballot.abstained) {
        for criterion in rubric.summed() {
            of += 1;
            met += i64::from(ballot.points.get(&criterion.id).is_some_and(|&mark| criterion.met_by(mark)));
        }
    }
    (met, of)
}

fn share(part: i64, whole: i64) -> Option<i64> {
    Rounding::HalfUp.divide(i128::from(part) * i128::from(FULL_MARKS), i128::from(whole))
}

fn count<T>(items: impl Iterator<Item = T>) -> i64 {
    i64::try_from(items.count()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Criterion;

    fn one_criterion() -> RubricSpec {
        let criterion = Criterion { id: "a".into(), weight_bp: 10_000, min: 0, max: 100, required: true, independent: false, meets_at: Some(60) };
        RubricSpec { id: "r".into(), version: "v1".into(), criteria: vec![criterion] }
    }

    fn marked(points: &[i64]) -> Vec<Ballot> {
        points.iter().map(|&mark| Ballot { points: [("a".to_owned(), mark)].into(), ..Ballot::default() }).collect()
    }

    fn voted(for_: usize, against: usize, abstained: usize) -> Vec<Ballot> {
        let vote = |vote| Ballot { vote: Some(vote), ..Ballot::default() };
        let abstain = Ballot { abstained: true, ..Ballot::default() };
        [vec![vote(Vote::For); for_], vec![vote(Vote::Against); against], vec![abstain; abstained]].concat()
    }

    #[test]
    fn scores() {
        use Aggregate::*;
        let table: [(Aggregate, &[i64], Option<i64>); 12] = [
            (Mean, &[], None),
            (Mean, &[70, 71, 71], Some(7_067)),
            (Mean, &[60, 60, 61], Some(6_033)),
            (Median, &[], None),
            (Median, &[10, 90, 60], Some(6_000)),
            (Median, &[10, 90, 60, 61], Some(6_050)),
            (TrimmedMean, &[0, 60, 62, 100], Some(6_100)),
            (TrimmedMean, &[60, 60, 60], Some(6_000)),
            (TrimmedMean, &[40, 61], Some(5_050)),
            (TrimmedMean, &[], None),
            (All, &[60, 100, 99], Some(10_000)),
            (All, &[60, 59, 99], Some(6_667)),
        ];
        for (aggregate, points, expected) in table {
            assert_eq!(tally(&one_criterion(), aggregate, &marked(points)).score, expected, "{aggregate:?} {points:?}");
        }
    }

    #[test]
    fn a_threshold_is_met_exactly_or_not_at_all() {
        let rule = PassRule::AtLeast { at_least: 6_000 };
        for (points, passed) in [(&[60i64][..], true), (&[59, 60], false), (&[], false), (&[61, 59], true)] {
            assert_eq!(rule.passed(&tally(&one_criterion(), Aggregate::Mean, &marked(points))), passed, "{points:?}");
        }
    }

    #[test]
    fn two_thirds_of_what_was_cast() {
        let rule = PassRule::Votes { for_times: 3, of_cast_times: 2 };
        for (for_, against, abstained, passed) in [(2, 1, 0, true), (4, 3, 0, false), (2, 1, 4, true), (0, 0, 5, false), (3, 2, 0, false), (0, 0, 0, false)] {
            let counted = tally(&one_criterion(), Aggregate::Votes, &voted(for_, against, abstained));
            assert_eq!(rule.passed(&counted), passed, "{for_} {against} {abstained}");
            assert_eq!(counted.cast, (for_ + against) as i64);
            assert_eq!(counted.abstained, abstained as i64);
        }
    }

    #[test]
    fn all_met_means_each_criterion_in_each_review() {
        for (points, passed) in [(&[60i64, 80][..], true), (&[60, 59], false), (&[], false)] {
            assert_eq!(PassRule::AllMet.passed(&tally(&one_criterion(), Aggregate::All, &marked(points))), passed, "{points:?}");
        }
    }

    #[test]
    fn each_criterion_has_its_own_numbers() {
        let results = by_criterion(&one_criterion(), &marked(&[50, 81, 70, 70]));
        assert_eq!(results[0].median, Some(7_000));
        assert_eq!(results[0].mean, Some(6_775));
        assert_eq!((results[0].lowest, results[0].highest, results[0].count), (Some(50), Some(81), 4));
    }
}
