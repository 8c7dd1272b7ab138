//! Questions, answers, reports. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Id, Instant};

use crate::refusal::CommunityRefusal;

/// Longest title and text, characters.
pub const TITLE: usize = 120;
/// The same of a text.
pub const BODY: usize = 4_000;

/// Is it shown?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// To everybody.
    Shown,
    /// To its author and the moderators.
    Hidden,
}

impl Standing {
    pub(crate) fn as_str(self) -> &'static str {
        if self == Self::Shown { "shown" } else { "hidden" }
    }

    pub(crate) fn parse(text: &str) -> Self {
        if text == "shown" { Self::Shown } else { Self::Hidden }
    }
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Id.
    pub id: Id,
    /// Capability it is about.
    pub capability: String,
    /// Who asks.
    pub person: Id,
    /// In one line.
    pub title: String,
    /// In full.
    pub body: String,
    /// Is it shown?
    pub state: Standing,
    /// Why not.
    pub reason: String,
    /// The answer that whoever asked accepted.
    pub accepted: Option<Id>,
    /// Answers that are shown.
    pub answers: i64,
    /// Asked at.
    pub made_at: Instant,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Id.
    pub id: Id,
    /// Question.
    pub question: Id,
    /// Who answers.
    pub person: Id,
    /// In full.
    pub body: String,
    /// Is it shown?
    pub state: Standing,
    /// Why not.
    pub reason: String,
    /// Answered at.
    pub made_at: Instant,
}

/// A text of somebody, as it is kept.
pub(crate) fn plain(text: &str, field: &'static str, most: usize) -> Result<String, CommunityRefusal> {
    let text = text.replace("\r\n", "\n").trim().to_owned();
    let fine = (2..=most).contains(&text.chars().count()) && !text.chars().any(|c| c.is_control() && c != '\n');
    if fine { Ok(text) } else { Err(CommunityRefusal::Text { field, most }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_bounded_and_plain() {
        assert_eq!(plain(" 怎样取\r\n回执 ", "/body", BODY).as_deref(), Ok("怎样取\n回执"));
        for text in ["", " ", "好", "a\u{7}b"] {
            assert_eq!(plain(text, "/body", BODY), Err(CommunityRefusal::Text { field: "/body", most: BODY }), "{text:?}");
        }
        assert!(plain(&"字".repeat(TITLE + 1), "/title", TITLE).is_err());
    }
}
