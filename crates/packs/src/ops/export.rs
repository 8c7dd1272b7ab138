//! Exporting a pack: as it was installed, or what is in force, the confirmed changes as overlays. No people, money or files of cases.
//!
//! Invariant: what is exported is read by the same door. With changes it has a number of its own and names the version that it was made from.

use std::collections::BTreeMap;

use store::Read;
use words::{Acting, Day, Fault, Never, Node, Outcome};

use crate::files::Files;
use crate::ops::current::overlay_of;
use crate::{Overlay, rights, sql};

/// What to take along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExportTerms {
    /// The demo's people and ideas stay behind.
    pub bare: bool,
    /// As it was installed, without the changes.
    pub installed: bool,
}

/// Path → bytes, ready to be written into a folder and read by `Pack::load_dir`.
pub fn export(read: &Read, who: &Acting, terms: ExportTerms) -> Outcome<Files, Never> {
    who.may(rights::MANAGE, &Node::group())?;
    let head = sql::head(read)?.ok_or_else(|| Fault::new("no pack is installed"))?;
    let mut files = sql::files(read, &head.version)?;
    if terms.bare {
        files.retain(|path, _| path != "personas.toml" && path != "ideas.toml");
    }
    if terms.installed {
        return Ok(files);
    }
    let overlays = overlays(read)?;
    if overlays.is_empty() {
        return Ok(files);
    }
    for ((node, from), overlay) in overlays {
        let from = from.map(|from| format!(".{from}")).unwrap_or_default();
        let path = format!("overlays/changes.{}{from}.toml", node.as_str().replace('/', "."));
        let text = toml::to_string(&joined(files.get(&path), overlay)).map_err(|mistake| Fault::new(format!("overlay of {node}: {mistake}")))?;
        files.insert(path, text.into_bytes());
    }
    renumber(read, &mut files, &head.version)?;
    Ok(files)
}

/// Confirmed changes by node and day; of one entry the one that was confirmed last.
fn overlays(read: &Read) -> Result<BTreeMap<(Node, Option<Day>), Overlay>, Fault> {
    let mut overlays: BTreeMap<(Node, Option<Day>), Overlay> = BTreeMap::new();
    for change in sql::confirmed(read)? {
        let Some(more) = overlay_of(&change) else { continue };
        let at = (more.node.clone(), more.from);
        let mine = overlays.remove(&at).unwrap_or_else(|| Overlay::nothing(more.node.clone(), more.from));
        overlays.insert(at, over(mine, more));
    }
    Ok(overlays)
}

/// What an earlier export left in the pack, with the new on top.
fn joined(before: Option<&Vec<u8>>, overlay: Overlay) -> Overlay {
    let before = before.and_then(|bytes| std::str::from_utf8(bytes).ok()).and_then(|text| toml::from_str::<Overlay>(text).ok());
    match before {
        Some(before) => over(before, overlay),
        None => overlay,
    }
}

fn over(mut mine: Overlay, more: Overlay) -> Overlay {
    take(&mut mine.params, more.params, |a, b| a.key == b.key && a.from == b.from);
    take(&mut mine.forms, more.forms, |a, b| a.key() == b.key());
    take(&mut mine.rubrics, more.rubrics, |a, b| a.key() == b.key());
    take(&mut mine.tables, more.tables, |a, b| a.key == b.key);
    take(&mut mine.letters, more.letters, |a, b| a.head.key == b.head.key);
    mine
}

fn take<T>(mine: &mut Vec<T>, more: Vec<T>, same: impl Fn(&T, &T) -> bool) {
    for new in more {
        mine.retain(|old| !same(old, &new));
        mine.push(new);
    }
}

/// The next number that stands for nothing yet, and the hash of the version that it was made from.
fn renumber(read: &Read, files: &mut Files, head: &words::Id) -> Result<(), Fault> {
    let version = sql::version(read, head)?.ok_or_else(|| Fault::new("the pack version is gone"))?;
    let taken: Vec<String> = sql::versions(read)?.into_iter().filter(|it| it.pack == version.pack).map(|it| it.version).collect();
    let mut number = next(&version.version);
    while taken.contains(&number) {
        number = next(&number);
    }
    let text = files.get("pack.toml").and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let kept = text.lines().filter(|line| !line.trim_start().starts_with("based_on"));
    let line = |line: &str| {
        if line.trim_start().starts_with("version") { format!("version = \"{number}\"\nbased_on = \"{}\"", version.hash) } else { line.to_owned() }
    };
    let text: Vec<String> = kept.map(line).collect();
    files.insert("pack.toml".into(), format!("{}\n", text.join("\n")).into_bytes());
    Ok(())
}

fn next(number: &str) -> String {
    let (rest, last) = number.rsplit_once('.').unwrap_or(("0.0", number));
    format!("{rest}.{}", last.parse::<u32>().unwrap_or(0).saturating_add(1))
}
