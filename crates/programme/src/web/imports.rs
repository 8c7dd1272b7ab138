//! Projects come in from a sheet: template, dry run with every mistake by row and column, taking in, progress.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Access, Answer, Call, Cell, Grid, Nothing, Problem, Reply, Routes, Sheet, Upload};
use words::{Acting, Bilingual, Failure, Fault, Id, Instant, Lang, Never, Node};

use crate::import::{Column, Columns, template};
use crate::ops::{self, check_sheet::form};
use crate::{Import, ImportRefusal, ImportRow, ImportState, ImportTarget, RowMistake, RowState, rights, sql_import};

const SHOWN: usize = 200;
const LISTED: i64 = 50;
/// Between the mistakes of a row in one cell.
const BETWEEN: &str = "\n";

pub(super) fn add(routes: Routes) -> Routes {
    const READ: &[&str] = &["programme-import-unreadable", "programme-import-empty", "programme-import-too-many", "programme-import-column-missing"];
    routes
        .get("/projects/imports", "programme.import.list", Access::Right(rights::IMPORT), list)
        .template("programme/imports.html")
        .get("/projects/imports/template", "programme.import.template", Access::Right(rights::IMPORT), blank)
        .post("/projects/imports", "programme.import.check", Access::Right(rights::IMPORT), check)
        .refusals(READ)
        .get("/projects/imports/{id}", "programme.import.show", Access::Right(rights::IMPORT), show)
        .template("programme/import.html")
        .get("/projects/imports/{id}/state", "programme.import.state", Access::Right(rights::IMPORT), state)
        .template("programme/import_state.html")
        .post("/projects/imports/{id}/take", "programme.import.take", Access::Right(rights::IMPORT), take)
        .refusals(&["programme-import-nothing-ready", "programme-import-not-checked"])
}

/// A column that a sheet may have.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ColumnView {
    /// Key; may be the heading.
    key: String,
    /// Names; either may be the heading.
    label: Bilingual,
    /// Must every row have it?
    needed: bool,
}

fn column_view(column: &Column) -> ColumnView {
    ColumnView { key: column.key().to_owned(), label: column.label(), needed: column.needed() }
}

/// How many rows are where.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(super) struct Counts {
    /// Can be taken in.
    ready: i64,
    /// Wrong.
    wrong: i64,
    /// Were taken in before.
    same: i64,
    /// Are cases now.
    taken: i64,
}

impl Counts {
    fn of(read: &Read, import: &Id) -> Result<Self, Fault> {
        let counts: BTreeMap<String, i64> = sql_import::counts(read, import)?;
        let of = |state: RowState| counts.get(state.as_str()).copied().unwrap_or(0);
        Ok(Self { ready: of(RowState::Ready), wrong: of(RowState::Wrong), same: of(RowState::Same), taken: of(RowState::In) })
    }
}

/// An import in the list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ImportLine {
    /// Id.
    id: Id,
    /// Name of the sheet.
    name: String,
    /// In what state its projects arrive.
    target: ImportTarget,
    /// How far it is.
    state: ImportState,
    /// Rows of the sheet.
    rows: i64,
    /// Where they are.
    counts: Counts,
    /// Who brought it.
    made_by_name: String,
    /// When.
    made_at: Instant,
    /// When all was in.
    done_at: Option<Instant>,
}

fn line(read: &Read, import: Import) -> Result<ImportLine, Fault> {
    Ok(ImportLine {
        counts: Counts::of(read, &import.id)?,
        made_by_name: super::person_name(read, &import.made_by)?,
        id: import.id,
        name: import.name,
        target: import.target,
        state: import.state,
        rows: import.rows,
        made_at: import.made_at,
        done_at: import.done_at,
    })
}

/// Imports, and what a sheet may hold.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ImportsView {
    /// Newest first.
    imports: Vec<ImportLine>,
    /// Columns of a sheet.
    columns: Vec<ColumnView>,
    /// Most rows of a sheet.
    most: usize,
}

fn list(call: &Call, _: Nothing) -> Answer<ImportsView> {
    let who = call.acting()?;
    let view = call.read::<_, Never>(|read| {
        let all = who.can(rights::IMPORT, &Node::group());
        let imports = sql_import::imports(read, (!all).then_some(&who.person), LISTED)?;
        let imports = imports.into_iter().map(|import| line(read, import)).collect::<Result<_, Fault>>()?;
        Ok(ImportsView { imports, columns: template(&form(read)?).iter().map(column_view).collect(), most: crate::MOST_ROWS })
    })?;
    Ok(Reply::page("programme/imports.html", view))
}

/// The columns of the template.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BlankView {
    /// In their order.
    columns: Vec<ColumnView>,
}

