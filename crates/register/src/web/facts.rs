//! Facts with their sources, side by side where they contradict.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Nothing, Reply, Sheet};
use words::{Failure, Never, fold};

use crate::{FactGroup, fact_groups, facts};

/// Groups of a page.
const PAGE: usize = 40;

/// Which facts.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct FactsQuery {
    /// Only those that contradict each other.
    pub conflicting: Option<bool>,
    /// Holding this text in title, value, quote or key.
    #[schemars(length(max = 100))]
    pub q: Option<String>,
    /// Key of the last group of the page before.
    pub cursor: Option<String>,
}

/// Groups of facts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct FactsView {
    /// Only those that contradict each other?
    pub conflicting: bool,
    /// The text that was asked for.
    pub q: String,
    /// By key.
    pub groups: Vec<FactGroup>,
}

pub(super) fn list(call: &Call, query: FactsQuery) -> Answer<FactsView> {
    let (conflicting, q) = (query.conflicting.unwrap_or(false), query.q.unwrap_or_default());
    let mut groups = call.read::<_, Never>(|read| Ok(fact_groups(read, conflicting)?))?;
    let (words, after) = (vec![fold(&q)], query.cursor.unwrap_or_default());
    groups.retain(|group| group.key > after && group.holds(&words));
    let sheet = sheet(&groups);
    let more = groups.len() > PAGE && call.wants_sheet().is_none();
    groups.truncate(PAGE);
    let next = groups.last().filter(|_| more).map(|group| group.key.clone());
    Ok(Reply::page("register/facts.html", FactsView { conflicting, q, groups }).next(next).sheet(sheet))
}

fn sheet(groups: &[FactGroup]) -> Sheet {
    let columns = [
        "register-key-column",
        "register-fact",
        "register-en",
        "register-fact-value",
        "register-fact-unit",
        "register-fact-scope",
        "register-fact-as-of",
        "register-fact-source",
        "register-fact-place",
        "register-fact-quote",
    ];
    let row = |fact: &crate::Fact| {
        [&fact.key, &fact.title.zh, &fact.title.en, &fact.value, &fact.unit, &fact.scope, &fact.as_of, &fact.source, &fact.place, &fact.quote]
            .map(Into::into)
            .to_vec()
    };
    Sheet::new("facts", &columns).rows(groups.iter().flat_map(|group| &group.facts).map(row))
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<FactGroup> {
    let group = call.read::<_, Never>(|read| facts(read, call.path_text("key"))?.ok_or(Failure::Absent))?;
    Ok(Reply::page("register/fact.html", group))
}
