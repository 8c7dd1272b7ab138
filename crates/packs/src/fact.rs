//! The plan's facts: each with its line, quote and date; contradicting readings stand side by side (`facts/*.toml`).
//!
//! Invariant (checked): no fact without a source.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Bilingual, Day};

/// Where the plan says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Line of the plan.
    pub line: u32,
    /// Its words, blanks dropped.
    pub quote: String,
    /// `2016`, `2017-07` or `2017-06-30`: the date in the text.
    pub as_of: String,
}

/// How exact the plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// 超, 余
    MoreThan,
    /// 近
    Nearly,
    /// 约
    About,
    /// 以上 (inclusive)
    AtLeast,
}

/// A fact: a box of the map, a number, a capability, a target, a step of the roadmap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Key, unique among all facts.
    pub key: String,
    /// Group it is shown in: `N-A`, `goal`, `capability`, `C1` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// More words about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Bilingual>,
    /// Plain decimal number in the unit named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Unit of the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Bilingual>,
    /// How exact the number is; exactly, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare: Option<Compare>,
    /// What the number counts, where that may be misread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Bilingual>,
    /// The fact or phase it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Where the portal leads from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leads_to: Option<String>,
    /// Our remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Bilingual>,
    /// Where the plan says it.
    pub source: Source,
}

/// Kind of a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BaseKind {
    /// 和创空间
    Space,
    /// 5G联创中心开放实验室
    Lab,
    /// 联合实验室
    JointLab,
    /// 创新基地
    Base,
}

/// Status of a work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkStatus {
    /// 已建
    Built,
    /// 在建
    Building,
    /// 拟建
    Planned,
}

/// A number of a base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Plain number.
    pub value: String,
    /// Where the plan says it.
    pub source: Source,
}

/// One of the 26 bases (checklist §4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Base {
    /// Number in part 五（三）.
    pub number: i64,
    /// Key of the base and of its node.
    pub key: String,
    /// Kind.
    pub kind: BaseKind,
    /// Full name as the plan writes it.
    pub zh: String,
    /// English.
    pub en: String,
    /// Short name for lists.
    pub short: Bilingual,
    /// Another name that the plan uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// City, as in the table of minimum wages where it has one.
    pub city: String,
    /// Unit under which it stands in the tree.
    pub unit: String,
    /// Who operates or leads it, in words.
    pub operator: Bilingual,
    /// What the plan does not say and we concluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inferred: Option<Bilingual>,
    /// Partners named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partners: Option<Bilingual>,
    /// Focus and services.
    pub focus: Bilingual,
    /// What it will do later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub future: Option<Bilingual>,
    /// Status from the annex.
    pub status: WorkStatus,
    /// Its row in annex 1.
    pub work: i64,
    /// Its numbers.
    #[serde(default)]
    pub figures: Vec<Figure>,
    /// Where part 五（三） speaks of it.
    pub source: Source,
    /// Where annex 1 does.
    pub annex: Source,
}

/// One of the 28 works of annex 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// Row of the annex.
    pub number: i64,
    /// Key.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// The base that it builds, if it builds one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// What is built.
    pub content: Bilingual,
    /// Status.
    pub status: WorkStatus,
    /// Where.
    pub source: Source,
}

/// Is a document of the rulebook out?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentStatus {
    /// 已完成
    Issued,
    /// 制订中
    Drafting,
}

/// One of the 17 documents of annex 2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleDocument {
    /// Number in the annex.
    pub number: i64,
    /// Key.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Is it out?
    pub status: DocumentStatus,
    /// Day of issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Day>,
    /// Rows of the checklist that it should drive.
    pub drives: Vec<String>,
    /// Where.
    pub source: Source,
}

/// A phase of the plan: [from, until).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// Key.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// First day.
    pub from: Day,
    /// First day that no longer belongs to it.
    pub until: Day,
    /// Main work.
    pub work: Bilingual,
    /// Where.
    pub source: Source,
}

/// One of two or more readings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Where the plan says so.
    pub source: Source,
}

/// A place where the plan disagrees with itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contradiction {
    /// `I-01`
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Which reading is used, and how.
    pub treatment: Bilingual,
    /// Two or more.
    pub readings: Vec<Reading>,
}

/// All facts of a pack, by file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Facts {
    /// Boxes of the programme map.
    pub map: Vec<Fact>,
    /// The 28 works.
    pub works: Vec<Work>,
    /// The 26 bases.
    pub bases: Vec<Base>,
    /// The 17 documents.
    pub rulebook: Vec<RuleDocument>,
    /// Numbers N-A … N-J.
    pub achievements: Vec<Fact>,
    /// Platforms and capabilities.
    pub platforms: Vec<Fact>,
    /// Targets.
    pub targets: Vec<Fact>,
    /// Phases.
    pub phases: Vec<Phase>,
    /// Main work of the phases.
    pub roadmap: Vec<Fact>,
    /// Contradictions.
    pub contradictions: Vec<Contradiction>,
}

impl Facts {
    /// All of the shape [`Fact`], with the file that they are in.
    pub fn plain(&self) -> impl Iterator<Item = (&'static str, &Fact)> {
        [("facts/map.toml", &self.map), ("facts/achievements.toml", &self.achievements), ("facts/platforms.toml", &self.platforms)]
            .into_iter()
            .chain([("facts/targets.toml", &self.targets), ("facts/roadmap.toml", &self.roadmap)])
            .flat_map(|(file, facts)| facts.iter().map(move |fact| (file, fact)))
    }
}
