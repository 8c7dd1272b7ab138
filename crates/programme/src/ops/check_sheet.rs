//! Looks at a sheet of projects without taking anything in: row by row what it would declare, what is wrong, what resembles something that is there.
//!
//! Asks people, places, the form of the pack, the index and earlier imports. Tells nothing.

use std::collections::{BTreeMap, BTreeSet};

use packs::Form;
use store::Read;
use webkit::{Grid, GridMistake};
use words::{Acting, Bilingual, Failure, Fault, Node, Outcome, fold};

use crate::import::{Columns, ImportRefusal, ImportRow, ImportTarget, MOST_ROWS, Names, Person, RowDraft, RowMistake, RowRead, RowState, read_row};
use crate::web::{PROJECT, first_form};
use crate::{rights, sql_import};

/// A title that shares so much with one that is there (per mille) is likely the same project.
const ALIKE: i64 = 700;

/// A sheet that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedSheet {
    /// The sheet as it came.
    pub grid: Grid,
    /// Headings that are no column of the form.
    pub ignored: Vec<String>,
    /// Its rows.
    pub rows: Vec<ImportRow>,
}

/// Dry run. A row whose base is not among those that whoever brings it looks after is wrong.
pub fn check_sheet(read: &Read, who: &Acting, bytes: &[u8], target: ImportTarget) -> Outcome<CheckedSheet, ImportRefusal> {
    who.may_anywhere(rights::IMPORT)?;
    let grid = Grid::read(bytes, MOST_ROWS).map_err(|mistake| match mistake {
        GridMistake::Unreadable => ImportRefusal::Unreadable,
        GridMistake::Empty => ImportRefusal::Empty,
        GridMistake::TooMany => ImportRefusal::TooMany,
    })?;
    let form = form(read)?;
    let columns = Columns::read(&form, &grid.head);
    if let Some(missing) = columns.missing(&form) {
        return Err(ImportRefusal::ColumnMissing(missing.label().zh).into());
    }
    let names = Known::of(read)?;
    let mut seen = Seen::default();
    let mut rows = Vec::with_capacity(grid.rows.len());
    for (number, cells) in &grid.rows {
        let found = read_row(&form, &columns, cells, target, read.now().day(), &names)?;
        rows.push(seen.weigh(read, who, i64::try_from(*number).unwrap_or(i64::MAX), found)?);
    }
    Ok(CheckedSheet { ignored: columns.ignored(&grid.head), grid, rows })
}

/// The form by which projects are declared.
pub(crate) fn form<R>(read: &Read) -> Result<Form, Failure<R>> {
    let key = first_form(read, PROJECT).map_err(Failure::into_fault)?.ok_or_else(|| Fault::new("projects are declared without a form"))?;
    let programme = packs::current(read)?;
    let form = programme.form(&Node::group(), &key, read.now().day()).cloned();
    Ok(form.ok_or_else(|| Fault::new(format!("no form {key}")))?)
}

/// What the rows above said.
#[derive(Default)]
struct Seen {
    digests: BTreeSet<String>,
    titles: BTreeMap<String, i64>,
}

impl Seen {
    fn weigh(&mut self, read: &Read, who: &Acting, number: i64, found: RowRead) -> Result<ImportRow, Fault> {
        let RowRead { draft, reference, mut mistakes } = found;
        if draft.base.as_ref().is_some_and(|base| !who.can(rights::IMPORT, base)) {
            mistakes.push(RowMistake::new("base", "programme-import-not-yours"));
        }
        let digest = digest(&draft, &reference)?;
        if !self.digests.insert(digest.clone()) {
            mistakes.push(RowMistake::new(if reference.is_empty() { "title" } else { "reference" }, "programme-import-twice"));
        }
        let before = sql_import::taken(read, &digest)?;
        let state = match (&before, mistakes.is_empty()) {
            (Some(_), _) => RowState::Same,
            (None, true) => RowState::Ready,
            (None, false) => RowState::Wrong,
        };
        let warnings = if state == RowState::Ready { self.resembles(read, number, &draft)? } else { Vec::new() };
        let mistakes = if state == RowState::Same { Vec::new() } else { mistakes };
        Ok(ImportRow { number, state, digest, draft, mistakes, warnings, case: None })
    }

    /// What is there already, or stands in a row above, and is likely the same.
    fn resembles(&mut self, read: &Read, number: i64, draft: &RowDraft) -> Result<Vec<RowMistake>, Fault> {
        let title = draft.title();
        let mut warnings = Vec::new();
        match self.titles.insert(fold(title), number) {
            Some(above) => warnings.push(RowMistake::new("title", "programme-import-title-above").arg("row", above)),
            None => warnings.extend(alike(read, title)?),
        }
        if let (Some(lead), Some(base)) = (&draft.lead, &draft.base)
            && let Some(number) = sql_import::same_title(read, PROJECT, lead, title, base)?
        {
            warnings.push(RowMistake::new("title", "programme-import-same-title").arg("number", number));
        }
        Ok(warnings)
    }
}

fn alike(read: &Read, title: &str) -> Result<Option<RowMistake>, Fault> {
    let found = desk::similar(read, title, "project", |_| true, 1)?.into_iter().find(|found| found.per_mille >= ALIKE);
    let Some(found) = found else { return Ok(None) };
    let case = crate::sql::case::<words::Never>(read, &words::Id::fixed(found.doc.id)).map_err(Failure::into_fault)?;
    Ok(Some(RowMistake::new("title", "programme-import-alike").arg("number", case.number)))
}

/// A row with a reference is the project of that reference; any other is what it says.
fn digest(draft: &RowDraft, reference: &str) -> Result<String, Fault> {
    let said = if reference.is_empty() { serde_json::to_string(draft).map_err(Fault::new)? } else { format!("reference:{}", fold(reference)) };
    Ok(store::sha256(&said))
}

impl RowDraft {
    /// What the project is called.
    pub fn title(&self) -> &str {
        self.answers.get("title").and_then(serde_json::Value::as_str).unwrap_or_default()
    }
}

/// People and open places as a sheet names them.
struct Known<'a> {
    read: &'a Read,
    places: BTreeMap<(bool, String), Option<Node>>,
}

impl<'a> Known<'a> {
    fn of(read: &'a Read) -> Result<Self, Fault> {
        let mut places: BTreeMap<(bool, String), Option<Node>> = BTreeMap::new();
        for place in identity::places(read)?.into_iter().filter(|place| place.closed_on.is_none()) {
            let Bilingual { zh, en } = &place.title;
            let names: BTreeSet<String> = [place.path.as_str(), place.path.name(), zh, en].into_iter().map(fold).collect();
            for name in names {
                let known = places.entry((place.kind == identity::NodeKind::Base, name)).or_insert_with(|| Some(place.path.clone()));
                // A name of two places means neither.
                if known.as_ref() != Some(&place.path) {
                    *known = None;
                }
            }
        }
        Ok(Self { read, places })
    }
}

impl Names for Known<'_> {
    fn person(&self, text: &str) -> Result<Person, Fault> {
        let found = identity::people_named(self.read, text)?;
        let today = self.read.now().day();
        Ok(match found.as_slice() {
            [] => Person::Nobody,
            [one] if identity::home_unit(self.read, one, today)?.is_none() => Person::Homeless,
            [one] => Person::One(one.clone()),
            _ => Person::Several,
        })
    }

    fn place(&self, text: &str, base: bool) -> Result<Option<Node>, Fault> {
        Ok(self.places.get(&(base, fold(text))).cloned().flatten())
    }
}
