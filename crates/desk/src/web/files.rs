//! A file to keep.

use schemars::JsonSchema;
use serde::Deserialize;
use store::Read;
use webkit::{Answer, Call, Reply};
use words::{Acting, Failure, Fault, Never};

use crate::document::Document;
use crate::{document, document_content};

/// Says whether somebody may read a document; who may not does not learn that it is there.
pub type FileRule = fn(&Read, Option<&Acting>, &Document) -> Result<bool, Fault>;

/// Which version.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(super) struct FileQuery {
    /// The newest if not said.
    #[schemars(range(min = 1))]
    pub version: Option<i64>,
}

pub(super) fn show(call: &Call, query: &FileQuery, rule: FileRule) -> Answer<()> {
    let id = call.id("id")?;
    let content = call.read::<_, Never>(|read| {
        let document = document(read, &id)?;
        if !rule(read, call.who(), &document)? {
            return Err(Failure::Absent);
        }
        document_content(read, &id, query.version)
    })?;
    Ok(Reply::file(content.name, content.media, content.bytes))
}
