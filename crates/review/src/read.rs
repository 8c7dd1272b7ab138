//! Reading: rounds, lists, sheets, results, panels, records. Bulk look-ups take lists, so nobody asks once a row.
//!
//! Invariant: names only for the office, auditors, and when the terms show them; content only after the declaration; scores only after the count.

use std::collections::BTreeMap;

use store::Read;
use words::{Acting, Failure, Fault, Id, Instant, Never, Outcome, Rounding};

use crate::result::RoundResult;
use crate::round::{Names, Round, RoundState, SeeOthers, blockers};
use crate::seat::{Mark, Seat, SeatState};
use crate::sql_seats::{Counts, Which};
use crate::views::*;
use crate::{draw, rights, sql, sql_seats};

/// May this person read what the round reviews? Only after accepting and declaring, and no longer once recused.
pub fn may_read(read: &Read, person: &Id, round: &Id) -> Result<bool, Fault> {
    let seat = sql_seats::seat_of_person(read, round, person)?;
    Ok(seat.is_some_and(|seat| reads(seat.state)))
}

fn reads(state: SeatState) -> bool {
    matches!(state, SeatState::Declared | SeatState::Signed | SeatState::Abstained)
}

/// May names of the panel be shown to them?
pub(crate) fn sees_names(who: Option<&Acting>, round: &Round) -> bool {
    let shown = round.terms.names == Names::AfterDecision && round.state == RoundState::Decided;
    shown || who.is_some_and(|who| who.can(rights::MANAGE, &round.node) || who.can(rights::AUDIT, &round.node))
}

/// One round as stored.
pub fn round(read: &Read, id: &Id) -> Result<Option<Round>, Fault> {
    sql::round(read, id)
}

/// One round as shown.
pub fn round_view(read: &Read, id: &Id) -> Result<Option<RoundView>, Fault> {
    let Some(round) = sql::round(read, id)? else { return Ok(None) };
    Ok(views_of(read, vec![round])?.pop())
}

/// All rounds of many subjects, oldest first, with their progress: four statements, however many.
pub fn rounds_of(read: &Read, subjects: &[String]) -> Result<BTreeMap<String, Vec<RoundView>>, Fault> {
    let mut found: BTreeMap<String, Vec<RoundView>> = BTreeMap::new();
    for view in views_of(read, sql::rounds_of_subjects(read, subjects)?)? {
        found.entry(view.subject.clone()).or_default().push(view);
    }
    Ok(found)
}

/// Rounds of one subject that are neither counted nor called off.
pub fn open_rounds_of(read: &Read, subject: &str) -> Result<Vec<RoundView>, Fault> {
    let mut rounds = sql::rounds_of_subjects(read, &[subject.to_owned()])?;
    rounds.retain(|round| round.state.open());
    views_of(read, rounds)
}

fn views_of(read: &Read, rounds: Vec<Round>) -> Result<Vec<RoundView>, Fault> {
    let ids: Vec<Id> = rounds.iter().map(|round| round.id.clone()).collect();
    let seats = sql_seats::seats_of_rounds(read, &ids)?;
    let pending = sql::recusals_pending(read, &ids)?;
    let now = read.now();
    let view = |round: Round| {
        let seats = seats.get(&round.id).map_or(&[][..], Vec::as_slice);
        let pending = pending.get(&round.id).copied().unwrap_or(0);
        view_of(round, seats, pending, now)
    };
    Ok(rounds.into_iter().map(view).collect())
}

fn number(seats: &[Seat], wanted: impl Fn(&Seat) -> bool) -> i64 {
    seats.iter().filter(|seat| wanted(seat)).count() as i64
}

