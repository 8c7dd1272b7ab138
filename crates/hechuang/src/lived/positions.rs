//! Positions, pay, backing and awards of the simulation.

use std::collections::BTreeSet;

use people::{Asks, PositionDraft, RunDraft};
use words::{Acting, Failure, Fault, Id, Node};

use super::World;
use super::act;
use crate::ground::Ground;

/// Home units freeze grade and base pay of each member.
pub(super) fn freeze(world: &World, idea: usize, team: &[Id]) -> Result<(), Fault> {
    let project = act::case_of(world, idea)?;
    for person in team {
        let draft = draft(world, &project, person)?;
        let hr = hr_of(world, &draft.home)?;
        world.write("people.freeze_position", move |tx| people::freeze_position(tx, &hr, draft.clone()).map(drop))?;
    }
    world.settle_jobs()
}

fn draft(world: &World, project: &Id, person: &Id) -> Result<PositionDraft, Fault> {
    let case = world.read(|read| programme::case(read, project))?;
    let positions = positions_of(world, project)?;
    let own = positions.into_iter().find(|own| own.about.as_ref() == Some(person)).ok_or_else(|| Fault::new("no position"))?;
    let persona = world.persons.iter().find(|(_, id)| *id == person).and_then(|(key, _)| world.pack.persona(key)).ok_or_else(|| Fault::new("no persona"))?;
    let city = persona.unit.as_deref().and_then(|unit| world.pack.unit(unit)).map_or_else(|| persona.city.clone(), |unit| unit.city.clone());
    Ok(PositionDraft {
        id: Some(own.id),
        person: person.clone(),
        project: project.clone(),
        number: case.number,
        title: case.title,
        project_node: case.node,
        home: own.base,
        city,
        grade: persona.grade.clone().unwrap_or_else(|| "P5".into()),
        base_minor: persona.base_pay.unwrap_or(1_500_000),
        space: None,
        retention_ends_on: None,
    })
}

fn positions_of(world: &World, project: &Id) -> Result<Vec<programme::Case>, Fault> {
    world.read(|read| Ok(programme::children(read, project, Some("person.post"))?))
}

/// HR of a unit, or of the nearest one above that has any.
fn hr_of(world: &World, unit: &Node) -> Result<Acting, Fault> {
    let holders = world.read(|read| Ok(identity::holders_of(read, "unit.hr", unit)?))?;
    world.acting(holders.first().ok_or_else(|| Fault::new(format!("{unit} has no HR")))?)
}

/// Home units let the members go, each until the agreed day.
pub(super) fn second(world: &World, idea: usize) -> Result<(), Fault> {
    let project = act::case_of(world, idea)?;
    let until = world.clock.now().day().plus_days(700);
    for position in positions_of(world, &project)? {
        let hr = hr_of(world, &position.base)?;
        act::set(world, &hr, &position.id, "retention_end", position.about.as_ref(), serde_json::json!(until.to_string()), "脱岗协议")?;
        act::make_move(world, &hr, &position.id, "second", "")?;
    }
    Ok(())
}

/// The month before is paid: HR prepares, finance confirms.
pub(super) fn pay(world: &World, idea: usize) -> Result<(), Fault> {
    let project = act::case_of(world, idea)?;
    let month = words::month_of(act::last_month(world));
    let units: BTreeSet<Node> = positions_of(world, &project)?.into_iter().map(|position| position.base).collect();
    for unit in units {
        let (hr, finance) = (hr_of(world, &unit)?, world.acting_as("finance")?);
        let draft = RunDraft { unit: unit.clone(), month: month.clone(), project: None };
        let prepared = world.db.write("people.prepare_run", move |tx| {
            let terms = <Ground as Asks>::terms(tx, &draft.unit)?;
            people::prepare_run(tx, &hr, &terms, &draft)
        });
        // Another project of the unit may have been paid in the same run already.
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(Failure::Refused(people::PayRefusal::NothingToPay { .. })) => continue,
            Err(failure) => return Err(failure.into_fault()),
        };
        world.write("people.confirm_run", move |tx| {
            let (book, terms) = (<Ground as Asks>::book(tx)?, <Ground as Asks>::terms(tx, &unit)?);
            people::confirm_run(tx, &book, &finance, &terms, &prepared.run.id).map(drop)
        })?;
    }
    Ok(())
}

