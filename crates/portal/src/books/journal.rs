//! The journal to take away: CSV, hledger, beancount.

use ledger::Format;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Reply};
use words::Never;

use super::of_the_group;
use crate::rights;

/// In which form.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Form {
    /// RFC 4180, every transfer.
    Csv,
    /// Plain text for hledger.
    Hledger,
    /// Plain text for beancount.
    Beancount,
}

/// What to take away.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct JournalQuery {
    /// The form.
    form: Form,
}

/// A file has no view.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct JournalFile {}

pub(super) fn take(call: &Call, query: JournalQuery) -> Answer<JournalFile> {
    let who = of_the_group(call, rights::LEDGER_EXPORT)?;
    call.rate(&format!("journal:{}", who.person), 6)?;
    let (format, name, media_type) = match query.form {
        Form::Csv => (Format::Csv, "journal.csv", "text/csv; charset=utf-8"),
        Form::Hledger => (Format::Hledger, "journal.hledger", "text/plain; charset=utf-8"),
        Form::Beancount => (Format::Beancount, "journal.beancount", "text/plain; charset=utf-8"),
    };
    let bytes = call.read::<_, Never>(|read| {
        let mut bytes = if format == Format::Csv { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
        ledger::export(read, format, &mut bytes)?;
        Ok(bytes)
    })?;
    Ok(Reply::file(name, media_type, bytes))
}
