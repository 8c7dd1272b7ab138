//! A project that succeeded spawned an award case: the award is opened for its team.

use awards::AwardDraft;
use programme::told::CaseOpened;
use store::{Event, Tx};
use words::{Acting, Failure, Fault, Id};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let opened: CaseOpened = event.data()?;
    let (true, Some(project)) = (opened.definition == "award", &opened.parent) else { return Ok(()) };
    let project = programme::case(tx, project).map_err(Failure::into_fault)?;
    let members: Vec<Id> = programme::members(tx, &project.id)?.into_iter().filter(programme::Member::counts).map(|member| member.person).collect();
    let draft = AwardDraft {
        id: Some(opened.case.clone()),
        project: project.id.clone(),
        number: project.number.clone(),
        title: project.title.clone(),
        node: opened.node.clone(),
        outcome: project.outcome.clone().unwrap_or_else(|| "open".into()),
        scheme: "exit".into(),
        lead: project.lead.clone(),
        members,
    };
    awards::open_award(tx, &Acting::system("reaction"), draft).map(drop).map_err(Failure::into_fault)
}
