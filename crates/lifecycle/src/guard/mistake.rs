//! What can be wrong with a guard or an effect. Asks nothing, tells nothing. Invariant: coded; sentences are `mistake-guard-…` texts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::lex::Place;

/// Kind of mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GuardFault {
    /// More than 512 bytes.
    TooLong,
    /// Nested deeper than 16.
    TooDeep,
    /// A character that means nothing here.
    BadCharacter,
    /// A text without its closing quote.
    UnclosedText,
    /// More digits than 128 bits or 18 places hold.
    NumberTooLarge,
    /// A token that does not belong here.
    Unexpected,
    /// It stops in the middle.
    UnexpectedEnd,
    /// No such function or verb.
    UnknownFunction,
    /// Wrong number or kind of arguments.
    WrongArguments,
    /// A name that `[uses]`, the parameters and the states do not declare.
    UnknownName,
    /// Types that do not go together.
    WrongTypes,
    /// A text that is no option of the enum it is compared with.
    NotAnOption,
    /// A guard that is not yes or no.
    NotYesOrNo,
}

/// A mistake at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuardMistake {
    /// Kind.
    pub fault: GuardFault,
    /// Bytes of the source.
    pub place: Place,
    /// The name, token or type in question.
    pub what: String,
}

impl GuardMistake {
    pub(crate) fn new(fault: GuardFault, place: Place, what: impl ToString) -> Self {
        Self { fault, place, what: what.to_string() }
    }
}
