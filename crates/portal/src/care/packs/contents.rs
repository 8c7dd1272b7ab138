//! What is in the pack in force, kind by kind, with search.

use std::collections::BTreeMap;

use packs::{ChangeState, Programme};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Answer, Call, Reply, Sheet};
use words::{Bilingual, Day, Fault, Never, Node};

use super::said::name_of;
use super::{changeable, in_force, reader};
use crate::public::found_in;

/// Which entries.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct ContentsQuery {
    /// Kind; all if not said.
    #[serde(default)]
    #[schemars(length(max = 40))]
    kind: String,
    /// Words of key, name or text.
    #[serde(default)]
    #[schemars(length(max = 100))]
    q: String,
}

/// A kind of entries.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct KindLine {
    /// Kind.
    kind: String,
    /// How many.
    count: i64,
}

/// An entry.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct EntryLine {
    /// Kind.
    kind: String,
    /// Key.
    key: String,
    /// Name.
    name: Bilingual,
    /// Only the group may change it.
    locked: bool,
    /// May it be changed by an overlay?
    changeable: bool,
    /// Does an overlay change it at the group today?
    changed: bool,
    /// Changes of it that wait.
    waiting: i64,
}

/// The page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ContentsView {
    /// Pack.
    pack: String,
    /// Version.
    version: String,
    /// Title.
    title: Bilingual,
    /// Kind in force.
    kind: String,
    /// Words in force.
    q: String,
    /// Kinds that there are.
    kinds: Vec<KindLine>,
    /// Entries found.
    entries: Vec<EntryLine>,
}

pub(super) fn show(call: &Call, query: ContentsQuery) -> Answer<ContentsView> {
    reader(call)?;
    let today = call.now().day();
    let (programme, waiting) = call.read::<_, Never>(|read| Ok((packs::current(read)?, waiting(read)?)))?;
    in_force(call, &programme)?;
    let view = view(&programme, &waiting, today, query);
    let sheet = Sheet::new("pack", &["portal-col-kind", "portal-col-key", "portal-col-name"])
        .rows(view.entries.iter().map(|one| vec![(&one.kind).into(), (&one.key).into(), one.name.get(call.lang).into()]));
    Ok(Reply::page("portal/pack.html", view).sheet(sheet))
}

/// Changes that wait, by kind and key.
fn waiting(read: &Read) -> Result<BTreeMap<(String, String), i64>, Fault> {
    let mut waiting = BTreeMap::new();
    for change in packs::changes(read, Some(ChangeState::Proposed), None)? {
        *waiting.entry((change.kind.as_str().to_owned(), change.target)).or_insert(0) += 1;
    }
    Ok(waiting)
}

fn view(programme: &Programme, waiting: &BTreeMap<(String, String), i64>, today: Day, query: ContentsQuery) -> ContentsView {
    let pack = &programme.pack;
    let effective = programme.effective(&Node::group(), today);
    let (installed, now) = (pack.entries(), effective.entries());
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    now.keys().for_each(|(kind, _)| *counts.entry(kind).or_insert(0) += 1);
    let wanted = |kind: &str| query.kind.is_empty() || kind == query.kind;
    let fits = |key: &str, value: &serde_json::Value| query.q.trim().is_empty() || found_in(&[key, &value.to_string()], &query.q);
    let found = now.iter().filter(|((kind, key), value)| wanted(kind) && fits(key, value));
    let line = |(at, value): (&(&'static str, String), &serde_json::Value)| EntryLine {
        kind: at.0.to_owned(),
        key: at.1.clone(),
        name: name_of(&at.1, value),
        locked: changeable(at.0).is_some_and(|kind| pack.is_locked(kind, &at.1)),
        changeable: changeable(at.0).is_some(),
        changed: installed.get(at) != Some(value),
        waiting: waiting.get(&(at.0.to_owned(), at.1.clone())).copied().unwrap_or(0),
    };
    ContentsView {
        pack: pack.about.id.clone(),
        version: pack.about.version.clone(),
        title: Bilingual::new(&pack.about.zh, &pack.about.en),
        kinds: counts.iter().map(|(kind, count)| KindLine { kind: (*kind).to_owned(), count: *count }).collect(),
        entries: found.map(line).collect(),
        kind: query.kind,
        q: query.q,
    }
}
