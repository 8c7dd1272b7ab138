//! The command line: what to do, with which settings; exit codes 0 ok, 1 failure, 2 usage, 3 not found, 4 configuration, 5 conflict.

mod archive;
mod book;
mod check;
mod gateway;
mod out;
mod pack;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{self, Config, Origins};
use crate::wiring;
use out::{print_json, say};

/// Something went wrong: what to say, and the exit code.
#[derive(Debug)]
pub struct Stop {
    /// For people, on stderr.
    pub message: String,
    /// Exit code.
    pub code: u8,
}

impl Stop {
    pub(crate) fn new(code: u8, message: impl std::fmt::Display) -> Self {
        Self { message: message.to_string(), code }
    }

    /// Nothing to say: nobody is reading any more.
    pub(crate) fn quiet() -> Self {
        Self { message: String::new(), code: 0 }
    }
}

impl From<words::Fault> for Stop {
    fn from(fault: words::Fault) -> Self {
        Stop::new(if fault.trouble == words::Trouble::Misfit { 5 } else { 1 }, fault)
    }
}

pub(crate) type Run = Result<(), Stop>;

#[derive(Parser)]
#[command(
    name = "hechuang",
    version,
    about = "和创: open innovation, run end to end.\n\nExamples:\n  hechuang serve --demo\n  hechuang verify --json\n  hechuang backup /var/backups/hechuang.jsonl"
)]
struct Args {
    /// Data folder
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// postgres://user:password@host/name instead of SQLite in the data folder
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// Configuration file
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Data as JSON on stdout
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve pages and API
    Serve {
        /// Address to listen on
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
        /// Address of /metrics, or off
        #[arg(long, value_name = "ADDR")]
        metrics: Option<String>,
        /// Address of the gateway, or off
        #[arg(long, value_name = "ADDR")]
        gateway: Option<String>,
        /// Lived demo data, sign-in by persona, loopback only
        #[arg(long)]
        demo: bool,
    },
    /// Serve calls of developers for a server elsewhere, without a database
    ///
    /// Example:
    ///   hechuang gateway --server https://hechuang.example.cn --secret-file gateway.secret --data ./gateway --listen 0.0.0.0:8081
    #[command(verbatim_doc_comment)]
    Gateway {
        /// The server that it works for
        #[arg(long, value_name = "URL")]
        server: Option<String>,
        /// File with the secret that the server has too
        #[arg(long, value_name = "FILE")]
        secret_file: Option<PathBuf>,
        /// Address that calls come to
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
        /// Address of /metrics and /readyz, or off
        #[arg(long, value_name = "ADDR")]
        metrics: Option<String>,
        /// What people call it
        #[arg(long)]
        name: Option<String>,
    },
    /// Prove that the database is what its log says
    Verify {
        /// Only say what would be checked
        #[arg(long)]
        list: bool,
    },
    /// Write a backup while the program runs (and FILE.keys beside it)
    Backup {
        /// File to write
        file: PathBuf,
    },
    /// Fill an empty data folder or database from a backup
    Restore {
        /// File to read
        file: PathBuf,
    },
    /// Show every setting and where it came from
    Config,
    /// Look for trouble: folder, database, clock, keys, mail
    Doctor,
    /// Packs
    #[command(subcommand)]
    Pack(pack::PackCommand),
    /// The books
    #[command(subcommand)]
    Ledger(book::LedgerCommand),
    /// Print the OpenAPI document
    Openapi,
    /// Print the version
    Version,
}

/// Parses the command line and runs it.
pub fn run() -> ExitCode {
    let args = Args::parse();
    match dispatch(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            if !stop.message.is_empty() {
                eprintln!("hechuang: {}", stop.message);
            }
            ExitCode::from(stop.code)
        }
    }
}

/// What every command gets.
pub(crate) struct Setting {
    pub config: Config,
    pub origins: Origins,
    pub json: bool,
}

fn dispatch(args: Args) -> Run {
    let mut flags: Vec<(&str, String)> = Vec::new();
    flags.extend(args.data.as_ref().map(|data| ("server.data", data.display().to_string())));
    flags.extend(args.database.clone().map(|url| ("server.database", url)));
    if let Command::Serve { listen, metrics, gateway, .. } = &args.command {
        flags.extend(listen.clone().map(|listen| ("server.listen", listen)));
        flags.extend(metrics.clone().map(|metrics| ("server.metrics", metrics)));
        flags.extend(gateway.clone().map(|gateway| ("gateway.listen", gateway)));
    }
    if let Command::Gateway { server, secret_file, listen, metrics, name } = &args.command {
        flags.extend(server.clone().map(|server| ("gateway.server", server)));
        flags.extend(secret_file.as_ref().map(|file| ("gateway.secret_file", file.display().to_string())));
        flags.extend(listen.clone().map(|listen| ("gateway.listen", listen)));
        flags.extend(metrics.clone().map(|metrics| ("server.metrics", metrics)));
        flags.extend(name.clone().map(|name| ("gateway.name", name)));
    }
    let (config, origins) = config::load(args.config.as_deref(), &flags).map_err(|mistakes| Stop::new(4, mistakes))?;
    let setting = Setting { config, origins, json: args.json };
    match args.command {
        Command::Serve { demo, .. } => serve::serve(&setting, demo),
        Command::Gateway { .. } => gateway::gateway(&setting),
        Command::Verify { list } => check::verify(&setting, list),
        Command::Backup { file } => archive::backup(&setting, &file),
        Command::Restore { file } => archive::restore(&setting, &file),
        Command::Config => check::config(&setting),
        Command::Doctor => check::doctor(&setting),
        Command::Pack(command) => pack::run(&setting, command),
        Command::Ledger(command) => book::run(&setting, command),
        Command::Openapi => check::openapi(&setting),
        Command::Version => version(&setting),
    }
}

fn version(setting: &Setting) -> Run {
    let version = env!("CARGO_PKG_VERSION");
    if setting.json { print_json(&serde_json::json!({ "name": "hechuang", "version": version })) } else { say(format!("hechuang {version}")) }
}

/// The database that is there already; whoever only looks makes none.
fn existing(config: &Config) -> Result<store::Db, Stop> {
    let folder = &config.server.data;
    if config.server.database.is_empty() && !store::has_database(folder) {
        return Err(Stop::new(3, format!("there is no database in {}: `hechuang serve` makes one", folder.display())));
    }
    Ok(store::Db::open(wiring::options(config))?)
}
