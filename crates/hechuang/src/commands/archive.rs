//! `backup` and `restore`: online, consistent, portable between the two databases.

use std::path::Path;

use super::{Run, Setting, Stop, existing, print_json, say};
use crate::wiring;

pub(super) fn backup(setting: &Setting, file: &Path) -> Run {
    if file.exists() {
        return Err(Stop::new(5, format!("{} is there already: choose another name", file.display())));
    }
    let db = existing(&setting.config)?;
    db.seal()?;
    let report = store::backup(&db, file)?;
    if setting.json {
        return print_json(&report);
    }
    say(format!("{} rows of {} tables, sha256 {}", report.rows, report.tables, report.sha256))?;
    eprintln!("keys are in {}.keys: keep them apart from the data", file.display());
    Ok(())
}

pub(super) fn restore(setting: &Setting, file: &Path) -> Run {
    if !file.exists() {
        return Err(Stop::new(3, format!("there is no {}", file.display())));
    }
    store::adopt_master_key(file, &setting.config.server.data)?;
    // Without the built-in pack: everything comes from the file.
    let db = store::Db::open(wiring::options(&setting.config))?;
    let report = store::restore(&db, file).map_err(|fault| Stop::new(5, fault))?;
    if setting.json {
        return print_json(&report);
    }
    say(format!("{} rows of {} tables restored", report.rows, report.tables))
}
