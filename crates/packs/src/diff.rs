//! What is different between packs: added, removed, changed keys per kind; and against a common base, who changed what.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::Pack;

/// Keys of one kind that differ.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct KindDiff {
    /// Only in the new pack.
    pub added: Vec<String>,
    /// Only in the old pack.
    pub removed: Vec<String>,
    /// In both and different.
    pub changed: Vec<Changed>,
}

/// An entry that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Changed {
    /// Key.
    pub key: String,
    /// JSON pointers of what differs in it, at most 50.
    pub at: Vec<String>,
}

/// Difference of two packs by kind: `param`, `form`, `rubric`, `lifecycle` … Kinds without a difference are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct PackDiff(pub BTreeMap<String, KindDiff>);

/// What became of an entry in a three-way comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Only they changed it: takes over without harm.
    Theirs,
    /// Only we changed it: stays.
    Ours,
    /// Both made the same change.
    Both,
    /// Both changed it, differently: somebody must choose.
    Conflict,
}

/// A field that differs, as text; absent where it is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldDiff {
    /// Pointer in the entry; items of a list stand under their own key: `/field/title/max`.
    pub at: String,
    /// Before.
    pub old: Option<String>,
    /// After.
    pub new: Option<String>,
}

/// A field of a three-way comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ThreeField {
    /// Pointer in the entry.
    pub at: String,
    /// In the installed pack.
    pub installed: Option<String>,
    /// In force here: the installed pack with the overlay.
    pub ours: Option<String>,
    /// In the pack that comes in.
    pub theirs: Option<String>,
}

/// One entry of a three-way comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ThreeWay {
    /// Kind.
    pub kind: String,
    /// Key.
    pub key: String,
    /// Who changed it.
    pub side: Side,
    /// What differs in it, at most 50 fields; nothing for an entry that is there on one side only.
    pub fields: Vec<ThreeField>,
}

/// Everything with a key, by kind, as JSON.
pub type Entries = BTreeMap<(&'static str, String), Value>;

/// Fields of an entry that are shown.
const MOST_FIELDS: usize = 50;
/// Characters of a value that are shown.
const LONGEST: usize = 300;

impl PackDiff {
    /// Are the packs the same in all that has a key?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What changes when `new` takes the place of `old`.
pub fn diff(old: &Pack, new: &Pack) -> PackDiff {
    diff_entries(&old.entries(), &new.entries())
}

/// The same for entries.
pub fn diff_entries(old: &Entries, new: &Entries) -> PackDiff {
    let mut kinds: BTreeMap<String, KindDiff> = BTreeMap::new();
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    for at in keys {
        let (kind, key) = (at.0.to_owned(), at.1.clone());
        match (old.get(at), new.get(at)) {
            (None, Some(_)) => kinds.entry(kind).or_default().added.push(key),
            (Some(_), None) => kinds.entry(kind).or_default().removed.push(key),
            (Some(before), Some(after)) if before != after => {
                let at = compare(before, after).into_iter().map(|field| field.at).collect();
                kinds.entry(kind).or_default().changed.push(Changed { key, at });
            }
            _ => {}
        }
    }
    PackDiff(kinds)
}

/// Field by field, at most 50.
pub fn compare(old: &Value, new: &Value) -> Vec<FieldDiff> {
    let (old, new) = (leaves(old), leaves(new));
    let at: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differs = at.into_iter().filter(|at| old.get(*at) != new.get(*at));
    differs.take(MOST_FIELDS).map(|at| FieldDiff { at: at.clone(), old: shown(&old, at), new: shown(&new, at) }).collect()
}

/// Who changed what since `base`: `theirs` comes in, `ours` is in force.
pub fn three_way(base: &Pack, theirs: &Pack, ours: &Pack) -> Vec<ThreeWay> {
    three_way_entries(&base.entries(), &theirs.entries(), &ours.entries())
}

/// The same for entries.
pub fn three_way_entries(base: &Entries, theirs: &Entries, ours: &Entries) -> Vec<ThreeWay> {
    let keys: BTreeSet<_> = base.keys().chain(theirs.keys()).chain(ours.keys()).collect();
    let entry = |key: &(&'static str, String)| {
        let (base, theirs, ours) = (base.get(key), theirs.get(key), ours.get(key));
        let side = match (theirs == base, ours == base, theirs == ours) {
            (true, true, _) => return None,
            (false, true, _) => Side::Theirs,
            (true, false, _) => Side::Ours,
            (false, false, true) => Side::Both,
            (false, false, false) => Side::Conflict,
        };
        Some(ThreeWay { kind: key.0.to_owned(), key: key.1.clone(), side, fields: three_fields(base, theirs, ours) })
    };
    keys.into_iter().filter_map(entry).collect()
}

fn three_fields(base: Option<&Value>, theirs: Option<&Value>, ours: Option<&Value>) -> Vec<ThreeField> {
    if [base, theirs, ours].into_iter().flatten().count() < 2 {
        return Vec::new();
    }
    let [base, theirs, ours] = [base, theirs, ours].map(|value| value.map(leaves).unwrap_or_default());
    let at: BTreeSet<&String> = base.keys().chain(theirs.keys()).chain(ours.keys()).collect();
    let differs = at.into_iter().filter(|at| base.get(*at) != theirs.get(*at) || base.get(*at) != ours.get(*at));
    let field = |at: &String| ThreeField { at: at.clone(), installed: shown(&base, at), ours: shown(&ours, at), theirs: shown(&theirs, at) };
    differs.take(MOST_FIELDS).map(field).collect()
}

fn shown(leaves: &BTreeMap<String, String>, at: &str) -> Option<String> {
    let text = leaves.get(at)?;
    Some(if text.chars().count() > LONGEST { text.chars().take(LONGEST).chain(['…']).collect() } else { text.clone() })
}

/// Every value of an entry by its pointer. Items of a list stand under their own key, and their order is a value of its own.
fn leaves(value: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    collect(value, "", &mut found);
    found
}

fn collect(value: &Value, at: &str, found: &mut BTreeMap<String, String>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => fields.iter().for_each(|(name, below)| collect(below, &format!("{at}/{name}"), found)),
        Value::Array(items) => {
            let names: Vec<String> = items.iter().enumerate().map(|(n, item)| name_of(item).unwrap_or_else(|| n.to_string())).collect();
            let unique = names.iter().collect::<BTreeSet<_>>().len() == names.len();
            if unique && items.iter().any(|item| name_of(item).is_some()) {
                found.insert(format!("{at}/#"), names.join(" "));
            }
            for (n, item) in items.iter().enumerate() {
                let name = names.get(n).filter(|_| unique).cloned().unwrap_or_else(|| n.to_string());
                collect(item, &format!("{at}/{name}"), found);
            }
        }
        Value::String(text) => drop(found.insert(at.to_owned(), text.clone())),
        other => drop(found.insert(at.to_owned(), other.to_string())),
    }
}

/// What an item of a list is called.
fn name_of(item: &Value) -> Option<String> {
    ["key", "id", "name", "at"].iter().find_map(|name| item.get(name)).map(|name| name.as_str().map_or_else(|| name.to_string(), str::to_owned))
}
