//! Letters of decision: the pack's text with the results and reasons of a move, printable.

use packs::Programme;
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Access, Answer, Call, Nothing, Reply, Routes};
use words::{Acting, Bilingual, Failure, Fault, Id, Instant, Lang, Outcome};

use super::case_parts::{LinkedCase, linked, shown};
use crate::case::{Case, MoveMade};
use crate::dossier::Dossier;
use crate::paper::{Block, blocks, filled};
use crate::refusal::CaseRefusal;
use crate::{may_see, sql};

/// Moves whose letter has another name than they have.
const LETTERS: [(&str, &str); 9] = [
    ("return_to_author", "return"),
    ("extend", "resume"),
    ("choose_internal", "exit_pass"),
    ("choose_venture", "exit_pass"),
    ("confirm_transfer", "conversion"),
    ("terminate", "termination"),
    ("go_back", "restore"),
    ("grant", "award"),
    ("decide", "award"),
];

pub(super) fn add(routes: Routes) -> Routes {
    routes.get("/cases/{id}/letters/{move}", "programme.letter.show", Access::Person, show).template("programme/letter.html")
}

/// Name of the letter of a move. A move that was taken back has none.
fn name(made: &MoveMade) -> Option<&str> {
    if made.rectifies.is_some() || made.rectified_by.is_some() {
        return None;
    }
    let other = LETTERS.iter().find(|(name, _)| *name == made.name).map(|(_, letter)| *letter);
    Some(other.unwrap_or(&made.name))
}

/// Title of the letter of a move, if it has one.
pub(super) fn title(programme: &Programme, made: &MoveMade) -> Option<Bilingual> {
    name(made).and_then(|name| programme.pack.letter(name)).map(|letter| Bilingual::new(&letter.head.zh, &letter.head.en))
}

/// A letter.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct LetterView {
    /// The case.
    case: Option<LinkedCase>,
    /// Title.
    title: Bilingual,
    /// Text in the language of the page.
    blocks: Vec<Block>,
    /// When it was decided.
    decided_at: Instant,
    /// Who decided.
    decided_by: String,
}

fn show(call: &Call, _: Nothing) -> Answer<LetterView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read(|read| written(call, read, &who, &id, call.path_text("move")))?;
    Ok(Reply::page("programme/letter.html", view))
}

/// `wanted` is the id of a move that was made, or its name: then the last one.
fn written(call: &Call, read: &Read, who: &Acting, id: &Id, wanted: &str) -> Outcome<LetterView, CaseRefusal> {
    let case: Case = sql::case(read, id)?;
    may_see::<CaseRefusal>(read, who, &case)?;
    let dossier = Dossier::read(read, case)?;
    let moves = sql::moves(read, id)?;
    let made = moves.iter().rev().find(|made| made.id.as_str() == wanted || made.name == wanted).ok_or(Failure::Absent)?;
    // A letter stays as it was on the day of the decision.
    let then = packs::as_of(read, made.at)?;
    let letter = name(made).and_then(|name| then.letter(&dossier.case.node, name)).ok_or(Failure::Absent)?;
    let values = values(call, read, &dossier, made)?;
    Ok(LetterView {
        title: Bilingual::new(&letter.head.zh, &letter.head.en),
        blocks: blocks(&filled(letter.body(call.lang), &values)),
        decided_at: made.at,
        decided_by: super::person_name(read, &made.actor)?,
        case: linked(Some(&dossier.case)),
    })
}

fn values(call: &Call, read: &Read, dossier: &Dossier, made: &MoveMade) -> Result<Vec<(&'static str, String)>, Fault> {
    let round = crate::newest_round(read, &dossier.case.id, &made.from)?;
    let feedback = match &round {
        Some(round) => review::feedback(read, &round.id)?,
        None => None,
    };
    let score = feedback.as_ref().and_then(|feedback| feedback.score).map(|hundredths| format!("{}.{:02}", hundredths / 100, hundredths % 100));
    let mut reasons: Vec<String> = Some(made.reason.clone()).filter(|reason| !reason.is_empty()).into_iter().collect();
    reasons.extend(feedback.iter().flat_map(|feedback| &feedback.criteria).flat_map(|criterion| &criterion.comments).map(|comment| format!("- {comment}")));
    Ok(vec![
        ("case.title", dossier.case.title.clone()),
        ("case.number", dossier.case.number.clone()),
        ("decision.score", score.unwrap_or_default()),
        ("decision.on", made.at.day().to_string()),
        ("amount", dossier.fact("amount", "").map(|value| shown(call, value)).unwrap_or_default()),
        ("reasons", if reasons.is_empty() { call.text("programme-letter-no-reasons") } else { reasons.join("\n") }),
        ("next", next(call, dossier, made)),
    ])
}

/// What comes next after the move: the state it led to, and what that state asks for.
fn next(call: &Call, dossier: &Dossier, made: &MoveMade) -> String {
    let Some(state) = dossier.definition.state(&made.to) else { return String::new() };
    let label = |label: &Bilingual| label.get(call.lang).to_owned();
    let mut lines = vec![call.text_with("programme-letter-next", &[("state", &label(&state.label))])];
    let until = dossier.case.due_at.filter(|_| dossier.case.state == made.to);
    lines.extend(until.map(|until| call.text_with("programme-letter-until", &[("day", &until.day().to_string())])));
    let separator = if call.lang == Lang::Zh { "" } else { " " };
    let first = lines.join(separator);
    let owed = state.obligations.iter().map(|one| format!("- {}", label(&one.label)));
    std::iter::once(first).chain(owed).collect::<Vec<_>>().join("\n")
}
