//! Before a form is handed in: every answer with a way to change it, what is missing, and after it the confirmation.

use std::collections::BTreeMap;

use lifecycle::Question;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Access, Answer, Call, Nothing, Reply, Routes};
use words::{Acting, Bilingual, Id, Instant, Outcome};

use super::fields::{self, Known, Shown};
use super::form_page::{CaseHead, Opened, open};
use super::{case_parts, spoken};
use crate::refusal::CaseRefusal;
use crate::view::{MemberView, MoveView};
use crate::{CaseView, case_view, definitions, sql};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/cases/{id}/forms/{form}/check", "programme.form.check", Access::Person, check)
        .template("programme/check.html")
        .get("/cases/{id}/receipt", "programme.case.receipt", Access::Person, receipt)
        .template("programme/receipt.html")
}

/// Which sheet.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(super) struct CheckQuery {
    /// Which time, for a form that recurs.
    #[schemars(range(min = 0, max = 100_000))]
    n: Option<i64>,
}

/// An answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct AnswerLine {
    /// Key.
    key: String,
    /// Question.
    label: Bilingual,
    /// What was answered.
    shown: Vec<Shown>,
    /// What is wrong with it, in a sentence.
    wrong: Option<String>,
}

/// A step with its answers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct AnsweredStep {
    /// Label.
    label: Bilingual,
    /// Number, from 1.
    number: usize,
    /// Answers.
    answers: Vec<AnswerLine>,
}

/// A document that the team signs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct SignLine {
    /// Document.
    key: String,
    /// Label.
    label: Bilingual,
    /// Who has signed.
    signed_by: Vec<String>,
    /// Has whoever looks signed?
    mine: bool,
}

/// The page that checks the answers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct CheckPage {
    /// The case.
    case: CaseHead,
    /// The form.
    form: String,
    /// What it is called.
    label: Bilingual,
    /// Which time.
    ordinal: i64,
    /// Steps with answers.
    steps: Vec<AnsweredStep>,
    /// Answers that are missing or wrong.
    open: usize,
    /// Was it handed in, and can it be changed no more?
    frozen: bool,
    /// May whoever looks change it?
    fillable: bool,
    /// Has it been handed in complete?
    complete: bool,
    /// Address of the form, without its step.
    address: String,
    /// Query that names the sheet, with `&` at its end, or nothing.
    query: String,
    /// Moves that ask for this form.
    moves: Vec<MoveView>,
    /// What is missing for each of them.
    blocked: BTreeMap<String, Vec<String>>,
    /// The team, where a move asks for it.
    members: Vec<MemberView>,
    /// What the team signs for these moves.
    papers: Vec<SignLine>,
    /// Revision of the case.
    revision: i64,
}

fn check(call: &Call, query: CheckQuery) -> Answer<CheckPage> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let page = call.read(|read| page(call, read, &who, &id, query.n))?;
    Ok(Reply::page("programme/check.html", page))
}

fn page(call: &Call, read: &Read, who: &Acting, id: &Id, ordinal: Option<i64>) -> Outcome<CheckPage, CaseRefusal> {
    let opened = open(read, who, id, call.path_text("form"), ordinal)?;
    crate::may_see::<CaseRefusal>(read, who, &sql::case(read, id)?)?;
    let view = case_view(read, who, id)?;
    let steps = steps(call, read, &opened)?;
    let (moves, papers) = moves_for(read, &opened, &view)?;
    let labels = spoken::state_labels(read, &*definitions::definition(read, &opened.case.definition, opened.case.version)?)?;
    Ok(CheckPage {
        case: opened.head(read)?,
        form: opened.form.key().to_owned(),
        label: Bilingual::new(&opened.form.head.zh, &opened.form.head.en),
        ordinal: opened.ordinal,
        open: steps.iter().flat_map(|step| &step.answers).filter(|answer| answer.wrong.is_some()).count(),
        frozen: opened.sheet.as_ref().is_some_and(|sheet| sheet.frozen),
        fillable: opened.fillable,
        complete: opened.sheet.as_ref().is_some_and(|sheet| sheet.complete),
        address: opened.address(),
        query: opened.query(),
        blocked: moves.iter().map(|step| (step.id.clone(), spoken::sentences(call, &labels, &step.missing))).collect(),
        members: if papers.is_empty() { Vec::new() } else { view.members.clone() },
        revision: view.case.revision,
        steps,
        moves,
        papers,
    })
}