/// An empty workbook with a second page that lists what each choice allows.
fn blank(call: &Call, _: Nothing) -> Answer<BlankView> {
    let sheet = call.read::<_, Never>(|read| {
        let columns = template(&form(read)?);
        let places = (super::places(read, identity::NodeKind::Base)?, super::places(read, identity::NodeKind::Unit)?);
        let heads: Vec<String> = columns.iter().map(|column| format!("{}{}", column.label().get(call.lang), if column.needed() { "*" } else { "" })).collect();
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        let allowed = columns.iter().flat_map(|column| allowed(column, &places, call.lang));
        let values = Sheet::new(call.text("programme-import-values"), &["programme-import-column", "programme-import-value", "programme-import-key"]);
        let sheet = Sheet::new(call.text("programme-import-projects"), &heads).also(values.rows(allowed));
        Ok((sheet, BlankView { columns: columns.iter().map(column_view).collect() }))
    })?;
    Ok(Reply::json(sheet.1).sheet(sheet.0))
}

type Places = (Vec<super::OptionView>, Vec<super::OptionView>);

fn allowed(column: &Column, (bases, units): &Places, lang: Lang) -> Vec<Vec<Cell>> {
    let Column::Field(field) = column else { return Vec::new() };
    let name = column.label().get(lang).to_owned();
    let row = |value: &str, key: &str| vec![Cell::from(&name), Cell::from(value), Cell::from(key)];
    let nodes = |places: &[super::OptionView]| places.iter().map(|place| row(place.label.get(lang), &place.value)).collect();
    match field.kind {
        packs::FieldType::Base => nodes(bases),
        packs::FieldType::Unit => nodes(units),
        _ => field.options.iter().map(|option| row(Bilingual::new(&option.zh, &option.en).get(lang), &option.key)).collect(),
    }
}

/// A sheet.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct SheetForm {
    /// In what state its projects arrive.
    #[serde(default)]
    target: ImportTarget,
    /// The sheet as CSV, instead of a file.
    #[serde(default)]
    #[schemars(length(max = 900_000))]
    text: Option<String>,
}

/// Dry run: what was read is written down in batches, and its page shows what would happen.
fn check(call: &Call, given: Upload<SheetForm>) -> Answer<ImportLine> {
    let who = call.acting()?;
    call.rate(&format!("import:{}", who.person), 20)?;
    let target = given.fields.target;
    let (name, bytes) = match given.file("sheet") {
        Some(file) => (file.name.clone(), file.bytes.clone()),
        None => ("projects.csv".into(), given.fields.text.unwrap_or_default().into_bytes()),
    };
    let sheet = call.read(|read| ops::check_sheet(read, &who, &bytes, target))?;
    let cells = serde_json::to_string(&(&sheet.grid.head, &sheet.grid.rows)).map_err(Problem::broken)?;
    let db = call.db();
    let import = ops::new_import(db.entropy().id("imp", db.clock().now()), &name, &cells, target, &sheet, &who, call.now());
    let broken = |failure: Failure<ImportRefusal>| Problem::from(failure);
    let (begun, by) = (import.clone(), who.clone());
    db.write("programme.begin_import", move |tx| ops::begin_import(tx, &by, &begun, &cells)).map_err(broken)?;
    for rows in sheet.rows.chunks(ops::WRITTEN_AT_ONCE) {
        let (rows, import, by) = (rows.to_vec(), import.clone(), who.clone());
        db.write("programme.write_rows", move |tx| ops::write_rows(tx, &by, &import, &rows)).map_err(broken)?;
    }
    call.write("programme.finish_check", move |tx| {
        let import = ops::finish_check(tx, &who, &import)?;
        Ok::<_, Failure<ImportRefusal>>(Reply::created(url(&import.id), line(tx, import)?))
    })
}

fn url(id: &Id) -> String {
    format!("/projects/imports/{id}")
}

/// Something wrong, or to be looked at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct MistakeLine {
    /// Row of the sheet; the headings are row 1.
    row: i64,
    /// Key of the column.
    column: String,
    /// What people call the column.
    label: Bilingual,
    /// What stands in the cell, while the sheet is kept.
    value: String,
    /// Code; explained at `/problems/<code>`.
    code: String,
    /// The sentence, in the language of whoever looks.
    message: String,
}

/// An import.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ImportView {
    /// The import.
    #[serde(flatten)]
    line: ImportLine,
    /// Headings that mean nothing here.
    ignored: Vec<String>,
    /// What is wrong, in the order of the sheet; at most 200.
    mistakes: Vec<MistakeLine>,
    /// What should be looked at; at most 200.
    warnings: Vec<MistakeLine>,
    /// The first cases that came of it.
    cases: Vec<CaseLine>,
}

/// A case that came of a row.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CaseLine {
    /// Row.
    row: i64,
    /// Case.
    id: Id,
    /// What it is called.
    title: String,
}

fn show(call: &Call, _: Nothing) -> Answer<ImportView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let (view, sheet) = call.read::<_, Never>(|read| view(call, read, &who, &id))?;
    Ok(Reply::page("programme/import.html", view).sheet(sheet))
}

