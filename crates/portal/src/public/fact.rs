//! A fact as pages show it: every field is there, the number ready to be written, the source beside it.

use packs::{Compare, Fact, Source};
use schemars::JsonSchema;
use serde::Serialize;
use words::Bilingual;

/// Where the plan says it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct SourceView {
    /// Line of the plan.
    pub line: u32,
    /// Its words.
    pub quote: String,
    /// Date in the text: year, month or day.
    pub as_of: String,
}

impl From<&Source> for SourceView {
    fn from(source: &Source) -> Self {
        Self { line: source.line, quote: source.quote.clone(), as_of: source.as_of.clone() }
    }
}

/// A fact of the plan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct FactView {
    /// Key.
    pub key: String,
    /// Group.
    pub group: Option<String>,
    /// Name.
    pub name: Bilingual,
    /// More words.
    pub text: Option<Bilingual>,
    /// The number as the plan's plain decimal.
    pub value: Option<String>,
    /// The number, if it is whole and a quantity (a year is none).
    pub number: Option<i64>,
    /// Unit.
    pub unit: Option<Bilingual>,
    /// `more_than`, `nearly`, `about`, `at_least`; exact if nothing.
    pub compare: Option<Compare>,
    /// What the number counts.
    pub scope: Option<Bilingual>,
    /// Our remark.
    pub note: Option<Bilingual>,
    /// The fact it belongs to.
    pub parent: Option<String>,
    /// Where it leads.
    pub href: Option<String>,
    /// Where the plan says it.
    pub source: SourceView,
}

impl From<&Fact> for FactView {
    fn from(fact: &Fact) -> Self {
        Self {
            key: fact.key.clone(),
            group: fact.group.clone(),
            name: Bilingual::new(&fact.zh, &fact.en),
            text: fact.text.clone(),
            value: fact.value.clone(),
            number: fact.value.as_deref().filter(|value| !is_year(value, fact.unit.as_ref())).and_then(|value| value.parse().ok()),
            unit: fact.unit.clone(),
            compare: fact.compare,
            scope: fact.scope.clone(),
            note: fact.note.clone(),
            parent: fact.parent.clone(),
            href: fact.leads_to.as_deref().map(address),
            source: (&fact.source).into(),
        }
    }
}

/// `2000` in years is a date, not a quantity.
fn is_year(value: &str, unit: Option<&Bilingual>) -> bool {
    unit.is_some_and(|unit| unit.zh == "年") && value.len() == 4 && (value.starts_with("19") || value.starts_with("20"))
}

/// Where a box leads: the pack names the place, this is its address. What has no page of its own yet is explained on the help page.
fn address(place: &str) -> String {
    match place {
        "map" => "/programme".to_owned(),
        "targets" => "/roadmap#targets".to_owned(),
        "projects" => "/projects".to_owned(),
        "rounds" => "/hemi/rounds".to_owned(),
        "register" => "/help#start".to_owned(),
        "challenges" => "/help#challenges".to_owned(),
        other => format!("/{other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_no_quantity() {
        let unit = |zh: &str| Some(Bilingual::new(zh, zh));
        let table = [("2000", unit("年"), true), ("16", unit("年"), false), ("2000", unit("项"), false), ("2000", None, false)];
        for (value, unit, year) in table {
            assert_eq!(is_year(value, unit.as_ref()), year, "{value} {unit:?}");
        }
    }

    #[test]
    fn every_place_of_the_built_in_map_has_an_address_that_is_served() {
        let pack = packs::embedded().unwrap();
        let served: Vec<&str> = ["/programme", "/roadmap", "/projects", "/hemi/rounds", "/help", "/platforms", "/bases"].to_vec();
        for fact in &pack.facts.map {
            let href = FactView::from(fact).href.unwrap_or_else(|| panic!("{} leads nowhere", fact.key));
            let path = href.split(['#', '?']).next().unwrap();
            assert!(served.contains(&path), "{} leads to {href}", fact.key);
        }
    }
}
