//! The one way a state changes: facts are gathered, the guards decide, the move is recorded with their results, and the effects follow.

use lifecycle::{Actor, Decision, Missing, StateKind, decide};
use store::Tx;
use words::{Acting, Id, Outcome};

use crate::case::{Case, MoveMade};
use crate::dossier::Dossier;
use crate::refusal::MoveRefusal;
use crate::told::{CaseConcluded, CaseMoved};
use crate::{access, bell, effects, enter, find, gather, missing, ops, rounds, sql};

/// A move to make.
#[derive(Debug, Clone, Default)]
pub struct MoveDraft {
    /// Why; required where a guard asks for it.
    pub reason: String,
    /// The revision of the case that was read (`If-Match`); `None`: whatever it is now.
    pub revision: Option<i64>,
}

/// A move that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// The case after it.
    pub case: Case,
    /// The record.
    pub made: MoveMade,
}

/// Who makes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Somebody with roles.
    Person,
    /// A clock that rang.
    Clock,
    /// The house, as soon as the guards are met.
    System,
    /// A linked case, by `advance`.
    Parent,
    /// A use case of the domain that the case belongs to.
    Domain,
}

/// Somebody makes a move.
pub fn move_case(tx: &mut Tx, who: &Acting, id: &Id, name: &str, draft: MoveDraft) -> Outcome<Moved, MoveRefusal> {
    let seen: Case = sql::case(tx, id)?;
    access::may_see(tx, who, &seen)?;
    if draft.revision.is_some_and(|revision| revision != seen.revision) {
        return Err(words::Failure::Stale);
    }
    make_step(tx, who, id, name, Step::Person, &draft.reason)
}

/// A use case of a domain above makes a move that it stands for (`by = "domain"`), in the name of whoever asked it to.
pub fn move_for(tx: &mut Tx, who: &Acting, id: &Id, name: &str, reason: &str) -> Outcome<Moved, MoveRefusal> {
    make_step(tx, who, id, name, Step::Domain, reason)
}

pub(crate) fn make_step(tx: &mut Tx, who: &Acting, id: &Id, name: &str, step: Step, reason: &str) -> Outcome<Moved, MoveRefusal> {
    let case: Case = sql::case_lock(tx, id)?;
    let dossier = Dossier::read(tx, case)?;
    let definition = dossier.definition.clone();
    let found = definition.find_move(name).ok_or_else(|| MoveRefusal::UnknownMove(name.to_owned()))?;
    let facts = gather::gather(tx, &dossier, &definition.questions(found), reason)?;
    let roles = access::roles_in(tx, who, &dossier.case)?;
    let actor = match step {
        Step::Person => Actor::Roles(&roles),
        Step::Clock => Actor::Clock,
        Step::System => Actor::System,
        Step::Parent => Actor::Parent,
        Step::Domain => Actor::Domain,
    };
    let decision = decide(&definition, &dossier.case.state, name, actor, &facts);
    refuse_blocked(&dossier, &decision)?;
    carry_out(tx, who, dossier, &decision, name, reason)
}

fn refuse_blocked(dossier: &Dossier, decision: &Decision) -> Outcome<(), MoveRefusal> {
    let has = |code: lifecycle::MissingCode| decision.missing.iter().any(|one: &Missing| one.code == code);
    if decision.allowed {
        return Ok(());
    }
    if has(lifecycle::MissingCode::WrongState) {
        return Err(MoveRefusal::WrongState { state: dossier.case.state.clone() }.into());
    }
    if has(lifecycle::MissingCode::Role) && decision.missing.len() == 1 {
        return Err(words::Denied { right: "programme.move", node: dossier.case.node.clone(), visible: true }.into());
    }
    Err(MoveRefusal::Blocked(decision.missing.iter().map(missing::complaint).collect()).into())
}

fn carry_out(tx: &mut Tx, who: &Acting, dossier: Dossier, decision: &Decision, name: &str, reason: &str) -> Outcome<Moved, MoveRefusal> {
    let definition = dossier.definition.clone();
    let before = dossier.case.clone();
    let to = decision.to.clone().unwrap_or_else(|| before.state.clone());
    let mut made = MoveMade {
        id: tx.id("mov"),
        name: name.to_owned(),
        from: before.state.clone(),
        to: to.clone(),
        at: tx.now(),
        actor: who.person.clone(),
        reason: reason.trim().to_owned(),
        guards: serde_json::to_value(&decision.explanation).map_err(words::Fault::new)?,
        effects: serde_json::Value::Null,
        rectifies: None,
        rectified_by: None,
    };
    let case = put_state(tx, &dossier, &to)?;
    let told = CaseMoved {
        case: case.id.clone(),
        node: case.node.clone(),
        definition: case.definition.clone(),
        name: name.to_owned(),
        from: made.from.clone(),
        to: to.clone(),
        outcome: case.outcome.clone(),
        route: case.route.clone(),
        reason: made.reason.clone(),
        rectifies: None,
    };
    tx.tell(who, &told)?;
    let mut record = Vec::new();
    if made.from != made.to {
        let left = enter::leave(tx, who, &before, &to, &definition)?;
        record.push(effects::left_record(&made.from, left));
        let label = definition.find_move(name).map(|step| step.label.zh.as_str()).unwrap_or_default();
        rounds::call_off(tx, &before.id, &made.from, if made.reason.is_empty() { label } else { &made.reason })?;
        enter::enter(tx, &case, &definition)?;
    }
    record.extend(effects::carry_out(tx, who, &dossier, &case, &made, &decision.effects)?);
    made.effects = serde_json::to_value(record).map_err(words::Fault::new)?;
    sql::move_insert(tx, &case.id, &made, &definition.hash)?;
    if case.concluded && !before.concluded {
        let told = CaseConcluded {
            case: case.id.clone(),
            node: case.node.clone(),
            definition: case.definition.clone(),
            outcome: case.outcome.clone(),
            route: case.route.clone(),
        };
        tx.tell(who, &told)?;
    }
    bell::moved(tx, &dossier, &case, &made)?;
    ops::settle_around(tx, &case)?;
    let case = sql::case(tx, &before.id)?;
    find::index_case(tx, &case)?;
    Ok(Moved { case, made })
}

/// Puts the case into the state and takes outcome and route from it. Staying leaves the clock of the state alone.
fn put_state(tx: &mut Tx, dossier: &Dossier, to: &str) -> Outcome<Case, MoveRefusal> {
    let mut case = dossier.case.clone();
    let Some(state) = dossier.definition.state(to) else { return Err(MoveRefusal::UnknownMove(to.to_owned()).into()) };
    if case.state != to {
        case.entered_at = tx.now();
        case.due_at = enter::due(tx, &dossier.definition, state, &case)?;
    }
    case.state = to.to_owned();
    case.outcome = state.outcome.map(|outcome| outcome.name().to_owned());
    case.route = state.route.map(|route| route.name().to_owned()).or(case.route);
    case.concluded = state.concluded;
    case.closed_at = (state.kind == StateKind::End).then(|| tx.now());
    sql::case_put_state(tx, &case)?;
    Ok(case)
}
