//! What the pages and the capability take.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use words::Id;

use crate::send::SendDraft;
use crate::text::{Purpose, TextDraft, TextKind, TextState};

/// A template or a signature.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct TextForm {
    /// What it is.
    pub kind: TextKind,
    /// What it is for.
    pub purpose: Purpose,
    /// What its owner calls it.
    #[schemars(length(min = 1, max = 60))]
    pub name: String,
    /// The text.
    #[schemars(length(min = 1, max = 500))]
    pub body: String,
}

impl TextForm {
    pub(crate) fn draft(self) -> TextDraft {
        // A form sends lines with two characters at their ends.
        TextDraft { kind: self.kind, purpose: self.purpose, name: self.name, body: self.body.replace("\r\n", "\n") }
    }
}

/// Which texts are looked at.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct ReviewQuery {
    /// Those that wait, if it is left out.
    pub state: Option<TextState>,
    /// Where to go on.
    #[serde(default)]
    #[schemars(length(max = 60))]
    pub cursor: String,
}

/// Where a list goes on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct ListQuery {
    /// Where to go on.
    #[serde(default)]
    #[schemars(length(max = 60))]
    pub cursor: String,
}

/// A send.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct SendForm {
    /// Template.
    pub template: Id,
    /// Signature.
    pub signature: Id,
    /// Values of the template's parameters.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// Numbers: `+8613800138000`.
    #[schemars(length(min = 1, max = 100))]
    pub numbers: Vec<String>,
}

impl SendForm {
    pub(crate) fn draft(self) -> SendDraft {
        SendDraft { template: self.template, signature: self.signature, parameters: self.parameters, numbers: self.numbers }
    }
}

/// A number that opted out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct NumberForm {
    /// Number.
    #[schemars(length(min = 1, max = 40))]
    pub number: String,
}

/// An answer, as if whoever has the number had sent it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct ReplyForm {
    /// Number.
    #[schemars(length(min = 1, max = 40))]
    pub number: String,
    /// What is answered.
    #[schemars(length(max = 500))]
    pub text: String,
}
