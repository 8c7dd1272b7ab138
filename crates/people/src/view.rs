//! What positions and pay runs look like from outside, and the look-ups that make them.
//!
//! Invariant: pay is seen by its holder, by HR and finance of the unit, and by nobody else; numbers of people are masked everywhere.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Acting, Amount, Bilingual, Day, Fault, Id, Instant, Never, Node};

use crate::asks::{Asks, Face};
use crate::ops::correct_position::may_correct;
use crate::ops::prepare_run::{RunWithLines, run_with_lines};
use crate::pay::cny;
use crate::position::{Choice, Outcome, Position, PositionState};
use crate::run::{Kind, Line, Run, RunState, hash_of};
use crate::{rights, sql, sql_pay, value};

/// A pay run in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunCard {
    /// Id.
    pub id: Id,
    /// What it does.
    pub kind: Kind,
    /// Unit, or node of the project.
    pub unit: Node,
    /// Name of the unit, if known.
    pub unit_name: Bilingual,
    /// `2026-10`
    pub month: String,
    /// State.
    pub state: RunState,
    /// Lines.
    pub line_count: i64,
    /// Due in all.
    pub due: Amount,
    /// Paid in all.
    pub paid: Amount,
    /// Change of deferred pay in all.
    pub deferred: Amount,
    /// Prepared at.
    pub prepared_at: Instant,
}

/// A line of a pay run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LineView {
    /// Id.
    pub id: Id,
    /// What it does.
    pub kind: Kind,
    /// Holder.
    pub person: Id,
    /// Name.
    pub name: String,
    /// Staff number, masked.
    pub masked_number: String,
    /// Project.
    pub project: Id,
    /// First day.
    pub from_on: Day,
    /// Last day, included.
    pub to_on: Day,
    /// Calendar days.
    pub days: i64,
    /// Calendar days of the month.
    pub month_days: i64,
    /// Frozen base.
    pub base: Amount,
    /// Due.
    pub due: Amount,
    /// To be paid.
    pub paid: Amount,
    /// Change of deferred pay.
    pub deferred: Amount,
    /// Posting behind it, once confirmed.
    pub posting: Option<Id>,
}

/// What who looks may do with a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunMoves {
    /// Confirm: another person than who prepared it.
    pub confirm: bool,
    /// Drop the draft.
    pub discard: bool,
    /// Hand over the payroll file.
    pub export: bool,
    /// Take the file.
    pub file: bool,
    /// Reverse.
    pub reverse: bool,
}

/// A pay run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunView {
    /// The run.
    pub run: RunCard,
    /// Project, if it is limited to one.
    pub project: Option<Id>,
    /// Why (ends and reversals).
    pub reason: String,
    /// Who prepared it.
    pub prepared_by: String,
    /// Second person.
    pub confirmed_by: Option<String>,
    /// When.
    pub confirmed_at: Option<Instant>,
    /// When the file was handed over.
    pub exported_at: Option<Instant>,
    /// When it was reversed.
    pub reversed_at: Option<Instant>,
    /// SHA-256 of its lines.
    pub hash: String,
    /// Lines.
    pub lines: Vec<LineView>,
    /// What may be done.
    pub moves: RunMoves,
}

