//! What is wrong with a pack: file, line where it is known, and a coded sentence.
//!
//! The sentences are `pack-mistake-<code>` in the locales. Invariant: a checker never stops at the first mistake.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

/// One mistake of a pack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct PackMistake {
    /// Path in the pack.
    pub file: String,
    /// Line, from 1, where it is known.
    pub line: Option<usize>,
    /// Code of the sentence, kebab case: `duplicate-key`.
    pub code: String,
    /// Arguments of the sentence by name.
    pub args: Vec<(String, String)>,
}

/// All mistakes of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct PackMistakes(pub Vec<PackMistake>);

impl PackMistake {
    /// A mistake somewhere in a file.
    pub fn new(file: &str, line: Option<usize>, code: &str, args: &[(&str, &str)]) -> Self {
        let args = args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { file: file.to_owned(), line, code: code.to_owned(), args }
    }
}

impl fmt::Display for PackMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, " {}", self.code)?;
        self.args.iter().try_for_each(|(name, value)| write!(f, " {name}={value:?}"))
    }
}

impl PackMistakes {
    /// Is there a mistake with this code?
    pub fn has(&self, code: &str) -> bool {
        self.0.iter().any(|mistake| mistake.code == code)
    }
}

impl fmt::Display for PackMistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|mistake| writeln!(f, "{mistake}"))
    }
}

impl std::error::Error for PackMistakes {}
