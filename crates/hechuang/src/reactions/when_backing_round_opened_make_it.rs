//! A project starts, its backing round is spawned as a case: 和米 makes the round, bars the team, the mentor and the reviewers, and says what the pool can pay.

use hemi::{Asks, Bar, RoundDraft};
use programme::told::CaseOpened;
use store::{Event, Tx};
use words::{Acting, Amount, Asset, Failure, Fault, Id};

use crate::ground::Ground;

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let opened: CaseOpened = event.data()?;
    let (true, Some(project)) = (opened.definition == "hemi.round", &opened.parent) else { return Ok(()) };
    let system = Acting::system("reaction");
    let case = programme::case(tx, project).map_err(Failure::into_fault)?;
    let team: Vec<Id> = programme::members(tx, project)?.into_iter().filter(programme::Member::counts).map(|member| member.person).collect();
    let draft = RoundDraft {
        id: Some(opened.case.clone()),
        project: project.clone(),
        number: case.number.clone(),
        title: case.title.clone(),
        node: case.node.clone(),
        team,
    };
    let terms = <Ground as Asks>::terms(tx)?;
    hemi::make_round(tx, &system, &terms, draft).map_err(Failure::into_fault)?;
    bar_others(tx, &system, project, &case)?;
    say_what_the_pool_pays(tx, &system, &opened.case)
}

/// Who guides or judged the project does not back it.
fn bar_others(tx: &mut Tx, system: &Acting, project: &Id, case: &programme::Case) -> Result<(), Fault> {
    let book = programme::book(tx)?;
    for mentor in identity::holders_of(tx, "case.mentor", &case.node)? {
        hemi::bar_person(tx, &book, system, project, &mentor, Bar::Mentor).map_err(Failure::into_fault)?;
    }
    let rounds = review::rounds_of(tx, &[project.to_string()])?.remove(project.as_str()).unwrap_or_default();
    for round in rounds {
        for reviewer in review::panel(tx, Some(system), &round.id)?.into_iter().filter_map(|member| member.person) {
            hemi::bar_person(tx, &book, system, project, &reviewer, Bar::Reviewer).map_err(Failure::into_fault)?;
        }
    }
    Ok(())
}

/// The guard of opening asks that the pool covers every stake there may be.
fn say_what_the_pool_pays(tx: &mut Tx, system: &Acting, round: &Id) -> Result<(), Fault> {
    let round = programme::case(tx, round).map_err(Failure::into_fault)?;
    let pool = hemi::pool(tx).map_err(Failure::into_fault)?;
    for (name, minor) in [("pool", pool.pool), ("possible_stakes", pool.possible_stakes)] {
        let amount = serde_json::json!(Amount { minor, asset: Asset::hemi() });
        programme::set_fact_system(tx, system, &round, name, None, amount, "ledger").map_err(Failure::into_fault)?;
    }
    Ok(())
}
