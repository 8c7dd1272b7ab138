//! Every SQL sentence of this crate.

use store::{Read, Row, Tx, params};
use words::{Acting, Day, Fault, Id, Instant, Node};

use crate::files::Files;
use crate::ops::{Change, ChangeKind, ChangeState, Installed};
use crate::pack::Pack;

const VERSION: &str = "id, pack, version, hash, note, installed_by, installed_at";
const CHANGE: &str = "id, kind, node, target, body, from_day, reason, state, proposed_by, proposed_at, decided_by, decided_at";
/// Most changes that are read at once.
const MOST_CHANGES: i64 = 5_000;

/// The version in force and the stamp of all that is in force.
pub(crate) struct Head {
    pub version: Id,
    pub stamp: String,
}

pub(crate) fn head(read: &Read) -> Result<Option<Head>, Fault> {
    let row = read.row("select version_id, stamp from packs_head where name = 'current'", &[])?;
    row.map(|row| Ok(Head { version: row.get("version_id")?, stamp: row.get("stamp")? })).transpose()
}

/// Puts version and stamp in force; another version begins its reign.
pub(crate) fn head_put(tx: &mut Tx, version: &Id, stamp: &str) -> Result<(), Fault> {
    let before = head(tx)?;
    if before.as_ref().is_none_or(|head| head.version != *version) {
        let (id, now) = (tx.id("pkr"), tx.now());
        tx.insert("packs_reign", &[("id", id.into()), ("version_id", version.into()), ("at", now.into())])?;
    }
    if before.is_some() {
        tx.change("packs_head", "update packs_head set version_id = $1, stamp = $2 where name = 'current'", &params![version, stamp]).map(drop)
    } else {
        tx.insert("packs_head", &[("name", "current".into()), ("version_id", version.into()), ("stamp", stamp.into())]).map(drop)
    }
}

/// The version in force at a moment; before reigns were kept, the one installed last.
pub(crate) fn reigned(read: &Read, at: Instant) -> Result<Option<Id>, Fault> {
    let begun = read.row("select version_id from packs_reign where at <= $1 order by at desc, id desc limit 1", &params![at])?;
    let row = match begun {
        Some(row) => Some(row),
        None => read.row("select id as version_id from packs_version where installed_at <= $1 order by installed_at desc, id desc limit 1", &params![at])?,
    };
    row.map(|row| row.get("version_id")).transpose()
}

fn version_of(row: &Row) -> Result<Installed, Fault> {
    Ok(Installed {
        id: row.get("id")?,
        pack: row.get("pack")?,
        version: row.get("version")?,
        hash: row.get("hash")?,
        note: row.get("note")?,
        installed_by: row.get("installed_by")?,
        installed_at: row.get("installed_at")?,
    })
}

pub(crate) fn version(read: &Read, id: &Id) -> Result<Option<Installed>, Fault> {
    read.row(&format!("select {VERSION} from packs_version where id = $1"), &params![id])?.as_ref().map(version_of).transpose()
}

pub(crate) fn version_named(read: &Read, pack: &str, number: &str) -> Result<Option<Installed>, Fault> {
    let row = read.row(&format!("select {VERSION} from packs_version where pack = $1 and version = $2"), &params![pack, number])?;
    row.as_ref().map(version_of).transpose()
}

pub(crate) fn version_hashed(read: &Read, hash: &str) -> Result<Option<Installed>, Fault> {
    let row = read.row(&format!("select {VERSION} from packs_version where hash = $1 order by id limit 1"), &params![hash])?;
    row.as_ref().map(version_of).transpose()
}

pub(crate) fn versions(read: &Read) -> Result<Vec<Installed>, Fault> {
    read.rows(&format!("select {VERSION} from packs_version order by installed_at desc, id desc limit 200"), &[])?.iter().map(version_of).collect()
}

pub(crate) fn version_insert(tx: &mut Tx, who: &Acting, pack: &Pack, note: &str) -> Result<Installed, Fault> {
    let (id, now) = (tx.id("pkv"), tx.now());
    let about = &pack.about;
    let row = tx.insert(
        "packs_version",
        &[
            ("id", (&id).into()),
            ("pack", (&about.id).into()),
            ("version", (&about.version).into()),
            ("hash", (&pack.hash).into()),
            ("note", note.into()),
            ("installed_by", (&who.person).into()),
            ("installed_at", now.into()),
        ],
    )?;
    for (path, body) in &pack.files {
        tx.insert("packs_file", &[("version_id", (&id).into()), ("path", path.into()), ("body", body.as_slice().into())])?;
    }
    version_of(&row)
}

