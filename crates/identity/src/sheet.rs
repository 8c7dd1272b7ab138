//! Sheets that come in, as rows of texts under named columns. The door reads CSV and XLSX.

use webkit::{Grid, GridMistake};

/// Most data rows of a sheet: they go into one transaction.
pub const ROWS_MAX: usize = 1_000;

/// A sheet whose header names columns that we know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    columns: Vec<Option<&'static str>>,
    rows: Vec<(usize, Vec<String>)>,
}

/// Why a sheet cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetMistake {
    /// Neither CSV nor XLSX.
    Unreadable,
    /// No row below the header.
    Empty,
    /// More rows than [`ROWS_MAX`].
    TooMany,
    /// A column that is needed is missing.
    ColumnMissing(&'static str),
}

/// A column: its field, and the headings under which it is known.
pub type Column = (&'static str, &'static [&'static str]);

impl Incoming {
    /// Reads bytes by what they are, not by what they are called.
    pub fn read(bytes: &[u8], columns: &[Column], needed: &[&'static str]) -> Result<Self, SheetMistake> {
        let grid = Grid::read(bytes, ROWS_MAX).map_err(|wrong| match wrong {
            GridMistake::Unreadable => SheetMistake::Unreadable,
            GridMistake::Empty => SheetMistake::Empty,
            GridMistake::TooMany => SheetMistake::TooMany,
        })?;
        let named: Vec<Option<&'static str>> = grid.head.iter().map(|head| column_of(head, columns)).collect();
        match needed.iter().find(|field| !named.contains(&Some(**field))) {
            Some(missing) => Err(SheetMistake::ColumnMissing(missing)),
            None => Ok(Self { columns: named, rows: grid.rows }),
        }
    }

    /// Rows with their numbers as a person counts them in the sheet.
    pub fn rows(&self) -> impl Iterator<Item = IncomingRow<'_>> {
        self.rows.iter().map(|(number, cells)| IncomingRow { number: *number, columns: &self.columns, cells })
    }

    /// The same sheet as CSV under the names of the fields; empty lines keep the numbers of the rows.
    pub fn to_csv(&self) -> String {
        let named = |cells: &dyn Fn(usize) -> String| {
            let known = self.columns.iter().enumerate().filter(|(_, column)| column.is_some());
            known.map(|(at, _)| format!("\"{}\"", cells(at).replace('"', "\"\"").replace('\n', " "))).collect::<Vec<_>>().join(",")
        };
        let mut text = named(&|at| self.columns.get(at).copied().flatten().unwrap_or_default().to_owned());
        let mut line = 1;
        for (number, cells) in &self.rows {
            text.push_str(&"\n".repeat(number.saturating_sub(line).max(1)));
            text.push_str(&named(&|at| cells.get(at).cloned().unwrap_or_default()));
            line = *number;
        }
        text.push('\n');
        text
    }

    /// How many data rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Never: a sheet without rows is a mistake.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// A row of a sheet.
#[derive(Debug, Clone, Copy)]
pub struct IncomingRow<'a> {
    /// Its number in the sheet; the header is 1.
    pub number: usize,
    columns: &'a [Option<&'static str>],
    cells: &'a [String],
}

impl<'a> IncomingRow<'a> {
    /// The text of a field; nothing if the cell is empty or the column is missing.
    pub fn get(&self, field: &str) -> Option<&'a str> {
        let at = self.columns.iter().position(|column| *column == Some(field))?;
        self.cells.get(at).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    }

    /// The text of a field, empty if there is none.
    pub fn text(&self, field: &str) -> &'a str {
        self.get(field).unwrap_or_default()
    }
}

fn column_of(head: &str, columns: &[Column]) -> Option<&'static str> {
    let head = words::fold(head).trim_end_matches('*').trim().to_owned();
    columns.iter().find(|(field, names)| *field == head || names.contains(&head.as_str())).map(|(field, _)| *field)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[("name", &["姓名"]), ("phone", &["手机", "手机号"])];

    #[test]
    fn a_sheet_is_read_under_its_headings() {
        let text = "\u{feff}工号,姓名*,手机\r\n1,\"陈,思\"\"远\"\"\",13800138000\r\n\r\n2,\"两\n行\",\n";
        let sheet = Incoming::read(text.as_bytes(), COLUMNS, &["name"]).unwrap();
        let rows: Vec<_> = sheet.rows().map(|row| (row.number, row.text("name"), row.get("phone"))).collect();
        assert_eq!(rows, [(2, "陈,思\"远\"", Some("13800138000")), (4, "两\n行", None)]);
    }

    #[test]
    fn a_sheet_can_be_sent_again_with_the_same_numbers() {
        let sheet = Incoming::read("x,姓名\n1,陈\n\n\n2,\"李,\"\"四\"\"\"\n".as_bytes(), COLUMNS, &["name"]).unwrap();
        let again = Incoming::read(sheet.to_csv().as_bytes(), COLUMNS, &["name"]).unwrap();
        let rows: Vec<_> = again.rows().map(|row| (row.number, row.text("name").to_owned())).collect();
        assert_eq!(rows, [(2, "陈".to_owned()), (5, "李,\"四\"".to_owned())]);
    }

    #[test]
    fn tabs_and_semicolons_part_cells_too() {
        for text in ["姓名\t手机\n陈\t1", "姓名;手机\n陈;1"] {
            let sheet = Incoming::read(text.as_bytes(), COLUMNS, &["name"]).unwrap();
            assert_eq!(sheet.rows().next().unwrap().get("phone"), Some("1"), "{text}");
        }
    }

    #[test]
    fn what_is_no_sheet_is_refused() {
        let read = |bytes: &[u8]| Incoming::read(bytes, COLUMNS, &["name"]).unwrap_err();
        assert_eq!(read(b"\xff\xfe\x00\xff"), SheetMistake::Unreadable);
        assert_eq!(read(b"PK\x03\x04 no zip"), SheetMistake::Unreadable);
        assert_eq!(read(b""), SheetMistake::Empty);
        assert_eq!(read("姓名\n".as_bytes()), SheetMistake::Empty);
        assert_eq!(read("手机\n1\n".as_bytes()), SheetMistake::ColumnMissing("name"));
        let many = format!("姓名\n{}", "陈\n".repeat(ROWS_MAX + 1));
        assert_eq!(read(many.as_bytes()), SheetMistake::TooMany);
    }
}
