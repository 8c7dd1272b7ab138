//! The page of a case, its history, and what everybody may see of a public one.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Access, Answer, Call, Nothing, Problem, Reply, Routes};
use words::{Acting, Bilingual, Day, Id, Outcome};

use super::case_parts::{self as parts, FactLine, LinkedCase, NoticeLine, PersonLine, RoundLine, Settable, WayStep};
use super::comments::{self, CommentView};
use super::{OptionView, letters, spoken};
use crate::dossier::Dossier;
use crate::find::is_public;
use crate::ops::may_sign;
use crate::refusal::CaseRefusal;
use crate::view::{StateView, place_name, state_view};
use crate::{CaseView, case_view, definitions, sql};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/cases/{id}", "programme.case.show", Access::Person, show)
        .template("programme/case.html")
        .get("/projects/{id}", "programme.project.show", Access::Public, show_public)
        .template("programme/project.html")
}

/// The case page: the case and what stands around it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CasePage {
    /// The case.
    #[serde(flatten)]
    view: CaseView,
    /// The way of the case: states passed, the present one, states to come.
    way: Vec<WayStep>,
    /// What is missing for each move, in sentences.
    blocked: BTreeMap<String, Vec<String>>,
    /// The case that spawned it.
    parent_case: Option<LinkedCase>,
    /// Facts and values as people read them.
    fact_lines: Vec<FactLine>,
    /// Facts that may be set by hand.
    settable: Vec<Settable>,
    /// Reviews.
    rounds: Vec<RoundLine>,
    /// Public notices.
    notices: Vec<NoticeLine>,
    /// Letters: id of the move → title.
    letters: BTreeMap<String, Bilingual>,
    /// What roles are called.
    role_names: BTreeMap<String, Bilingual>,
    /// Documents that whoever looks is asked to sign.
    to_sign: Vec<String>,
    /// Documents that somebody is asked to sign in this state.
    papers_now: Vec<String>,
    /// Is there a page of position and pay for whoever looks?
    position_page: bool,
    /// Obligations that whoever looks may end.
    mine_to_do: Vec<Id>,
    /// Mentors.
    mentors: Vec<PersonLine>,
    /// Mentors to choose from.
    mentor_choices: Vec<PersonLine>,
    /// Units to choose from.
    unit_choices: Vec<OptionView>,
    /// May whoever looks invite members now?
    may_invite: bool,
    /// Do they hold an office over it, and can say that they are too near to it?
    in_office: bool,
    /// May whoever looks plan milestones?
    may_plan: bool,
    /// Have they proved who they are within the last five minutes?
    proved: bool,
    /// The move that would be taken back, if one can be.
    last_move: Option<Bilingual>,
    /// What was said about it lately, oldest first.
    comments: Vec<CommentView>,
    /// May whoever looks say something?
    may_comment: bool,
    /// Names that can be mentioned.
    mentionable: Vec<String>,
    /// Today.
    today: Day,
}

fn show(call: &Call, _: Nothing) -> Answer<CasePage> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let page = call.read(|read| page(call, read, &who, &id))?;
    let revision = page.view.case.revision;
    Ok(Reply::page("programme/case.html", page).etag(revision))
}

