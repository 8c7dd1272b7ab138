//! The programme in force: the installed pack with the confirmed changes on top, kept in memory by its stamp.
//!
//! The stamp is a hash over the pack's content hash and every confirmed change, so equal stamps mean equal programmes, in whatever database.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use ring::digest::{Context, SHA256};
use store::{Checked, Finding, Read};
use words::{Fault, Id, Instant};

use crate::files::{Files, content_hash};
use crate::load::Loader;
use crate::ops::{Change, ChangeKind};
use crate::programme::{Held, Pinned};
use crate::{Overlay, Pack, ParamOverlay, Programme, TableRows, embedded, sql, sql_import};

/// Programmes kept in memory: a server has one, a test run has some.
const KEPT: usize = 8;
static CACHE: Mutex<VecDeque<Arc<Programme>>> = Mutex::new(VecDeque::new());

/// The programme in force. A fault if no pack was installed: the set-up installs one first.
pub fn current(read: &Read) -> Result<Arc<Programme>, Fault> {
    let head = sql::head(read)?.ok_or_else(|| Fault::new("no pack is installed"))?;
    if let Some(kept) = kept(&head.stamp) {
        return Ok(kept);
    }
    let mut programme = of_version(read, &head.version)?;
    programme.stamp = head.stamp;
    Ok(keep(Arc::new(programme)))
}

/// What was in force at a moment: the version of the pack, and the changes that had been confirmed. What began then keeps it.
pub fn as_of(read: &Read, began: Instant) -> Result<Pinned, Fault> {
    let head = sql::head(read)?.ok_or_else(|| Fault::new("no pack is installed"))?;
    let version = sql::reigned(read, began)?.unwrap_or_else(|| head.version.clone());
    if version == head.version {
        return Ok(Pinned::new(current(read)?, began));
    }
    let stamp = format!("{version}@{}", head.stamp);
    if let Some(kept) = kept(&stamp) {
        return Ok(Pinned::new(kept, began));
    }
    let programme = Programme { stamp, ..of_version(read, &version)? };
    Ok(Pinned::new(keep(Arc::new(programme)), began))
}

/// A version of the pack with all confirmed changes that fit it.
fn of_version(read: &Read, version: &Id) -> Result<Programme, Fault> {
    let mut programme = Programme::of(pack_of(read, version)?);
    for change in sql::confirmed(read)? {
        let overlay = overlay_of(&change).unwrap_or_else(|| Overlay::nothing(change.node.clone(), None));
        programme.add(&overlay, Held { from: Some(change.from), since: change.decided_at });
    }
    Ok(programme)
}

/// An installed version, read again.
pub(crate) fn pack_of(read: &Read, version: &Id) -> Result<Arc<Pack>, Fault> {
    let row = sql::version(read, version)?.ok_or_else(|| Fault::new(format!("pack version {version} is gone")))?;
    Ok(match embedded() {
        Ok(built_in) if built_in.hash == row.hash => built_in,
        _ => Arc::new(Pack::load(sql::files(read, version)?).map_err(|mistakes| Fault::new(format!("the installed pack: {mistakes}")))?),
    })
}

fn kept(stamp: &str) -> Option<Arc<Programme>> {
    let cache = CACHE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    cache.iter().find(|programme| programme.stamp == stamp).cloned()
}

fn keep(programme: Arc<Programme>) -> Arc<Programme> {
    let mut cache = CACHE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    cache.retain(|other| other.stamp != programme.stamp);
    cache.push_front(programme.clone());
    cache.truncate(KEPT);
    programme
}

/// A change as an overlay; `None` if its body cannot be read (it could when it was proposed).
pub(crate) fn overlay_of(change: &Change) -> Option<Overlay> {
    let mut overlay = Overlay::nothing(change.node.clone(), (change.kind != ChangeKind::Param).then_some(change.from));
    match change.kind {
        ChangeKind::Param => {
            let param = ParamOverlay { key: change.target.clone(), value: change.body.clone(), from: change.from, reason: change.reason.clone() };
            overlay.params.push(param);
        }
        ChangeKind::Form => overlay.forms.push(Loader::over(&one_file("forms/body.toml", &change.body)).form("forms/body.toml")?),
        ChangeKind::Rubric => overlay.rubrics.push(Loader::over(&one_file("rubrics/body.toml", &change.body)).rubric("rubrics/body.toml")?),
        ChangeKind::Table => overlay.tables.push(TableRows { key: change.target.clone(), csv: change.body.clone() }),
        ChangeKind::Letter => overlay.letters.push(Loader::over(&one_file("letters/body.toml", &change.body)).whole_letter("letters/body.toml")?),
    }
    Some(overlay)
}

pub(crate) fn one_file(path: &str, body: &str) -> Files {
    Files::from([(path.to_owned(), body.as_bytes().to_vec())])
}

/// Hash over the pack's content and the confirmed changes in order.
pub(crate) fn stamp(hash: &str, confirmed: &[Change]) -> String {
    let mut digest = Context::new(&SHA256);
    let mut feed = |text: &str| {
        digest.update(&(text.len() as u64).to_be_bytes());
        digest.update(text.as_bytes());
    };
    feed(hash);
    for change in confirmed {
        let from = change.from.to_string();
        [change.id.as_str(), change.kind.as_str(), change.node.as_str(), &change.target, &change.body, &from].into_iter().for_each(&mut feed);
    }
    hex::encode(digest.finish())
}

/// Recomputes every content hash and the stamp.
pub(crate) fn verify(read: &Read) -> Result<Checked, Fault> {
    let versions = sql::versions(read)?;
    let mut checked = Checked::each(&versions, |version| {
        let altered = content_hash(&sql::files(read, &version.id)?) != version.hash;
        Ok(altered.then(|| Finding::new("packs_file", version.id.as_str(), "the files are not those that the hash of the version was made of")))
    })?;
    checked.add(Checked::each(sql_import::imports(read, None)?, |import| {
        let altered = content_hash(&sql_import::import_files(read, &import.id)?) != import.hash;
        Ok(altered.then(|| Finding::new("packs_import_file", import.id.as_str(), "the files are not those that were sent")))
    })?);
    checked.add(Checked::each(sql::head(read)?, |head| {
        let hash = versions.iter().find(|version| version.id == head.version).map_or("", |version| &version.hash);
        let differs = stamp(hash, &sql::confirmed(read)?) != head.stamp;
        Ok(differs.then(|| Finding::new("packs_head", "current", "the stamp is not that of the pack and its confirmed changes")))
    })?);
    Ok(checked)
}
