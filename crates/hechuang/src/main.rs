//! The program. `hechuang --help` says what it can do.

use std::process::ExitCode;

fn main() -> ExitCode {
    hechuang::commands::run()
}