/// A position that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PositionView {
    /// Id.
    pub id: Id,
    /// Holder.
    pub person: Id,
    /// Name.
    pub name: String,
    /// Project.
    pub project: Id,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Home unit.
    pub home: Node,
    /// Its name.
    pub home_name: Bilingual,
    /// State.
    pub state: PositionState,
    /// Frozen grade.
    pub grade: String,
    /// Frozen base.
    pub base: Amount,
    /// Space.
    pub space: Option<String>,
    /// End of the retention.
    pub retention_ends_on: Option<Day>,
    /// First day away.
    pub seconded_on: Option<Day>,
    /// Last day of incubation.
    pub ended_on: Option<Day>,
    /// Paid so far, deferred pay that was made up included.
    pub paid: Amount,
    /// Deferred now.
    pub deferred: Amount,
    /// Why the incubation ended.
    pub outcome: Option<Outcome>,
    /// Last day to choose.
    pub choose_by: Option<Day>,
    /// What was chosen.
    pub choice: Option<Choice>,
    /// Return was noted when the day had passed.
    pub choice_by_default: bool,
    /// First day with the venture.
    pub left_on: Option<Day>,
    /// Last day to ask for return, included.
    pub return_ends_on: Option<Day>,
    /// Asked for return on.
    pub return_asked_on: Option<Day>,
    /// Grade after return.
    pub new_grade: Option<String>,
    /// Unit after transfer.
    pub new_unit: Option<Node>,
    /// Its name; on the page of one position only.
    pub new_unit_name: Option<Bilingual>,
    /// The unit that takes the result on, where who looks may let the member go there.
    pub taker: Option<Taker>,
    /// What who looks may choose now.
    pub may_choose: Vec<Choice>,
    /// May who looks ask to come back?
    pub may_ask_return: bool,
    /// May who looks restore, transfer, let go?
    pub may_carry_out: bool,
    /// May who looks put a mistyped grade or base right?
    pub may_correct: bool,
    /// What was paid and deferred, run by run; on the page of one position only.
    pub lines: Vec<LineView>,
    /// Today.
    pub today: Day,
}

/// A unit that takes a member on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Taker {
    /// Unit.
    pub node: Node,
    /// Its name.
    pub name: Bilingual,
}

/// One's own positions and those of one's unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PositionsView {
    /// One's own.
    pub mine: Vec<PositionView>,
    /// Of the units whose HR one is.
    pub of_units: Vec<PositionView>,
    /// Does who looks see those of any unit, as its HR or as an auditor?
    pub is_hr: bool,
}

/// Nodes on which somebody holds a right; the higher ones only.
pub fn nodes_of(who: &Acting, right: &str) -> Vec<Node> {
    let held: BTreeSet<&Node> =
        who.grants.iter().filter(|grant| grant.rights.contains(right) && who.can(right, &grant.node)).map(|grant| &grant.node).collect();
    held.iter().filter(|node| !held.iter().any(|other| other != *node && other.covers(node))).map(|node| (*node).clone()).collect()
}

/// Which runs are listed.
#[derive(Debug, Clone, Default)]
pub struct RunFilter {
    /// State.
    pub state: Option<RunState>,
    /// `2026-10`
    pub month: Option<String>,
    /// Before this run.
    pub cursor: Option<String>,
}

/// Runs that who looks may see, newest first; 50 and the cursor of the next page.
pub fn runs<A: Asks>(read: &Read, who: &Acting, filter: &RunFilter) -> words::Outcome<(Vec<RunCard>, Option<String>), Never> {
    let before = filter.cursor.as_deref().unwrap_or("~");
    let mut nodes = nodes_of(who, rights::PAY);
    nodes.extend(nodes_of(who, rights::HR));
    nodes.extend(nodes_of(who, rights::READ));
    let mut runs: BTreeMap<Id, Run> = BTreeMap::new();
    for node in &nodes {
        let found = sql_pay::runs_under(read, node, filter.state, filter.month.as_deref(), before, 51)?;
        runs.extend(found.into_iter().map(|run| (run.id.clone(), run)));
    }
    let runs: Vec<Run> = runs.into_values().rev().take(51).collect();
    let next = (runs.len() > 50).then(|| runs[49].id.to_string());
    let shown = &runs[..runs.len().min(50)];
    let names = A::units(read, &shown.iter().map(|run| run.unit.clone()).collect::<Vec<_>>())?;
    Ok((shown.iter().map(|run| card(run, &names)).collect(), next))
}

fn unit_name(names: &BTreeMap<Node, Bilingual>, node: &Node) -> Bilingual {
    names.get(node).cloned().unwrap_or_else(|| Bilingual::new(node.name(), node.name()))
}

fn card(run: &Run, names: &BTreeMap<Node, Bilingual>) -> RunCard {
    RunCard {
        id: run.id.clone(),
        kind: run.kind,
        unit: run.unit.clone(),
        unit_name: unit_name(names, &run.unit),
        month: run.month.clone(),
        state: run.state,
        line_count: run.line_count,
        due: cny(run.due_minor),
        paid: cny(run.paid_minor),
        deferred: cny(run.deferred_minor),
        prepared_at: run.prepared_at,
    }
}

