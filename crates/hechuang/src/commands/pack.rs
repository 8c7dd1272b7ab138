//! `pack check|import|export`: packs as folders of text files, or as zip files of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;
use packs::{ExportTerms, Files, ImportPlan, Pack, PackMistakes};
use words::{Acting, Failure, Never};

use super::{Run, Setting, Stop, existing, print_json, say};
use crate::wiring;

#[derive(Subcommand)]
pub(super) enum PackCommand {
    /// Check a pack and name every mistake
    Check {
        /// Folder or zip file of the pack; the built-in pack if left out
        pack: Option<PathBuf>,
    },
    /// Install a pack and put it in force
    Import {
        /// Folder or zip file of the pack
        pack: PathBuf,
        /// Only show what would change: theirs, ours (with the overlay), installed
        #[arg(long)]
        dry_run: bool,
    },
    /// Write the pack in force to a folder or a zip file
    Export {
        /// Folder to write, or a name that ends in .zip
        to: PathBuf,
        /// As it was installed, without the confirmed changes
        #[arg(long)]
        installed: bool,
        /// Without the people and ideas of the demo
        #[arg(long)]
        bare: bool,
    },
}

pub(super) fn run(setting: &Setting, command: PackCommand) -> Run {
    match command {
        PackCommand::Check { pack } => check(pack),
        PackCommand::Import { pack, dry_run } => import(setting, &pack, dry_run),
        PackCommand::Export { to, installed, bare } => export(setting, &to, ExportTerms { bare, installed }),
    }
}

fn is_zip(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip"))
}

/// What can be read, and everything that is wrong with it.
fn inspect(path: &Path) -> Result<(Arc<Pack>, PackMistakes), Stop> {
    let (pack, mut mistakes) = if is_zip(path) {
        let bytes = std::fs::read(path).map_err(|error| Stop::new(1, format!("{}: {error}", path.display())))?;
        Pack::inspect(packs::read_zip(&bytes).map_err(|refusal| Stop::new(1, format!("{}: {}", path.display(), words::Refusal::code(&refusal))))?)
    } else {
        Pack::inspect_dir(path).map_err(|mistakes| Stop::new(1, mistakes))?
    };
    mistakes.0.extend(programme::prove_pack(&pack));
    Ok((Arc::new(pack), mistakes))
}

fn faultless((pack, mistakes): (Arc<Pack>, PackMistakes)) -> Result<Arc<Pack>, Stop> {
    if mistakes.0.is_empty() { Ok(pack) } else { Err(Stop::new(1, mistakes)) }
}

fn check(path: Option<PathBuf>) -> Run {
    let pack = match path {
        Some(path) => faultless(inspect(&path)?)?,
        None => packs::embedded().map_err(|mistakes| Stop::new(1, mistakes))?,
    };
    say(format!("{} {}: no mistakes, sha256 {}", pack.about.id, pack.about.version, pack.hash))
}

fn import(setting: &Setting, path: &Path, dry_run: bool) -> Run {
    let (pack, mistakes) = inspect(path)?;
    if dry_run {
        let db = existing(&setting.config)?;
        let plan = db.read::<_, Never>(|read| Ok(packs::plan_for(read, &pack, mistakes.clone())?)).map_err(Failure::into_fault)?;
        return show(setting, &plan);
    }
    let pack = faultless((pack, mistakes))?;
    wiring::install_pack(&wiring::open(&setting.config)?, &Acting::system("setup"), &pack)?;
    say(format!("{} {} is in force", pack.about.id, pack.about.version))
}

/// The same comparison as the page of an upload: one line an entry, one line a field.
fn show(setting: &Setting, plan: &ImportPlan) -> Run {
    if setting.json {
        print_json(plan)?;
    } else {
        say(told(plan))?;
    }
    if plan.mistakes.0.is_empty() {
        Ok(())
    } else {
        Err(Stop::new(1, format!("{} mistakes: it cannot be installed\n{}", plan.mistakes.0.len(), plan.mistakes)))
    }
}

fn told(plan: &ImportPlan) -> String {
    let absent = |value: &Option<String>| value.as_ref().map_or_else(|| "-".to_owned(), |text| format!("{text:?}"));
    let mut lines = vec![format!("{} {} against {} (sha256 {})", plan.pack, plan.version, plan.installed, plan.hash)];
    for entry in &plan.three_way {
        lines.push(format!("{:8} {} {}", format!("{:?}", entry.side).to_lowercase(), entry.kind, entry.key));
        let field = |field: &packs::ThreeField| {
            format!("         {} installed {} ours {} theirs {}", field.at, absent(&field.installed), absent(&field.ours), absent(&field.theirs))
        };
        lines.extend(entry.fields.iter().map(field));
    }
    lines.extend(plan.orphans.iter().map(|orphan| format!("orphan   {orphan}")));
    if plan.three_way.is_empty() {
        lines.push("nothing differs".to_owned());
    }
    lines.join("\n")
}

fn export(setting: &Setting, to: &Path, terms: ExportTerms) -> Run {
    let db = existing(&setting.config)?;
    let files = db.read(|read| packs::export(read, &Acting::system("setup"), terms)).map_err(Failure::into_fault)?;
    let stop = |path: &Path, error: std::io::Error| Stop::new(1, format!("{}: {error}", path.display()));
    if is_zip(to) {
        packs::write_zip(&files).and_then(|bytes| std::fs::write(to, bytes)).map_err(|error| stop(to, error))?;
    } else {
        write_folder(to, &files).map_err(|error| stop(to, error))?;
    }
    say(format!("{} files written to {}", files.len(), to.display()))
}

fn write_folder(folder: &Path, files: &Files) -> std::io::Result<()> {
    for (name, bytes) in files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&path, bytes)?;
    }
    Ok(())
}
