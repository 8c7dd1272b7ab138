//! The project's own chores. `cargo xtask ci` is the same on the desk and in CI.

mod axe;
mod ci;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "cargo xtask <chore>
  tidy         the walls of the house: floors, sizes, texts, unfinished work
  ci           everything that must be green: format, tidy, lints, tests on SQLite and PostgreSQL,
               the stories in a browser and axe on the main pages
  ci --long    the same and the long runs: every page × language × theme × role with axe, kills, a clock that jumps,
               months of simulation, and every bench quickly, each failing unless its work was done
  benches      only that: every bench, quickly, as released
  axe          fetches axe-core, which the browser tests inject (ci does it too)
  release-folder VERSION
               a small lived data folder of this version, for the test that every released folder opens
  simulate     a lived programme with all invariants after each step: --seed N --months M";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["tidy"] => tidy::run(),
        ["ci"] => ci::run(false),
        ["ci", "--long"] => ci::run(true),
        ["benches"] => ci::only_benches(),
        ["axe"] => axe::fetch(),
        ["release-folder", version] => ci::release_folder(version),
        ["simulate", rest @ ..] => ci::simulate(rest),
        ["help" | "--help"] => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(format!("no such chore\n{HELP}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