fn line_view(line: Line, faces: &BTreeMap<Id, Face>) -> LineView {
    let face = faces.get(&line.person).cloned().unwrap_or_default();
    LineView {
        id: line.id,
        kind: line.kind,
        name: face.name,
        masked_number: face.masked_number,
        person: line.person,
        project: line.project,
        from_on: line.from_on,
        to_on: line.to_on,
        days: line.days,
        month_days: line.month_days,
        base: cny(line.base_minor),
        due: cny(line.due_minor),
        paid: cny(line.paid_minor),
        deferred: cny(line.deferred_minor),
        posting: line.posting,
    }
}

/// A run with its lines.
pub fn run_view<A: Asks>(read: &Read, who: &Acting, id: &Id) -> words::Outcome<RunView, Never> {
    let RunWithLines { run, lines } = run_with_lines(read, who, id)?;
    let mut people: BTreeSet<Id> = lines.iter().map(|line| line.person.clone()).collect();
    people.insert(run.prepared_by.clone());
    people.extend(run.confirmed_by.clone());
    let faces = A::faces(read, &people.into_iter().collect::<Vec<_>>())?;
    let units = A::units(read, std::slice::from_ref(&run.unit))?;
    let name = |person: &Id| faces.get(person).map_or_else(|| person.to_string(), |face| face.name.clone());
    let hash = if run.hash.is_empty() { hash_of(&run.id, &run.month, &lines) } else { run.hash.clone() };
    Ok(RunView {
        run: card(&run, &units),
        moves: moves(&run, who),
        prepared_by: name(&run.prepared_by),
        confirmed_by: run.confirmed_by.as_ref().map(name),
        project: run.project,
        reason: run.reason,
        confirmed_at: run.confirmed_at,
        exported_at: run.exported_at,
        reversed_at: run.reversed_at,
        hash,
        lines: lines.into_iter().map(|line| line_view(line, &faces)).collect(),
    })
}

fn moves(run: &Run, who: &Acting) -> RunMoves {
    let (hr, pay) = (who.can(rights::HR, &run.unit), who.can(rights::PAY, &run.unit));
    let (draft, posted) = (run.state == RunState::Draft, run.state.is_posted());
    let own_confirmation = run.confirmed_by.as_ref() == Some(&who.person);
    RunMoves {
        confirm: pay && draft && run.prepared_by != who.person,
        discard: (hr || pay) && draft,
        export: pay && run.state == RunState::Confirmed,
        file: pay && run.state == RunState::Exported,
        reverse: pay && posted && !(run.state == RunState::Exported && own_confirmation),
    }
}

/// One's own positions and, for HR, those of the units; newest first, at most 200.
pub fn positions<A: Asks>(read: &Read, who: &Acting) -> words::Outcome<PositionsView, Never> {
    let mine = sql::positions_of_person(read, &who.person)?;
    let mut nodes = nodes_of(who, rights::HR);
    nodes.extend(nodes_of(who, rights::READ));
    let mut of_units = Vec::new();
    for node in &nodes {
        of_units.extend(sql::positions_under(read, node, "", 200)?);
    }
    of_units.retain(|position| [rights::HR, rights::READ].iter().any(|right| who.can(right, &position.node())));
    of_units.sort_by(|a, b| b.id.cmp(&a.id));
    let all: Vec<&Position> = mine.iter().chain(&of_units).collect();
    let faces = A::faces(read, &all.iter().map(|position| position.person.clone()).collect::<Vec<_>>())?;
    let units = A::units(read, &all.iter().map(|position| position.home.clone()).collect::<Vec<_>>())?;
    let view = |position: Position| position_view(read, who, position, &faces, &units);
    let mine = mine.into_iter().map(view).collect::<Result<Vec<_>, _>>()?;
    let of_units = of_units.into_iter().map(view).collect::<Result<Vec<_>, _>>()?;
    Ok(PositionsView { mine, of_units, is_hr: !nodes.is_empty() })
}

