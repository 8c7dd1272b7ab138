//! What every bench needs: what is asked on the command line, a folder to work in, timings, a table of figures.
//!
//! Invariant: a figure is printed with the load of the machine beside it, and never without the check that the work was done.

mod ask;
mod dice;
mod figures;
mod ground;
mod http;
mod timing;

pub use ask::Ask;
pub use dice::Dice;
pub use figures::Figures;
pub use ground::{Ground, processor_time, syncs_a_second};
pub use http::{Client, Got};
pub use timing::{Crowd, Timing, thousands};

use words::{Failure, Fault, Never, Outcome};

/// As the program has it.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A bench that meets a fault stops with it.
pub type Done<T = ()> = Result<T, Fault>;

/// The outcome of a use case that refuses nothing.
pub fn sure<T>(outcome: Outcome<T, Never>) -> Done<T> {
    outcome.map_err(Failure::into_fault)
}

/// A fault unless it holds.
pub fn must(holds: bool, what: impl Into<String>) -> Done {
    if holds { Ok(()) } else { Err(Fault::new(what.into())) }
}
