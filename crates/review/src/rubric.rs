//! The rubric of a round and the exact total of one review.
//!
//! Pure. Invariant: a total is one division, rounded half up to a hundredth of a point of 100; nobody needs more than school arithmetic to check it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::Rounding;

/// What a score is out of, in hundredths of a point: 100.00.
pub const FULL_MARKS: i64 = 10_000;

/// Finer rubrics than this cannot be summed exactly in integers.
const FINEST: i128 = 1_000_000_000_000;

/// A rubric as the round pins it. The labels and anchors of its criteria stay with whoever keeps the rubric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RubricSpec {
    /// Name: `entry`.
    pub id: String,
    /// Version: `v1`.
    pub version: String,
    /// What is judged, in the order of the score sheet.
    pub criteria: Vec<Criterion>,
}

/// One thing that is judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Criterion {
    /// Name within the rubric.
    pub id: String,
    /// Weight in basis points. Only the proportions count, so equal thirds may be 3,333 each.
    pub weight_bp: i64,
    /// Lowest mark, at least 0.
    pub min: i64,
    /// Full marks of this criterion, at least 1.
    pub max: i64,
    /// Must it be marked before signing?
    pub required: bool,
    /// Shown beside the total and not summed into it.
    #[serde(default)]
    pub independent: bool,
    /// Lowest mark that counts as met under the aggregate `all`; full marks if not said.
    #[serde(default)]
    pub meets_at: Option<i64>,
}

impl Criterion {
    /// Is the mark on the scale?
    pub fn takes(&self, points: i64) -> bool {
        (self.min..=self.max).contains(&points)
    }

    /// Does the mark count as met?
    pub fn met_by(&self, points: i64) -> bool {
        points >= self.meets_at.unwrap_or(self.max)
    }
}

/// Why a rubric cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RubricMistake {
    /// Nothing is judged, and the aggregate is not a vote.
    Empty,
    /// Two criteria of one name.
    Twice,
    /// A scale that runs backwards, below 0, or ends at 0; or `meets_at` off the scale.
    Scale,
    /// A weight below 0, or all summed weights 0.
    Weight,
    /// Scales and weights so odd that totals cannot be exact.
    TooFine,
}

impl RubricMistake {
    /// Name for the argument of the refusal.
    pub fn name(self) -> &'static str {
        match self {
            RubricMistake::Empty => "empty",
            RubricMistake::Twice => "twice",
            RubricMistake::Scale => "scale",
            RubricMistake::Weight => "weight",
            RubricMistake::TooFine => "too_fine",
        }
    }
}

