//! One assignment: the invitation, the declaration, then the material beside the score sheet.

use packs::Rubric;
use review::{Mark, SheetView};
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Nothing, Reply};
use words::{Acting, Bilingual, Fault, Id, Never, Outcome};

use super::list::subject;
use super::material::{MaterialView, material};
use crate::me::{Sla, sla};

/// A labelled point of a scale.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AnchorView {
    /// Points.
    at: i64,
    /// What it means.
    label: Bilingual,
}

/// A criterion with its words from the pack and the mark given so far.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CriterionView {
    /// Criterion.
    id: String,
    /// Name.
    name: Bilingual,
    /// What to look at.
    evidence: Option<Bilingual>,
    /// Weight in basis points.
    weight_bp: i64,
    /// Lowest mark.
    min: i64,
    /// Full marks.
    max: i64,
    /// Must it be marked?
    required: bool,
    /// Shown and never summed?
    independent: bool,
    /// Labelled points.
    anchors: Vec<AnchorView>,
    /// The mark so far.
    mark: Mark,
}

/// The page of an assignment.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AssignmentView {
    /// What `review` says.
    sheet: SheetView,
    /// Title of what is reviewed.
    title: String,
    /// Name of the gate.
    gate_name: Bilingual,
    /// Name of the rubric.
    rubric_name: Bilingual,
    /// When it passes, in words.
    passes: Option<Bilingual>,
    /// How soon it is due.
    sla: Sla,
    /// The criteria in order.
    criteria: Vec<CriterionView>,
    /// What is reviewed; nothing before the declaration.
    material: Option<MaterialView>,
    /// Did the reviewer prove who they are within the last five minutes?
    proved: bool,
    /// May something still be written?
    writable: bool,
    /// May the reviewer still step down (until the decision)?
    may_recuse: bool,
    /// May a dissent be written?
    may_dissent: bool,
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<AssignmentView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read::<_, Never>(|read| view(read, &who, &id))?;
    Ok(Reply::page("portal/review.html", view))
}

fn view(read: &Read, who: &Acting, id: &Id) -> Outcome<AssignmentView, Never> {
    let sheet = review::sheet_view(read, who, id)?;
    let round = review::round(read, &sheet.line.round)?;
    let (title, gates) = subject(read, &sheet.line.subject)?;
    let case = Id::parse(&sheet.line.subject).ok().and_then(|id| programme::case(read, &id).ok());
    // A round keeps the rubric that was in force when it was opened.
    let then = round.as_ref().map(|round| packs::as_of(read, round.opened_at)).transpose()?;
    let rubric = round.as_ref().zip(then.as_ref()).and_then(|(round, then)| then.rubric(&round.node, &sheet.rubric.id));
    let seen = case.filter(|_| sheet.may_read);
    let decided = round.as_ref().is_none_or(|round| matches!(round.state, review::RoundState::Decided | review::RoundState::Cancelled));
    let signed = sheet.line.state == review::SeatState::Signed;
    Ok(AssignmentView {
        gate_name: gates.get(&sheet.line.gate).cloned().unwrap_or_else(|| Bilingual::new(&sheet.line.gate, &sheet.line.gate)),
        rubric_name: rubric.map_or_else(|| Bilingual::new(&sheet.rubric.id, &sheet.rubric.id), |rubric| Bilingual::new(&rubric.head.zh, &rubric.head.en)),
        passes: rubric.map(|rubric| rubric.head.passes.clone()),
        sla: if sheet.line.state.open() { sla(Some(sheet.line.due_at), read.now()) } else { Sla::Open },
        criteria: criteria(&sheet, rubric),
        material: seen.map(|case| material(read, &case, sheet.blind)).transpose()?,
        proved: who.proved_recently(read.now()),
        writable: sheet.line.state == review::SeatState::Declared && round.as_ref().is_some_and(|round| round.state.open()),
        may_recuse: sheet.line.state.sits() && !decided,
        may_dissent: signed && round.as_ref().is_some_and(|round| matches!(round.state, review::RoundState::Reviewing | review::RoundState::Closed)),
        title,
        sheet,
    })
}

/// The criteria that the round pinned, with the words that the pack has for them.
fn criteria(sheet: &SheetView, rubric: Option<&Rubric>) -> Vec<CriterionView> {
    let view = |one: &review::Criterion| {
        let words = rubric.and_then(|rubric| rubric.criterion(&one.id));
        CriterionView {
            id: one.id.clone(),
            name: words.map_or_else(|| Bilingual::new(&one.id, &one.id), |words| Bilingual::new(&words.zh, &words.en)),
            evidence: words.map(|words| words.evidence.clone()),
            weight_bp: one.weight_bp,
            min: one.min,
            max: one.max,
            required: one.required,
            independent: one.independent,
            anchors: words.map(anchors).unwrap_or_default(),
            mark: sheet.marks.get(&one.id).cloned().unwrap_or_default(),
        }
    };
    sheet.rubric.criteria.iter().map(view).collect()
}

/// The criteria of a rubric as its reviewers will see them.
pub(crate) fn criteria_of(rubric: &Rubric) -> Vec<CriterionView> {
    let view = |one: &packs::Criterion| CriterionView {
        id: one.key.clone(),
        name: Bilingual::new(&one.zh, &one.en),
        evidence: Some(one.evidence.clone()),
        weight_bp: one.weight,
        min: one.scale.iter().map(|anchor| anchor.at).min().unwrap_or(0),
        max: one.scale.iter().map(|anchor| anchor.at).max().unwrap_or(100),
        required: one.required,
        independent: one.independent,
        anchors: anchors(one),
        mark: Mark::default(),
    };
    rubric.criteria.iter().map(view).collect()
}

fn anchors(one: &packs::Criterion) -> Vec<AnchorView> {
    one.scale.iter().map(|anchor| AnchorView { at: anchor.at, label: Bilingual::new(&anchor.zh, &anchor.en) }).collect()
}

/// Where a reviewer goes after signing: the next open assignment, or the list.
pub(super) fn next_after(read: &Read, who: &Acting) -> Result<String, Fault> {
    let next = review::assignments_of(read, &who.person, review::Which::Open, None, 1)?.next;
    Ok(next.map_or_else(|| "/reviews".to_owned(), |next| format!("/reviews/{next}")))
}
