//! What a reviewer does: accept or decline, declare, save, sign, dissent, abstain, step down, ask for time.
//!
//! Tells through `review`. Invariant: one deed, one use case; the page of the assignment is where its form stands and is shown again.

use std::collections::BTreeMap;

use review::{ConflictDraft, DeclineReason, Mark, SheetDraft, Vote};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Access, Answer, Call, Nothing, Problem, Reply, Routes};
use words::Id;

use super::sheet::next_after;
use crate::rights;

const JUDGE: Access = Access::Right(rights::JUDGE);

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .post("/reviews/{id}/acceptance", "portal.review.accept", JUDGE, accept)
        .post("/reviews/{id}/refusal", "portal.review.decline", JUDGE, decline)
        .post("/reviews/{id}/declaration", "portal.review.declare", JUDGE, declare)
        .post("/reviews/{id}/draft", "portal.review.save", JUDGE, save)
        .post("/reviews/{id}/signature", "portal.review.sign", JUDGE, sign)
        .post("/reviews/{id}/dissent", "portal.review.dissent", JUDGE, dissent)
        .post("/reviews/{id}/abstention", "portal.review.abstain", JUDGE, abstain)
        .post("/reviews/{id}/recusal", "portal.review.recuse", JUDGE, recuse)
        .post("/reviews/{id}/extension", "portal.review.ask_time", JUDGE, ask_time)
}

/// The assignment after a deed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DoneView {
    /// Assignment.
    id: Id,
    /// Where to go on.
    next: String,
}

fn page(id: &Id) -> String {
    format!("/reviews/{id}")
}

/// Done; back to the page of the assignment.
fn stay(id: Id, say: &'static str) -> Reply<DoneView> {
    let here = page(&id);
    Reply::done(here.clone(), DoneView { id, next: here }).say(say)
}

/// Done; the list of assignments is next.
fn leave(id: Id, say: &'static str) -> Reply<DoneView> {
    Reply::done("/reviews", DoneView { id, next: "/reviews".to_owned() }).say(say)
}

fn accept(call: &Call, _: Nothing) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("review.accept", move |tx| {
        review::accept_assignment(tx, &who, &id)?;
        Ok(stay(id.clone(), "portal-review-accepted"))
    })
}

/// Why one declines.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct DeclineForm {
    /// A word of a fixed kind.
    reason: DeclineReason,
}

fn decline(call: &Call, form: DeclineForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("review.decline", move |tx| {
        review::decline_assignment(tx, &who, &id, form.reason)?;
        Ok(leave(id.clone(), "portal-review-declined"))
    })
}

/// The declaration that there is no conflict.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct DeclarationForm {
    /// "I have no conflict of interest."
    no_conflict: bool,
    /// What there is to say about a nearness that is known.
    #[serde(default)]
    #[schemars(length(max = 4000))]
    statement: String,
}

fn declare(call: &Call, form: DeclarationForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    if !form.no_conflict {
        return Err(Problem::field("/no_conflict", "portal-declaration-needed"));
    }
    call.write("review.declare", move |tx| {
        review::declare_no_conflict(tx, &who, &id, &form.statement)?;
        Ok(stay(id.clone(), "portal-review-declared"))
    })
}

/// A mark as the form sends it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct MarkForm {
    /// Criterion.
    #[schemars(length(min = 1, max = 100))]
    criterion: String,
    /// Points on its scale; none while undecided.
    points: Option<i64>,
    /// Why.
    #[serde(default)]
    #[schemars(length(max = 4000))]
    comment: String,
}

/// A sheet as the form sends it; criteria that are not named stay as they are.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct SheetForm {
    /// Marks.
    #[serde(default)]
    #[schemars(length(max = 100))]
    marks: Vec<MarkForm>,
    /// Vote.
    vote: Option<Vote>,
    /// Dissent from the panel.
    #[schemars(length(max = 4000))]
    dissent: Option<String>,
}

impl SheetForm {
    fn draft(&self) -> SheetDraft {
        let marks: BTreeMap<String, Mark> =
            self.marks.iter().map(|mark| (mark.criterion.clone(), Mark { points: mark.points, comment: mark.comment.clone() })).collect();
        SheetDraft { marks, vote: self.vote, dissent: self.dissent.clone() }
    }

