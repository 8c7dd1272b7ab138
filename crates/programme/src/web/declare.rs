//! Declaring a project: where, by which channel; then its form. Likely duplicates are shown while the title is typed.

use lifecycle::Question;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Read, Tx};
use webkit::{Access, Answer, Call, FieldError, Nothing, Problem, Reply, Routes};
use words::{Acting, Bilingual, Fault, Id, IfAny, Never, Node, Outcome};

use super::{OptionView, node_of, places};
use crate::case::Case;
use crate::refusal::CaseRefusal;
use crate::view::place_name;
use crate::{OpenCase, SaveAnswers, definitions, open_case, rights, save_answers, sql, sql_find};

/// The definition of a project that its team declares itself.
pub(crate) const PROJECT: &str = "incubation.self";

/// Channels whose whole way has pages. A proposition comes in by its challenge, which is a definition without pages yet, so it is not offered.
pub(super) const OFFERED: [&str; 1] = ["self"];

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/projects/new", "programme.project.new", Access::Right(rights::DECLARE), new)
        .template("programme/new.html")
        .post("/projects", "programme.project.declare", Access::Right(rights::DECLARE), create)
        .refusals(&["programme-no-definition", "programme-no-place"])
        .get("/cases/similar", "programme.case.similar", Access::Person, similar)
        .template("programme/similar.html")
}

/// What can be chosen.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct NewView {
    /// Definition that will be run.
    definition: String,
    /// What it is called.
    kind: Bilingual,
    /// Bases.
    bases: Vec<OptionView>,
    /// Channels.
    channels: Vec<OptionView>,
    /// Drafts of one's own that can be gone on with.
    drafts: Vec<DraftLine>,
}

/// A draft of one's own.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct DraftLine {
    /// Case.
    id: Id,
    /// Number.
    number: String,
    /// Title, if it has one.
    title: String,
}

fn new(call: &Call, _: Nothing) -> Answer<NewView> {
    let who = call.acting()?;
    let view = call.read(|read| new_view(read, &who))?;
    Ok(Reply::page("programme/new.html", view))
}

fn new_view(read: &Read, who: &Acting) -> Outcome<NewView, CaseRefusal> {
    let (_, definition) = definitions::newest(read, PROJECT)?;
    let programme = packs::current(read)?;
    let form = first_form(read, PROJECT)?;
    let channel = form.and_then(|form| programme.form(&Node::group(), &form, read.now().day()).and_then(|form| form.field("channel").cloned()));
    let offered = channel.iter().flat_map(|field| &field.options).filter(|option| OFFERED.contains(&option.key.as_str()));
    let channels = offered.map(|option| OptionView::new(&option.key, &option.zh, &option.en)).collect();
    let mine = sql_find::CaseFilter { definition: PROJECT, state: "draft", base: None, person: Some(&who.person), words: "", after: "", limit: 10 };
    let drafts = sql_find::cases(read, &mine)?.into_iter().filter(|case| case.lead == who.person);
    let drafts = drafts.map(|case| DraftLine { id: case.id, number: case.number, title: case.title }).collect();
    Ok(NewView { definition: PROJECT.into(), kind: definition.label.clone(), bases: places(read, identity::NodeKind::Base)?, channels, drafts })
}

/// The form that the first move of a definition asks for.
pub(crate) fn first_form(read: &Read, definition: &str) -> Outcome<Option<String>, CaseRefusal> {
    let (_, definition) = definitions::newest(read, definition)?;
    let start = definition.start().map(|state| state.id.clone()).unwrap_or_default();
    let asked = definition.moves_from(&start).into_iter().flat_map(|step| definition.questions(step));
    Ok(asked.into_iter().find_map(|question| if let Question::Form { form } = question { Some(form) } else { None }))
}

/// Where and how.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct NewForm {
    /// Node of the base.
    #[schemars(length(min = 1, max = 240))]
    base: String,
    /// Channel of the declaration.
    #[serde(default)]
    #[schemars(length(max = 80))]
    channel: String,
}