fn view_of(round: Round, seats: &[Seat], pending: i64, now: Instant) -> RoundView {
    let found = if round.state.open() { blockers(&round, seats, pending, now) } else { Vec::new() };
    RoundView {
        sitting: number(seats, |seat| seat.state.sits()),
        signed: number(seats, |seat| seat.state.counts()),
        voided: number(seats, |seat| seat.state == SeatState::Recused && seat.signed_at.is_some()),
        recusals_pending: pending,
        blockers: found.iter().map(BlockerView::of).collect(),
        passed: round.result.as_ref().map(|result| result.passed),
        score: round.result.as_ref().and_then(|result| result.tally.score),
        id: round.id,
        subject: round.subject,
        gate: round.gate,
        rubric: round.rubric,
        state: round.state,
        size: round.terms.size,
        quorum: round.terms.quorum,
        aggregate: round.terms.aggregate,
        pass: round.terms.pass,
        blind: round.terms.blind,
        see_others: round.terms.see_others,
        names: round.terms.names,
        opened_at: round.opened_at,
        due_at: round.due_at,
        extensions: round.extensions,
        closed_at: round.closed_at,
        feedback_at: round.feedback_at,
    }
}

/// The numbers of the newest round of a gate that was not called off: what a guard `review('entry_review')` stands on.
pub fn numbers(read: &Read, subject: &str, gate: &str) -> Result<Option<Numbers>, Fault> {
    let Some(round) = sql::newest_round(read, subject, gate)? else { return Ok(None) };
    let tally = round.result.as_ref().map(|result| result.tally.clone()).unwrap_or_default();
    let (closed, passed) = (round.state.counted(), round.result.as_ref().is_some_and(|result| result.passed));
    let Some(view) = views_of(read, vec![round])?.pop() else { return Ok(None) };
    Ok(Some(Numbers {
        round: view.id,
        state: view.state,
        score: tally.score,
        votes_for: tally.votes_for,
        votes_against: tally.votes_against,
        cast: tally.cast,
        abstained: tally.abstained,
        signed: view.signed,
        quorum: view.quorum,
        quorum_met: view.signed >= view.quorum,
        closed,
        passed: closed && passed,
        blockers: view.blockers,
    }))
}

/// The result, once counted.
pub fn result(read: &Read, id: &Id) -> Result<Option<RoundResult>, Fault> {
    Ok(sql::round(read, id)?.and_then(|round| round.result))
}

/// The result page.
pub fn result_view(read: &Read, id: &Id) -> Result<Option<ResultView>, Fault> {
    let result = result(read, id)?;
    Ok(round_view(read, id)?.map(|round| ResultView { round, result }))
}

/// A person's assignments: a page of the list, how many are done, and where to go on.
pub fn assignments_of(read: &Read, person: &Id, which: Which, after: Option<&Id>, limit: i64) -> Result<AssignmentsView, Fault> {
    let limit = limit.clamp(1, 200);
    let seats = sql_seats::seats_of_person(read, person, which, after, limit)?;
    let after = (seats.len() as i64 == limit).then(|| seats.last().map(|seat| seat.id.clone())).flatten();
    let (done, total) = sql_seats::progress_of_person(read, person)?;
    let next = unsigned_of(read, person)?.into_iter().next().map(|line| line.id);
    Ok(AssignmentsView { items: lines_of(read, seats)?, done, total, next, after })
}

/// Everything that waits for this person's signature, earliest due first.
fn unsigned_of(read: &Read, person: &Id) -> Result<Vec<AssignmentLine>, Fault> {
    let mut lines = lines_of(read, sql_seats::seats_of_person(read, person, Which::Open, None, 500)?)?;
    lines.sort_by(|a, b| (a.due_at, &a.id).cmp(&(b.due_at, &b.id)));
    Ok(lines)
}

fn lines_of(read: &Read, seats: Vec<Seat>) -> Result<Vec<AssignmentLine>, Fault> {
    let mut rounds: Vec<Id> = seats.iter().map(|seat| seat.round.clone()).collect();
    rounds.sort();
    rounds.dedup();
    let rounds: BTreeMap<Id, Round> = sql::rounds(read, &rounds)?.into_iter().map(|round| (round.id.clone(), round)).collect();
    let ids: Vec<Id> = seats.iter().map(|seat| seat.id.clone()).collect();
    let sheets = sql_seats::sheets(read, &ids)?;
    let now = read.now();
    let line = |seat: Seat| {
        let round = rounds.get(&seat.round)?;
        let marked = sheets.get(&seat.id).map_or(0, |marks| marks.values().filter(|mark| mark.points.is_some()).count() as i64);
        Some(line_of(&seat, round, marked, now))
    };
    Ok(seats.into_iter().filter_map(line).collect())
}