/// Every member says where they go, and their unit carries it out: back on a failure or a conversion, out with the venture.
pub(super) fn choose(world: &World, idea: usize) -> Result<(), Fault> {
    let project = act::case_of(world, idea)?;
    let venture = world.read(|read| programme::case(read, &project))?.route.as_deref() == Some("venture");
    world.settle_jobs()?;
    for position in positions_of(world, &project)?.into_iter().filter(|position| position.state == "choosing") {
        let member = world.acting(&position.lead)?;
        let choice = if venture { "leave" } else { "return" };
        act::choose_form(world, &member, &position.id, choice)?;
        let hr = hr_of(world, &position.base)?;
        act::make_move(world, &hr, &position.id, if venture { "go_out" } else { "go_back" }, "")?;
    }
    Ok(())
}

/// The award of a project, stage by stage: nominated, panel sits, graded and announced, paid.
pub(super) fn award(world: &World, idea: usize, stage: u8) -> Result<(), Fault> {
    let project = act::case_of(world, idea)?;
    let awards = world.read(|read| Ok(programme::children(read, &project, Some("award"))?))?;
    let award = awards.into_iter().next().ok_or_else(|| Fault::new("no award"))?;
    let office = world.acting_as("office")?;
    match stage {
        0 => {
            act::fill_in_as(world, idea, &world.acting(&award.lead)?, &award.id, "award_case", None)?;
            act::make_move(world, &office, &award.id, "nominate", "")
        }
        1 => act::accept_case(world, &award.id),
        2 => {
            act::judge_case(world, &award.id, true)?;
            grade(world, &project, &award.id, &award.lead)?;
            act::make_move(world, &office, &award.id, "grade", "")
        }
        _ => act::make_move(world, &world.acting_as("finance")?, &award.id, "pay", ""),
    }
}

/// The office grades within the level of the score; the lead proposes equal shares, and everybody agrees.
fn grade(world: &World, project: &Id, award: &Id, lead: &Id) -> Result<(), Fault> {
    let numbers = world.read(|read| Ok(review::numbers(read, award.as_str(), "grading")?))?;
    let score = numbers.and_then(|numbers| numbers.score).unwrap_or(0) / 100;
    let terms = world.read(|read| Ok(<Ground as awards::Asks>::terms(read)?))?;
    let amount_minor = terms.level(score).map_or(0, |level| level.amount_minor);
    let (office, id) = (world.acting_as("office")?, award.clone());
    let draft = awards::GradeDraft { score, amount_minor, statement: "按综合评定等级给予奖励".into() };
    world.write("awards.grade", move |tx| awards::grade_award(tx, &office, &terms, &id, &draft).map(drop))?;
    let team = act::members(world, project)?;
    let points = words::split_by_weights(awards::WHOLE, &vec![1; team.len()]).unwrap_or_default();
    let proposal: Vec<(Id, i64)> = team.iter().cloned().zip(points).collect();
    let (who, id) = (world.acting(lead)?, award.clone());
    let proposed = world.write("awards.propose_shares", move |tx| awards::propose_shares(tx, &who, &id, &proposal))?;
    for person in team {
        let (who, id) = (world.acting(&person)?, award.clone());
        world.write("awards.agree_shares", move |tx| awards::agree_shares(tx, &who, &id, proposed.proposal).map(drop))?;
    }
    world.settle_jobs()
}

/// Five to nine colleagues who may back the project stake part of their season grant.
pub(super) fn stake(world: &World, idea: usize) -> Result<(), Fault> {
    let case = act::case_of(world, idea)?;
    let rounds = world.read(|read| Ok(programme::children(read, &case, Some("hemi.round"))?))?;
    let Some(round) = rounds.into_iter().find(|round| round.state == "open") else { return Ok(()) };
    let staff: Vec<Id> = world.persons.values().cloned().collect();
    for _ in 0..5 + world.below(5) {
        let who = world.acting(&staff[usize::try_from(world.below(staff.len() as u64)).unwrap_or(0)])?;
        let amount = 50 + i64::try_from(world.below(4)).unwrap_or(0) * 50;
        let (id, db) = (round.id.clone(), &world.db);
        // Who may not back it, or has no 和米 left, is refused as anybody would be.
        let _ = db.write("hemi.make_stake", move |tx| {
            let book = programme::book(tx)?;
            hemi::make_stake(tx, &book, &who, &id, amount).map(drop)
        });
    }
    world.settle_jobs()
}
