//! An award of a project: graded first, then paid, within the ceiling of the project over all schemes. Pure.
//!
//! Invariant: shares sum to exactly 100.00 %; the parts that are paid sum to the amount, to the fen.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Amount, Asset, Bilingual, Day, Id, Instant, Node, split_by_weights};

use crate::refusal::AwardRefusal;

/// 100.00 % in basis points.
pub const WHOLE: i64 = 10_000;

/// State of an award.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AwardState {
    /// Proposed; not graded yet.
    Nominated,
    /// Graded; in public notice until it is clear.
    Graded,
    /// Paid.
    Paid,
    /// No award.
    Refused,
    /// Paid and taken back.
    Reversed,
}

impl AwardState {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nominated => "nominated",
            Self::Graded => "graded",
            Self::Paid => "paid",
            Self::Refused => "refused",
            Self::Reversed => "reversed",
        }
    }

    /// Reads it.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Nominated, Self::Graded, Self::Paid, Self::Refused, Self::Reversed].into_iter().find(|state| state.as_str() == text)
    }
}

/// How the public notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeState {
    /// Not published.
    None,
    /// Published; objections may be made.
    Open,
    /// An objection is open.
    Objected,
    /// Over, and no objection open.
    Clear,
}

impl NoticeState {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Open => "open",
            Self::Objected => "objected",
            Self::Clear => "clear",
        }
    }

    /// Reads it.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::None, Self::Open, Self::Objected, Self::Clear].into_iter().find(|state| state.as_str() == text)
    }
}

/// A row of the level table: from this score on, this level, at most this amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Least score.
    pub min_score: i64,
    /// Key.
    pub key: String,
    /// Name.
    pub name: Bilingual,
    /// Largest amount, fen.
    pub amount_minor: i64,
}

/// What the pack says of awards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Ceiling of all awards of a project, fen, inclusive.
    pub cap_minor: i64,
    /// Levels.
    pub levels: Vec<Level>,
}

impl Terms {
    /// The level of a score: the row with the largest least score that is not above it.
    pub fn level(&self, score: i64) -> Option<&Level> {
        self.levels.iter().filter(|level| level.min_score <= score).max_by_key(|level| level.min_score)
    }

    /// May this amount be given for this score? Gives the level.
    pub fn admit(&self, score: i64, amount_minor: i64) -> Result<&Level, AwardRefusal> {
        let level = Some(score).filter(|score| (0..=100).contains(score)).and_then(|score| self.level(score)).ok_or(AwardRefusal::ScoreWrong)?;
        if amount_minor <= 0 {
            return Err(AwardRefusal::AmountWrong);
        }
        if amount_minor > level.amount_minor {
            return Err(AwardRefusal::OverLevel { level: level.name.clone(), max: yuan(level.amount_minor), asked: yuan(amount_minor) });
        }
        Ok(level)
    }

    /// Does the amount fit under the ceiling beside what was awarded or is on its way?
    pub fn admit_sum(&self, already_minor: i64, asked_minor: i64) -> Result<(), AwardRefusal> {
        if i128::from(already_minor) + i128::from(asked_minor) <= i128::from(self.cap_minor) {
            return Ok(());
        }
        Err(AwardRefusal::OverCap { cap: yuan(self.cap_minor), already: yuan(already_minor), asked: yuan(asked_minor) })
    }
}

/// An award.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    /// Id: that of its case, if it has one.
    pub id: Id,
    /// Project.
    pub project: Id,
    /// Number of the project.
    pub number: String,
    /// Title of the project.
    pub title: String,
    /// Node of the project.
    pub node: Node,
    /// Scheme it is given under: `exit`, `conversion`, `major` …
    pub scheme: String,
    /// Lead of the project: may propose the shares.
    pub lead: Id,
    /// State.
    pub state: AwardState,
    /// Score of the comprehensive evaluation, 0 to 100.
    pub score: Option<i64>,
    /// Level.
    pub level: Option<String>,
    /// Name of the level.
    pub level_name: Bilingual,
    /// Amount, fen.
    pub amount_minor: Option<i64>,
    /// Statement of reasons.
    pub statement: String,
    /// Who graded it.
    pub graded_by: Option<Id>,
    /// When.
    pub graded_at: Option<Instant>,
    /// Number of the proposal of shares that stands; 0 if none.
    pub proposal: i64,
    /// Public notice.
    pub notice: NoticeState,
    /// Last day of the notice.
    pub notice_until: Option<Day>,
    /// Who decided.
    pub decided_by: Option<Id>,
    /// When.
    pub decided_at: Option<Instant>,
    /// Why it was refused or reversed.
    pub reason: String,
    /// Posting.
    pub posting: Option<Id>,
    /// Opened at.
    pub opened_at: Instant,
}

/// A member's share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Who.
    pub person: Id,
    /// Of 10,000; `None` if nothing was proposed.
    pub basis_points: Option<i64>,
    /// When they agreed to the proposal that stands.
    pub agreed_at: Option<Instant>,
    /// What they were paid, fen.
    pub paid_minor: Option<i64>,
}

impl Award {
    /// Refuses unless in one of these states.
    pub fn must_be(&self, states: &[AwardState]) -> Result<(), AwardRefusal> {
        if states.contains(&self.state) { Ok(()) } else { Err(AwardRefusal::State { state: self.state.as_str().into() }) }
    }