/// How far it is, alone.
fn state(call: &Call, _: Nothing) -> Answer<ImportLine> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let line = call.read::<_, Never>(|read| Ok(line(read, ops::visible_import(read, &who, &id)?)?))?;
    Ok(Reply::page("programme/import_state.html", line))
}

fn take(call: &Call, _: Nothing) -> Answer<ImportLine> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("programme.take_in", move |tx| {
        let import = ops::take_in(tx, &who, &id)?;
        Ok::<_, Failure<ImportRefusal>>(Reply::done(url(&id), line(tx, import)?).say("programme-import-said-running"))
    })
}

/// The sheet as it came, with what its columns mean.
struct Kept {
    head: Vec<String>,
    rows: BTreeMap<i64, Vec<String>>,
    columns: Columns,
    labels: BTreeMap<String, Bilingual>,
}

impl Kept {
    fn of(read: &Read, import: &Import) -> Result<Self, Fault> {
        let form = form::<Never>(read).map_err(Failure::into_fault)?;
        let empty = || Grid { head: Vec::new(), rows: Vec::new() };
        let grid = match ops::import_cells(read, import)? {
            Some(text) => serde_json::from_str(&text).map(|(head, rows)| Grid { head, rows }).map_err(Fault::new)?,
            None => empty(),
        };
        Ok(Self {
            columns: Columns::read(&form, &grid.head),
            labels: template(&form).iter().map(|column| (column.key().to_owned(), column.label())).collect(),
            rows: grid.rows.into_iter().map(|(number, cells)| (i64::try_from(number).unwrap_or(0), cells)).collect(),
            head: grid.head,
        })
    }

    fn value(&self, row: i64, column: &str) -> String {
        let at = self.columns.place(column);
        at.and_then(|at| self.rows.get(&row)?.get(at)).map(|cell| cell.chars().take(80).collect()).unwrap_or_default()
    }

    fn line(&self, call: &Call, row: i64, mistake: &RowMistake) -> MistakeLine {
        MistakeLine {
            row,
            label: self.labels.get(&mistake.column).cloned().unwrap_or_else(|| Bilingual::new(&mistake.column, &mistake.column)),
            value: self.value(row, &mistake.column),
            message: sentence(call, mistake),
            column: mistake.column.clone(),
            code: mistake.code.clone(),
        }
    }

    /// The rows that are wrong as they came, each with what is wrong with it: mended, it can come again.
    fn to_mend(&self, call: &Call, rows: &[ImportRow]) -> Sheet {
        let what = call.text("programme-import-what-is-wrong");
        let heads: Vec<&str> = self.head.iter().map(String::as_str).chain([what.as_str()]).collect();
        let row = |row: &ImportRow| {
            let cells = self.rows.get(&row.number).cloned().unwrap_or_default();
            let label = |mistake: &RowMistake| self.labels.get(&mistake.column).map_or("", |label| label.get(call.lang)).to_owned();
            let said: Vec<String> = row
                .mistakes
                .iter()
                .map(|mistake| call.text_with("label-and-text", &[("label", &label(mistake)), ("text", &sentence(call, mistake))]))
                .collect();
            let padded = cells.into_iter().chain(std::iter::repeat(String::new())).take(self.head.len());
            padded.chain([said.join(BETWEEN)]).map(Cell::from).collect()
        };
        Sheet::new("import-to-mend", &heads).rows(rows.iter().map(row))
    }
}

fn sentence(call: &Call, mistake: &RowMistake) -> String {
    let args: Vec<(&str, &str)> = mistake.args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    call.text_with(&format!("problem-{}", mistake.code), &args)
}

fn view(call: &Call, read: &Read, who: &Acting, id: &Id) -> Result<(ImportView, Sheet), Failure<Never>> {
    let import = ops::visible_import(read, who, id)?;
    let rows = sql_import::rows(read, id, None, 1_000_000)?;
    let kept = Kept::of(read, &import)?;
    let wrong: Vec<ImportRow> = rows.iter().filter(|row| row.state == RowState::Wrong).cloned().collect();
    let lines = |of: fn(&ImportRow) -> &Vec<RowMistake>| {
        let all = rows.iter().flat_map(|row| of(row).iter().map(move |mistake| (row.number, mistake)));
        all.take(SHOWN).map(|(row, mistake)| kept.line(call, row, mistake)).collect()
    };
    let taken = rows.iter().filter_map(|row| Some(CaseLine { row: row.number, id: row.case.clone()?, title: row.draft.title().to_owned() }));
    let view = ImportView {
        mistakes: lines(|row| &row.mistakes),
        warnings: lines(|row| &row.warnings),
        cases: taken.take(20).collect(),
        ignored: import.ignored.clone(),
        line: line(read, import)?,
    };
    let sheet = kept.to_mend(call, &wrong);
    Ok((view, sheet))
}
