//! The capability platforms and the R&D cloud with what the plan lists for each, its figures, and which of it can be called here.
//!
//! Asks `packs` for the facts, `capabilities` for what is live. Invariant: what is only listed says so.

use std::collections::BTreeMap;

use packs::{Fact, Facts};
use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Answer, Call, Nothing, Problem, Reply};
use words::Bilingual;

use super::{FactView, in_force};

/// A platform with its capabilities.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PlatformView {
    /// The platform.
    platform: FactView,
    /// Key in the address: `comms`.
    slug: String,
    /// What the plan lists.
    capabilities: Vec<FactView>,
    /// Which of it can be called here: key of the capability → its page.
    open: BTreeMap<String, String>,
    /// Figures that the plan states.
    figures: Vec<FactView>,
}

/// All platforms.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PlatformsView {
    /// In the order of the plan.
    platforms: Vec<PlatformView>,
}

fn slug(key: &str) -> String {
    key.strip_prefix("platform.").unwrap_or(key).to_owned()
}

fn view(facts: &Facts, platform: &Fact, open: &BTreeMap<String, String>) -> PlatformView {
    let below = |fact: &&Fact| fact.parent.as_ref() == Some(&platform.key);
    let listed: Vec<&Fact> = facts.platforms.iter().filter(below).collect();
    let start = format!("{}.", slug(&platform.key));
    PlatformView {
        platform: platform.into(),
        slug: slug(&platform.key),
        open: listed.iter().filter_map(|fact| Some((fact.key.clone(), format!("/capabilities/{}", open.get(&fact.key)?)))).collect(),
        capabilities: listed.into_iter().map(FactView::from).collect(),
        figures: facts.achievements.iter().filter(|fact| fact.key.starts_with(&start)).map(FactView::from).collect(),
    }
}

fn is_platform(fact: &&Fact) -> bool {
    fact.group.as_deref() == Some("platform")
}

pub(super) fn list(call: &Call, _: Nothing) -> Answer<PlatformsView> {
    let (programme, open) = (in_force(call)?, call.read(capabilities::available)?);
    let facts = &programme.pack.facts;
    let platforms = facts.platforms.iter().filter(is_platform).map(|fact| view(facts, fact, &open)).collect();
    Ok(Reply::page("portal/platforms.html", PlatformsView { platforms }))
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<PlatformView> {
    let (programme, open) = (in_force(call)?, call.read(capabilities::available)?);
    let (facts, wanted) = (&programme.pack.facts, call.path_text("key"));
    let platform = facts.platforms.iter().find(|fact| is_platform(fact) && slug(&fact.key) == wanted).ok_or_else(Problem::absent)?;
    Ok(Reply::page("portal/platform.html", view(facts, platform, &open)))
}

/// How the plan grouped its capabilities at a time.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct GroupingView {
    /// The grouping.
    grouping: FactView,
    /// Its parts, each with what it leads on to.
    parts: Vec<PartView>,
}

/// A part of a grouping.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PartView {
    /// The part.
    part: FactView,
    /// Name of the platform of today that it leads on to; nothing if it leads elsewhere.
    platform: Option<Bilingual>,
    /// What that platform lists today.
    capabilities: Vec<FactView>,
    /// Which of it can be called here: key of the capability → its page.
    open: BTreeMap<String, String>,
}

/// The groupings of earlier years.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HistoryView {
    /// Oldest first.
    groupings: Vec<GroupingView>,
}

pub(super) fn history(call: &Call, _: Nothing) -> Answer<HistoryView> {
    let (programme, open) = (in_force(call)?, call.read(capabilities::available)?);
    let facts = &programme.pack.facts;
    let of_group = |group: &'static str| facts.platforms.iter().filter(move |fact| fact.group.as_deref() == Some(group));
    let part = |fact: &Fact| {
        let led = fact.leads_to.as_deref().and_then(|place| place.strip_prefix("platforms/"));
        let platform = led.and_then(|led| facts.platforms.iter().filter(is_platform).find(|fact| slug(&fact.key) == led));
        let today = platform.map(|platform| view(facts, platform, &open));
        PartView {
            part: fact.into(),
            platform: platform.map(|platform| Bilingual::new(&platform.zh, &platform.en)),
            open: today.as_ref().map(|today| today.open.clone()).unwrap_or_default(),
            capabilities: today.map(|today| today.capabilities).unwrap_or_default(),
        }
    };
    let grouping = |fact: &Fact| GroupingView {
        grouping: fact.into(),
        parts: of_group("grouping_part").filter(|one| one.parent.as_ref() == Some(&fact.key)).map(part).collect(),
    };
    let mut groupings: Vec<GroupingView> = of_group("grouping").map(grouping).collect();
    groupings.sort_by(|one, other| one.grouping.value.cmp(&other.grouping.value));
    Ok(Reply::page("portal/platform_history.html", HistoryView { groupings }))
}
