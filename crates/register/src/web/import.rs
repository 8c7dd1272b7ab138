//! Records from a sheet: a plan first, then all of it or nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Cell, Nothing, Problem, Reply, Sheet, Upload};
use words::{Bilingual, Failure, Never, Node};

use super::places::{self, Place};
use crate::ops::import::{SheetPlaces, plan_import};
use crate::record::{Kind, RecordRefusal};
use crate::{ImportPlan, MOST_ROWS, Mistake, PlannedRow, RowFate, import_records, rights, sql};

const SHOWN: usize = 200;

/// What is done with the sheet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Deed {
    /// Dry run: nothing changes.
    #[default]
    Check,
    /// All rows come in, or none.
    Take,
}

/// A sheet of records.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct ImportForm {
    /// Dry run or not.
    #[serde(default)]
    deed: Deed,
    /// Where new records stand whose row names no place.
    #[serde(default)]
    #[schemars(length(max = 240))]
    node: String,
    /// The sheet as CSV, instead of a file.
    #[serde(default)]
    #[schemars(length(max = 900_000))]
    text: Option<String>,
}

/// Something wrong in a row.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct MistakeView {
    /// JSON pointer.
    pointer: String,
    /// What people call the column.
    label: Bilingual,
    /// Code.
    code: String,
    /// The sentence, in the language of whoever looks.
    message: String,
}

/// A row of the plan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct RowView {
    /// Its number in the sheet; the headings are row 1.
    number: usize,
    /// Key.
    key: String,
    /// Title.
    title: Option<Bilingual>,
    /// What would become of it.
    fate: RowFate,
    /// What is wrong.
    mistakes: Vec<MistakeView>,
}

/// How many rows have which fate.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(super) struct Counts {
    /// New records.
    new: usize,
    /// Records that change.
    changed: usize,
    /// Records that stay the same.
    same: usize,
    /// Wrong rows.
    wrong: usize,
}

/// The import page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ImportView {
    /// Kind.
    kind: String,
    /// What people call it.
    name: Bilingual,
    /// Headings that a sheet may have: name and what people call it.
    columns: Vec<ColumnView>,
    /// Most rows of a sheet.
    most: usize,
    /// Where new records stand.
    node: String,
    /// Places to choose from.
    places: Vec<Place>,
    /// Was a sheet checked?
    checked: bool,
    /// How many rows have which fate.
    counts: Counts,
    /// The rows, wrong ones first; at most 200.
    rows: Vec<RowView>,
    /// Headings that mean nothing here.
    ignored: Vec<String>,
    /// The sheet as CSV, to be sent again without choosing the file once more.
    text: String,
}

/// A heading.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ColumnView {
    /// Name; may be the heading.
    name: String,
    /// What people call it; may be the heading.
    label: Bilingual,
}

