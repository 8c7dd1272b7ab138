//! The three phases with their main work, and the targets.

use packs::{Fact, Phase};
use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Answer, Call, Nothing, Reply};
use words::{Bilingual, Day};

use super::{FactView, SourceView, in_force};

/// A phase, [from, until).
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PhaseView {
    /// Key.
    key: String,
    /// Name.
    name: Bilingual,
    /// First day.
    from: Day,
    /// First day that no longer belongs to it.
    until: Day,
    /// Main work in words.
    work: Bilingual,
    /// Where the plan says it.
    source: SourceView,
    /// Its steps.
    steps: Vec<FactView>,
}

/// Phases and targets.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RoadmapView {
    /// Phases in order.
    phases: Vec<PhaseView>,
    /// Targets.
    targets: Vec<FactView>,
}

fn phase(steps: &[Fact], phase: &Phase) -> PhaseView {
    PhaseView {
        key: phase.key.clone(),
        name: Bilingual::new(&phase.zh, &phase.en),
        from: phase.from,
        until: phase.until,
        work: phase.work.clone(),
        source: (&phase.source).into(),
        steps: steps.iter().filter(|step| step.parent.as_ref() == Some(&phase.key)).map(FactView::from).collect(),
    }
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<RoadmapView> {
    let programme = in_force(call)?;
    let facts = &programme.pack.facts;
    let phases = facts.phases.iter().map(|it| phase(&facts.roadmap, it)).collect();
    Ok(Reply::page("portal/roadmap.html", RoadmapView { phases, targets: facts.targets.iter().map(FactView::from).collect() }))
}
