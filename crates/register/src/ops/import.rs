//! Imports records from a sheet: a plan first, row by row, then all of it or nothing.
//!
//! The plan is made outside the transaction; carrying it out checks every row again.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use store::{Read, Tx};
use webkit::{Grid, GridMistake};
use words::{Acting, Bilingual, Failure, Node, Outcome};

use crate::ops::save_record::save_record;
use crate::record::{Kind, RecordDraft, RecordRefusal};
use crate::schema::{Field, Mistake, fields};
use crate::sql;

/// Most rows of one import: they go into one transaction.
pub const MOST_ROWS: usize = 1_000;

/// What would become of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowFate {
    /// A new record.
    New,
    /// A record that is there changes.
    Changed,
    /// Nothing changes.
    Same,
    /// It is wrong.
    Wrong,
}

/// A row of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRow {
    /// Number of the row as a person counts it.
    pub number: usize,
    /// What it would save.
    pub draft: RecordDraft,
    /// What would become of it.
    pub fate: RowFate,
    /// What is wrong.
    pub mistakes: Vec<Mistake>,
}

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPlan {
    /// Rows in their order.
    pub rows: Vec<PlannedRow>,
    /// Columns that are no field of the kind.
    pub ignored: Vec<String>,
}

impl ImportPlan {
    /// How many rows have a fate.
    pub fn count(&self, fate: RowFate) -> usize {
        self.rows.iter().filter(|row| row.fate == fate).count()
    }
}

/// Reads a sheet (CSV or XLSX; columns `key`, `zh`, `en` and fields by name or label) and says what importing it would do. Nothing is written.
pub fn plan_import(read: &Read, kind: &str, node: &Node, readers: &str, bytes: &[u8]) -> Outcome<ImportPlan, RecordRefusal> {
    let kind = sql::kind(read, kind)?.ok_or_else(|| RecordRefusal::UnknownKind { kind: kind.to_owned() })?;
    let table = Grid::read(bytes, MOST_ROWS).map_err(|mistake| match mistake {
        GridMistake::Unreadable | GridMistake::Empty => RecordRefusal::Sheet,
        GridMistake::TooMany => RecordRefusal::TooManyRows { most: MOST_ROWS },
    })?;
    let columns = columns(&kind, &table.head);
    let ignored = table.head.iter().zip(&columns).filter(|(head, column)| column.is_none() && !head.is_empty()).map(|(head, _)| head.clone()).collect();
    let (mut rows, mut keys) = (Vec::new(), BTreeSet::new());
    for (number, cells) in &table.rows {
        let draft = draft_of(&kind, node, readers, &columns, cells);
        let mut mistakes = draft.mistakes(&kind.schema);
        if !keys.insert(draft.key.clone()) {
            mistakes.push(Mistake::new("/key", "register-key-twice"));
        }
        let before = sql::record(read, &kind.kind, &draft.key)?;
        let fate = match &before {
            _ if !mistakes.is_empty() => RowFate::Wrong,
            None => RowFate::New,
            Some(record) if draft.changes(Some(record)).is_empty() => RowFate::Same,
            Some(_) => RowFate::Changed,
        };
        rows.push(PlannedRow { number: *number, draft, fate, mistakes });
    }
    Ok(ImportPlan { rows, ignored })
}

/// Carries a plan out; refused whole if a row is wrong. Returns how many records are new or changed.
pub fn import_records(tx: &mut Tx, who: &Acting, plan: &ImportPlan) -> Outcome<usize, RecordRefusal> {
    let wrong = plan.count(RowFate::Wrong);
    if wrong > 0 {
        return Err(RecordRefusal::RowsWrong { count: wrong }.into());
    }
    let mut done = 0;
    for row in plan.rows.iter().filter(|row| row.fate != RowFate::Same) {
        save_record(tx, who, &row.draft, None).map_err(|failure| match failure {
            Failure::Refused(RecordRefusal::Invalid(_)) => Failure::Refused(RecordRefusal::RowsWrong { count: 1 }),
            other => other,
        })?;
        done += 1;
    }
    Ok(done)
}

/// What a column of the sheet is.
enum Column {
    Key,
    Zh,
    En,
    Field(Field),
}

fn columns(kind: &Kind, head: &[String]) -> Vec<Option<Column>> {
    let fields = fields(&kind.schema);
    let column = |name: &String| match name.to_lowercase().as_str() {
        "key" => Some(Column::Key),
        "zh" => Some(Column::Zh),
        "en" => Some(Column::En),
        lower => {
            fields.iter().find(|field| field.name == *name || field.label.zh == *name || field.label.en.to_lowercase() == lower).cloned().map(Column::Field)
        }
    };
    head.iter().map(column).collect()
}

fn draft_of(kind: &Kind, node: &Node, readers: &str, columns: &[Option<Column>], cells: &[String]) -> RecordDraft {
    let (mut key, mut title, mut body) = (String::new(), Bilingual::default(), Map::new());
    for (column, cell) in columns.iter().zip(cells) {
        match column {
            Some(Column::Key) => key.clone_from(cell),
            Some(Column::Zh) => title.zh.clone_from(cell),
            Some(Column::En) => title.en.clone_from(cell),
            Some(Column::Field(field)) if !cell.is_empty() => drop(body.insert(field.name.clone(), value_of(&field.kind, &field.items, cell))),
            _ => {}
        }
    }
    RecordDraft { kind: kind.kind.clone(), key, node: node.clone(), title, body: Value::Object(body), readers: readers.to_owned() }
}

/// A cell as its field wants it; what cannot be read stays a text, and the schema says so.
fn value_of(kind: &str, items: &str, cell: &str) -> Value {
    match kind {
        "integer" => cell.replace([',', '，'], "").parse::<i64>().map_or_else(|_| cell.into(), Value::from),
        "boolean" => match cell.to_lowercase().as_str() {
            "true" | "yes" | "1" | "是" => true.into(),
            "false" | "no" | "0" | "否" => false.into(),
            _ => cell.into(),
        },
        "array" => cell.split([';', '；']).map(str::trim).filter(|item| !item.is_empty()).map(|item| value_of(items, "", item)).collect(),
        _ => cell.into(),
    }
}
