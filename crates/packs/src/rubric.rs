//! Rubrics: criteria with weights in basis points and scales with labelled anchors (`rubrics/*.toml`).
//!
//! Invariant (checked): the weights of the criteria that count sum to 10000; independent ones weigh nothing and inform only.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::Bilingual;

use crate::fact::Source;

/// A rubric as in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rubric {
    /// Name and rule.
    #[serde(rename = "rubric")]
    pub head: RubricHead,
    /// Criteria in order.
    #[serde(rename = "criterion")]
    pub criteria: Vec<Criterion>,
}

/// What a rubric is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RubricHead {
    /// `entry.v1`
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// When a subject passes, in words; the number is a parameter or in the lifecycle.
    pub passes: Bilingual,
    /// Only the group may change it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// Rule of the checklist, `R-23`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Where the plan asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// One criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Key within the rubric.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Weight in basis points: 2500 = 25 %.
    pub weight: i64,
    /// Must a complete review score it?
    pub required: bool,
    /// Shown beside the result and never summed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub independent: bool,
    /// What the reviewer should look at.
    pub evidence: Bilingual,
    /// Labelled points of the scale, rising, in points of 0–100. A reviewer may score between them.
    pub scale: Vec<Anchor>,
}

/// A labelled point of a scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// Points, 0–100.
    pub at: i64,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Rubric {
    /// Key of the rubric.
    pub fn key(&self) -> &str {
        &self.head.key
    }

    /// The criterion with this key.
    pub fn criterion(&self, key: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.key == key)
    }

    /// Sum of the weights that count, in basis points; 10000 in a rubric without mistakes.
    pub fn total_weight(&self) -> i64 {
        self.criteria.iter().filter(|criterion| !criterion.independent).map(|criterion| criterion.weight).sum()
    }
}
