//! The capability platforms and the R&D cloud with what the plan lists for each.

use packs::Fact;
use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Answer, Call, Nothing, Problem, Reply};

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

fn view(all: &[Fact], platform: &Fact) -> PlatformView {
    let below = |fact: &&Fact| fact.parent.as_ref() == Some(&platform.key);
    PlatformView { platform: platform.into(), slug: slug(&platform.key), capabilities: all.iter().filter(below).map(FactView::from).collect() }
}

pub(super) fn list(call: &Call, _: Nothing) -> Answer<PlatformsView> {
    let programme = in_force(call)?;
    let all = &programme.pack.facts.platforms;
    let platforms = all.iter().filter(|fact| fact.group.as_deref() == Some("platform")).map(|fact| view(all, fact)).collect();
    Ok(Reply::page("portal/platforms.html", PlatformsView { platforms }))
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<PlatformView> {
    let programme = in_force(call)?;
    let all = &programme.pack.facts.platforms;
    let wanted = call.path_text("key");
    let platform = all.iter().find(|fact| fact.group.as_deref() == Some("platform") && slug(&fact.key) == wanted).ok_or_else(Problem::absent)?;
    Ok(Reply::page("portal/platform.html", view(all, platform)))
}