fn steps(call: &Call, read: &Read, opened: &Opened) -> Outcome<Vec<AnsweredStep>, CaseRefusal> {
    let answers = opened.sheet.as_ref().map(|sheet| sheet.answers.clone()).unwrap_or_default();
    let known = Known::of(read, &opened.form, &answers)?;
    let mistakes = opened.form.validate(&answers, true);
    let wrong = |key: &str| {
        let mine = |pointer: &str| pointer.trim_start_matches('/').split('/').next() == Some(key);
        let found = mistakes.iter().find(|mistake| mine(&mistake.pointer))?;
        let args: Vec<(&str, &str)> = found.args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Some(call.text_with(&format!("problem-{}", found.code), &args))
    };
    let line = |field: &packs::Field| AnswerLine {
        key: field.key.clone(),
        label: Bilingual::new(&field.zh, &field.en),
        shown: fields::shown(call, &known, field, answers.get(&field.key)),
        wrong: wrong(&field.key),
    };
    let step = |(at, step): (usize, &packs::Step)| AnsweredStep {
        label: Bilingual::new(&step.zh, &step.en),
        number: at + 1,
        answers: opened.form.fields_of(&step.key).map(line).collect(),
    };
    Ok(opened.form.steps.iter().enumerate().map(step).collect())
}

/// Moves out of the present state that ask for this form and are whoever looks' to make, and the papers that they ask for too.
fn moves_for(read: &Read, opened: &Opened, view: &CaseView) -> Outcome<(Vec<MoveView>, Vec<SignLine>), CaseRefusal> {
    let definition = definitions::definition(read, &opened.case.definition, opened.case.version)?;
    let mut papers = Vec::new();
    let mut moves = Vec::new();
    for step in view.moves.iter().filter(|step| step.mine) {
        let Some(found) = definition.find_move(&step.id) else { continue };
        let questions = definition.questions(found);
        if !questions.iter().any(|question| matches!(question, Question::Form { form } if form == opened.form.key())) {
            continue;
        }
        for question in questions {
            if let Question::Signed { document, .. } = question
                && let Some(paper) = view.documents.iter().find(|paper| paper.key == document)
            {
                papers.push(SignLine { key: document, label: paper.label.clone(), signed_by: paper.signed_by.clone(), mine: paper.mine });
            }
        }
        moves.push(step.clone());
    }
    Ok((moves, papers))
}

/// The confirmation after something was handed in.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ReceiptView {
    /// The case.
    case: CaseHead,
    /// When it came into its state.
    since: Instant,
    /// When its state should be over.
    due_at: Option<Instant>,
    /// Who has it now: names.
    with: Vec<String>,
    /// What that role is called.
    with_role: Option<Bilingual>,
    /// What comes next: the states ahead.
    ahead: Vec<Bilingual>,
}

/// Is the state further along than this one?
fn is_ahead(definition: &lifecycle::Definition, from: &str, to: &str) -> bool {
    let place = |id: &str| definition.states.iter().position(|state| state.id == id);
    place(to) > place(from)
}

fn receipt(call: &Call, _: Nothing) -> Answer<ReceiptView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read(|read| receipt_of(read, &who, &id))?;
    Ok(Reply::page("programme/receipt.html", view))
}

fn receipt_of(read: &Read, who: &Acting, id: &Id) -> Outcome<ReceiptView, CaseRefusal> {
    crate::may_see::<CaseRefusal>(read, who, &sql::case(read, id)?)?;
    let view = case_view(read, who, id)?;
    let definition = definitions::definition(read, &view.case.definition, view.case.version)?;
    let role = definition.state(&view.case.state).and_then(|state| state.owner.clone());
    let holders = match role.as_deref() {
        Some("team.lead") => vec![view.case.lead.clone()],
        Some(role) => identity::holders_of(read, role, &view.case.node)?,
        None => Vec::new(),
    };
    let programme = packs::current(read)?;
    let ahead =
        definition.moves_from(&view.case.state).into_iter().filter(|step| is_ahead(&definition, &view.case.state, &step.to)).map(|step| step.to.as_str());
    let mut seen: Vec<&str> = Vec::new();
    ahead.for_each(|to| {
        if !seen.contains(&to) {
            seen.push(to)
        }
    });
    Ok(ReceiptView {
        with: case_parts::people(read, &holders)?.into_iter().map(|person| person.name).collect(),
        with_role: role.and_then(|role| programme.pack.roles.iter().find(|known| known.key == role)).map(|role| Bilingual::new(&role.zh, &role.en)),
        ahead: seen.iter().filter_map(|to| definition.state(to)).filter(|state| state.outcome.is_none()).map(|state| state.label.clone()).collect(),
        since: view.case.entered_at,
        due_at: view.case.due_at,
        case: CaseHead { id: view.case.id, number: view.case.number, title: view.case.title, kind: view.kind, state: view.state_view.label },
    })
}
