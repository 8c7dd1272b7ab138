//! Every SQL sentence of uploads: packs that were sent, looked at, proposed, applied or withdrawn.

use store::{Read, Row, Tx, params};
use words::{Acting, Fault, Id};

use crate::files::Files;
use crate::ops::{ImportState, PackImport, Upload};

const IMPORT: &str = "id, pack, version, hash, name, mistakes, state, reason, rehearsed_by, rehearsed_at, proposed_by, proposed_at, decided_by, decided_at";

fn import_of(row: &Row) -> Result<PackImport, Fault> {
    let state: String = row.get("state")?;
    Ok(PackImport {
        id: row.get("id")?,
        pack: row.get("pack")?,
        version: row.get("version")?,
        hash: row.get("hash")?,
        name: row.get("name")?,
        mistakes: row.get("mistakes")?,
        state: ImportState::read(&state).ok_or_else(|| Fault::new(format!("import in state {state}")))?,
        reason: row.get("reason")?,
        rehearsed_by: row.get("rehearsed_by")?,
        rehearsed_at: row.get("rehearsed_at")?,
        proposed_by: row.get("proposed_by")?,
        proposed_at: row.get("proposed_at")?,
        decided_by: row.get("decided_by")?,
        decided_at: row.get("decided_at")?,
    })
}

pub(crate) fn import(read: &Read, id: &Id) -> Result<Option<PackImport>, Fault> {
    read.row(&format!("select {IMPORT} from packs_import where id = $1"), &params![id])?.as_ref().map(import_of).transpose()
}

/// Uploads, newest first, at most 200: of one state if given.
pub(crate) fn imports(read: &Read, state: Option<ImportState>) -> Result<Vec<PackImport>, Fault> {
    let state = state.map_or("", ImportState::as_str);
    let sql = format!("select {IMPORT} from packs_import where ($1 = '' or state = $2) order by id desc limit 200");
    read.rows(&sql, &params![state, state])?.iter().map(import_of).collect()
}

pub(crate) fn import_files(read: &Read, id: &Id) -> Result<Files, Fault> {
    let rows = read.rows("select path, body from packs_import_file where import_id = $1 order by path", &params![id])?;
    rows.iter().map(|row| Ok((row.get("path")?, row.get("body")?))).collect()
}

pub(crate) fn import_insert(tx: &mut Tx, who: &Acting, upload: &Upload) -> Result<PackImport, Fault> {
    let (id, now) = (tx.id("pki"), tx.now());
    let row = tx.insert(
        "packs_import",
        &[
            ("id", (&id).into()),
            ("pack", (&upload.pack).into()),
            ("version", (&upload.version).into()),
            ("hash", (&upload.hash).into()),
            ("name", (&upload.name).into()),
            ("mistakes", upload.mistakes.into()),
            ("state", ImportState::Rehearsed.as_str().into()),
            ("reason", "".into()),
            ("rehearsed_by", (&who.person).into()),
            ("rehearsed_at", now.into()),
        ],
    )?;
    for (path, body) in upload.files.iter() {
        tx.insert("packs_import_file", &[("import_id", (&id).into()), ("path", path.into()), ("body", body.as_slice().into())])?;
    }
    import_of(&row)
}

/// Proposes an upload; `None` if it is no longer only looked at.
pub(crate) fn import_propose(tx: &mut Tx, who: &Acting, id: &Id, reason: &str) -> Result<Option<PackImport>, Fault> {
    let now = tx.now();
    let sql = "update packs_import set state = 'proposed', reason = $1, proposed_by = $2, proposed_at = $3 where id = $4 and state = 'rehearsed'";
    let rows = tx.change("packs_import", sql, &params![reason, &who.person, now, id])?;
    rows.first().map(import_of).transpose()
}

/// Decides an upload; `None` if it was decided meanwhile.
pub(crate) fn import_decide(tx: &mut Tx, who: &Acting, id: &Id, state: ImportState) -> Result<Option<PackImport>, Fault> {
    let now = tx.now();
    let sql = "update packs_import set state = $1, decided_by = $2, decided_at = $3 where id = $4 and state in ('rehearsed', 'proposed')";
    let rows = tx.change("packs_import", sql, &params![state.as_str(), &who.person, now, id])?;
    rows.first().map(import_of).transpose()
}
