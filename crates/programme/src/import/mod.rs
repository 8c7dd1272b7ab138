//! A sheet of projects that comes in: what its columns mean, what its rows say, what is wrong with them.
//!
//! Pure. Invariant: a column is known by its key or by its name in either language; what a row says is the same whichever way it was written.

mod cell;
mod column;
mod row;

pub(crate) use column::{Column, Columns, HAPPENED_ON, LEAD, REFERENCE, own_label, template};
pub(crate) use row::{Names, Person, RowRead, read_row};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Row;
use words::{Day, Fault, Id, Instant, Node, Refusal};

/// Most rows of a sheet of projects.
pub const MOST_ROWS: usize = 2_000;

/// In what state the projects of a sheet arrive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportTarget {
    /// A draft that its lead goes on with.
    #[default]
    Draft,
    /// Whole, and submitted as soon as everybody of the team has consented.
    Submitted,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Its rows are being written down.
    Reading,
    /// Dry run: looked at, nothing taken in.
    Checked,
    /// Its rows are being taken in.
    Running,
    /// Every row that could be taken in is.
    Done,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// It can be taken in.
    Ready,
    /// Something is wrong with it.
    Wrong,
    /// It was taken in before, from this sheet or another.
    Same,
    /// It is a case now.
    In,
}

macro_rules! named {
    ($type:ty: $($variant:path => $name:literal),*) => {
        impl $type {
            pub(crate) fn as_str(self) -> &'static str {
                match self { $($variant => $name),* }
            }

            pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
                match text { $($name => Ok($variant),)* other => Err(Fault::new(format!("no such word: {other}"))) }
            }
        }
    };
}

named!(ImportTarget: ImportTarget::Draft => "draft", ImportTarget::Submitted => "submitted");
named!(ImportState: ImportState::Reading => "reading", ImportState::Checked => "checked", ImportState::Running => "running", ImportState::Done => "done");
named!(RowState: RowState::Ready => "ready", RowState::Wrong => "wrong", RowState::Same => "same", RowState::In => "in");

/// An import of projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Id.
    pub id: Id,
    /// Name of the file.
    pub name: String,
    /// SHA-256 of its cells.
    pub sha256: String,
    /// In what state its projects arrive.
    pub target: ImportTarget,
    /// How far it is.
    pub state: ImportState,
    /// Rows of the sheet.
    pub rows: i64,
    /// Headings that are no column of the form.
    pub ignored: Vec<String>,
    /// Who brought it.
    pub made_by: Id,
    /// When.
    pub made_at: Instant,
    /// When all was in.
    pub done_at: Option<Instant>,
}

impl Import {
    pub(crate) fn from_row(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            sha256: row.get("sha256")?,
            target: ImportTarget::parse(&row.get::<String>("target")?)?,
            state: ImportState::parse(&row.get::<String>("state")?)?,
            rows: row.get("row_count")?,
            ignored: row.json("ignored")?,
            made_by: row.get("made_by")?,
            made_at: row.get("made_at")?,
            done_at: row.get("done_at")?,
        })
    }
}

/// Something wrong, or to be looked at, in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RowMistake {
    /// Key of the column.
    pub column: String,
    /// Code; its sentence is `problem-<code>`.
    pub code: String,
    /// Arguments of the sentence.
    pub args: Vec<(String, String)>,
}

impl RowMistake {
    pub(crate) fn new(column: &str, code: &str) -> Self {
        Self { column: column.to_owned(), code: code.to_owned(), args: Vec::new() }
    }

    pub(crate) fn arg(mut self, name: &str, value: impl ToString) -> Self {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }
}

/// What a row would declare.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RowDraft {
    /// Who leads.
    pub lead: Option<Id>,
    /// Who is invited.
    pub members: Vec<Id>,
    /// Base.
    pub base: Option<Node>,
    /// When it was declared, if that was earlier.
    pub happened_on: Option<Day>,
    /// Answers to the form.
    pub answers: serde_json::Map<String, serde_json::Value>,
}

/// A row of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// Its number in the sheet; the headings are row 1.
    pub number: i64,
    /// What became of it.
    pub state: RowState,
    /// Names what it says: the same again is the same project.
    pub digest: String,
    /// What it would declare.
    pub draft: RowDraft,
    /// What is wrong.
    pub mistakes: Vec<RowMistake>,
    /// What should be looked at.
    pub warnings: Vec<RowMistake>,
    /// The case it became.
    pub case: Option<Id>,
}

impl ImportRow {
    pub(crate) fn from_row(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            number: row.get("number")?,
            state: RowState::parse(&row.get::<String>("state")?)?,
            digest: row.get("digest")?,
            draft: row.json("draft")?,
            mistakes: row.json("mistakes")?,
            warnings: row.json("warnings")?,
            case: row.get("case_id")?,
        })
    }
}

/// Why a sheet of projects is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportRefusal {
    /// It cannot be read.
    Unreadable,
    /// No row below the headings.
    Empty,
    /// More rows or columns than are taken.
    TooMany,
    /// A column that every row needs is missing.
    ColumnMissing(String),
    /// Nothing in it can be taken in.
    NothingReady,
    /// It is being read, is being taken in, or is in.
    NotChecked,
}

impl Refusal for ImportRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "programme-import-unreadable",
            Self::Empty => "programme-import-empty",
            Self::TooMany => "programme-import-too-many",
            Self::ColumnMissing(_) => "programme-import-column-missing",
            Self::NothingReady => "programme-import-nothing-ready",
            Self::NotChecked => "programme-import-not-checked",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooMany => vec![("most", MOST_ROWS.to_string())],
            Self::ColumnMissing(column) => vec![("column", column.clone())],
            _ => Vec::new(),
        }
    }

    fn field(&self) -> Option<String> {
        matches!(self, Self::Unreadable | Self::Empty | Self::TooMany | Self::ColumnMissing(_)).then(|| "/sheet".into())
    }

    fn status(&self) -> u16 {
        if matches!(self, Self::NotChecked | Self::NothingReady) { 409 } else { 422 }
    }
}
