//! `ledger export --format hledger|beancount|csv`: the books for other programs to check.

use clap::{Subcommand, ValueEnum};
use words::{Failure, Never};

use super::out::Pipe;
use super::{Run, Setting, Stop, existing};

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Format {
    Hledger,
    Beancount,
    Csv,
}

#[derive(Subcommand)]
pub(super) enum LedgerCommand {
    /// Write all postings to stdout
    Export {
        /// Format
        #[arg(long, value_enum, default_value = "hledger")]
        format: Format,
    },
}

pub(super) fn run(setting: &Setting, command: LedgerCommand) -> Run {
    let LedgerCommand::Export { format } = command;
    let db = existing(&setting.config)?;
    let format = match format {
        Format::Hledger => ledger::Format::Hledger,
        Format::Beancount => ledger::Format::Beancount,
        Format::Csv => ledger::Format::Csv,
    };
    let mut out = Pipe::open();
    let written = db.read::<_, Never>(|read| Ok(ledger::export(read, format, &mut out)?)).map_err(|failure| Stop::from(Failure::into_fault(failure)));
    out.end(written)
}
