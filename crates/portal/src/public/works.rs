//! The 28 works of annex 1 with their status.

use packs::{Facts, Work, WorkStatus};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Cell, Reply, Sheet};
use words::{Bilingual, Lang};

use super::{SourceView, found_in, in_force};

/// Which works.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct WorksQuery {
    /// Status; all if not said.
    status: Option<WorkStatus>,
    /// Words of name or content.
    #[serde(default)]
    #[schemars(length(max = 100))]
    q: String,
}

/// A work.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct WorkView {
    /// Row of the annex.
    pub number: i64,
    /// Name.
    pub name: Bilingual,
    /// What is built.
    pub content: Bilingual,
    /// Status.
    pub status: WorkStatus,
    /// The base that it builds.
    pub base: Option<String>,
    /// Where the plan says it.
    pub source: SourceView,
}

impl From<&Work> for WorkView {
    fn from(work: &Work) -> Self {
        Self {
            number: work.number,
            name: Bilingual::new(&work.zh, &work.en),
            content: work.content.clone(),
            status: work.status,
            base: work.base.clone(),
            source: (&work.source).into(),
        }
    }
}

/// How many works have a status.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct StatusCount {
    /// Status.
    status: WorkStatus,
    /// How many.
    count: i64,
}

/// The list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct WorksView {
    /// Filter in force.
    status: Option<WorkStatus>,
    /// Words in force.
    q: String,
    /// All works by status.
    counts: Vec<StatusCount>,
    /// How many there are in all.
    total: i64,
    /// Those found.
    works: Vec<WorkView>,
}

pub(super) fn list(call: &Call, query: WorksQuery) -> Answer<WorksView> {
    let programme = in_force(call)?;
    let facts = &programme.pack.facts;
    let fits =
        |work: &&Work| query.status.is_none_or(|status| work.status == status) && found_in(&[&work.zh, &work.en, &work.content.zh, &work.content.en], &query.q);
    let works: Vec<WorkView> = facts.works.iter().filter(fits).map(WorkView::from).collect();
    let sheet = sheet(call, &works);
    let view = WorksView { status: query.status, q: query.q, counts: counts(facts), total: facts.works.len() as i64, works };
    Ok(Reply::page("portal/works.html", view).sheet(sheet))
}

fn counts(facts: &Facts) -> Vec<StatusCount> {
    let count = |status| facts.works.iter().filter(|work| work.status == status).count() as i64;
    [WorkStatus::Built, WorkStatus::Building, WorkStatus::Planned].into_iter().map(|status| StatusCount { status, count: count(status) }).collect()
}

/// Name of the text of a status: `portal-status-built`.
pub(super) fn status_text(call: &Call, status: WorkStatus) -> String {
    call.text(match status {
        WorkStatus::Built => "portal-status-built",
        WorkStatus::Building => "portal-status-building",
        WorkStatus::Planned => "portal-status-planned",
    })
}

fn sheet(call: &Call, works: &[WorkView]) -> Sheet {
    let lang: Lang = call.lang;
    let columns =
        ["portal-col-number", "portal-col-name", "portal-col-content", "portal-col-status", "portal-col-line", "portal-col-quote", "portal-col-as-of"];
    Sheet::new(call.text("portal-nav-works"), &columns).rows(works.iter().map(|work| {
        let mut cells = vec![work.number.into(), work.name.get(lang).into(), work.content.get(lang).into(), status_text(call, work.status).into()];
        cells.extend(source_cells(&work.source));
        cells
    }))
}

/// Line, words and date of a source.
pub(super) fn source_cells(source: &SourceView) -> [Cell; 3] {
    [Cell::Int(i64::from(source.line)), Cell::from(&source.quote), Cell::from(&source.as_of)]
}
