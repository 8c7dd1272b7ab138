//! Imports records from a sheet: a plan first, row by row, then all of it or nothing.
//!
//! The plan is made outside the transaction; carrying it out checks every row again.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use store::{Read, Tx};
use webkit::{Grid, GridMistake};
use words::{Acting, Bilingual, Failure, Fault, Node, Outcome, fold};

use crate::ops::save_record::save_record;
use crate::record::{Kind, RecordDraft, RecordRefusal};
use crate::schema::{Field, Mistake, fields};
use crate::{Place, rights, sql};

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
    /// The sheet as it came.
    pub grid: Grid,
}

impl ImportPlan {
    /// How many rows have a fate.
    pub fn count(&self, fate: RowFate) -> usize {
        self.rows.iter().filter(|row| row.fate == fate).count()
    }
}

/// Where the records of a sheet stand that does not say so, and what units and bases are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetPlaces {
    /// Where a new record stands whose row names no place.
    pub node: Node,
    /// Places by path; a row may name one by its name, too.
    pub known: Vec<Place>,
}

/// Reads a sheet (CSV or XLSX; columns `key`, `zh`, `en`, `node` and fields by name or label) and says what importing it would do. Nothing is written.
/// A record that is there keeps its place and its readers unless its row says otherwise.
pub fn plan_import(read: &Read, who: &Acting, kind: &str, places: &SheetPlaces, bytes: &[u8]) -> Outcome<ImportPlan, RecordRefusal> {
    let kind = sql::kind(read, kind)?.ok_or_else(|| RecordRefusal::UnknownKind { kind: kind.to_owned() })?;
    let grid = Grid::read(bytes, MOST_ROWS).map_err(|mistake| match mistake {
        GridMistake::Unreadable | GridMistake::Empty => RecordRefusal::Sheet,
        GridMistake::TooMany => RecordRefusal::TooManyRows { most: MOST_ROWS },
    })?;
    let columns = columns(&kind, &grid.head);
    let ignored = grid.head.iter().zip(&columns).filter(|(head, column)| column.is_none() && !head.is_empty()).map(|(head, _)| head.clone()).collect();
    let (mut rows, mut keys) = (Vec::new(), BTreeSet::new());
    for (number, cells) in &grid.rows {
        let row = planned(read, who, &kind, places, &columns, cells, *number)?;
        rows.push(if keys.insert(row.draft.key.clone()) { row } else { row.wrong(Mistake::new("/key", "register-key-twice")) });
    }
    Ok(ImportPlan { rows, ignored, grid })
}

fn planned(
    read: &Read,
    who: &Acting,
    kind: &Kind,
    places: &SheetPlaces,
    columns: &[Option<Column>],
    cells: &[String],
    number: usize,
) -> Result<PlannedRow, Fault> {
    let (mut draft, place) = draft_of(kind, columns, cells);
    let before = sql::record(read, &kind.kind, &draft.key)?;
    let named = place.as_deref().map(|text| place_named(places, text));
    draft.node = match (&named, &before) {
        (Some(Some(node)), _) => node.clone(),
        (_, Some(record)) => record.node.clone(),
        _ => places.node.clone(),
    };
    draft.readers = before.as_ref().map_or_else(|| kind.readers().to_owned(), |record| record.readers.clone());
    let mut mistakes = draft.mistakes(&kind.schema);
    if named == Some(None) {
        mistakes.push(Mistake::new("/node", "register-unknown-place"));
    }
    let both = [Some(&draft.node), before.as_ref().map(|record| &record.node)];
    if both.into_iter().flatten().any(|node| !who.can(rights::KEEP, node)) {
        mistakes.push(Mistake::new("/node", "register-not-yours"));
    }
    let fate = match &before {
        _ if !mistakes.is_empty() => RowFate::Wrong,
        None => RowFate::New,
        Some(record) if draft.changes(Some(record)).is_empty() => RowFate::Same,
        Some(_) => RowFate::Changed,
    };
    Ok(PlannedRow { number, draft, fate, mistakes })
}

fn place_named(places: &SheetPlaces, text: &str) -> Option<Node> {
    let wanted = fold(text);
    let is = |place: &&Place| [place.node.as_str(), place.node.name(), &place.name.zh, &place.name.en].into_iter().any(|name| fold(name) == wanted);
    places.known.iter().find(is).map(|place| place.node.clone())
}

impl PlannedRow {
    fn wrong(mut self, mistake: Mistake) -> Self {
        self.mistakes.push(mistake);
        self.fate = RowFate::Wrong;
        self
    }
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
    Node,
    Field(Field),
}

fn columns(kind: &Kind, head: &[String]) -> Vec<Option<Column>> {
    let fields = fields(&kind.schema);
    let column = |name: &String| match name.to_lowercase().as_str() {
        "key" | "编码" => Some(Column::Key),
        "zh" | "名称" | "中文名称" => Some(Column::Zh),
        "en" | "英文名称" | "english name" => Some(Column::En),
        "node" | "所在单位或基地" | "unit or base" => Some(Column::Node),
        lower => {
            fields.iter().find(|field| field.name == *name || field.label.zh == *name || field.label.en.to_lowercase() == lower).cloned().map(Column::Field)
        }
    };
    head.iter().map(column).collect()
}

/// What a row says, and which place it names.
fn draft_of(kind: &Kind, columns: &[Option<Column>], cells: &[String]) -> (RecordDraft, Option<String>) {
    let (mut key, mut title, mut body, mut place) = (String::new(), Bilingual::default(), Map::new(), None);
    for (column, cell) in columns.iter().zip(cells) {
        match column {
            Some(Column::Key) => key.clone_from(cell),
            Some(Column::Zh) => title.zh.clone_from(cell),
            Some(Column::En) => title.en.clone_from(cell),
            Some(Column::Node) if !cell.is_empty() => place = Some(cell.clone()),
            Some(Column::Field(field)) if !cell.is_empty() => drop(body.insert(field.name.clone(), value_of(field, cell))),
            _ => {}
        }
    }
    let draft = RecordDraft { kind: kind.kind.clone(), key, node: Node::group(), title, body: Value::Object(body), readers: String::new() };
    (draft, place)
}

/// A cell as its field wants it; what cannot be read stays a text, and the schema says so. A choice is known by its key and by its names.
pub(crate) fn value_of(field: &Field, cell: &str) -> Value {
    match field.kind.as_str() {
        "array" => cell.split([';', '；']).map(str::trim).filter(|item| !item.is_empty()).map(|item| one_of(field, &field.items, item)).collect(),
        kind => one_of(field, kind, cell),
    }
}

fn one_of(field: &Field, kind: &str, cell: &str) -> Value {
    let wanted = fold(cell);
    let choice = field.options.iter().find(|option| [&option.key, &option.zh, &option.en].into_iter().any(|name| fold(name) == wanted));
    match (kind, choice) {
        (_, Some(choice)) => choice.key.clone().into(),
        ("integer", _) => cell.replace([',', '，'], "").parse::<i64>().map_or_else(|_| cell.into(), Value::from),
        ("boolean", _) => match wanted.as_str() {
            "true" | "yes" | "1" | "是" => true.into(),
            "false" | "no" | "0" | "否" => false.into(),
            _ => cell.into(),
        },
        _ => cell.into(),
    }
}
