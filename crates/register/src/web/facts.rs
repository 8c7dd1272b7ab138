//! Facts with their sources, side by side where they contradict.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Nothing, Reply};
use words::{Failure, Never};

use crate::{FactGroup, fact_groups, facts};

/// Which facts.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct FactsQuery {
    /// Only those that contradict each other.
    pub conflicting: Option<bool>,
}

/// Groups of facts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct FactsView {
    /// Only those that contradict each other?
    pub conflicting: bool,
    /// By key.
    pub groups: Vec<FactGroup>,
}

pub(super) fn list(call: &Call, query: FactsQuery) -> Answer<FactsView> {
    let conflicting = query.conflicting.unwrap_or(false);
    let groups = call.read::<_, Never>(|read| Ok(fact_groups(read, conflicting)?))?;
    Ok(Reply::page("register/facts.html", FactsView { conflicting, groups }))
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<FactGroup> {
    let group = call.read::<_, Never>(|read| facts(read, call.path_text("key"))?.ok_or(Failure::Absent))?;
    Ok(Reply::page("register/fact.html", group))
}