fn line_of(seat: &Seat, round: &Round, marked: i64, now: Instant) -> AssignmentLine {
    AssignmentLine {
        id: seat.id.clone(),
        round: round.id.clone(),
        subject: round.subject.clone(),
        gate: round.gate.clone(),
        state: seat.state,
        due_at: round.due_at,
        overdue: seat.state.open() && now > round.due_at,
        marked,
        criteria: round.rubric.criteria.len() as i64,
    }
}

/// The score sheet, for its own reviewer only; for anyone else it does not exist.
pub fn sheet_view(read: &Read, who: &Acting, id: &Id) -> Outcome<SheetView, Never> {
    let seat = sql_seats::seat(read, id)?.filter(|seat| seat.person == who.person).ok_or(Failure::Absent)?;
    let round = sql::round(read, &seat.round)?.ok_or(Failure::Absent)?;
    let (marks, saved_at) = sql_seats::sheet(read, id)?;
    let may_read = reads(seat.state);
    let ballot = sql_seats::ballot(&seat, &marks);
    let near = sql::conflicts_of(read, &round.id, &seat.person)?;
    let open = unsigned_of(read, &who.person)?;
    let (previous, next) = neighbours(&open, id);
    let marked = ballot.points.len() as i64;
    Ok(SheetView {
        line: line_of(&seat, &round, marked, read.now()),
        may_read,
        statement_needed: near.iter().any(|c| c.conflict.severity == crate::Severity::Declare),
        missing: round.rubric.missing(&ballot.points),
        total: round.rubric.total(&ballot.points),
        marks: if may_read { marks } else { BTreeMap::new() },
        vote: seat.vote,
        dissent: seat.dissent.clone(),
        saved_at,
        signed_at: seat.signed_at,
        signed_hash: seat.signed_hash.clone(),
        asked_extension: seat.asks_extension > round.extensions,
        others: others(read, &round, &seat)?,
        previous,
        next,
        aggregate: round.terms.aggregate,
        blind: round.terms.blind,
        rubric: round.rubric,
    })
}

/// The open assignments before and after this one; from a signed one on, the next is the first that is open.
fn neighbours(open: &[AssignmentLine], id: &Id) -> (Option<Id>, Option<Id>) {
    let id_at = |at: usize| open.get(at).map(|line| line.id.clone());
    match open.iter().position(|line| line.id == *id) {
        Some(at) => (at.checked_sub(1).and_then(id_at), id_at(at + 1)),
        None => (None, id_at(0)),
    }
}

/// Signed reviews of the others, ordered by their hash so that the order says nothing about who.
fn others(read: &Read, round: &Round, own: &Seat) -> Result<Vec<OtherReview>, Fault> {
    let shown = match round.terms.see_others {
        SeeOthers::Never => false,
        SeeOthers::AfterOwn => own.state.counts(),
        SeeOthers::Always => reads(own.state),
    };
    if !shown {
        return Ok(Vec::new());
    }
    let mut seats = sql_seats::seats(read, &round.id)?;
    seats.retain(|seat| seat.id != own.id && seat.state == SeatState::Signed);
    seats.sort_by(|a, b| a.signed_hash.cmp(&b.signed_hash));
    let ids: Vec<Id> = seats.iter().map(|seat| seat.id.clone()).collect();
    let mut sheets = sql_seats::sheets(read, &ids)?;
    let review = |(seat, number): (Seat, i64)| {
        let marks = sheets.remove(&seat.id).unwrap_or_default();
        let total = round.rubric.total(&sql_seats::ballot(&seat, &marks).points);
        OtherReview { number, total, marks, vote: seat.vote, dissent: seat.dissent }
    };
    Ok(seats.into_iter().zip(1..).map(review).collect())
}