    /// `review` blames a criterion by its name; the form has it by its place.
    fn in_place(&self, mut problem: Problem) -> Problem {
        for error in &mut problem.errors {
            let Some((criterion, field)) = error.pointer.strip_prefix("/marks/").and_then(|rest| rest.rsplit_once('/')) else { continue };
            if let Some(at) = self.marks.iter().position(|mark| mark.criterion == criterion) {
                error.pointer = format!("/marks/{at}/{field}");
            }
        }
        problem
    }
}

fn save(call: &Call, form: SheetForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let draft = form.draft();
    let saved = call.write("review.save", move |tx| {
        review::save_draft(tx, &who, &id, &draft)?;
        Ok(stay(id.clone(), "portal-review-saved"))
    });
    saved.map_err(|problem| form.in_place(problem))
}

fn sign(call: &Call, form: SheetForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let draft = form.draft();
    let signed = call.write("review.sign", move |tx| {
        review::sign_review(tx, &who, &id, &draft)?;
        let next = next_after(tx, &who)?;
        Ok(Reply::done(next.clone(), DoneView { id: id.clone(), next }).say("portal-review-signed"))
    });
    signed.map_err(|problem| form.in_place(problem))
}

/// A dissent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct DissentForm {
    /// Why one thinks otherwise.
    #[schemars(length(min = 1, max = 4000))]
    dissent: String,
}

fn dissent(call: &Call, form: DissentForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("review.dissent", move |tx| {
        review::write_dissent(tx, &who, &id, &form.dissent)?;
        Ok(stay(id.clone(), "portal-review-dissented"))
    })
}

/// An abstention.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct AbstentionForm {
    /// Why.
    #[schemars(length(min = 1, max = 4000))]
    abstention: String,
}

fn abstain(call: &Call, form: AbstentionForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("review.abstain", move |tx| {
        review::abstain(tx, &who, &id, &form.abstention)?;
        Ok(leave(id.clone(), "portal-review-abstained"))
    })
}

/// A conflict that came up.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct ConflictForm {
    /// Which kind.
    kind: ConflictKind,
    /// In one's own words; kept with one's personal data.
    #[schemars(length(min = 1, max = 4000))]
    conflict: String,
}

/// Kinds of conflicts that reviewers may name.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ConflictKind {
    /// Family.
    Kinship,
    /// Same unit.
    SameUnit,
    /// Worked together.
    PastTeam,
    /// Money.
    Interest,
    /// Something else.
    Other,
}

impl ConflictKind {
    fn name(self) -> &'static str {
        match self {
            ConflictKind::Kinship => "kinship",
            ConflictKind::SameUnit => "same_unit",
            ConflictKind::PastTeam => "past_team",
            ConflictKind::Interest => "interest",
            ConflictKind::Other => "other",
        }
    }
}

fn recuse(call: &Call, form: ConflictForm) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let draft = ConflictDraft { kind: form.kind.name().to_owned(), reason: form.conflict };
    call.write("review.recuse", move |tx| {
        review::declare_conflict(tx, &who, &id, &draft)?;
        Ok(leave(id.clone(), "portal-review-recused"))
    })
}

fn ask_time(call: &Call, _: Nothing) -> Answer<DoneView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("review.ask_time", move |tx| {
        let moved = review::ask_extension(tx, &who, &id)?;
        Ok(stay(id.clone(), if moved { "portal-review-extended" } else { "portal-review-asked" }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blamed_criterion_is_found_by_its_place() {
        let mark = |criterion: &str| MarkForm { criterion: criterion.into(), points: None, comment: String::new() };
        let form = SheetForm { marks: vec![mark("need"), mark("team")], vote: None, dissent: None };
        let problem = Problem::field("/marks/team/points", "x").blame(webkit::FieldError::new("/vote", "y"));
        let pointers: Vec<String> = form.in_place(problem).errors.into_iter().map(|error| error.pointer).collect();
        assert_eq!(pointers, ["/marks/1/points", "/vote"]);
    }
}
