//! One entry of the pack: its text as it holds today at a place, how it differs from the installed pack, its changes and its versions.

use packs::{ChangeKind, FieldDiff, Pack, Programme};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Read;
use webkit::{Answer, Call, Problem, Reply};
use words::{Acting, Bilingual, Day, Fault, Instant, Never, Node};

use super::said::name_of;
use super::{changeable, in_force, place, reader};
use crate::care::params::{ChangeView, change_views};
use crate::rights;

/// Where.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct EntryQuery {
    /// Path of a unit or base; the group if not said.
    #[serde(default)]
    #[schemars(length(max = 200))]
    node: String,
}

/// The file of an entry in an installed version.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FileVersion {
    /// Version of the pack.
    version: String,
    /// When it was installed.
    installed_at: Instant,
    /// Is it the text of the version in force?
    same: bool,
    /// The text.
    text: String,
}

/// The page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct EntryView {
    /// Pack.
    pack: String,
    /// Kind.
    kind: String,
    /// Key.
    key: String,
    /// Name.
    name: Bilingual,
    /// Place in force.
    node: Node,
    /// Today.
    today: Day,
    /// The entry as it holds here today, as text.
    text: String,
    /// Only the group may change it.
    locked: bool,
    /// May it be changed by an overlay?
    changeable: bool,
    /// May whoever looks change it here?
    may_change: bool,
    /// Definition that it is, with a page of its own.
    definition: Option<String>,
    /// How it differs from the installed pack.
    fields: Vec<FieldDiff>,
    /// Its changes, newest first.
    changes: Vec<ChangeView>,
    /// Its file in the installed versions, newest first; nothing if it has no file of its own.
    versions: Vec<FileVersion>,
}

pub(super) fn show(call: &Call, query: EntryQuery) -> Answer<EntryView> {
    let (who, today) = (reader(call)?, call.now().day());
    let (kind, key) = (call.path_text("kind").to_owned(), call.path_text("key").to_owned());
    let programme = call.read::<_, Never>(|read| Ok(packs::current(read)?))?;
    in_force(call, &programme)?;
    let node = place(&query.node);
    let view = call.read::<_, Never>(|read| Ok(view(read, &who, &programme, (&kind, &key), &node, today)?))?;
    Ok(Reply::page("portal/entry.html", view.ok_or_else(Problem::absent)?))
}

fn view(read: &Read, who: &Acting, programme: &Programme, at: (&str, &str), node: &Node, today: Day) -> Result<Option<EntryView>, Fault> {
    let (kind, key) = at;
    let effective = programme.effective(node, today);
    let find = |pack: &Pack| pack.entries().into_iter().find(|(at, _)| at.0 == kind && at.1 == key).map(|(_, value)| value);
    let Some(now) = find(&effective) else { return Ok(None) };
    let change = changeable(kind);
    let locked = change.is_some_and(|kind| programme.pack.is_locked(kind, key));
    let changes = match change {
        Some(kind) => packs::changes_of(read, kind, key)?,
        None => Vec::new(),
    };
    Ok(Some(EntryView {
        pack: programme.pack.about.id.clone(),
        kind: kind.to_owned(),
        key: key.to_owned(),
        name: name_of(key, &now),
        node: node.clone(),
        today,
        text: text(&effective, change, kind, key, &now),
        locked,
        changeable: change.is_some(),
        may_change: change.is_some() && who.can(rights::PARAMS, node) && (!locked || programme.pack.is_top(node)),
        definition: (kind == "lifecycle").then(|| now["lifecycle"]["id"].as_str().map(str::to_owned)).flatten(),
        fields: find(&programme.pack).map(|installed| packs::compare(&installed, &now)).unwrap_or_default(),
        changes: change_views(read, who, changes)?,
        versions: versions(read, programme, kind, key)?,
    }))
}

/// As a change of it would be written; else its file; else what is read of it.
fn text(pack: &Pack, change: Option<ChangeKind>, kind: &str, key: &str, value: &Value) -> String {
    let written = change.and_then(|kind| pack.written(kind, key));
    let file = || pack.files.get(&file(kind, key)?).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    written.or_else(file).unwrap_or_else(|| serde_json::to_string_pretty(value).unwrap_or_default())
}

/// The file that holds this entry alone.
fn file(kind: &str, key: &str) -> Option<String> {
    Some(match kind {
        "form" => format!("forms/{key}.toml"),
        "rubric" => format!("rubrics/{key}.toml"),
        "table" => format!("tables/{key}.csv"),
        "letter" => format!("letters/{key}.zh.md"),
        "lifecycle" => format!("lifecycles/{key}"),
        "ledger" => format!("ledger/{key}"),
        "book" => format!("books/{key}"),
        "document" => format!("documents/{key}"),
        _ => return None,
    })
}

fn versions(read: &Read, programme: &Programme, kind: &str, key: &str) -> Result<Vec<FileVersion>, Fault> {
    let Some(path) = file(kind, key) else { return Ok(Vec::new()) };
    let (installed, now) = (packs::versions(read)?, programme.pack.files.get(&path));
    let line = |(id, text): (words::Id, String)| {
        let version = installed.iter().find(|version| version.id == id)?;
        let same = now.is_some_and(|now| now.as_slice() == text.as_bytes());
        Some(FileVersion { version: format!("{} {}", version.pack, version.version), installed_at: version.installed_at, same, text })
    };
    Ok(packs::file_history(read, &path)?.into_iter().filter_map(line).collect())
}
