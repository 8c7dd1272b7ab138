//! A change of a parameter, form, rubric, table or letter at a node: proposed by one person, confirmed by another.

use schemars::JsonSchema;
use serde::Serialize;
use words::{Day, Id, Instant, Node, Refusal};

use crate::{Misfit, PackMistake};

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// The value of a parameter.
    Param,
    /// A form, replaced here and below.
    Form,
    /// A rubric, replaced here and below.
    Rubric,
    /// The rows of a table, replaced here and below.
    Table,
    /// A letter, replaced here and below.
    Letter,
}

/// Where a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// Waits for a second person.
    Proposed,
    /// Holds from its day on.
    Confirmed,
    /// Given up.
    Withdrawn,
}

macro_rules! named {
    ($type:ident: $($variant:ident = $name:literal),*) => {
        impl $type {
            /// Name in the store.
            pub fn as_str(self) -> &'static str {
                match self { $($type::$variant => $name),* }
            }

            /// From the name in the store.
            pub fn read(name: &str) -> Option<Self> {
                match name { $($name => Some($type::$variant),)* _ => None }
            }
        }
    };
}

named!(ChangeKind: Param = "param", Form = "form", Rubric = "rubric", Table = "table", Letter = "letter");
named!(ChangeState: Proposed = "proposed", Confirmed = "confirmed", Withdrawn = "withdrawn");

/// A stored change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Change {
    /// Id.
    pub id: Id,
    /// What is changed.
    pub kind: ChangeKind,
    /// Where.
    pub node: Node,
    /// Key of what is changed.
    pub target: String,
    /// New value, the TOML of the form, rubric or letter, or the CSV of the table.
    pub body: String,
    /// First day on which it holds.
    pub from: Day,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub state: ChangeState,
    /// Who proposed it.
    pub proposed_by: Id,
    /// When.
    pub proposed_at: Instant,
    /// Who confirmed or withdrew it.
    pub decided_by: Option<Id>,
    /// When.
    pub decided_at: Option<Instant>,
}

impl Change {
    /// What was proposed, to be checked again.
    pub fn draft(&self) -> ChangeDraft {
        let (kind, node, target, body) = (self.kind, self.node.clone(), self.target.clone(), self.body.clone());
        ChangeDraft { kind, node, target, body, from: self.from, reason: self.reason.clone() }
    }
}

/// A change to propose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeDraft {
    /// What is changed.
    pub kind: ChangeKind,
    /// Where: the group, a unit or a base.
    pub node: Node,
    /// Key of what is changed.
    pub target: String,
    /// New value, the TOML of the form, rubric or letter, or the CSV of the table.
    pub body: String,
    /// First day on which it holds; today or later.
    pub from: Day,
    /// Why; at least four characters.
    pub reason: String,
}

/// Why a change is refused, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeRefusal {
    /// The node is no unit of the pack.
    UnknownNode(Node),
    /// A reason is missing or too long.
    NoReason,
    /// The day lies in the past.
    InThePast {
        /// Day asked for.
        from: Day,
        /// Today.
        today: Day,
    },
    /// What is proposed cannot be read, or the pack with it has mistakes.
    BadShape(Vec<PackMistake>),
    /// It does not fit the pack.
    Misfit(Misfit),
    /// It was decided before.
    Decided(ChangeState),
    /// The second person must be another one.
    SamePerson,
    /// Only the one who proposed it may withdraw it.
    NotYours,
}

impl From<Misfit> for ChangeRefusal {
    fn from(misfit: Misfit) -> Self {
        match misfit {
            Misfit::Broken { mistakes, .. } => Self::BadShape(mistakes),
            misfit => Self::Misfit(misfit),
        }
    }
}

impl Refusal for ChangeRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownNode(_) => "packs-unknown-node",
            Self::NoReason => "packs-no-reason",
            Self::InThePast { .. } => "packs-in-the-past",
            Self::BadShape(_) => "packs-bad-shape",
            Self::Misfit(Misfit::Unknown { kind, .. }) => match *kind {
                "form" => "packs-unknown-form",
                "rubric" => "packs-unknown-rubric",
                "table" => "packs-unknown-table",
                "letter" => "packs-unknown-letter",
                _ => "packs-unknown-param",
            },
            Self::Misfit(Misfit::Locked { .. }) => "packs-locked",
            Self::Misfit(Misfit::BadValue { .. }) => "packs-bad-value",
            Self::Misfit(Misfit::FieldChanged { .. }) => "packs-field-changed",
            Self::Misfit(Misfit::SameVersion { .. }) => "packs-same-version",
            Self::Misfit(Misfit::Weights { .. }) => "packs-weights",
            Self::Misfit(Misfit::Broken { .. }) => "packs-bad-shape",
            Self::Decided(_) => "packs-change-decided",
            Self::SamePerson => "packs-same-person",
            Self::NotYours => "packs-not-yours",
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::UnknownNode(_) => "/node",
            Self::NoReason => "/reason",
            Self::InThePast { .. } => "/from",
            Self::Misfit(Misfit::Unknown { .. } | Misfit::Locked { .. }) => "/target",
            Self::BadShape(_) | Self::Misfit(_) => "/body",
            Self::Decided(_) | Self::SamePerson | Self::NotYours => return None,
        };
        Some(field.to_owned())
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::UnknownNode(node) => vec![("node", node.to_string())],
            Self::InThePast { from, today } => vec![("from", from.to_string()), ("today", today.to_string())],
            Self::BadShape(mistakes) => vec![("count", mistakes.len().to_string()), ("first", mistakes.first().map(ToString::to_string).unwrap_or_default())],
            Self::Misfit(Misfit::Unknown { key, .. } | Misfit::Locked { key }) => vec![("key", key.clone())],
            Self::Misfit(Misfit::BadValue { key, value, why }) => vec![("key", key.clone()), ("value", value.clone()), ("why", (*why).to_owned())],
            Self::Misfit(Misfit::FieldChanged { form, field }) => vec![("form", form.clone()), ("field", field.clone())],
            Self::Misfit(Misfit::SameVersion { form }) => vec![("form", form.clone())],
            Self::Misfit(Misfit::Broken { key, .. }) => vec![("count", "1".to_owned()), ("first", key.clone())],
            Self::Misfit(Misfit::Weights { rubric, sum }) => vec![("rubric", rubric.clone()), ("sum", sum.to_string())],
            Self::Decided(state) => vec![("state", state.as_str().to_owned())],
            Self::NoReason | Self::SamePerson | Self::NotYours => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Decided(_) | Self::SamePerson | Self::NotYours => 409,
            _ => 422,
        }
    }
}
