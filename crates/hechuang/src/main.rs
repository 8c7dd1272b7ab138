//! The program. `hechuang --help` says what it can do.

use std::process::ExitCode;

/// Each call of the gateway takes and gives back some dozens of small pieces of memory.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    hechuang::commands::run()
}
