//! The walls of the house: reads `floors.toml`, the manifests and the sources, and fails with a sentence that says what to do.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

#[derive(Deserialize)]
struct Law {
    floors: BTreeMap<String, f64>,
    beside: Beside,
    #[serde(default)]
    long_files: BTreeMap<String, String>,
    limits: Limits,
}

#[derive(Deserialize)]
struct Beside {
    crates: Vec<String>,
}

#[derive(Deserialize)]
struct Limits {
    file_lines: usize,
}

/// Checks everything and reports all complaints together.
pub fn run() -> Result<(), String> {
    let law: Law = toml::from_str(&read(Path::new("floors.toml"))?).map_err(|mistake| format!("floors.toml: {mistake}"))?;
    let mut complaints = Vec::new();
    for folder in folders(Path::new("crates"))? {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        check_walls(&law, &name, &folder, &mut complaints)?;
    }
    for file in files(Path::new("crates"))?.into_iter().chain(files(Path::new("xtask"))?) {
        check_file(&law, &file, &mut complaints)?;
    }
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn folders(path: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    found.sort();
    Ok(found)
}

fn files(path: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut todo = vec![path.to_path_buf()];
    while let Some(folder) = todo.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?.flatten() {
            let path = entry.path();
            if path.is_dir() { todo.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// No stairs going up, and no doors between neighbours.
fn check_walls(law: &Law, name: &str, folder: &Path, complaints: &mut Vec<String>) -> Result<(), String> {
    let manifest: toml::Table = toml::from_str(&read(&folder.join("Cargo.toml"))?).map_err(|mistake| format!("{name}: {mistake}"))?;
    if law.beside.crates.iter().any(|beside| beside == name) {
        return Ok(());
    }
    let Some(floor) = law.floors.get(name) else {
        complaints.push(format!("crate {name} stands on no floor: say in floors.toml where it belongs"));
        return Ok(());
    };
    let empty = toml::Table::new();
    let asked = manifest.get("dependencies").and_then(toml::Value::as_table).unwrap_or(&empty);
    for (other, below) in asked.keys().filter_map(|other| law.floors.get(other).map(|below| (other, below))) {
        if below >= floor {
            complaints.push(format!("crate {name} (floor {floor}) depends on {other} (floor {below}): ask down or tell up, never sideways or up"));
        }
    }
    for (other, spec) in asked {
        if spec.get("workspace").and_then(toml::Value::as_bool) != Some(true) {
            complaints.push(format!("crate {name}: pin {other} in the workspace's Cargo.toml and write `{other}.workspace = true`"));
        }
    }
    Ok(())
}

fn check_file(law: &Law, file: &Path, complaints: &mut Vec<String>) -> Result<(), String> {
    let name = file.display().to_string();
    let kind = file.extension().and_then(|kind| kind.to_str()).unwrap_or("");
    if !matches!(kind, "rs" | "html" | "ftl" | "sql") {
        return Ok(());
    }
    let text = read(file)?;
    let lines = text.lines().count();
    if lines > law.limits.file_lines && kind == "rs" && !law.long_files.contains_key(&name) {
        complaints.push(format!("{name} has {lines} lines: find the second noun (at most {})", law.limits.file_lines));
    }
    if kind == "rs" {
        check_rust(&name, &text, complaints);
    }
    if kind == "html" {
        check_page(&name, &text, complaints);
    }
    Ok(())
}

fn check_rust(name: &str, text: &str, complaints: &mut Vec<String>) {
    if !text.starts_with("//!") && !text.starts_with("#![doc") && !name.ends_with("build.rs") {
        complaints.push(format!("{name} does not open with `//!`: say what it is, what it asks, what it tells, its invariant"));
    }
    for unfinished in [concat!("to", "do!("), concat!("unimple", "mented!("), concat!("FIX", "ME")] {
        if text.contains(unfinished) {
            complaints.push(format!("{name} says {unfinished}: finish it or take it out"));
        }
    }
    let stem = name.rsplit('/').next().unwrap_or("").trim_end_matches(".rs");
    for banned in ["utils", "helpers", "common", "manager", "service", "prelude"] {
        if stem == banned {
            complaints.push(format!("{name}: {banned} says nothing; name the file after its noun or verb"));
        }
    }
}

/// The content policy forbids inline styles and handlers, so a template must not have them.
fn check_page(name: &str, text: &str, complaints: &mut Vec<String>) {
    for forbidden in [" style=", " onclick=", " onchange=", " onsubmit=", "javascript:", "<style", "<script>"] {
        if text.contains(forbidden) {
            complaints.push(format!("{name} holds `{}`: the content policy forbids it", forbidden.trim()));
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_house_is_tidy() {
        std::env::set_current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).unwrap();
        if let Err(complaints) = super::run() {
            panic!("{complaints}");
        }
    }
}
