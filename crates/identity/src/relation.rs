//! Relations between people, and between people and organisations or cases: what makes a conflict of interest.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Day, Id, Refusal};

use crate::grant::optional_day;
use crate::mistakes::{Complaint, Mistakes, needed};

/// Kind of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// Spouse, direct line, collateral to the third degree, close in-laws.
    Kinship,
    /// One directs or supervises the other.
    Supervision,
    /// They were in one team.
    PastTeam,
    /// One worked for the other.
    PastEmployer,
    /// They share an invention.
    CoInventor,
    /// One has money in the other.
    Investor,
    /// One is the other's mentor.
    Mentor,
    /// One backs the other's case with 和米.
    Backer,
}

impl RelationKind {
    /// All kinds.
    pub const ALL: [RelationKind; 8] =
        [Self::Kinship, Self::Supervision, Self::PastTeam, Self::PastEmployer, Self::CoInventor, Self::Investor, Self::Mentor, Self::Backer];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kinship => "kinship",
            Self::Supervision => "supervision",
            Self::PastTeam => "past_team",
            Self::PastEmployer => "past_employer",
            Self::CoInventor => "co_inventor",
            Self::Investor => "investor",
            Self::Mentor => "mentor",
            Self::Backer => "backer",
        }
    }

    /// Reads a kind.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What follows from a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// To be declared; whoever runs the review decides.
    Declares,
    /// Excludes before the draw.
    Excludes,
}

impl Severity {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Declares => "declares",
            Self::Excludes => "excludes",
        }
    }

    /// Reads it.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Declares, Self::Excludes].into_iter().find(|severity| severity.as_str() == text)
    }
}

/// A relation to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationDraft {
    /// Kind.
    pub kind: RelationKind,
    /// One side: usually a person.
    pub a: Id,
    /// The other side: a person, an organisation or a case.
    pub b: Id,
    /// First day.
    pub from_on: Day,
    /// Last day; open if none.
    pub to_on: Option<Day>,
    /// Who or what says so: `declared`, `programme.case`, the name of a sheet …
    pub source: String,
    /// What follows.
    pub severity: Severity,
}

impl RelationDraft {
    /// Reads the raw texts of a form.
    pub fn parse(a: &Id, kind: &str, b: &str, from_on: &str, to_on: Option<&str>, source: &str, severity: &str) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let kind = mistakes.take("kind", "identity-relation-kind-wrong", RelationKind::parse(kind).ok_or(()));
        let b = mistakes.take("b", "identity-person-unknown", Id::parse(b.trim()));
        let from_on = mistakes.take("from_on", "identity-day-wrong", Day::parse(from_on.trim()));
        let to_on = mistakes.take("to_on", "identity-day-wrong", optional_day(to_on));
        let source = mistakes.take("source", "identity-source-needed", needed(source, 120));
        let severity = mistakes.take("severity", "identity-severity-wrong", Severity::parse(severity).ok_or(()));
        let a = a.clone();
        let draft = || Some(Self { kind: kind?, a, b: b?, from_on: from_on?, to_on: to_on?, source: source?, severity: severity? });
        let draft = draft();
        mistakes.draft(draft)
    }

    pub(crate) fn admit(&self) -> Result<(), RelationRefusal> {
        if self.a == self.b {
            return Err(RelationRefusal::Oneself);
        }
        if self.to_on.is_some_and(|to| to < self.from_on) { Err(RelationRefusal::Period) } else { Ok(()) }
    }
}

/// A relation as those who run reviews see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RelationView {
    /// Id.
    pub id: Id,
    /// Kind.
    pub kind: RelationKind,
    /// One side.
    pub a: Id,
    /// The other side.
    pub b: Id,
    /// First day.
    pub from_on: Day,
    /// Last day.
    pub to_on: Option<Day>,
    /// Who or what says so.
    pub source: String,
    /// What follows.
    pub severity: Severity,
}

/// Why a relation is not written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelationRefusal {
    /// Fields are wrong.
    Fields(Mistakes),
    /// A relation has two sides.
    Oneself,
    /// Ends before it begins.
    Period,
    /// There is no such person.
    Unknown,
    /// Has ended already.
    Ended,
}

impl Refusal for RelationRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "identity-fields",
            Self::Oneself => "identity-relation-oneself",
            Self::Period => "identity-period",
            Self::Unknown => "identity-person-unknown",
            Self::Ended => "identity-relation-ended",
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::Oneself | Self::Unknown => "/b",
            Self::Period => "/to_on",
            Self::Fields(_) | Self::Ended => return None,
        };
        Some(field.into())
    }

    fn parts(&self) -> Vec<Complaint> {
        match self {
            Self::Fields(mistakes) => mistakes.parts(),
            _ => Vec::new(),
        }
    }
}