    /// May it be decided by this person now? Everything but money, in the order of the refusals.
    pub fn admit_decision(&self, shares: &[Share], by: &Id) -> Result<i64, AwardRefusal> {
        self.must_be(&[AwardState::Graded])?;
        if self.graded_by.as_ref() == Some(by) {
            return Err(AwardRefusal::SecondPerson);
        }
        if shares.iter().any(|share| share.person == *by) {
            return Err(AwardRefusal::Conflicted);
        }
        check_sum(shares.iter().filter_map(|share| share.basis_points))?;
        let missing = shares.iter().filter(|share| share.agreed_at.is_none()).count();
        if missing > 0 {
            return Err(AwardRefusal::NotAgreed { missing });
        }
        if self.notice != NoticeState::Clear {
            return Err(AwardRefusal::NoticeNotClear { notice: self.notice.as_str().into() });
        }
        self.amount_minor.ok_or(AwardRefusal::AmountWrong)
    }
}

/// A proposal: each of the members at most once, none below zero, exactly 100.00 % together.
pub fn check_proposal(members: &BTreeSet<Id>, shares: &[(Id, i64)]) -> Result<(), AwardRefusal> {
    let mut seen = BTreeSet::new();
    for (person, basis_points) in shares {
        if !members.contains(person) {
            return Err(AwardRefusal::NotAMember);
        }
        if !seen.insert(person) || *basis_points < 0 {
            return Err(AwardRefusal::ShareWrong);
        }
    }
    check_sum(shares.iter().map(|(_, basis_points)| *basis_points))
}

fn check_sum(basis_points: impl Iterator<Item = i64>) -> Result<(), AwardRefusal> {
    let sum: i128 = basis_points.map(i128::from).sum();
    if sum == i128::from(WHOLE) { Ok(()) } else { Err(AwardRefusal::ShareSum { sum: percent(sum) }) }
}

/// What each gets, in the order of the shares; largest remainder, ties to the earlier.
pub fn parts(amount_minor: i64, shares: &[Share]) -> Option<Vec<i64>> {
    let weights: Vec<u64> = shares.iter().map(|share| share.basis_points.and_then(|points| u64::try_from(points).ok()).unwrap_or(0)).collect();
    split_by_weights(amount_minor, &weights)
}

/// Fen as an amount of yuan.
pub fn cny(minor: i64) -> Amount {
    Amount { minor, asset: Asset::cny() }
}

pub(crate) fn yuan(minor: i64) -> String {
    cny(minor).to_string()
}

/// Basis points as people read them: `33.34`.
pub(crate) fn percent(basis_points: i128) -> String {
    let minor = i64::try_from(basis_points).unwrap_or(i64::MAX);
    Amount { minor, asset: Asset { code: "PERCENT".into(), scale: 2 } }.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(key: &str) -> Bilingual {
        Bilingual::new(format!("{key}等"), key)
    }

    fn terms() -> Terms {
        let level = |min_score, key: &str, amount_minor| Level { min_score, key: key.into(), name: name(key), amount_minor };
        Terms { cap_minor: 200_000_000, levels: vec![level(0, "none", 0), level(60, "third", 20_000_000), level(95, "special", 200_000_000)] }
    }

    #[test]
    fn an_amount_stays_within_its_level() {
        let terms = terms();
        assert_eq!(terms.admit(60, 20_000_000).unwrap().key, "third");
        assert_eq!(terms.admit(100, 200_000_000).unwrap().key, "special");
        assert_eq!(terms.admit(94, 20_000_001), Err(AwardRefusal::OverLevel { level: name("third"), max: "200,000.00".into(), asked: "200,000.01".into() }));
        assert_eq!(terms.admit(59, 1), Err(AwardRefusal::OverLevel { level: name("none"), max: "0.00".into(), asked: "0.01".into() }));
        assert_eq!(terms.admit(101, 1), Err(AwardRefusal::ScoreWrong));
        assert_eq!(terms.admit(60, 0), Err(AwardRefusal::AmountWrong));
    }

    #[test]
    fn the_ceiling_is_inclusive() {
        assert_eq!(terms().admit_sum(150_000_000, 50_000_000), Ok(()));
        let over = AwardRefusal::OverCap { cap: "2,000,000.00".into(), already: "1,500,000.00".into(), asked: "500,000.01".into() };
        assert_eq!(terms().admit_sum(150_000_000, 50_000_001), Err(over));
    }

    #[test]
    fn shares_sum_to_the_whole_and_parts_to_the_amount() {
        let (a, b, c) = (Id::fixed("per_a"), Id::fixed("per_b"), Id::fixed("per_c"));
        let members = BTreeSet::from([a.clone(), b.clone(), c.clone()]);
        let check = |list: &[(&Id, i64)]| check_proposal(&members, &list.iter().map(|(person, points)| ((*person).clone(), *points)).collect::<Vec<_>>());
        assert_eq!(check(&[(&a, 3_334), (&b, 3_333), (&c, 3_333)]), Ok(()));
        assert_eq!(check(&[(&a, 10_000), (&b, 0)]), Ok(()));
        assert_eq!(check(&[(&a, 3_333), (&b, 3_333), (&c, 3_333)]), Err(AwardRefusal::ShareSum { sum: "99.99".into() }));
        assert_eq!(check(&[(&a, 5_000), (&a, 5_000)]), Err(AwardRefusal::ShareWrong));
        assert_eq!(check(&[(&a, 10_001), (&b, -1)]), Err(AwardRefusal::ShareWrong));
        assert_eq!(check(&[(&Id::fixed("per_x"), 10_000)]), Err(AwardRefusal::NotAMember));
        let share = |points| Share { person: a.clone(), basis_points: Some(points), agreed_at: None, paid_minor: None };
        assert_eq!(parts(100, &[share(3_334), share(3_333), share(3_333)]), Some(vec![34, 33, 33]));
        assert_eq!(parts(50_000_001, &[share(5_000), share(5_000), share(0)]), Some(vec![25_000_001, 25_000_000, 0]));
    }
}
