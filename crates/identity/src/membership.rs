//! Memberships: who belongs to which unit or team, from which day to which, in which grade and position.

use schemars::JsonSchema;
use serde::Serialize;
use words::{Bilingual, Day, Id, Node, Refusal};

use crate::grant::optional_day;
use crate::mistakes::{Complaint, Mistakes, filled};
use crate::tree::parse_path;

/// A membership to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MembershipDraft {
    /// Where.
    pub node: Node,
    /// First day.
    pub from_on: Day,
    /// Last day; open if none.
    pub to_on: Option<Day>,
    /// 职级.
    pub grade: Option<String>,
    /// 岗位.
    pub position: Option<String>,
}

impl MembershipDraft {
    /// Reads the raw texts of a form.
    pub fn parse(node: &str, from_on: &str, to_on: Option<&str>, grade: Option<&str>, position: Option<&str>) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let node = mistakes.take("node", "identity-node-unknown", parse_path(node));
        let from_on = mistakes.take("from_on", "identity-day-wrong", Day::parse(from_on.trim()));
        let to_on = mistakes.take("to_on", "identity-day-wrong", optional_day(to_on));
        let grade = mistakes.take("grade", "identity-text-long", filled(grade, 40));
        let position = mistakes.take("position", "identity-text-long", filled(position, 60));
        let draft = || Some(Self { node: node?, from_on: from_on?, to_on: to_on?, grade: grade?, position: position? });
        let draft = draft();
        mistakes.draft(draft)
    }
}

/// A membership as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MembershipView {
    /// Id.
    pub id: Id,
    /// Who.
    pub person: Id,
    /// Where.
    pub node: Node,
    /// What people call the place.
    pub node_title: Bilingual,
    /// First day.
    pub from_on: Day,
    /// Last day.
    pub to_on: Option<Day>,
    /// 职级.
    pub grade: Option<String>,
    /// 岗位.
    pub position: Option<String>,
}

/// Why a membership does not begin or end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MembershipRefusal {
    /// Fields are wrong.
    Fields(Mistakes),
    /// Ends before it begins.
    Period,
    /// No such node, or it is closed.
    NodeGone,
    /// The person has left or is unknown.
    PersonGone,
    /// Belongs there in that time already.
    Doubled,
    /// Has ended already.
    Ended,
}

impl Refusal for MembershipRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "identity-fields",
            Self::Period => "identity-period",
            Self::NodeGone => "identity-node-gone",
            Self::PersonGone => "identity-person-gone",
            Self::Doubled => "identity-membership-doubled",
            Self::Ended => "identity-membership-ended",
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::Period => "/to_on",
            Self::NodeGone | Self::Doubled => "/node",
            Self::PersonGone => "/person",
            Self::Fields(_) | Self::Ended => return None,
        };
        Some(field.into())
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::Ended | Self::Doubled) { 409 } else { 422 }
    }

    fn parts(&self) -> Vec<Complaint> {
        match self {
            Self::Fields(mistakes) => mistakes.parts(),
            _ => Vec::new(),
        }
    }
}
