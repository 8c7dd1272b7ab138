//! SQL on documents, versions, files and signatures. Rows never leave the `sql` files.

use store::{Read, Row, Tx, params};
use words::{Fault, Id, Instant, Node};

use crate::document::{AttachDraft, Content, Document, Version};
use crate::file::CheckedFile;
use crate::signature::{SignDraft, Signature};

const DOCUMENT: &str =
    "select d.id, d.subject, d.node, d.kind, d.title, d.readers, d.made_by as first_by, d.made_at as first_at, d.removed_at, d.removed_reason,
    v.version, v.name, v.media, v.size, v.sha256, v.note, v.made_by, v.made_at
    from desk_document d join desk_version v on v.document = d.id and v.version = d.version";

fn version_of(row: &Row) -> Result<Version, Fault> {
    Ok(Version {
        version: row.get("version")?,
        name: row.get("name")?,
        media: row.get("media")?,
        size: row.get("size")?,
        sha256: row.get("sha256")?,
        note: row.get("note")?,
        made_by: row.get("made_by")?,
        made_at: row.get("made_at")?,
    })
}

fn document_of(row: &Row) -> Result<Document, Fault> {
    Ok(Document {
        id: row.get("id")?,
        subject: row.get("subject")?,
        node: row.get("node")?,
        kind: row.get("kind")?,
        title: row.get("title")?,
        readers: row.get("readers")?,
        made_by: row.get("first_by")?,
        made_at: row.get("first_at")?,
        removed_at: row.get("removed_at")?,
        removed_reason: row.get("removed_reason")?,
        newest: version_of(row)?,
    })
}

pub(crate) fn document(read: &Read, id: &Id) -> Result<Option<Document>, Fault> {
    read.row(&format!("{DOCUMENT} where d.id = $1"), &params![id])?.as_ref().map(document_of).transpose()
}

pub(crate) fn documents(read: &Read, subject: &str) -> Result<Vec<Document>, Fault> {
    read.rows(&format!("{DOCUMENT} where d.subject = $1 order by d.kind, d.id limit 500"), &params![subject])?.iter().map(document_of).collect()
}

pub(crate) fn versions(read: &Read, document: &Id) -> Result<Vec<Version>, Fault> {
    read.rows("select * from desk_version where document = $1 order by version desc limit 200", &params![document])?.iter().map(version_of).collect()
}

pub(crate) fn content(read: &Read, document: &Id, version: i64) -> Result<Option<Content>, Fault> {
    let sql = "select v.name, v.media, f.content from desk_version v join desk_file f on f.id = v.file where v.document = $1 and v.version = $2";
    let row = read.row(sql, &params![document, version])?;
    row.map(|row| Ok(Content { name: row.get("name")?, media: row.get("media")?, bytes: row.get("content")? })).transpose()
}

pub(crate) fn document_insert(tx: &mut Tx, who: &Id, draft: &AttachDraft, title: &str) -> Result<Id, Fault> {
    let (id, now) = (tx.id("doc"), tx.now());
    let columns = [
        ("id", (&id).into()),
        ("subject", (&draft.subject).into()),
        ("node", (&draft.node).into()),
        ("kind", (&draft.kind).into()),
        ("title", title.into()),
        ("readers", (&draft.readers).into()),
        ("version", 1.into()),
        ("made_by", who.into()),
        ("made_at", now.into()),
    ];
    tx.insert("desk_document", &columns)?;
    Ok(id)
}

pub(crate) fn version_insert(tx: &mut Tx, who: &Id, document: &Id, version: i64, file: &CheckedFile, note: &str) -> Result<(), Fault> {
    let (held, now) = (tx.id("fil"), tx.now());
    tx.execute("insert into desk_file (id, content) values ($1, $2)", &params![&held, &file.bytes[..]])?;
    let columns = [
        ("document", document.into()),
        ("version", version.into()),
        ("file", held.into()),
        ("name", (&file.name).into()),
        ("media", file.kind.media().into()),
        ("size", file.bytes.len().into()),
        ("sha256", (&file.sha256).into()),
        ("note", note.into()),
        ("made_by", who.into()),
        ("made_at", now.into()),
    ];
    tx.insert("desk_version", &columns).map(drop)
}

pub(crate) fn document_version(tx: &mut Tx, document: &Id, version: i64) -> Result<(), Fault> {
    tx.change("desk_document", "update desk_document set version = $2 where id = $1", &params![document, version]).map(drop)
}

