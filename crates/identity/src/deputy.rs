//! Deputies: each official has a fixed line of them; the first who is there acts when the official is absent or in conflict with a case.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Day, Id, Node, Refusal};

use crate::grant::optional_day;
use crate::mistakes::{Complaint, Mistakes, needed};
use crate::tree::parse_path;

/// Longest line.
pub const LINE_MAX: usize = 5;

/// Why the official does not act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AbsenceKind {
    /// Away from a day to a day: the deputy acts in everything.
    Away,
    /// In conflict with a case: the deputy acts in that case.
    Conflict,
}

impl AbsenceKind {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Away => "away",
            Self::Conflict => "conflict",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Away, Self::Conflict].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// An absence to be noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsenceDraft {
    /// Kind.
    pub kind: AbsenceKind,
    /// The case, for a conflict.
    pub node: Option<Node>,
    /// First day.
    pub from_on: Day,
    /// Last day; needed when away.
    pub to_on: Option<Day>,
    /// Why.
    pub reason: String,
}

impl AbsenceDraft {
    /// Reads the raw texts of a form.
    pub fn parse(kind: &str, node: Option<&str>, from_on: &str, to_on: Option<&str>, reason: &str) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let kind = mistakes.take("kind", "identity-absence-kind-wrong", AbsenceKind::parse(kind).ok_or(()));
        let node = node.unwrap_or_default().trim();
        let node = mistakes.take("node", "identity-node-unknown", if node.is_empty() { Ok(None) } else { parse_path(node).map(Some) });
        let from_on = mistakes.take("from_on", "identity-day-wrong", Day::parse(from_on.trim()));
        let to_on = mistakes.take("to_on", "identity-day-wrong", optional_day(to_on));
        let reason = mistakes.take("reason", "identity-reason-needed", needed(reason, 300));
        let draft = || Some(Self { kind: kind?, node: node?, from_on: from_on?, to_on: to_on?, reason: reason? });
        let draft = draft();
        mistakes.draft(draft)
    }

    pub(crate) fn admit(&self) -> Result<(), DeputyRefusal> {
        match (self.kind, &self.node, self.to_on) {
            (AbsenceKind::Conflict, None, _) => Err(DeputyRefusal::CaseNeeded),
            (AbsenceKind::Away, _, None) => Err(DeputyRefusal::EndNeeded),
            (_, _, Some(to)) if to < self.from_on => Err(DeputyRefusal::Period),
            _ => Ok(()),
        }
    }
}

/// An absence as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AbsenceView {
    /// Id.
    pub id: Id,
    /// Kind.
    pub kind: AbsenceKind,
    /// The case, for a conflict.
    pub node: Option<Node>,
    /// First day.
    pub from_on: Day,
    /// Last day.
    pub to_on: Option<Day>,
    /// Why.
    pub reason: String,
}

/// Why a line or an absence is not noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeputyRefusal {
    /// Fields are wrong.
    Fields(Mistakes),
    /// Nobody is their own deputy.
    Oneself,
    /// Somebody stands in the line twice.
    Doubled,
    /// More than five.
    TooMany,
    /// A deputy has left or is unknown.
    PersonGone,
    /// A conflict is one with a case.
    CaseNeeded,
    /// Being away has a last day.
    EndNeeded,
    /// Ends before it begins.
    Period,
    /// Who would act does not arrange it.
    OwnGain,
    /// The official holds roles that the caller could not give.
    HoldsMore,
    /// Is over already.
    Ended,
}

impl Refusal for DeputyRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "identity-fields",
            Self::Oneself => "identity-deputy-oneself",
            Self::Doubled => "identity-deputy-doubled",
            Self::TooMany => "identity-deputy-many",
            Self::PersonGone => "identity-person-gone",
            Self::CaseNeeded => "identity-case-needed",
            Self::EndNeeded => "identity-end-needed",
            Self::Period => "identity-period",
            Self::OwnGain => "identity-own-gain",
            Self::HoldsMore => "identity-holds-more",
            Self::Ended => "identity-absence-ended",
        }
    }

    fn field(&self) -> Option<String> {
        let field = match self {
            Self::Oneself | Self::Doubled | Self::TooMany | Self::PersonGone | Self::OwnGain => "/deputies",
            Self::CaseNeeded => "/node",
            Self::EndNeeded | Self::Period => "/to_on",
            Self::Fields(_) | Self::HoldsMore | Self::Ended => return None,
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

/// Is this a line that can stand?
pub(crate) fn admit_line(official: &Id, line: &[Id]) -> Result<(), DeputyRefusal> {
    if line.contains(official) {
        return Err(DeputyRefusal::Oneself);
    }
    if line.len() > LINE_MAX {
        return Err(DeputyRefusal::TooMany);
    }
    let doubled = line.iter().enumerate().any(|(at, deputy)| line[..at].contains(deputy));
    if doubled { Err(DeputyRefusal::Doubled) } else { Ok(()) }
}