/// The panel: who sits where for those who may know, otherwise seats without names.
pub fn panel(read: &Read, who: Option<&Acting>, id: &Id) -> Result<Vec<PanelMember>, Fault> {
    let Some(round) = sql::round(read, id)? else { return Ok(Vec::new()) };
    let open_names = sees_names(who, &round);
    let member = |seat: Seat| PanelMember {
        assignment: open_names.then_some(seat.id),
        person: open_names.then_some(seat.person),
        ticket: seat.ticket,
        state: seat.state,
        freeze_no: seat.freeze_no,
        position: seat.position,
    };
    let mut members: Vec<PanelMember> = sql_seats::seats(read, id)?.into_iter().map(member).collect();
    members.sort_by_key(|member| (member.freeze_no, member.position));
    Ok(members)
}

/// Feedback for those who were reviewed; `None` until it is released.
pub fn feedback(read: &Read, id: &Id) -> Result<Option<FeedbackView>, Fault> {
    let Some(round) = sql::round(read, id)?.filter(|round| round.feedback_at.is_some()) else { return Ok(None) };
    let Some(result) = round.result else { return Ok(None) };
    let seats = sql_seats::seats(read, id)?;
    let ids: Vec<Id> = seats.into_iter().filter(|seat| seat.state == SeatState::Signed).map(|seat| seat.id).collect();
    let sheets = sql_seats::sheets(read, &ids)?;
    let criterion = |c: &crate::CriterionResult| CriterionFeedback { id: c.id.clone(), median: c.median, max: c.max, comments: comments(&sheets, &c.id) };
    Ok(Some(FeedbackView {
        round: round.id,
        subject: round.subject,
        gate: round.gate,
        passed: result.passed,
        score: result.tally.score,
        criteria: result.criteria.iter().map(criterion).collect(),
    }))
}

fn comments(sheets: &BTreeMap<Id, BTreeMap<String, Mark>>, criterion: &str) -> Vec<String> {
    let given = sheets.values().filter_map(|marks| marks.get(criterion)).map(|mark| mark.comment.trim().to_owned());
    let mut comments: Vec<String> = given.filter(|comment| !comment.is_empty()).collect();
    comments.sort_by_key(|comment| draw::sha256(comment));
    comments
}

/// Requests for recusal of a round, for the office and auditors.
pub fn recusals(read: &Read, who: &Acting, id: &Id) -> Outcome<Vec<RecusalView>, Never> {
    let round = sql::round(read, id)?.ok_or(Failure::Absent)?;
    if !who.can(rights::AUDIT, &round.node) {
        who.may(rights::MANAGE, &round.node)?;
    }
    let mut views = Vec::new();
    for recusal in sql::recusals(read, id)? {
        let reasons = read.personal(&recusal.person, &format!("review.recusal.{}", recusal.id))?;
        views.push(RecusalView {
            id: recusal.id,
            person: recusal.person,
            asked_by: recusal.asked_by,
            asked_at: recusal.asked_at,
            answer_by: recusal.answer_by,
            state: recusal.state,
            reasons,
            answer: recusal.answer,
        });
    }
    Ok(views)
}

/// Records of many reviewers, counted from their assignments. Persons without any are missing.
pub fn records(read: &Read, persons: &[Id]) -> Result<BTreeMap<Id, ReviewerRecord>, Fault> {
    Ok(sql_seats::counts(read, persons)?.into_iter().map(|(person, counts)| (person, record_of(&counts))).collect())
}

fn record_of(counts: &Counts) -> ReviewerRecord {
    let of = |state: SeatState| counts.by_state.get(state.name()).copied().unwrap_or(0);
    ReviewerRecord {
        invited: counts.by_state.values().sum(),
        accepted: counts.accepted,
        declined: of(SeatState::Declined),
        open: of(SeatState::Invited) + of(SeatState::Accepted) + of(SeatState::Declared),
        signed: of(SeatState::Signed),
        abstained: of(SeatState::Abstained) + of(SeatState::StoodAside),
        recused: of(SeatState::Recused),
        lapsed: of(SeatState::Lapsed),
        on_time: counts.on_time,
        late: counts.late,
        mean_distance: Rounding::HalfUp.divide(i128::from(counts.distance_sum), i128::from(counts.distances)),
        mean_quality: Rounding::HalfUp.divide(i128::from(counts.quality_sum) * 100, i128::from(counts.qualities)),
    }
}