pub(crate) fn document_remove(tx: &mut Tx, who: &Id, document: &Id, reason: &str) -> Result<(), Fault> {
    let now = tx.now();
    let sql = "update desk_document set removed_at = $2, removed_by = $3, removed_reason = $4 where id = $1";
    tx.change("desk_document", sql, &params![document, now, who, reason])?;
    tx.execute("delete from desk_file where id in (select file from desk_version where document = $1)", &params![document]).map(drop)
}

/// Versions after `(document, version)` with the content that should be there, for the check of `verify`.
pub(crate) fn versions_after(read: &Read, document: &str, version: i64) -> Result<Vec<(String, i64, String, String)>, Fault> {
    let sql = "select v.document, v.version, v.file, v.sha256 from desk_version v join desk_document d on d.id = v.document
        where d.removed_at is null and (v.document > $1 or (v.document = $1 and v.version > $2)) order by v.document, v.version limit 500";
    let row = |row: &Row| Ok((row.get("document")?, row.get("version")?, row.get("file")?, row.get("sha256")?));
    read.rows(sql, &params![document, version])?.iter().map(row).collect()
}

pub(crate) fn file(read: &Read, id: &str) -> Result<Option<Vec<u8>>, Fault> {
    read.row("select content from desk_file where id = $1", &params![id])?.map(|row| row.get("content")).transpose()
}

fn signature_of(row: &Row) -> Result<Signature, Fault> {
    Ok(Signature {
        id: row.get("id")?,
        subject: row.get("subject")?,
        kind: row.get("kind")?,
        node: row.get("node")?,
        person: row.get("person")?,
        on_behalf_of: row.get("on_behalf_of")?,
        text_sha256: row.get("text_sha256")?,
        signed_at: row.get("signed_at")?,
        superseded_at: row.get("superseded_at")?,
    })
}

pub(crate) fn signature_insert(tx: &mut Tx, person: &Id, draft: &SignDraft) -> Result<Signature, Fault> {
    let (id, now) = (tx.id("sig"), tx.now());
    let columns = [
        ("id", id.into()),
        ("subject", (&draft.subject).into()),
        ("kind", (&draft.kind).into()),
        ("node", (&draft.node).into()),
        ("person", person.into()),
        ("on_behalf_of", draft.on_behalf_of.as_ref().into()),
        ("text_sha256", (&draft.text_sha256).into()),
        ("signed_at", now.into()),
    ];
    signature_of(&tx.insert("desk_signature", &columns)?)
}

pub(crate) fn signature_counting(read: &Read, person: &Id, draft: &SignDraft) -> Result<Option<Signature>, Fault> {
    let sql = "select * from desk_signature where subject = $1 and kind = $2 and person = $3 and coalesce(on_behalf_of, '') = $4 and superseded_at is null";
    let behalf = draft.on_behalf_of.as_ref().map_or("", Id::as_str);
    read.row(sql, &params![&draft.subject, &draft.kind, person, behalf])?.as_ref().map(signature_of).transpose()
}

pub(crate) fn signatures(read: &Read, subject: &str) -> Result<Vec<Signature>, Fault> {
    read.rows("select * from desk_signature where subject = $1 order by kind, id limit 1000", &params![subject])?.iter().map(signature_of).collect()
}

pub(crate) fn signatures_many(read: &Read, subjects: &[String]) -> Result<Vec<Signature>, Fault> {
    let mut found = Vec::new();
    for some in subjects.chunks(200) {
        let marks: Vec<String> = (1..=some.len()).map(|n| format!("${n}")).collect();
        let sql = format!("select * from desk_signature where superseded_at is null and subject in ({}) order by subject, kind, id", marks.join(", "));
        let values: Vec<store::Value> = some.iter().map(Into::into).collect();
        found.extend(read.rows(&sql, &values)?.iter().map(signature_of).collect::<Result<Vec<_>, _>>()?);
    }
    Ok(found)
}

pub(crate) fn signature_supersede(tx: &mut Tx, id: &Id) -> Result<(), Fault> {
    let now = tx.now();
    tx.change("desk_signature", "update desk_signature set superseded_at = $2 where id = $1", &params![id, now]).map(drop)
}

/// Supersedes the signatures of a paper that are not on this text; returns their node and ids.
pub(crate) fn signatures_supersede(tx: &mut Tx, subject: &str, kind: &str, text_sha256: &str) -> Result<Vec<(Node, Id)>, Fault> {
    let now: Instant = tx.now();
    let sql = "update desk_signature set superseded_at = $4 where subject = $1 and kind = $2 and text_sha256 <> $3 and superseded_at is null";
    let rows = tx.change("desk_signature", sql, &params![subject, kind, text_sha256, now])?;
    rows.iter().map(|row| Ok((row.get("node")?, row.get("id")?))).collect()
}
