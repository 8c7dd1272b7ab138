//! Opens a case of any definition: gives it its number and node and puts it into its first state.

use store::Tx;
use words::{Acting, Bilingual, Id, Node, Outcome};

use crate::case::{Case, Member};
use crate::refusal::CaseRefusal;
use crate::told::{CaseOpened, MemberChanged};
use crate::{definitions, enter, sql};

/// What is needed to open a case.
#[derive(Debug, Clone)]
pub struct OpenCase {
    /// Definition: `incubation.self`.
    pub definition: String,
    /// Title; may be empty while it is a draft.
    pub title: String,
    /// The base (or home unit) where it is run.
    pub base: Node,
    /// The case that spawns it.
    pub parent: Option<Id>,
    /// Who leads it.
    pub lead: Id,
    /// The person it is about.
    pub about: Option<Id>,
    /// Is the lead the first member of a team?
    pub team: bool,
}

/// Opens it. The right to do so is the caller's matter (declaring, spawning).
pub fn open_case(tx: &mut Tx, who: &Acting, open: OpenCase) -> Outcome<Case, CaseRefusal> {
    let (version, definition) = definitions::newest(tx, &open.definition)?;
    let start = definition.start().ok_or_else(|| CaseRefusal::NoDefinition(open.definition.clone()))?.clone();
    let (id, now) = (tx.id("case"), tx.now());
    let node = open.base.below(id.as_str());
    let number = number(tx, &open)?;
    let case = Case {
        id: id.clone(),
        number,
        definition: open.definition,
        version,
        title: open.title,
        summary: String::new(),
        node: node.clone(),
        base: open.base,
        state: start.id.clone(),
        outcome: None,
        route: None,
        concluded: false,
        parent: open.parent.clone(),
        lead: open.lead.clone(),
        about: open.about.clone(),
        entered_at: now,
        opened_at: now,
        closed_at: None,
        due_at: None,
        revision: 1,
    };
    ensure_node(tx, &case, &definition.label)?;
    sql::case_insert(tx, &case)?;
    let told = CaseOpened {
        case: id.clone(),
        node: node.clone(),
        definition: case.definition.clone(),
        version,
        state: start.id,
        parent: open.parent,
        about: open.about,
    };
    tx.tell(who, &told)?;
    if open.team {
        join_lead(tx, who, &case)?;
    }
    concern(tx, who, &case)?;
    enter::enter(tx, &case, &definition)?;
    sql::case(tx, &id)
}

/// Roles are granted on nodes, so the case has one of its own.
fn ensure_node(tx: &mut Tx, case: &Case, label: &Bilingual) -> Outcome<(), CaseRefusal> {
    let draft = identity::NodeDraft { parent: case.base.clone(), name: case.id.to_string(), kind: identity::NodeKind::Case, title: label.clone(), city: None };
    identity::ensure_node(tx, &Acting::system("programme"), &draft)
        .map(drop)
        .map_err(|failure| failure.map(|_| CaseRefusal::NoDefinition(case.definition.clone())))
}

/// Whom the case is about: they and those near to them hold no office in it. A spawned case is about its person, or about the team of its parent.
fn concern(tx: &mut Tx, who: &Acting, case: &Case) -> Outcome<(), CaseRefusal> {
    let source = if case.about.is_some() { "about" } else { "lead" };
    identity::concern(tx, who, &case.node, case.about.as_ref().unwrap_or(&case.lead), source)?;
    let Some(parent) = case.parent.as_ref().filter(|_| case.about.is_none()) else { return Ok(()) };
    for member in sql::members(tx, parent)?.into_iter().filter(Member::counts) {
        identity::concern(tx, who, &case.node, &member.person, "team")?;
    }
    Ok(())
}

fn join_lead(tx: &mut Tx, who: &Acting, case: &Case) -> Outcome<(), CaseRefusal> {
    let now = tx.now();
    let home = identity::home_unit(tx, &case.lead, now.day())?.unwrap_or_else(Node::group);
    let member = Member { person: case.lead.clone(), role: "team.lead".into(), state: "consented".into(), home, joined_at: now, left_at: None };
    sql::member_put(tx, &case.id, &member)?;
    tx.tell(
        who,
        &MemberChanged { case: case.id.clone(), node: case.node.clone(), person: case.lead.clone(), state: "consented".into(), reason: String::new() },
    )?;
    Ok(())
}

/// `HZ-2026-0007`: base, year, running number; a spawned case counts within its definition.
fn number(tx: &mut Tx, open: &OpenCase) -> Outcome<String, CaseRefusal> {
    let (year, _, _) = tx.now().day().parts();
    let series = if open.parent.is_some() { open.definition.replace('.', "-") } else { open.base.name().to_owned() };
    let prefix = format!("{}-{year}", series.to_uppercase());
    let next = sql::number_next(tx, &prefix)?;
    Ok(format!("{prefix}-{next:04}"))
}
