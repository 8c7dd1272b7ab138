//! The 17 documents of annex 2.

use packs::{DocumentStatus, RuleDocument};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Reply, Sheet};
use words::{Bilingual, Day};

use super::works::source_cells;
use super::{SourceView, found_in, in_force};

/// Which documents.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct RulebookQuery {
    /// Status; all if not said.
    status: Option<DocumentStatus>,
    /// Words of the name.
    #[serde(default)]
    #[schemars(length(max = 100))]
    q: String,
}

/// A document.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DocumentRow {
    /// Number in the annex.
    number: i64,
    /// Key.
    key: String,
    /// Name.
    name: Bilingual,
    /// Is it out?
    status: DocumentStatus,
    /// Day of issue.
    issued: Option<Day>,
    /// Rows of the checklist that it drives.
    drives: Vec<String>,
    /// Where the plan says it.
    source: SourceView,
}

impl From<&RuleDocument> for DocumentRow {
    fn from(document: &RuleDocument) -> Self {
        Self {
            number: document.number,
            key: document.key.clone(),
            name: Bilingual::new(&document.zh, &document.en),
            status: document.status,
            issued: document.issued,
            drives: document.drives.clone(),
            source: (&document.source).into(),
        }
    }
}

/// The list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RulebookView {
    /// Filter in force.
    status: Option<DocumentStatus>,
    /// Words in force.
    q: String,
    /// How many there are in all.
    total: i64,
    /// Those found.
    documents: Vec<DocumentRow>,
}

pub(super) fn list(call: &Call, query: RulebookQuery) -> Answer<RulebookView> {
    let programme = in_force(call)?;
    let all = &programme.pack.facts.rulebook;
    let fits = |document: &&RuleDocument| query.status.is_none_or(|status| document.status == status) && found_in(&[&document.zh, &document.en], &query.q);
    let documents: Vec<DocumentRow> = all.iter().filter(fits).map(DocumentRow::from).collect();
    let sheet = sheet(call, &documents);
    let view = RulebookView { status: query.status, q: query.q, total: all.len() as i64, documents };
    Ok(Reply::page("portal/rulebook.html", view).sheet(sheet))
}

fn sheet(call: &Call, documents: &[DocumentRow]) -> Sheet {
    let columns = ["portal-col-number", "portal-col-name", "portal-col-status", "portal-col-issued", "portal-col-line", "portal-col-quote", "portal-col-as-of"];
    let status = |status| call.text(if status == DocumentStatus::Issued { "portal-rule-issued" } else { "portal-rule-drafting" });
    Sheet::new(call.text("portal-nav-rulebook"), &columns).rows(documents.iter().map(|document| {
        let mut cells = vec![document.number.into(), document.name.get(call.lang).into(), status(document.status).into(), document.issued.into()];
        cells.extend(source_cells(&document.source));
        cells
    }))
}
