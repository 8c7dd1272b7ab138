//! Facts of a plan: what it says, where, as of when, about what.
//!
//! Pure. Invariant: facts never overwrite each other; those that contradict stand in one group.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Bilingual, Id, Refusal};

/// A fact to be kept. Key, scope, as-of, source and place name it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FactDraft {
    /// What it is a fact about: `customers`.
    pub key: String,
    /// Within which bounds it holds; empty if none are said.
    pub scope: String,
    /// As of when: `2017-07`, `2017-07-31` or `2017`.
    pub as_of: String,
    /// What the source says, exactly: `8.93`.
    pub value: String,
    /// Unit: `亿户`; may be empty.
    pub unit: String,
    /// The document.
    pub source: String,
    /// Where in it: `L8`.
    pub place: String,
    /// Its words.
    pub quote: String,
    /// What the fact is, in both languages.
    pub title: Bilingual,
    /// The key of the fact that it contradicts, if under another key.
    pub contradicts: Option<String>,
}

impl FactDraft {
    /// The first field that is missing or too long.
    pub(crate) fn mistake(&self) -> Option<&'static str> {
        let needed = [
            ("/key", &self.key, 120),
            ("/as_of", &self.as_of, 10),
            ("/value", &self.value, 2_000),
            ("/source", &self.source, 200),
            ("/zh", &self.title.zh, 500),
            ("/en", &self.title.en, 500),
        ];
        let wrong = needed.iter().find(|(_, text, longest)| text.trim().is_empty() || text.chars().count() > *longest).map(|(pointer, ..)| *pointer);
        let date = || (!is_as_of(&self.as_of)).then_some("/as_of");
        let long = || [("/scope", &self.scope, 200), ("/unit", &self.unit, 40), ("/place", &self.place, 80), ("/quote", &self.quote, 2_000)];
        wrong.or_else(date).or_else(|| long().iter().find(|(_, text, longest)| text.chars().count() > *longest).map(|(pointer, ..)| *pointer))
    }
}

/// A year, a month or a day.
fn is_as_of(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        [year] => number(year, 4),
        [year, month] => number(year, 4) && number(month, 2),
        _ => words::Day::parse(text).is_ok(),
    }
}

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fact {
    /// Id.
    pub id: Id,
    /// What it is a fact about.
    pub key: String,
    /// Within which bounds it holds.
    pub scope: String,
    /// As of when.
    pub as_of: String,
    /// What the source says.
    pub value: String,
    /// Unit.
    pub unit: String,
    /// The document.
    pub source: String,
    /// Where in it.
    pub place: String,
    /// Its words.
    pub quote: String,
    /// What the fact is.
    pub title: Bilingual,
    /// The key of the fact that it contradicts.
    pub contradicts: Option<String>,
}

/// Facts that belong together: those of one key, and those that contradict it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FactGroup {
    /// The key.
    pub key: String,
    /// Do two of them, in one scope, say different things, or does one say that it contradicts?
    pub conflicting: bool,
    /// Side by side, in the order of source and place.
    pub facts: Vec<Fact>,
}

/// Puts facts side by side.
pub(crate) fn grouped(facts: Vec<Fact>) -> Vec<FactGroup> {
    let mut groups: BTreeMap<String, Vec<Fact>> = BTreeMap::new();
    for fact in facts {
        let key = fact.contradicts.clone().unwrap_or_else(|| fact.key.clone());
        groups.entry(key).or_default().push(fact);
    }
    let group = |(key, facts): (String, Vec<Fact>)| FactGroup { conflicting: conflicting(&facts), key, facts };
    groups.into_iter().map(group).collect()
}

fn conflicting(facts: &[Fact]) -> bool {
    let mut said: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for fact in facts {
        said.entry(&fact.scope).or_default().insert((&fact.value, &fact.unit));
    }
    facts.iter().any(|fact| fact.contradicts.is_some()) || said.values().any(|values| values.len() > 1)
}

/// Why a fact is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactRefusal {
    /// A field is missing, too long, or no date.
    Field {
        /// JSON pointer.
        pointer: &'static str,
    },
    /// Nothing is removed without a reason.
    ReasonNeeded,
}

impl Refusal for FactRefusal {
    fn code(&self) -> &'static str {
        match self {
            FactRefusal::Field { .. } => "register-fact-field",
            FactRefusal::ReasonNeeded => "register-reason-needed",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            FactRefusal::Field { pointer } => Some((*pointer).to_owned()),
            FactRefusal::ReasonNeeded => Some("/reason".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(key: &str, scope: &str, value: &str, contradicts: Option<&str>) -> Fact {
        Fact {
            id: Id::fixed("fct_1"),
            key: key.into(),
            scope: scope.into(),
            as_of: "2017-07".into(),
            value: value.into(),
            unit: String::new(),
            source: "plan".into(),
            place: String::new(),
            quote: String::new(),
            title: Bilingual::default(),
            contradicts: contradicts.map(str::to_owned),
        }
    }

    #[test]
    fn facts_conflict_within_a_scope_or_when_they_say_so() {
        let conflict = |facts: Vec<Fact>| grouped(facts).into_iter().map(|group| (group.facts.len(), group.conflicting)).collect::<Vec<_>>();
        assert_eq!(conflict(vec![fact("a", "", "1", None), fact("a", "", "2", None)]), [(2, true)]);
        assert_eq!(conflict(vec![fact("a", "", "1", None), fact("a", "", "1", None)]), [(2, false)]);
        assert_eq!(conflict(vec![fact("a", "all", "1", None), fact("a", "hz", "2", None)]), [(2, false)]);
        assert_eq!(conflict(vec![fact("a", "", "1", None), fact("b", "", "1", Some("a"))]), [(2, true)]);
    }

    #[test]
    fn as_of_is_a_year_a_month_or_a_day() {
        for (text, fine) in
            [("2017", true), ("2017-07", true), ("2017-07-31", true), ("2017-7", false), ("2017-02-30", false), ("July", false), ("2017-07-31-1", false)]
        {
            assert_eq!(is_as_of(text), fine, "{text}");
        }
    }
}