/// Columns that every kind has.
fn own() -> [(&'static str, Bilingual); 4] {
    [
        ("key", Bilingual::new("编码", "key")),
        ("zh", Bilingual::new("中文名称", "zh")),
        ("en", Bilingual::new("英文名称", "English name")),
        ("node", Bilingual::new("所在单位或基地", "Unit or base")),
    ]
}

fn page(call: &Call, node: &str) -> Result<(Kind, ImportView), Problem> {
    let who = call.acting()?;
    let kind = call.read::<_, Never>(|read| sql::kind(read, call.path_text("kind"))?.ok_or(Failure::Absent))?;
    let mut places = places::all(call)?;
    places.retain(|place| who.can(rights::KEEP, &place.node));
    let fields = kind.fields().into_iter().map(|field| ColumnView { name: field.name, label: field.label });
    let first = || places.first().map(|place| place.node.to_string()).unwrap_or_default();
    let view = ImportView {
        kind: kind.kind.clone(),
        name: kind.name.clone(),
        columns: own().into_iter().map(|(name, label)| ColumnView { name: name.into(), label }).chain(fields).collect(),
        most: MOST_ROWS,
        node: if node.is_empty() { first() } else { node.to_owned() },
        places,
        checked: false,
        counts: Counts::default(),
        rows: Vec::new(),
        ignored: Vec::new(),
        text: String::new(),
    };
    Ok((kind, view))
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<ImportView> {
    let (kind, view) = page(call, "")?;
    let heads: Vec<&str> = view.columns.iter().map(|column| column.name.as_str()).collect();
    let blank = Sheet::new(&kind.kind, &heads);
    Ok(Reply::page("register/import.html", view).sheet(blank))
}

pub(super) fn make(call: &Call, given: Upload<ImportForm>) -> Answer<ImportView> {
    let who = call.acting()?;
    let (kind, view) = page(call, &given.fields.node)?;
    let bytes = given.file("sheet").map(|file| file.bytes.clone()).or_else(|| given.fields.text.clone().map(String::into_bytes)).unwrap_or_default();
    let known = places::all(call)?;
    let places = SheetPlaces { node: places::read(&known, &view.node).unwrap_or_else(Node::group), known };
    let plan = call.read(|read| plan_import(read, &who, &kind.kind, &places, &bytes))?;
    if given.fields.deed == Deed::Check {
        let sheet = to_mend(call, &view, &plan);
        return Ok(Reply::page("register/import.html", checked(call, view, &plan)).sheet(sheet));
    }
    let there = format!("/registers/{}", kind.kind);
    let done = checked(call, view, &plan);
    call.write("register.import", move |tx| {
        import_records(tx, &who, &plan)?;
        let view = ImportView { text: String::new(), ..copy(&done) };
        Ok::<_, Failure<RecordRefusal>>(Reply::done(there.clone(), view).say("register-said-imported"))
    })
}

fn copy(view: &ImportView) -> ImportView {
    ImportView {
        kind: view.kind.clone(),
        name: view.name.clone(),
        columns: view.columns.clone(),
        node: view.node.clone(),
        places: view.places.clone(),
        counts: view.counts.clone(),
        rows: view.rows.clone(),
        ignored: view.ignored.clone(),
        text: view.text.clone(),
        ..*view
    }
}

fn checked(call: &Call, view: ImportView, plan: &ImportPlan) -> ImportView {
    let mut rows: Vec<&PlannedRow> = plan.rows.iter().collect();
    rows.sort_by_key(|row| (row.fate != RowFate::Wrong, row.number));
    let row = |row: &PlannedRow| RowView {
        number: row.number,
        key: row.draft.key.clone(),
        title: Some(row.draft.title.clone()).filter(|title| !title.zh.is_empty() || !title.en.is_empty()),
        fate: row.fate,
        mistakes: row.mistakes.iter().map(|mistake| mistake_view(call, &view, mistake)).collect(),
    };
    ImportView {
        checked: true,
        counts: Counts {
            new: plan.count(RowFate::New),
            changed: plan.count(RowFate::Changed),
            same: plan.count(RowFate::Same),
            wrong: plan.count(RowFate::Wrong),
        },
        rows: rows.into_iter().take(SHOWN).map(row).collect(),
        ignored: plan.ignored.clone(),
        text: plan.grid.to_csv(),
        ..view
    }
}

fn mistake_view(call: &Call, view: &ImportView, mistake: &Mistake) -> MistakeView {
    let name = mistake.pointer.trim_start_matches("/body").trim_start_matches('/').split('/').next().unwrap_or_default();
    let label = view.columns.iter().find(|column| column.name == name).map_or_else(|| Bilingual::new(name, name), |column| column.label.clone());
    let args: Vec<(&str, &str)> = mistake.args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    MistakeView { pointer: mistake.pointer.clone(), label, code: mistake.code.into(), message: call.text_with(&format!("problem-{}", mistake.code), &args) }
}

/// The rows that are wrong as they came, each with what is wrong with it.
fn to_mend(call: &Call, view: &ImportView, plan: &ImportPlan) -> Sheet {
    let what = call.text("register-what-is-wrong");
    let heads: Vec<&str> = plan.grid.head.iter().map(String::as_str).chain([what.as_str()]).collect();
    let cells = |number: usize| plan.grid.rows.iter().find(|(row, _)| *row == number).map(|(_, cells)| cells.clone()).unwrap_or_default();
    let row = |row: &PlannedRow| {
        let said = row.mistakes.iter().map(|mistake| mistake_view(call, view, mistake));
        let said: Vec<String> = said.map(|one| call.text_with("label-and-text", &[("label", one.label.get(call.lang)), ("text", &one.message)])).collect();
        let padded = cells(row.number).into_iter().chain(std::iter::repeat(String::new())).take(plan.grid.head.len());
        padded.chain([said.join("\n")]).map(Cell::from).collect()
    };
    Sheet::new("to-mend", &heads).rows(plan.rows.iter().filter(|row| row.fate == RowFate::Wrong).map(row))
}
