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

/// One entry of a three-way comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ThreeWay {
    /// Kind.
    pub kind: String,
    /// Key.
    pub key: String,
    /// Who changed it.
    pub side: Side,
}

impl PackDiff {
    /// Are the packs the same in all that has a key?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What changes when `new` takes the place of `old`.
pub fn diff(old: &Pack, new: &Pack) -> PackDiff {
    let (old, new) = (old.entries(), new.entries());
    let mut kinds: BTreeMap<String, KindDiff> = BTreeMap::new();
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    for at in keys {
        let (kind, key) = (at.0.to_owned(), at.1.clone());
        match (old.get(at), new.get(at)) {
            (None, Some(_)) => kinds.entry(kind).or_default().added.push(key),
            (Some(_), None) => kinds.entry(kind).or_default().removed.push(key),
            (Some(before), Some(after)) if before != after => {
                let mut found = Vec::new();
                pointers(before, after, "", &mut found);
                kinds.entry(kind).or_default().changed.push(Changed { key, at: found });
            }
            _ => {}
        }
    }
    PackDiff(kinds)
}

/// Who changed what since `base`: `theirs` comes in, `ours` is in force.
pub fn three_way(base: &Pack, theirs: &Pack, ours: &Pack) -> Vec<ThreeWay> {
    let (base, theirs, ours) = (base.entries(), theirs.entries(), ours.entries());
    let keys: BTreeSet<_> = base.keys().chain(theirs.keys()).chain(ours.keys()).collect();
    let side = |key: &(&'static str, String)| {
        let (base, theirs, ours) = (base.get(key), theirs.get(key), ours.get(key));
        match (theirs == base, ours == base, theirs == ours) {
            (true, true, _) => None,
            (false, true, _) => Some(Side::Theirs),
            (true, false, _) => Some(Side::Ours),
            (false, false, true) => Some(Side::Both),
            (false, false, false) => Some(Side::Conflict),
        }
    };
    keys.into_iter().filter_map(|key| Some(ThreeWay { kind: key.0.to_owned(), key: key.1.clone(), side: side(key)? })).collect()
}

fn pointers(old: &Value, new: &Value, at: &str, found: &mut Vec<String>) {
    if found.len() >= 50 || old == new {
        return;
    }
    match (old, new) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            keys.into_iter().for_each(|key| pointers(a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null), &format!("{at}/{key}"), found));
        }
        (Value::Array(a), Value::Array(b)) => {
            let null = Value::Null;
            (0..a.len().max(b.len())).for_each(|n| pointers(a.get(n).unwrap_or(&null), b.get(n).unwrap_or(&null), &format!("{at}/{n}"), found));
        }
        _ => found.push(at.to_owned()),
    }
}
