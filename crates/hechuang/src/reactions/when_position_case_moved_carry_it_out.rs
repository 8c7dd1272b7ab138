//! The case of a position moved: the register of positions follows, so that pay, return and transfer rest on the same facts.

use people::{Asks, Choice, LeaveDraft, Position, PositionState, Secondment};
use programme::told::CaseMoved;
use store::{Event, Tx};
use words::{Acting, Day, Failure, Fault, Id, Node};

use crate::ground::Ground;

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let moved: CaseMoved = event.data()?;
    if moved.definition != "person.post" || moved.rectifies.is_some() {
        return Ok(());
    }
    let case = programme::case(tx, &moved.case).map_err(Failure::into_fault)?;
    let (Some(person), Some(project)) = (&case.about, &case.parent) else { return Ok(()) };
    let Some(position) = people::position_of(tx, person, project).map_err(Failure::into_fault)? else { return Ok(()) };
    if is_there(&position, &moved.name) {
        return Ok(()); // the register moved first, and the case followed it
    }
    let system = Acting::system("reaction");
    let today = event.at.day();
    match moved.name.as_str() {
        "second" => second(tx, &system, &position, today),
        "go_back" => choose(tx, &position, Choice::Return).and_then(|()| restore(tx, &system, &position)),
        "restore" => restore(tx, &system, &position),
        "go_with_it" => choose(tx, &position, Choice::Transfer).and_then(|()| transfer(tx, &system, &position)),
        "go_out" => choose(tx, &position, Choice::Venture).and_then(|()| go_out(tx, &system, &position, today)),
        "ask_to_return" => ask_return(tx, &position),
        "settle_extinguish" | "settle_pro_rata" => leave(tx, &system, &position, &moved, today),
        _ => Ok(()),
    }
}

/// Is the position where the move leads already?
fn is_there(position: &Position, name: &str) -> bool {
    match name {
        "second" => position.state != PositionState::OnPost,
        "go_out" => position.state == PositionState::OnLeave,
        "ask_to_return" => position.return_asked_on.is_some(),
        "go_back" | "restore" | "go_with_it" => position.closed_at.is_some(),
        _ => false,
    }
}

/// A day that was written down about the member, on the project.
fn day_of(tx: &Tx, position: &Position, name: &str) -> Result<Option<Day>, Fault> {
    let value = programme::fact(tx, &position.project, name, Some(&position.person))?;
    Ok(value.as_ref().and_then(serde_json::Value::as_str).and_then(|text| Day::parse(text).ok()))
}

fn second(tx: &mut Tx, system: &Acting, position: &Position, today: Day) -> Result<(), Fault> {
    let (book, terms) = (<Ground as Asks>::book(tx)?, <Ground as Asks>::terms(tx, &position.home)?);
    let space = programme::fact(tx, &position.project, "space", None)?.and_then(|value| value.as_str().map(str::to_owned));
    let draft = Secondment { on: today, signed: Ground::signed(tx, position)?, space, retention_ends_on: day_of(tx, position, "retention_end")? };
    people::second(tx, &book, system, &terms, &position.id, draft).map(drop).map_err(Failure::into_fault)
}

/// The member's own form says the choice; here it is only carried over.
fn choose(tx: &mut Tx, position: &Position, choice: Choice) -> Result<(), Fault> {
    if position.state != PositionState::Choosing || position.choice == Some(choice) {
        return Ok(());
    }
    let holder = Acting::system("reaction");
    people::choose(tx, &holder, &position.id, choice).map(drop).map_err(Failure::into_fault)
}

fn restore(tx: &mut Tx, system: &Acting, position: &Position) -> Result<(), Fault> {
    let grades = <Ground as Asks>::terms(tx, &position.home)?.grades;
    people::restore(tx, system, &grades, &position.id, &position.grade).map(drop).map_err(Failure::into_fault)
}

fn transfer(tx: &mut Tx, system: &Acting, position: &Position) -> Result<(), Fault> {
    let unit = programme::fact(tx, &position.project, "application_unit", None)?.and_then(|value| value.as_str().map(Node::at));
    let unit = unit.ok_or_else(|| Fault::new("the project has no application unit"))?;
    let signed = Ground::signed(tx, position)?;
    people::transfer(tx, system, &position.id, unit, signed).map(drop).map_err(Failure::into_fault)
}

fn go_out(tx: &mut Tx, system: &Acting, position: &Position, today: Day) -> Result<(), Fault> {
    let (window, signed) = (<Ground as Asks>::terms(tx, &position.home)?.return_window, Ground::signed(tx, position)?);
    people::go_out(tx, system, &position.id, today, window, signed).map(drop).map_err(Failure::into_fault)
}

fn ask_return(tx: &mut Tx, position: &Position) -> Result<(), Fault> {
    let (terms, venture) = (<Ground as Asks>::terms(tx, &position.home)?, Ground::venture(tx, &position.project)?);
    let holder = Acting::system("reaction");
    people::ask_return(tx, &holder, &terms, &position.id, venture).map(drop).map_err(Failure::into_fault)
}

/// who goes early loses the deferred part; the office may make up a part of it (`deferred_part`, in percent) with a reason.
fn leave(tx: &mut Tx, system: &Acting, position: &Position, moved: &CaseMoved, today: Day) -> Result<(), Fault> {
    let (book, terms) = (<Ground as Asks>::book(tx)?, <Ground as Asks>::terms(tx, &position.home)?);
    let release_bp = if moved.name == "settle_pro_rata" { share(tx, position, &moved.case)? } else { 0 };
    let draft = LeaveDraft { on: today, release_bp, reason: moved.reason.clone(), choose_by: today.plus_days(terms.choice_days) };
    people::leave_early(tx, &book, system, &position.id, &draft).map(drop).map_err(Failure::into_fault)
}

/// What part is made up, in ten-thousandths. Cases of the first definition name an amount: the least share that reaches it.
fn share(tx: &Tx, position: &Position, case: &Id) -> Result<i64, Fault> {
    const ALL: i64 = 10_000;
    let Some(said) = programme::fact(tx, case, "deferred_part", None)? else { return Ok(0) };
    let percent = said.as_i64().or_else(|| said.as_str().and_then(|text| text.trim().parse().ok()));
    if let Some(percent) = percent {
        return Ok((percent * 100).clamp(0, ALL));
    }
    let amount: words::Amount = serde_json::from_value(said).map_err(Fault::new)?;
    let deferred = people::deferred(tx, position)?;
    let wanted = i128::from(amount.minor.clamp(0, deferred)) * i128::from(ALL);
    let share = if deferred == 0 { 0 } else { (wanted + i128::from(deferred) - 1) / i128::from(deferred) };
    i64::try_from(share).map_err(Fault::new)
}