pub(crate) fn files(read: &Read, version: &Id) -> Result<Files, Fault> {
    let rows = read.rows("select path, body from packs_file where version_id = $1 order by path", &params![version])?;
    rows.iter().map(|row| Ok((row.get("path")?, row.get("body")?))).collect()
}

fn change_of(row: &Row) -> Result<Change, Fault> {
    let (kind, state): (String, String) = (row.get("kind")?, row.get("state")?);
    Ok(Change {
        id: row.get("id")?,
        kind: ChangeKind::read(&kind).ok_or_else(|| Fault::new(format!("change of kind {kind}")))?,
        node: row.get("node")?,
        target: row.get("target")?,
        body: row.get("body")?,
        from: row.get("from_day")?,
        reason: row.get("reason")?,
        state: ChangeState::read(&state).ok_or_else(|| Fault::new(format!("change in state {state}")))?,
        proposed_by: row.get("proposed_by")?,
        proposed_at: row.get("proposed_at")?,
        decided_by: row.get("decided_by")?,
        decided_at: row.get("decided_at")?,
    })
}

pub(crate) fn change(read: &Read, id: &Id) -> Result<Option<Change>, Fault> {
    read.row(&format!("select {CHANGE} from packs_change where id = $1"), &params![id])?.as_ref().map(change_of).transpose()
}

/// Confirmed changes in the order in which they were confirmed.
pub(crate) fn confirmed(read: &Read) -> Result<Vec<Change>, Fault> {
    let sql = format!("select {CHANGE} from packs_change where state = 'confirmed' order by decided_at, id limit {MOST_CHANGES}");
    read.rows(&sql, &[])?.iter().map(change_of).collect()
}

/// Changes of one entry, newest first.
pub(crate) fn changes_of(read: &Read, kind: ChangeKind, target: &str) -> Result<Vec<Change>, Fault> {
    let sql = format!("select {CHANGE} from packs_change where kind = $1 and target = $2 order by id desc limit 100");
    read.rows(&sql, &params![kind.as_str(), target])?.iter().map(change_of).collect()
}

/// A file of every installed version that has it, newest first.
pub(crate) fn file_versions(read: &Read, path: &str) -> Result<Vec<(Id, Vec<u8>)>, Fault> {
    let sql = "select f.version_id, f.body from packs_file f join packs_version v on v.id = f.version_id \
               where f.path = $1 order by v.installed_at desc, v.id desc limit 50";
    read.rows(sql, &params![path])?.iter().map(|row| Ok((row.get("version_id")?, row.get("body")?))).collect()
}

/// The latest changes, newest first.
pub(crate) fn changes(read: &Read, state: Option<&str>, before: Option<&Id>) -> Result<Vec<Change>, Fault> {
    let sql = format!("select {CHANGE} from packs_change where ($1 = '' or state = $2) and ($3 = '' or id < $4) order by id desc limit 100");
    let (state, before) = (state.unwrap_or(""), before.map_or("", Id::as_str));
    read.rows(&sql, &params![state, state, before, before])?.iter().map(change_of).collect()
}

/// What is stored of a proposal.
pub(crate) struct NewChange<'a> {
    pub kind: ChangeKind,
    pub node: &'a Node,
    pub target: &'a str,
    pub body: &'a str,
    pub from: Day,
    pub reason: &'a str,
}

pub(crate) fn change_insert(tx: &mut Tx, who: &Acting, new: &NewChange<'_>) -> Result<Change, Fault> {
    let (id, now): (Id, Instant) = (tx.id("pkc"), tx.now());
    let row = tx.insert(
        "packs_change",
        &[
            ("id", id.into()),
            ("kind", new.kind.as_str().into()),
            ("node", new.node.into()),
            ("target", new.target.into()),
            ("body", new.body.into()),
            ("from_day", new.from.into()),
            ("reason", new.reason.into()),
            ("state", "proposed".into()),
            ("proposed_by", (&who.person).into()),
            ("proposed_at", now.into()),
        ],
    )?;
    change_of(&row)
}

/// Decides a proposal; `None` if it was decided meanwhile.
pub(crate) fn change_decide(tx: &mut Tx, who: &Acting, id: &Id, state: ChangeState) -> Result<Option<Change>, Fault> {
    let now = tx.now();
    let sql = "update packs_change set state = $1, decided_by = $2, decided_at = $3 where id = $4 and state = 'proposed'";
    let rows = tx.change("packs_change", sql, &params![state.as_str(), &who.person, now, id])?;
    rows.first().map(change_of).transpose()
}
