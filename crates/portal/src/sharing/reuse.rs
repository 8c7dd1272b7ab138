//! How often components were reused: a request that came into use, counted once, by component, unit and year; each number opens to its requests.
//!
//! Asks `programme`. Invariant: a grant that was not put to use counts nowhere, and what was taken back does not count.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Answer, Call, Reply, Sheet};
use words::{Bilingual, Fault, Id, Instant, Never};

use super::{COMPONENT, IN_USE, REQUEST, places, text};

/// Form of the pack in which whoever asked says where it is in use.
const FORM: &str = "technology_use";
/// Requests shown of what was asked for; the sheet has all.
const SHOWN: usize = 200;

/// A reuse.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Reuse {
    /// The request that came into use.
    pub request: Id,
    /// Its number.
    pub number: String,
    /// The component.
    pub component: Id,
    /// Its name.
    pub title: String,
    /// Unit that uses it; empty for somebody from outside.
    pub unit: String,
    /// Name of that unit.
    pub unit_name: Option<Bilingual>,
    /// The project.
    pub project: String,
    /// Where it is in use.
    pub place: String,
    /// Put to use at.
    pub at: Instant,
    /// Year of that.
    pub year: i64,
}

/// All of them, newest first.
pub(super) fn all(read: &Read) -> Result<Vec<Reuse>, Fault> {
    let (entered, names) = (programme::entered(read, REQUEST, IN_USE)?, places(read)?);
    let (asked, used) = (programme::sheets(read, REQUEST, super::request::FORM)?, programme::sheets(read, REQUEST, FORM)?);
    let mut found = Vec::new();
    for case in programme::cases_of(read, REQUEST)? {
        let (Some(at), Some(component)) = (entered.get(&case.id).copied(), case.parent.clone()) else { continue };
        let unit = text(asked.get(&case.id), "unit").to_owned();
        found.push(Reuse {
            unit_name: names.get(&unit).cloned(),
            project: text(asked.get(&case.id), "project").to_owned(),
            place: text(used.get(&case.id), "place").to_owned(),
            year: at.day().parts().0.into(),
            request: case.id,
            number: case.number,
            title: case.title,
            component,
            unit,
            at,
        });
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.at));
    Ok(found)
}

/// Which reuses.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct ReuseQuery {
    /// Of this component.
    component: Option<Id>,
    /// By this unit; `outside` for people of none.
    #[schemars(length(max = 60))]
    unit: String,
    /// In this year.
    #[schemars(range(min = 2000, max = 2999))]
    year: Option<i64>,
}

/// A number with what it counts.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Counted {
    /// Key of the filter.
    key: String,
    /// What it counts; nothing for people of no unit.
    name: Option<Bilingual>,
    /// How many.
    count: usize,
}

/// The counts.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ReuseView {
    /// Filter in force.
    component: Option<Id>,
    /// Name of that component.
    component_name: Option<String>,
    /// Filter in force.
    unit: String,
    /// Filter in force.
    year: Option<i64>,
    /// Components that can be asked for.
    offered: usize,
    /// How many reuses fit.
    total: usize,
    /// By component, most first.
    by_component: Vec<Counted>,
    /// By unit, most first.
    by_unit: Vec<Counted>,
    /// By year, newest first.
    by_year: Vec<Counted>,
    /// The requests behind them, newest first.
    reuses: Vec<Reuse>,
}

pub(super) fn show(call: &Call, query: ReuseQuery) -> Answer<ReuseView> {
    let (mut found, offered) = call.read::<_, Never>(|read| {
        let offered = programme::count_by_state(read, COMPONENT)?.into_iter().filter(|(state, _)| state == super::OFFERED).map(|(_, count)| count).sum::<i64>();
        Ok((all(read)?, offered))
    })?;
    found.retain(|one| fits(&query, one));
    let sheet = sheet(call, &found);
    let plain = |text: &str| Some(Bilingual::new(text, text));
    let mut by_year = counted(&found, |one| (one.year.to_string(), plain(&one.year.to_string())));
    by_year.sort_by(|one, other| other.key.cmp(&one.key));
    let view = ReuseView {
        component_name: query.component.as_ref().and_then(|_| found.first()).map(|one| one.title.clone()),
        component: query.component,
        unit: query.unit,
        year: query.year,
        offered: usize::try_from(offered).unwrap_or(0),
        total: found.len(),
        by_component: counted(&found, |one| (one.component.to_string(), plain(&one.title))),
        by_unit: counted(&found, |one| (if one.unit.is_empty() { "outside".to_owned() } else { one.unit.clone() }, one.unit_name.clone())),
        by_year,
        reuses: found.into_iter().take(SHOWN).collect(),
    };
    Ok(Reply::page("portal/technology_reuse.html", view).sheet(sheet))
}

fn fits(query: &ReuseQuery, one: &Reuse) -> bool {
    let unit = match query.unit.as_str() {
        "" => true,
        "outside" => one.unit.is_empty(),
        unit => one.unit == unit,
    };
    unit && query.component.as_ref().is_none_or(|component| *component == one.component) && query.year.is_none_or(|year| year == one.year)
}

fn counted(found: &[Reuse], key: impl Fn(&Reuse) -> (String, Option<Bilingual>)) -> Vec<Counted> {
    let mut counts: BTreeMap<String, Counted> = BTreeMap::new();
    for one in found {
        let (key, name) = key(one);
        counts.entry(key.clone()).or_insert(Counted { key, name, count: 0 }).count += 1;
    }
    let mut all: Vec<Counted> = counts.into_values().collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.count));
    all
}

fn sheet(call: &Call, found: &[Reuse]) -> Sheet {
    let columns = [
        "portal-technology-request-number",
        "portal-technology-component",
        "portal-technology-user-unit",
        "portal-technology-project",
        "portal-technology-place",
        "portal-technology-in-use-at",
        "portal-technology-year",
    ];
    Sheet::new(call.text("portal-technology-reuse"), &columns).rows(found.iter().map(|one| {
        let unit = one.unit_name.as_ref().map_or_else(|| call.text("portal-technology-outside"), |name| name.get(call.lang).to_owned());
        vec![
            one.number.as_str().into(),
            one.title.as_str().into(),
            unit.into(),
            one.project.as_str().into(),
            one.place.as_str().into(),
            one.at.into(),
            one.year.into(),
        ]
    }))
}
