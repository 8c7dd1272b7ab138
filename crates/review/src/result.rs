//! What comes out of a round, as it is kept and shown.
//!
//! Pure. Invariant: made only from reviews that count; no person's id is in it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, Instant};

use crate::aggregate::{Aggregate, Ballot, CriterionResult, PassRule, Tally, Vote, by_criterion, tally};
use crate::round::Round;

/// One review in the result, without a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewLine {
    /// Number within the result, from 1; says nothing about who.
    pub number: i64,
    /// Total in hundredths of a point of 100.
    pub total: Option<i64>,
    /// Vote.
    pub vote: Option<Vote>,
    /// Abstained.
    pub abstained: bool,
}

/// The counted result of a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoundResult {
    /// Round.
    pub round: Id,
    /// What was reviewed.
    pub subject: String,
    /// Which of the subject's rounds.
    pub gate: String,
    /// Rubric and version: `entry v1`.
    pub rubric: String,
    /// How reviews became one number.
    pub aggregate: Aggregate,
    /// The rule it was held against.
    pub pass: PassRule,
    /// The numbers; scores in hundredths of a point, each rounded half up once a review and once a round.
    pub tally: Tally,
    /// Signed reviews that were needed.
    pub quorum: i64,
    /// Passed by the rule.
    pub passed: bool,
    /// Each criterion by itself.
    pub criteria: Vec<CriterionResult>,
    /// The reviews without names, highest total first.
    pub reviews: Vec<ReviewLine>,
    /// Dissents, without names.
    pub dissents: Vec<String>,
    /// Reviews that were signed and voided by a later recusal.
    pub voided: i64,
    /// When it was counted.
    pub closed_at: Instant,
}

/// Counts the reviews that count.
pub fn count(round: &Round, ballots: &[Ballot], mut dissents: Vec<String>, voided: i64, now: Instant) -> RoundResult {
    let numbers = tally(&round.rubric, round.terms.aggregate, ballots);
    dissents.sort_unstable();
    RoundResult {
        round: round.id.clone(),
        subject: round.subject.clone(),
        gate: round.gate.clone(),
        rubric: format!("{} {}", round.rubric.id, round.rubric.version),
        aggregate: round.terms.aggregate,
        pass: round.terms.pass,
        passed: round.terms.pass.passed(&numbers),
        tally: numbers,
        quorum: round.terms.quorum,
        criteria: by_criterion(&round.rubric, ballots),
        reviews: review_lines(round, ballots),
        dissents,
        voided,
        closed_at: now,
    }
}

fn review_lines(round: &Round, ballots: &[Ballot]) -> Vec<ReviewLine> {
    let line = |ballot: &Ballot| ReviewLine {
        number: 0,
        total: if ballot.abstained { None } else { round.rubric.total(&ballot.points) },
        vote: ballot.vote.filter(|_| !ballot.abstained),
        abstained: ballot.abstained,
    };
    let mut lines: Vec<ReviewLine> = ballots.iter().map(line).collect();
    lines.sort_by_key(|line| (std::cmp::Reverse(line.total), line.vote != Some(Vote::For), line.abstained));
    for (line, number) in lines.iter_mut().zip(1..) {
        line.number = number;
    }
    lines
}

/// How far one review lies from the result: hundredths of a point for scores; for votes 0 with the majority's side and 10,000 against it.
pub fn distance(round: &Round, ballot: &Ballot, result: &RoundResult) -> Option<i64> {
    match round.terms.aggregate {
        Aggregate::Votes => ballot.vote.map(|vote| if (vote == Vote::For) == result.passed { 0 } else { crate::FULL_MARKS }),
        Aggregate::All => round.rubric.total(&ballot.points).map(|_| {
            let all_met = round.rubric.summed().all(|c| ballot.points.get(&c.id).is_some_and(|&mark| c.met_by(mark)));
            if all_met == result.passed { 0 } else { crate::FULL_MARKS }
        }),
        _ => Some((round.rubric.total(&ballot.points)? - result.tally.score?).abs()),
    }
}