/// One position, for its holder and for HR and finance of the unit.
pub fn position<A: Asks>(read: &Read, who: &Acting, id: &Id) -> words::Outcome<PositionView, Never> {
    let position = sql::position(read, id)?.ok_or(words::Failure::Absent)?;
    let settles = who.can(rights::RELEASE, &position.project_node); // the office decides what becomes of the deferred pay
    if position.person != who.person && !settles && ![rights::PAY, rights::READ].iter().any(|right| who.can(right, &position.node())) {
        who.may_see(rights::HR, &position.node())?;
    }
    let faces = A::faces(read, std::slice::from_ref(&position.person))?;
    let leaves = position.state == PositionState::Choosing && position.choice == Some(Choice::Transfer);
    let taker = if leaves { A::taker(read, &position.project)? } else { None };
    let nodes: Vec<Node> = [Some(position.home.clone()), position.new_unit.clone(), taker.clone()].into_iter().flatten().collect();
    let units = A::units(read, &nodes)?;
    let lines = sql_pay::lines_of_position(read, id)?;
    let mut view = position_view(read, who, position, &faces, &units)?;
    view.lines = lines.into_iter().map(|line| line_view(line, &faces)).collect();
    view.new_unit_name = view.new_unit.as_ref().map(|node| unit_name(&units, node));
    view.taker = taker.filter(|_| view.may_carry_out).map(|node| Taker { name: unit_name(&units, &node), node });
    Ok(view)
}

fn position_view(read: &Read, who: &Acting, position: Position, faces: &BTreeMap<Id, Face>, units: &BTreeMap<Node, Bilingual>) -> Result<PositionView, Fault> {
    let lines = sql_pay::lines_of_position(read, &position.id)?;
    let (own, today) = (position.person == who.person, read.now().day());
    let may = |choice: &Choice| own && position.admit_choice(*choice, today).is_ok();
    let may_choose = [Choice::Return, Choice::Transfer, Choice::Venture].into_iter().filter(may).collect();
    Ok(PositionView {
        name: faces.get(&position.person).map(|face| face.name.clone()).unwrap_or_default(),
        home_name: unit_name(units, &position.home),
        base: cny(position.base_minor),
        paid: cny(lines.iter().map(|line| line.paid_minor).sum()),
        deferred: cny(value::deferred(read, &position.person, &position.project)?),
        may_choose,
        may_ask_return: own && position.state == PositionState::OnLeave && position.return_asked_on.is_none(),
        may_carry_out: who.can(rights::HR, &position.node()),
        may_correct: may_correct(read, who, &position).is_ok(),
        lines: Vec::new(),
        today,
        new_unit_name: None,
        taker: None,
        id: position.id,
        person: position.person,
        project: position.project,
        number: position.number,
        title: position.title,
        home: position.home,
        state: position.state,
        grade: position.grade,
        space: position.space,
        retention_ends_on: position.retention_ends_on,
        seconded_on: position.seconded_on,
        ended_on: position.ended_on,
        outcome: position.outcome,
        choose_by: position.choose_by,
        choice: position.choice,
        choice_by_default: position.choice_by_default,
        left_on: position.left_on,
        return_ends_on: position.return_ends_on,
        return_asked_on: position.return_asked_on,
        new_grade: position.new_grade,
        new_unit: position.new_unit,
    })
}

/// What is deferred for a position now, in minor units.
pub fn deferred(read: &Read, position: &Position) -> Result<i64, Fault> {
    value::deferred(read, &position.person, &position.project)
}

/// The position of a person in a project that has not ended, without pay: for guards and cards.
pub fn position_of(read: &Read, person: &Id, project: &Id) -> words::Outcome<Option<Position>, Never> {
    Ok(sql::position_live(read, person, project)?)
}

/// All positions of a project, for reactions and guards.
pub fn positions_of_project(read: &Read, project: &Id) -> words::Outcome<Vec<Position>, Never> {
    Ok(sql::positions_of_project(read, project)?)
}