fn page(call: &Call, read: &Read, who: &Acting, id: &Id) -> Outcome<CasePage, CaseRefusal> {
    let mut view = case_view(read, who, id)?;
    let mut dossier = Dossier::read(read, view.case.clone())?;
    let programme = packs::current(read)?;
    if view.aside {
        (dossier.facts, dossier.obligations, dossier.answers) = Default::default();
    } else {
        parts::forms_of_values(read, who, &dossier, &programme, &mut view.forms)?;
    }
    parts::only_asked(&dossier, &mut view.forms);
    let open = view.case.closed_at.is_none();
    let lead = view.case.lead == who.person;
    let runs = view.may_run && open;
    let mut to_sign = Vec::new();
    let has_signed = parts::signed_for_parent(read, who, &dossier)?;
    for document in view.documents.iter().filter(|document| open && !document.mine && !has_signed.contains(&document.key)) {
        if may_sign(read, who, &dossier, &document.key)? {
            to_sign.push(document.key.clone());
        }
    }
    let labels = spoken::state_labels(read, &dossier.definition)?;
    Ok(CasePage {
        way: parts::way(&dossier, &view),
        blocked: view.moves.iter().map(|step| (step.id.clone(), spoken::sentences(call, &labels, &step.missing))).collect(),
        parent_case: parts::linked(dossier.parent.as_ref()),
        fact_lines: parts::fact_lines(call, read, &dossier)?,
        settable: if runs { parts::settable(&dossier.definition) } else { Vec::new() },
        rounds: parts::rounds(read, who, &dossier)?,
        notices: parts::notices(read, &dossier)?,
        letters: view.history.iter().filter_map(|line| letters::title(&programme, &line.made).map(|title| (line.made.id.to_string(), title))).collect(),
        papers_now: parts::papers_now(&dossier),
        position_page: parts::has_position_page(&dossier, &view),
        role_names: programme.pack.roles.iter().map(|role| (role.key.clone(), Bilingual::new(&role.zh, &role.en))).collect(),
        mine_to_do: view.obligations.iter().filter(|one| one.state == "open" && parts::is_theirs(one, who, &view)).map(|one| one.id.clone()).collect(),
        mentors: parts::people(read, &identity::holders_of(read, "case.mentor", &view.case.node)?)?,
        mentor_choices: if runs { parts::people(read, &identity::holders_of(read, "mentor", &view.case.node)?)? } else { Vec::new() },
        unit_choices: if runs { super::places(read, identity::NodeKind::Unit)? } else { Vec::new() },
        may_invite: (lead || view.may_run) && ["draft", "returned"].contains(&view.case.state.as_str()),
        in_office: open && who.in_office(&view.case.node),
        may_plan: (lead || view.may_run) && open,
        proved: who.proved_recently(read.now()),
        last_move: view.history.iter().find(|line| line.made.rectifies.is_none() && line.made.rectified_by.is_none()).map(|line| line.label.clone()),
        comments: if view.aside { Vec::new() } else { comments::newest(read, who, &view.case)? },
        may_comment: !view.aside && crate::ops::may_comment(read, who, &view.case)?,
        mentionable: crate::ops::people_of(read, &view.case)?.into_iter().filter(|(person, _)| *person != who.person).map(|(_, name)| name).collect(),
        today: read.now().day(),
        to_sign,
        view,
    })
}

/// What everybody may see of a case.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PublicView {
    /// Id.
    id: Id,
    /// Number.
    number: String,
    /// Title.
    title: String,
    /// A sentence or two.
    summary: String,
    /// Kind of programme.
    kind: Bilingual,
    /// State.
    state: StateView,
    /// Base.
    base_name: Bilingual,
    /// Answers that the form marks as public: label and text.
    answers: Vec<PublicAnswer>,
    /// Public notices.
    notices: Vec<NoticeLine>,
    /// May whoever looks open the case itself?
    may_open: bool,
}

/// A public answer.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PublicAnswer {
    /// Question.
    label: Bilingual,
    /// Answer, in the language of the page where it is a choice.
    texts: Vec<String>,
}

fn show_public(call: &Call, _: Nothing) -> Answer<PublicView> {
    let id = call.id("id")?;
    let view = call.read::<_, CaseRefusal>(|read| public(call, read, &id))?;
    view.map(|view| Reply::page("programme/project.html", view)).ok_or_else(Problem::absent)
}

fn public(call: &Call, read: &Read, id: &Id) -> Outcome<Option<PublicView>, CaseRefusal> {
    let case = sql::case(read, id)?;
    let definition = definitions::definition(read, &case.definition, case.version)?;
    let may_open = call.who().is_some_and(|who| crate::may_see::<CaseRefusal>(read, who, &case).is_ok());
    if !is_public(&definition, &case) {
        return Ok(None);
    }
    let dossier = Dossier::read(read, case)?;
    let answers = parts::public_answers(call, read, &dossier)?;
    let answers = answers.into_iter().map(|(label, texts)| PublicAnswer { label, texts }).collect();
    Ok(Some(PublicView {
        kind: definition.label.clone(),
        state: state_view(&definition, &dossier.case.state),
        base_name: place_name(read, &dossier.case.base)?,
        notices: parts::notices(read, &dossier)?,
        answers,
        may_open,
        id: dossier.case.id,
        number: dossier.case.number,
        title: dossier.case.title,
        summary: dossier.case.summary,
    }))
}
