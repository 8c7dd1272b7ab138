//! The command line: `--quick`, `--seconds N`, `--data DIR`, `--database URL`, `--pgbench FILE`, `--only PART`.

use std::path::PathBuf;
use std::time::Duration;

use crate::Done;
use words::Fault;

/// What is asked of a bench.
#[derive(Debug, Clone)]
pub struct Ask {
    /// A look in passing: a tenth of the time and of the amounts.
    pub quick: bool,
    /// How long each figure is measured.
    pub time: Duration,
    /// Where the databases are made; on the disk that is to be measured.
    pub data: PathBuf,
    /// A PostgreSQL server on which databases may be made; without it only SQLite is measured.
    pub database: Option<String>,
    /// The program `pgbench`.
    pub pgbench: String,
    /// The only part that is measured, of a bench that has parts.
    pub only: Option<String>,
}

impl Ask {
    /// Reads the command line.
    pub fn of_command_line() -> Done<Self> {
        let words: Vec<String> = std::env::args().skip(1).collect();
        let value = |name: &str| words.iter().position(|word| word == name).and_then(|at| words.get(at + 1)).cloned();
        let known = ["--quick", "--seconds", "--data", "--database", "--pgbench", "--only"];
        if let Some(unknown) = words.iter().find(|word| word.starts_with("--") && !known.contains(&word.as_str())) {
            return Err(Fault::new(format!("{unknown} is not known; known are {}", known.join(" "))));
        }
        let quick = words.iter().any(|word| word == "--quick");
        let seconds = match value("--seconds") {
            Some(text) => text.parse().map_err(|_| Fault::new(format!("--seconds {text} is not a number")))?,
            None if quick => 1.0,
            None => 10.0,
        };
        let data = value("--data").map_or_else(|| PathBuf::from("target/benches"), PathBuf::from);
        let pgbench = value("--pgbench").unwrap_or_else(|| "pgbench".into());
        let time = Duration::try_from_secs_f64(seconds).map_err(Fault::new)?;
        Ok(Self { quick, time, data, database: value("--database"), pgbench, only: value("--only") })
    }
}
