//! Looks at documents. Who may read is the caller's matter.

use store::{Checked, Finding, Read};
use words::{Failure, Fault, Id, Never, Outcome};

use crate::document::{Content, Document, Version};
use crate::file::sha256_hex;
use crate::sql_document as sql;

/// A document with its newest version.
pub fn document(read: &Read, id: &Id) -> Outcome<Document, Never> {
    sql::document(read, id)?.ok_or(Failure::Absent)
}

/// Documents of a subject by kind, at most 500, removed ones too.
pub fn documents(read: &Read, subject: &str) -> Result<Vec<Document>, Fault> {
    sql::documents(read, subject)
}

/// Versions of a document, newest first.
pub fn document_versions(read: &Read, id: &Id) -> Result<Vec<Version>, Fault> {
    sql::versions(read, id)
}

/// The content of a version, of the newest if none is named; absent once it is removed.
pub fn document_content(read: &Read, id: &Id, version: Option<i64>) -> Outcome<Content, Never> {
    let document = document(read, id)?;
    sql::content(read, id, version.unwrap_or(document.newest.version))?.ok_or(Failure::Absent)
}

/// Every content that should be there has the hash that its version says. One at a time: they may be large.
pub(crate) fn check_files(read: &Read) -> Result<Checked, Fault> {
    let mut checked = Checked::default();
    let mut last = (String::new(), 0);
    loop {
        let page = sql::versions_after(read, &last.0, last.1)?;
        let Some((document, version, ..)) = page.last() else { return Ok(checked) };
        last = (document.clone(), *version);
        checked.add(Checked::each(page, |(_, _, file, sha256)| {
            Ok(match sql::file(read, &file)? {
                Some(bytes) if sha256_hex(&bytes) == sha256 => None,
                Some(_) => Some(Finding::new("desk_file", file, "was altered: it has not the hash that its version says")),
                None => Some(Finding::new("desk_file", file, "is gone although its document was not removed")),
            })
        })?);
    }
}
