//! Mistakes of definitions: coded, with the place and the arguments of a sentence (`mistake-…` texts).
//!
//! Asks nothing, tells nothing. Invariant: whoever writes a pack can find each place from what is told here.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::guard::GuardMistake;

/// A mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mistake {
    /// The file, or the id of the definition.
    pub file: String,
    /// Kind; `key()` names its sentence.
    pub code: MistakeCode,
    /// Where: `move start need 2`, `state incubating`.
    pub place: String,
    /// Arguments of the sentence.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, String>,
    /// How a joint state is reached, step by step: `incubation.self terminate`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trace: Vec<String>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $key:literal),+ $(,)?) => {
        /// Kind of mistake.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum MistakeCode { $($(#[$doc])* #[serde(rename = $key)] $name),+ }

        impl MistakeCode {
            /// All kinds.
            pub const ALL: &[MistakeCode] = &[$(MistakeCode::$name),+];

            /// The key of its sentence.
            pub const fn key(self) -> &'static str {
                match self { $(MistakeCode::$name => $key),+ }
            }
        }
    };
}

codes! {
    /// Not TOML of the expected shape: `what`.
    Shape = "mistake-shape",
    /// A name without its text in one of the languages.
    Untranslated = "mistake-untranslated",
    /// An id that is not lower case letters, digits, `_` and `.`.
    BadId = "mistake-bad-id",
    /// Declared twice: `what`.
    Twice = "mistake-twice",
    /// Not exactly one state of kind `start`.
    Starts = "mistake-starts",
    /// A state that does not exist: `what`.
    NoState = "mistake-no-state",
    /// A move out of an end.
    FromEnd = "mistake-from-end",
    /// An end without outcome.
    NoOutcome = "mistake-no-outcome",
    /// A gate without review, or a review elsewhere.
    GateReview = "mistake-gate-review",
    /// A review whose quorum exceeds its size, or is zero.
    Quorum = "mistake-quorum",
    /// A duration or a parameter that is none: `what`.
    Period = "mistake-period",
    /// A guard: `fault`, `what`, `source`, `from`, `to`.
    Guard = "mistake-guard",
    /// An effect: `fault`, `what`, `source`.
    Effect = "mistake-effect",
    /// A name that `[uses]` does not declare: `kind`, `what`.
    Undeclared = "mistake-undeclared",
    /// A name of `[uses]` that nothing uses: `kind`, `what`.
    Unused = "mistake-unused",
    /// A timed move whose clock nothing starts: `what`.
    NoClock = "mistake-no-clock",
    /// A state that cannot be reached from the start.
    Unreachable = "mistake-unreachable",
    /// A state from which no end can be reached.
    Trap = "mistake-trap",
    /// A gate with fewer than two ways out.
    OneWay = "mistake-one-way",
    /// A name that the pack does not have: `kind`, `what`.
    Absent = "mistake-absent",
    /// Two definitions with one id.
    SameId = "mistake-same-id",
    /// An effect advances another case by a move it does not have: `what`.
    NoSuchMove = "mistake-no-such-move",
    /// A guard compares a linked case with a state that no linked definition has: `what`.
    NoSuchState = "mistake-no-such-state",
    /// A move that can never fire when linked cases are walked together.
    NeverFires = "mistake-never-fires",
    /// An effect advances another case that is in a state where it cannot: `state`, with the trace.
    AdvanceStuck = "mistake-advance-stuck",
    /// A joint state of linked cases without a way to a joint end: `state`, with the trace.
    JointTrap = "mistake-joint-trap",
    /// More joint states than the checker walks: `what`.
    TooLarge = "mistake-too-large",
}

impl Mistake {
    pub(crate) fn new(file: &str, code: MistakeCode, place: impl Into<String>) -> Self {
        Self { file: file.to_owned(), code, place: place.into(), args: BTreeMap::new(), trace: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &str, arg: impl ToString) -> Self {
        self.args.insert(name.to_owned(), arg.to_string());
        self
    }

    pub(crate) fn guard(file: &str, code: MistakeCode, place: impl Into<String>, source: &str, mistake: &GuardMistake) -> Self {
        let fault = serde_json::to_value(mistake.fault).ok().and_then(|fault| fault.as_str().map(str::to_owned)).unwrap_or_default();
        Self::new(file, code, place)
            .with("fault", fault)
            .with("what", &mistake.what)
            .with("source", source)
            .with("from", mistake.place.0)
            .with("to", mistake.place.1)
    }
}
