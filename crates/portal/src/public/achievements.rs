//! All numbers of the plan, N-A to N-J, each with date, scope, line and words.

use packs::Fact;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Reply, Sheet};

use super::works::source_cells;
use super::{FactView, found_in, in_force};

/// Which numbers.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct AchievementsQuery {
    /// Group, `N-A` …; all if not said.
    #[serde(default)]
    #[schemars(length(max = 10))]
    group: String,
    /// Words of the name.
    #[serde(default)]
    #[schemars(length(max = 100))]
    q: String,
}

/// A group.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct GroupView {
    /// `N-A`; its title is the text `portal-group-N-A`.
    group: String,
    /// Its numbers.
    facts: Vec<FactView>,
}

/// The list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AchievementsView {
    /// Filter in force.
    group: String,
    /// Words in force.
    q: String,
    /// All groups.
    groups: Vec<String>,
    /// How many numbers there are in all.
    total: i64,
    /// Those found, by group.
    found: Vec<GroupView>,
}

pub(super) fn list(call: &Call, query: AchievementsQuery) -> Answer<AchievementsView> {
    let programme = in_force(call)?;
    let all = &programme.pack.facts.achievements;
    let mut groups: Vec<String> = all.iter().filter_map(|fact| fact.group.clone()).collect();
    groups.sort();
    groups.dedup();
    let fits =
        |fact: &&Fact| (query.group.is_empty() || fact.group.as_deref() == Some(&query.group)) && found_in(&[&fact.zh, &fact.en, &fact.source.quote], &query.q);
    let facts: Vec<FactView> = all.iter().filter(fits).map(FactView::from).collect();
    let sheet = sheet(call, &facts);
    let of = |group: &String| GroupView { group: group.clone(), facts: facts.iter().filter(|fact| fact.group.as_ref() == Some(group)).cloned().collect() };
    let found = groups.iter().map(of).filter(|group| !group.facts.is_empty()).collect();
    let view = AchievementsView { group: query.group, q: query.q, total: all.len() as i64, groups, found };
    Ok(Reply::page("portal/achievements.html", view).sheet(sheet))
}

fn sheet(call: &Call, facts: &[FactView]) -> Sheet {
    let columns = [
        "portal-col-group",
        "portal-col-name",
        "portal-col-compare",
        "portal-col-value",
        "portal-col-unit",
        "portal-col-scope",
        "portal-col-line",
        "portal-col-quote",
        "portal-col-as-of",
    ];
    let compare = |fact: &FactView| {
        fact.compare.map(|compare| {
            call.text(&format!("portal-compare-{}", serde_json::to_value(compare).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()))
        })
    };
    Sheet::new(call.text("portal-nav-achievements"), &columns).rows(facts.iter().map(|fact| {
        let words = |text: &Option<words::Bilingual>| text.as_ref().map(|text| text.get(call.lang).to_owned());
        let mut cells = vec![
            fact.group.clone().into(),
            fact.name.get(call.lang).into(),
            compare(fact).into(),
            fact.value.clone().into(),
            words(&fact.unit).into(),
            words(&fact.scope).into(),
        ];
        cells.extend(source_cells(&fact.source));
        cells
    }))
}
