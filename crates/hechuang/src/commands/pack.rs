//! `pack check|import|export`: packs as folders of text files.

use std::path::PathBuf;

use clap::Subcommand;
use words::{Acting, Failure, Never};

use super::{Run, Setting, Stop, existing, say};
use crate::wiring;

#[derive(Subcommand)]
pub(super) enum PackCommand {
    /// Check a folder (or the built-in pack) and name every mistake
    Check {
        /// Folder of the pack; the built-in pack if left out
        folder: Option<PathBuf>,
    },
    /// Install a folder as the pack in force
    Import {
        /// Folder of the pack
        folder: PathBuf,
        /// Only show what would change
        #[arg(long)]
        dry_run: bool,
    },
    /// Write the pack in force to a folder
    Export {
        /// Folder to write
        folder: PathBuf,
    },
}

pub(super) fn run(setting: &Setting, command: PackCommand) -> Run {
    match command {
        PackCommand::Check { folder } => check(folder),
        PackCommand::Import { folder, dry_run } => import(setting, folder, dry_run),
        PackCommand::Export { folder } => export(setting, folder),
    }
}

fn load(folder: Option<PathBuf>) -> Result<std::sync::Arc<packs::Pack>, Stop> {
    let loaded = match folder {
        Some(folder) => packs::Pack::load_dir(&folder).map(std::sync::Arc::new),
        None => packs::embedded(),
    };
    loaded.map_err(|mistakes| Stop::new(1, mistakes))
}

fn check(folder: Option<PathBuf>) -> Run {
    let pack = load(folder)?;
    let mistakes = wiring::check_pack(&pack);
    if mistakes.is_empty() {
        return say(format!("{} {}: no mistakes, sha256 {}", pack.about.id, pack.about.version, pack.hash));
    }
    Err(Stop::new(1, mistakes.join("\n")))
}

fn import(setting: &Setting, folder: PathBuf, dry_run: bool) -> Run {
    let pack = load(Some(folder))?;
    let mistakes = wiring::check_pack(&pack);
    if !mistakes.is_empty() {
        return Err(Stop::new(1, mistakes.join("\n")));
    }
    let db = wiring::open(&setting.config)?;
    if dry_run {
        let now = db.read::<_, Never>(|read| Ok(packs::current(read)?)).map_err(Failure::into_fault)?;
        return super::print_json(&packs::diff(&now.pack, &pack));
    }
    wiring::install_pack(&db, &Acting::system("setup"), &pack)?;
    say(format!("{} {} is in force", pack.about.id, pack.about.version))
}

fn export(setting: &Setting, folder: PathBuf) -> Run {
    let db = existing(&setting.config)?;
    let now = db.read::<_, Never>(|read| Ok(packs::current(read)?)).map_err(Failure::into_fault)?;
    for (name, bytes) in &now.pack.files {
        let path = folder.join(name);
        let parent = path.parent().map(std::fs::create_dir_all).transpose();
        parent.and_then(|_| std::fs::write(&path, bytes)).map_err(|error| Stop::new(1, format!("{}: {error}", path.display())))?;
    }
    say(format!("{} files written to {}", now.pack.files.len(), folder.display()))
}
