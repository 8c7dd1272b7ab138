//! The tree of units, the people of the demo, and the ideas that the simulation lives (`units.toml`, `personas.toml`, `ideas.toml`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::Bilingual;

use crate::fact::Source;

/// Kind of a node of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// The top.
    Group,
    /// A department of the group.
    Department,
    /// 省公司
    Provincial,
    /// 专业公司
    Professional,
    /// 研发机构
    Research,
    /// A base, under its operator.
    Base,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Name of the node: `zj`, `hz-space`.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Kind.
    pub kind: UnitKind,
    /// Key of the unit right above; only the top has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// City.
    pub city: String,
    /// The base of `facts/bases.toml` that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// 示范: the plan does not name it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demo: bool,
    /// What the plan leaves open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Bilingual>,
    /// Where the plan names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// A role of a persona on a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonaRole {
    /// Key of the role.
    pub role: String,
    /// Key of the unit.
    pub node: String,
}

/// An invented person of the demo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// Key.
    pub key: String,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Home unit; none for outsiders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// City.
    pub city: String,
    /// Grade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// Fixed monthly pay in fen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_pay: Option<i64>,
    /// Fields of expertise.
    #[serde(default)]
    pub domains: Vec<String>,
    /// Has a button on the demo sign-in page.
    pub door: bool,
    /// Not an employee.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outside: bool,
    /// What they do in the story.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<Bilingual>,
    /// Roles on nodes.
    #[serde(default)]
    pub roles: Vec<PersonaRole>,
    /// Keys of those who act in their place, first to last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deputies: Vec<String>,
}

/// A seed idea of the simulation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Idea {
    /// Key.
    pub key: String,
    /// Chinese title.
    pub zh: String,
    /// English title.
    pub en: String,
    /// One sentence.
    pub summary: Bilingual,
    /// Domains.
    pub domains: Vec<String>,
    /// Base that it applies to.
    pub base: String,
    /// Home unit of its lead.
    pub unit: String,
    /// Where its life stands when the demo opens.
    pub ending: Ending,
    /// The persona that leads it, if it is told of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<String>,
}

/// Where the life of a seed idea stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Not submitted.
    Draft,
    /// Being screened.
    Screening,
    /// Returned for correction.
    Returned,
    /// Entry review.
    EntryReview,
    /// Not admitted.
    Rejected,
    /// Withdrawn by its team.
    Withdrawn,
    /// Admitted, the notice is running.
    Notice,
    /// Being onboarded.
    Onboarding,
    /// In incubation.
    Incubating,
    /// Preparing the exit.
    ExitPrep,
    /// Exit review.
    ExitReview,
    /// Extended after an exit review.
    Extended,
    /// The application unit is taking it on.
    Transfer,
    /// Converted internally.
    GraduatedInternal,
    /// Became a venture.
    GraduatedVenture,
    /// Being closed.
    Closing,
    /// Closed, lessons published.
    Closed,
}
