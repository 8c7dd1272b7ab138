//! People and units come in from a sheet: choose, see what is wrong row by row, take in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Access, Answer, Call, Problem, Reply, Routes, Sheet, Upload};
use words::{Acting, Never};

use crate::import::{ImportRefusal, PEOPLE_COLUMNS, RowMistake, UNIT_COLUMNS};
use crate::ops;
use crate::rights;
use crate::sheet::{Column, Incoming};

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/people/import", "identity.import.show", Access::Right(rights::PEOPLE), show)
        .template("identity/import.html")
        .post("/admin/people/import", "identity.import.make", Access::Right(rights::PEOPLE), take)
        .refusals(&["identity-sheet-unreadable", "identity-sheet-empty", "identity-sheet-too-many", "identity-sheet-column", "identity-sheet-rows"])
}

/// What a sheet holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// A person a row.
    #[default]
    People,
    /// A unit or base a row.
    Units,
}

impl Kind {
    fn columns(self) -> (&'static [Column], &'static [&'static str]) {
        match self {
            Self::People => (PEOPLE_COLUMNS, &["name"]),
            Self::Units => (UNIT_COLUMNS, &["parent", "name", "kind", "zh", "en"]),
        }
    }

    fn check(self, call: &Call, who: &Acting, sheet: &Incoming) -> Result<Vec<RowMistake>, Problem> {
        call.read::<_, Never>(|read| {
            Ok(match self {
                Self::People => ops::check_people(read, who, sheet)?,
                Self::Units => ops::check_units(read, who, sheet)?,
            })
        })
    }
}

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

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct KindQuery {
    /// What the sheet holds.
    #[serde(default)]
    kind: Kind,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct ImportForm {
    /// What the sheet holds.
    #[serde(default)]
    kind: Kind,
    /// Dry run or not.
    #[serde(default)]
    deed: Deed,
    /// The sheet as CSV, instead of a file.
    #[serde(default)]
    #[schemars(length(max = 900_000))]
    text: Option<String>,
}

/// A column that may be in the sheet.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ColumnView {
    /// Field.
    field: &'static str,
    /// The Chinese heading.
    heading: &'static str,
    /// Must it be there?
    needed: bool,
}

/// The import page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ImportView {
    /// What the sheet holds.
    kind: Kind,
    /// Columns it may have.
    columns: Vec<ColumnView>,
    /// Was a sheet checked?
    checked: bool,
    /// Were its rows taken in?
    taken: bool,
    /// Rows of the sheet.
    rows: usize,
    /// What is wrong; empty if the sheet would be taken in.
    mistakes: Vec<RowMistake>,
    /// The sheet as CSV, to be sent again without choosing the file once more.
    text: String,
}

fn page(kind: Kind) -> ImportView {
    let (columns, needed) = kind.columns();
    let column = |(field, names): &Column| ColumnView { field, heading: names.first().copied().unwrap_or_default(), needed: needed.contains(field) };
    ImportView { kind, columns: columns.iter().map(column).collect(), checked: false, taken: false, rows: 0, mistakes: Vec::new(), text: String::new() }
}

fn show(_: &Call, query: KindQuery) -> Answer<ImportView> {
    Ok(Reply::page("identity/import.html", page(query.kind)))
}

fn take(call: &Call, form: Upload<ImportForm>) -> Answer<ImportView> {
    let (who, kind) = (call.acting()?, form.fields.kind);
    let (columns, needed) = kind.columns();
    let given = form.file("sheet").map(|file| file.bytes.clone()).or_else(|| form.fields.text.clone().map(String::into_bytes)).unwrap_or_default();
    let sheet = Incoming::read(&given, columns, needed).map_err(|wrong| Problem::from(words::Failure::Refused(ImportRefusal::Sheet(wrong))))?;
    match form.fields.deed {
        Deed::Check => checked(call, &who, kind, &sheet),
        Deed::Take => taken(call, who, kind, sheet),
    }
}

fn checked(call: &Call, who: &Acting, kind: Kind, sheet: &Incoming) -> Answer<ImportView> {
    let mistakes = kind.check(call, who, sheet)?;
    let sheet_of_mistakes = mistakes_sheet(call, &mistakes);
    let view = ImportView { checked: true, rows: sheet.len(), mistakes, text: sheet.to_csv(), ..page(kind) };
    Ok(Reply::page("identity/import.html", view).sheet(sheet_of_mistakes))
}

fn taken(call: &Call, who: Acting, kind: Kind, sheet: Incoming) -> Answer<ImportView> {
    call.write("identity.import", move |tx| {
        let rows = match kind {
            Kind::People => ops::import_people(tx, &who, &sheet)?,
            Kind::Units => ops::import_units(tx, &who, &sheet)?,
        };
        let place = match kind {
            Kind::People => "/admin/people",
            Kind::Units => "/admin/units",
        };
        let view = ImportView { checked: true, taken: true, rows, ..page(kind) };
        Ok::<_, words::Failure<ImportRefusal>>(Reply::done(place, view).say("identity-said-imported"))
    })
}

/// The workbook of mistakes: one a row, with the sentence.
fn mistakes_sheet(call: &Call, mistakes: &[RowMistake]) -> Sheet {
    let columns = ["identity-col-row", "identity-col-column", "identity-col-mistake"];
    let rows = mistakes.iter().map(|mistake| {
        let row = i64::try_from(mistake.row).unwrap_or(i64::MAX);
        vec![
            row.into(),
            call.text(&format!("identity-field-{}", mistake.column.replace('_', "-"))).into(),
            call.text(&format!("problem-{}", mistake.code)).into(),
        ]
    });
    Sheet::new("mistakes", &columns).rows(rows)
}
