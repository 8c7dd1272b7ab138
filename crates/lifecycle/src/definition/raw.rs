//! The TOML shape of a lifecycle file, exactly; anything unknown is a mistake.
//!
//! Asks nothing, tells nothing. Invariant: the hash of a definition is that of this shape, so comments and order of keys do not matter.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::uses::Uses;
use super::{Outcome, Route, StateKind};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawFile {
    pub lifecycle: RawHead,
    #[serde(default)]
    pub param: BTreeMap<String, RawParam>,
    pub state: Vec<RawState>,
    #[serde(rename = "move")]
    pub moves: Vec<RawMove>,
    #[serde(default)]
    pub uses: Uses,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawHead {
    pub id: String,
    pub zh: String,
    pub en: String,
    pub version: u32,
    pub subject: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawParam {
    pub value: toml::Value,
    pub zh: String,
    pub en: String,
    #[serde(default)]
    pub locked: bool,
    pub source: Option<String>,
    #[serde(default)]
    pub assumed: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawState {
    pub id: String,
    pub zh: String,
    pub en: String,
    pub kind: StateKind,
    pub sla: Option<String>,
    pub owner: Option<String>,
    pub review: Option<RawReview>,
    pub outcome: Option<Outcome>,
    pub route: Option<Route>,
    pub concluded: Option<bool>,
    #[serde(default)]
    pub was: Vec<String>,
    #[serde(default)]
    pub obligations: Vec<RawObligation>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawReview {
    pub rubric: String,
    pub panel: String,
    pub size: u32,
    pub quorum: u32,
    pub aggregate: super::Aggregate,
    #[serde(default)]
    pub blind: bool,
    pub pass: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawObligation {
    pub id: String,
    pub zh: String,
    pub en: String,
    pub owner: String,
    pub due: String,
    pub form: Option<String>,
    pub every: Option<String>,
    #[serde(default)]
    pub remind: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawMove {
    pub id: String,
    pub zh: String,
    pub en: String,
    pub from: Vec<String>,
    pub to: String,
    pub by: OneOrMany,
    pub clock: Option<String>,
    #[serde(default)]
    pub need: Vec<String>,
    #[serde(default, rename = "do")]
    pub effects: Vec<String>,
    #[serde(default = "yes")]
    pub rectifiable: bool,
    #[serde(default)]
    pub exceptional: bool,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub fn list(&self) -> Vec<String> {
        match self {
            OneOrMany::One(one) => vec![one.clone()],
            OneOrMany::Many(many) => many.clone(),
        }
    }
}
