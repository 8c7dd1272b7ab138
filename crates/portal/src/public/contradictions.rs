//! Where the plan disagrees with itself: the readings side by side, and which one is used.

use packs::{Contradiction, Reading};
use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Answer, Call, Nothing, Reply, Sheet};
use words::Bilingual;

use super::works::source_cells;
use super::{SourceView, in_force};

/// A reading.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ReadingView {
    /// What it says.
    text: Bilingual,
    /// Where.
    source: SourceView,
}

impl From<&Reading> for ReadingView {
    fn from(reading: &Reading) -> Self {
        Self { text: Bilingual::new(&reading.zh, &reading.en), source: (&reading.source).into() }
    }
}

/// A contradiction.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ContradictionView {
    /// `I-01`
    key: String,
    /// What it is about.
    name: Bilingual,
    /// Which reading is used, and how.
    treatment: Bilingual,
    /// The readings.
    readings: Vec<ReadingView>,
}

impl From<&Contradiction> for ContradictionView {
    fn from(found: &Contradiction) -> Self {
        let readings = found.readings.iter().map(ReadingView::from).collect();
        Self { key: found.key.clone(), name: Bilingual::new(&found.zh, &found.en), treatment: found.treatment.clone(), readings }
    }
}

/// All of them.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ContradictionsView {
    /// In the order of the register.
    contradictions: Vec<ContradictionView>,
}

pub(super) fn list(call: &Call, _: Nothing) -> Answer<ContradictionsView> {
    let programme = in_force(call)?;
    let view = ContradictionsView { contradictions: programme.pack.facts.contradictions.iter().map(ContradictionView::from).collect() };
    let sheet = sheet(call, &view);
    Ok(Reply::page("portal/contradictions.html", view).sheet(sheet))
}

fn sheet(call: &Call, view: &ContradictionsView) -> Sheet {
    let columns =
        ["portal-col-key", "portal-col-name", "portal-col-reading", "portal-col-line", "portal-col-quote", "portal-col-as-of", "portal-col-treatment"];
    let rows = view.contradictions.iter().flat_map(|found| {
        found.readings.iter().map(|reading| {
            let mut cells = vec![(&found.key).into(), found.name.get(call.lang).into(), reading.text.get(call.lang).into()];
            cells.extend(source_cells(&reading.source));
            cells.push(found.treatment.get(call.lang).into());
            cells
        })
    });
    Sheet::new(call.text("portal-contradictions"), &columns).rows(rows)
}
