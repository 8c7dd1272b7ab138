//! Rights and roles: which role carries which right (`roles.toml`).
//!
//! Invariant: a right that no crate asks for does no harm; a right that is asked for and not listed is nobody's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A right with its name for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RightName {
    /// `hemi.back`
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// How somebody comes to hold a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleKind {
    /// Granted on a node, from–to.
    Node,
    /// Follows from a case: its lead, its mentor …
    Case,
    /// The clock and the system.
    System,
}

/// A role of the programme (checklist §7.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// `programme.office`
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// How somebody comes to hold it.
    pub kind: RoleKind,
    /// Who that is.
    pub who: words::Bilingual,
    /// A role of a case that is held by those who hold this role on the node that the case names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    /// Those who hold it act for themselves; everybody else holds an office, and loses the cases that they are too near to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub personal: bool,
    /// Rights it carries.
    #[serde(default)]
    pub rights: Vec<String>,
}
