//! Guards: conditions written in a small typed language, which explain themselves.
//!
//! Asks [`Facts`], tells a [`Verdict`] and what is [`Missing`]. Invariant: bounded (512 bytes, 16 deep), total, exact, without side effects.

mod call;
mod eval;
mod lex;
mod missing;
mod mistake;
mod parse;
mod question;
mod types;
mod value;

pub use eval::{Standing, Verdict};
pub use lex::{MAX_BYTES, Place};
pub use missing::{Arg, Missing, MissingCode};
pub use mistake::{GuardFault, GuardMistake};
pub use parse::MAX_DEPTH;
pub use question::{Answer, CaseField, CaseRef, Detail, FactSet, Facts, Key, Question, ReviewField};
pub use types::Type;
pub use value::{Dec, Value};

pub(crate) use eval::truth;
pub(crate) use parse::{Ast, Kind, parse};
pub(crate) use types::type_of;

use crate::definition::Schema;

/// A guard that type-checks.
#[derive(Debug, Clone, PartialEq)]
pub struct Guard {
    source: String,
    expr: types::Expr,
}

impl Guard {
    /// Reads and type-checks a guard.
    pub fn parse(source: &str, schema: &Schema) -> Result<Self, GuardMistake> {
        let expr = types::check_guard(&parse(source)?, schema)?;
        Ok(Self { source: source.to_owned(), expr })
    }

    /// As it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What it asks; what a table's row depends on comes before the table.
    pub fn questions(&self) -> Vec<Question> {
        let mut all = Vec::new();
        eval::questions(&self.expr, &mut all);
        all
    }

    /// What it is worth.
    pub fn verdict(&self, facts: &dyn Facts) -> Verdict {
        eval::eval(&self.expr, facts)
    }

    /// What is missing for it to be met; nothing if it is.
    pub fn missing(&self, verdict: &Verdict, schema: &Schema) -> Vec<Missing> {
        missing::missing(&self.expr, verdict, schema)
    }

    /// States of linked cases that it compares with, as written.
    pub(crate) fn states_compared(&self) -> Vec<(CaseRef, String)> {
        let mut all = Vec::new();
        types::states_compared(&self.expr, &mut all);
        all
    }
}
