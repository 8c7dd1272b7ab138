//! A data set. Pure.

use words::{Id, Instant, Node};

use crate::refusal::DatasetRefusal;
use crate::schema::Column;

/// A data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// Id.
    pub id: Id,
    /// Its name in addresses, also as a capability.
    pub slug: String,
    /// Unit or base that hosts it.
    pub node: Node,
    /// Who answers for it.
    pub owner: Id,
    /// Name, Chinese.
    pub zh: String,
    /// Name, English.
    pub en: String,
    /// What is in it, Chinese.
    pub about_zh: String,
    /// What is in it, English.
    pub about_en: String,
    /// Licence: `CC BY 4.0`, or in words.
    pub licence: String,
    /// Terms of use.
    pub terms: String,
    /// Where it comes from.
    pub source: String,
    /// Columns, those that are not kept among them.
    pub columns: Vec<Column>,
    /// Document of the desk that holds its files.
    pub document: Id,
    /// Number of the newest file.
    pub version: i64,
    /// Rows of it.
    pub row_count: i64,
    /// Hosted since.
    pub made_at: Instant,
    /// Since when the newest file is there.
    pub changed_at: Instant,
}

/// A data set to be hosted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetDraft {
    /// Its name in addresses.
    pub slug: String,
    /// Unit or base that hosts it.
    pub node: Node,
    /// Name, Chinese.
    pub zh: String,
    /// Name, English.
    pub en: String,
    /// What is in it, Chinese.
    pub about_zh: String,
    /// What is in it, English.
    pub about_en: String,
    /// Licence.
    pub licence: String,
    /// Terms of use.
    pub terms: String,
    /// Where it comes from.
    pub source: String,
    /// Columns.
    pub columns: Vec<Column>,
}

impl DatasetDraft {
    /// Does it say what it must?
    pub(crate) fn admit(&self) -> Result<(), DatasetRefusal> {
        for (field, text) in [("/zh", &self.zh), ("/en", &self.en), ("/licence", &self.licence), ("/source", &self.source)] {
            if text.trim().is_empty() {
                return Err(DatasetRefusal::Needed { field });
            }
        }
        Ok(())
    }
}