impl RubricSpec {
    /// The criterion of this name.
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.id == id)
    }

    /// Criteria that make up the total.
    pub fn summed(&self) -> impl Iterator<Item = &Criterion> {
        self.criteria.iter().filter(|criterion| !criterion.independent)
    }

    /// Can a round be judged by it? A round of votes needs no criteria.
    pub fn check(&self, votes_only: bool) -> Result<(), RubricMistake> {
        if self.summed().next().is_none() && !votes_only {
            return Err(RubricMistake::Empty);
        }
        let mut names = BTreeSet::new();
        if !self.criteria.iter().all(|criterion| names.insert(&criterion.id)) {
            return Err(RubricMistake::Twice);
        }
        let on_scale = |c: &Criterion| c.min >= 0 && c.max >= 1 && c.min <= c.max && c.meets_at.is_none_or(|at| c.takes(at));
        if !self.criteria.iter().all(on_scale) {
            return Err(RubricMistake::Scale);
        }
        let weights: i64 = self.summed().map(|c| c.weight_bp).fold(0, i64::saturating_add);
        if self.criteria.iter().any(|c| c.weight_bp < 0 || c.weight_bp > 1_000_000) || (weights == 0 && self.summed().next().is_some()) {
            return Err(RubricMistake::Weight);
        }
        self.common_scale().filter(|scale| *scale <= FINEST).map(drop).ok_or(RubricMistake::TooFine)
    }

    /// Total of one review in hundredths of a point of 100: `Σ weight × mark ÷ full marks, over Σ weight`, rounded half up once.
    ///
    /// Criteria that were left out (possible only where they are not required) leave their weight out too. `None` if nothing was marked.
    pub fn total(&self, points: &BTreeMap<String, i64>) -> Option<i64> {
        let scale = self.common_scale()?;
        let (mut sum, mut weights) = (0i128, 0i128);
        for criterion in self.summed() {
            let Some(&mark) = points.get(&criterion.id) else { continue };
            let weight = i128::from(criterion.weight_bp);
            sum = sum.checked_add(weight.checked_mul(i128::from(mark))?.checked_mul(scale / i128::from(criterion.max))?)?;
            weights += weight;
        }
        Rounding::HalfUp.divide(sum.checked_mul(i128::from(FULL_MARKS))?, weights.checked_mul(scale)?)
    }

    /// Required criteria without a mark, in the order of the sheet.
    pub fn missing(&self, points: &BTreeMap<String, i64>) -> Vec<String> {
        let open = self.criteria.iter().filter(|criterion| criterion.required && !points.contains_key(&criterion.id));
        open.map(|criterion| criterion.id.clone()).collect()
    }

    /// Least common multiple of all full marks.
    fn common_scale(&self) -> Option<i128> {
        self.summed().try_fold(1i128, |scale, criterion| {
            let max = i128::from(criterion.max);
            let joint = (scale / gcd(scale, max)).checked_mul(max)?;
            (joint <= FINEST).then_some(joint)
        })
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.max(1) } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn criterion(id: &str, weight_bp: i64, max: i64) -> Criterion {
        Criterion { id: id.into(), weight_bp, min: 0, max, required: true, independent: false, meets_at: None }
    }

    fn rubric(criteria: Vec<Criterion>) -> RubricSpec {
        RubricSpec { id: "entry".into(), version: "v1".into(), criteria }
    }

    fn marks(pairs: &[(&str, i64)]) -> BTreeMap<String, i64> {
        pairs.iter().map(|(id, points)| ((*id).to_owned(), *points)).collect()
    }

    #[test]
    fn totals() {
        let thirds = rubric(vec![criterion("a", 3333, 10), criterion("b", 3333, 10), criterion("c", 3333, 10)]);
        let mixed = rubric(vec![criterion("a", 5000, 5), criterion("b", 3000, 30), criterion("c", 2000, 7)]);
        let table = [
            (&thirds, marks(&[("a", 10), ("b", 10), ("c", 10)]), Some(10_000)),
            (&thirds, marks(&[("a", 1), ("b", 0), ("c", 0)]), Some(333)), // 3.333… down
            (&thirds, marks(&[("a", 2), ("b", 0), ("c", 0)]), Some(667)), // 6.666… up
            (&thirds, marks(&[("a", 0), ("b", 0), ("c", 0)]), Some(0)),
            (&thirds, marks(&[("a", 8)]), Some(8_000)), // others left out
            (&thirds, marks(&[]), None),
            (&mixed, marks(&[("a", 4), ("b", 21), ("c", 5)]), Some(7_529)), // 40 + 21 + 14.2857
        ];
        for (rubric, points, expected) in table {
            assert_eq!(rubric.total(&points), expected, "{points:?}");
        }
    }

    #[test]
    fn an_independent_criterion_is_not_summed() {
        let mut rubric = rubric(vec![criterion("a", 10_000, 10), criterion("risk", 10_000, 10)]);
        rubric.criteria[1].independent = true;
        assert_eq!(rubric.total(&marks(&[("a", 7), ("risk", 0)])), Some(7_000));
    }

    #[test]
    fn rubrics_that_cannot_be_used() {
        let backwards = Criterion { min: 9, ..criterion("a", 1, 5) };
        let off_scale = Criterion { meets_at: Some(6), ..criterion("a", 1, 5) };
        let odd = [999_983, 999_979, 999_961].iter().enumerate().map(|(at, max)| criterion(&at.to_string(), 1, *max)).collect();
        let table = [
            (vec![], RubricMistake::Empty),
            (vec![criterion("a", 1, 5), criterion("a", 1, 5)], RubricMistake::Twice),
            (vec![criterion("a", 1, 0)], RubricMistake::Scale),
            (vec![backwards], RubricMistake::Scale),
            (vec![off_scale], RubricMistake::Scale),
            (vec![criterion("a", -1, 5)], RubricMistake::Weight),
            (vec![criterion("a", 0, 5)], RubricMistake::Weight),
            (odd, RubricMistake::TooFine),
        ];
        for (criteria, mistake) in table {
            assert_eq!(rubric(criteria).check(false), Err(mistake));
        }
        assert_eq!(rubric(vec![]).check(true), Ok(()));
    }
}