fn create(call: &Call, form: NewForm) -> Answer<Case> {
    let who = call.acting()?;
    let wrong = || Problem::invalid(vec![FieldError::new("/base", "programme-no-place")]);
    let base = node_of(&form.base).ok_or_else(wrong)?;
    let known =
        call.read::<_, Never>(|read| Ok(identity::node(read, &base)?.filter(|node| node.kind == identity::NodeKind::Base && node.closed_on.is_none())))?;
    let base = known.ok_or_else(wrong)?.path;
    call.write("programme.open_case", move |tx| {
        let (case, form) = declare(tx, &who, &base, &form.channel)?;
        let to = form.map_or_else(|| format!("/cases/{}", case.id), |form| format!("/cases/{}/forms/{form}?step=1", case.id));
        Ok(Reply::created(to, case))
    })
}

/// Opens the case, led by whoever declares it, with what is known already filled in.
fn declare(tx: &mut Tx, who: &Acting, base: &Node, channel: &str) -> Outcome<(Case, Option<String>), CaseRefusal> {
    who.may_anywhere(rights::DECLARE)?; // any theme, any base
    let open =
        OpenCase { definition: PROJECT.into(), title: String::new(), base: base.clone(), parent: None, lead: who.person.clone(), about: None, team: true };
    let case = open_case(tx, who, open)?;
    let form = first_form(tx, PROJECT)?;
    if let Some(form) = &form {
        let mut answers = serde_json::Map::new();
        answers.insert("base".into(), json!(base));
        if !channel.is_empty() {
            answers.insert("channel".into(), json!(channel));
        }
        save_answers(tx, who, &case.id, SaveAnswers { form: form.clone(), ordinal: Some(0), answers, complete: false, revision: None })?;
    }
    Ok((case, form))
}

/// What is being typed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct SimilarQuery {
    /// Title.
    #[serde(default)]
    #[schemars(length(max = 400))]
    title: String,
    /// Only those of this base.
    #[schemars(length(max = 240))]
    base: Option<String>,
    /// Not this one.
    but: Option<Id>,
}

/// A case that resembles what is typed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct SimilarLine {
    /// Number.
    number: String,
    /// Title, if whoever asks may know it.
    title: Option<String>,
    /// Base.
    base_name: Bilingual,
    /// How many of a thousand terms are in common.
    per_mille: i64,
    /// Where it can be read.
    href: Option<String>,
}

/// Likely duplicates.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct SimilarView {
    /// Most alike first, at most five.
    cases: Vec<SimilarLine>,
}

fn similar(call: &Call, query: SimilarQuery) -> Answer<SimilarView> {
    let who = call.acting()?;
    call.rate(&format!("similar:{}", who.person), 120)?;
    let cases = call.read::<_, Never>(|read| Ok(alike(read, &who, &query)?))?;
    Ok(Reply::page("programme/similar.html", SimilarView { cases }))
}

/// Declarations of others are named by their number and base alone until they are public: enough to ask, too little to copy.
fn alike(read: &Read, who: &Acting, query: &SimilarQuery) -> Result<Vec<SimilarLine>, Fault> {
    if query.title.chars().count() < 2 {
        return Ok(Vec::new());
    }
    let mut lines = Vec::new();
    for found in desk::similar(read, &query.title, "project", |_| true, 10)? {
        let Some(case) = sql::case::<Never>(read, &Id::fixed(found.doc.id.clone())).if_any()? else { continue };
        let elsewhere = query.base.as_deref().is_some_and(|base| !base.is_empty() && base != case.base.as_str());
        if query.but.as_ref() == Some(&case.id) || elsewhere || lines.len() == 5 {
            continue;
        }
        let readable = crate::may_see::<Never>(read, who, &case).if_any()?.is_some();
        let public = found.doc.readers == desk::PUBLIC;
        lines.push(SimilarLine {
            base_name: place_name(read, &case.base)?,
            href: if readable { Some(super::case_url(&case.id)) } else { public.then(|| format!("/projects/{}", case.id)) },
            title: (readable || public).then_some(case.title),
            number: case.number,
            per_mille: found.per_mille,
        });
    }
    Ok(lines)
}
