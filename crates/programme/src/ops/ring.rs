//! Time and the house as actors: clocks that ring, reminders, and moves that happen as soon as their guards are met.

use lifecycle::{Actor, Definition, decide};
use store::{Job, JobRun, Tx};
use words::{Acting, Failure, Fault, Id};

use crate::case::Case;
use crate::dossier::Dossier;
use crate::enter::{self, Remind, Ring};
use crate::ops::{self, Step, make_step};
use crate::{access, bell, definitions, gather, sql, turn};

/// Job: a clock of a case rings.
pub(crate) const CLOCK: &str = "programme.clock";
/// Job: an obligation is to be remembered, or opened anew.
pub(crate) const REMIND: &str = "programme.remind";
/// Job: look whether the house itself can move a case.
pub(crate) const SETTLE: &str = "programme.settle";

/// A clock rang: the moves that wait for it are tried; while none can be made it rings again in a day.
pub(crate) fn ring(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let ring: Ring = run.body()?;
    let case: Case = sql::case::<words::Never>(tx, &ring.case).map_err(Failure::into_fault)?;
    let stale = ring.clock == lifecycle::SLA && case.state != ring.state;
    if stale || gather::is_over(tx, &case)? {
        return Ok(());
    }
    let definition = definitions::definition(tx, &case.definition, case.version)?;
    let waiting: Vec<String> =
        definition.moves_from(&case.state).into_iter().filter(|step| step.clock.as_deref() == Some(ring.clock.as_str())).map(|step| step.id.clone()).collect();
    if waiting.is_empty() {
        return bell::overdue(tx, &case, &ring.clock);
    }
    for name in &waiting {
        if allowed(tx, &case, name, Actor::Clock)? {
            return make_step(tx, &Acting::system("clock"), &case.id, name, Step::Clock, "").map(drop).map_err(Failure::into_fault);
        }
    }
    let tomorrow = tx.now().plus_seconds(86_400);
    tx.later(Job::new(CLOCK, run.key.clone()).at(tomorrow).body(&ring))
}

fn allowed(tx: &Tx, case: &Case, name: &str, actor: Actor<'_>) -> Result<bool, Fault> {
    let dossier = Dossier::read(tx, case.clone())?;
    let Some(step) = dossier.definition.find_move(name) else { return Ok(false) };
    let facts = gather::gather(tx, &dossier, &dossier.definition.questions(step), "")?;
    Ok(decide(&dossier.definition, &case.state, name, actor, &facts).allowed)
}

/// An obligation is remembered, or opens anew while its state lasts.
pub(crate) fn remind(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let body: Remind = run.body()?;
    let case: Case = sql::case::<words::Never>(tx, &body.case).map_err(Failure::into_fault)?;
    let obligation = sql::obligation::<words::Never>(tx, &body.obligation).map_err(Failure::into_fault)?;
    if !body.again {
        return if obligation.state == "open" { bell::remind(tx, &case, &obligation) } else { Ok(()) };
    }
    let definition = definitions::definition(tx, &case.definition, case.version)?;
    let found = definition.state(&case.state).and_then(|state| state.obligations.iter().find(|one| one.id == obligation.key)).cloned();
    match found {
        Some(one) => enter::open(tx, &case, &definition, &one).map_err(Failure::into_fault),
        None => Ok(()),
    }
}

/// Leaves a look for the house at this case and at those linked with it.
pub(crate) fn settle_around(tx: &mut Tx, case: &Case) -> Result<(), Fault> {
    let mut around: Vec<Id> = vec![case.id.clone()];
    around.extend(case.parent.clone());
    for child in sql::children(tx, &case.id, None)? {
        around.push(child.id);
    }
    if let Some(parent) = &case.parent {
        around.extend(sql::children(tx, parent, None)?.into_iter().map(|sibling| sibling.id));
    }
    for id in around {
        if has_system_moves(tx, &id)? {
            tx.later(Job::new(SETTLE, id.as_str()))?;
        }
    }
    Ok(())
}

fn has_system_moves(tx: &Tx, id: &Id) -> Result<bool, Fault> {
    let case: Case = sql::case::<words::Never>(tx, id).map_err(Failure::into_fault)?;
    let definition = definitions::definition(tx, &case.definition, case.version)?;
    let own = definition.moves_from(&case.state).iter().any(|step| step.is_by("system"));
    let asks = definition.state(&case.state).is_some_and(|state| turn::is_with_others(&definition, state));
    Ok(own || asks || ops::to_be_submitted(tx, &case)?.is_some())
}

/// The house makes the first move of its own whose guards are met.
pub(crate) fn settle(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let case: Case = sql::case::<words::Never>(tx, &Id::fixed(run.key.clone())).map_err(Failure::into_fault)?;
    let definition = definitions::definition(tx, &case.definition, case.version)?;
    let own: Vec<String> = definition.moves_from(&case.state).into_iter().filter(|step| step.is_by("system")).map(|step| step.id.clone()).collect();
    for name in own {
        if allowed(tx, &case, &name, Actor::System)? {
            return make_step(tx, &Acting::system("house"), &case.id, &name, Step::System, "").map(drop).map_err(Failure::into_fault);
        }
    }
    turn::ask(tx, &case)?;
    submit(tx, &case, &definition)
}

/// A project that came in from a sheet to be submitted makes its lead's first move by itself, once everybody has consented.
fn submit(tx: &mut Tx, case: &Case, definition: &Definition) -> Result<(), Fault> {
    let Some(origin) = ops::to_be_submitted(tx, case)? else { return Ok(()) };
    let lead = Acting { person: case.lead.clone(), grants: Vec::new(), proved_at: None, scopes: None };
    let roles = access::roles_in(tx, &lead, case)?;
    // The move that asks for the form is the one that hands it in.
    let hands_in = |step: &&lifecycle::Move| definition.questions(step).iter().any(|question| matches!(question, lifecycle::Question::Form { .. }));
    let Some(name) = definition.moves_from(&case.state).into_iter().find(hands_in).map(|step| step.id.clone()) else { return Ok(()) };
    if !allowed(tx, case, &name, Actor::Roles(&roles))? {
        return Ok(());
    }
    make_step(tx, &lead, &case.id, &name, Step::Person, &origin).map(drop).map_err(Failure::into_fault)
}
