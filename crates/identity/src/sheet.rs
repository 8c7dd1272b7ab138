//! Sheets that come in: CSV (RFC 4180, with or without BOM, `,` `;` or tab) and XLSX, as rows of texts under named columns.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

/// Most data rows of a sheet: they go into one transaction.
pub const ROWS_MAX: usize = 1_000;

/// Most characters of a cell.
const CELL_MAX: usize = 2_000;

/// A sheet whose header names columns that we know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    columns: Vec<Option<&'static str>>,
    rows: Vec<(usize, Vec<String>)>,
}

/// Why a sheet cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetMistake {
    /// Neither CSV in UTF-8 nor XLSX.
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
        let table = if bytes.starts_with(b"PK\x03\x04") { xlsx(bytes)? } else { csv(text_of(bytes)?) };
        let mut table = table.into_iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
        let (_, heads) = table.next().ok_or(SheetMistake::Empty)?;
        let named: Vec<Option<&'static str>> = heads.iter().map(|head| column_of(head, columns)).collect();
        if let Some(missing) = needed.iter().find(|field| !named.contains(&Some(**field))) {
            return Err(SheetMistake::ColumnMissing(missing));
        }
        let rows: Vec<(usize, Vec<String>)> = table.collect();
        match rows.len() {
            0 => Err(SheetMistake::Empty),
            1..=ROWS_MAX => Ok(Self { columns: named, rows }),
            _ => Err(SheetMistake::TooMany),
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

fn text_of(bytes: &[u8]) -> Result<&str, SheetMistake> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0')).ok_or(SheetMistake::Unreadable)
}

/// Lines count as rows of the sheet, as a spreadsheet shows them; a cell in quotes may hold line breaks.
fn csv(text: &str) -> Vec<(usize, Vec<String>)> {
    let first = text.lines().next().unwrap_or_default();
    let separator = [',', '\t', ';'].into_iter().max_by_key(|&c| (first.matches(c).count(), c == ',')).unwrap_or(',');
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            c if c == separator && !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push((rows.len() + 1, std::mem::take(&mut row)));
            }
            c if cell.len() < CELL_MAX * 4 => cell.push(c),
            _ => {}
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push((rows.len() + 1, row));
    }
    rows
}

fn xlsx(bytes: &[u8]) -> Result<Vec<(usize, Vec<String>)>, SheetMistake> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| SheetMistake::Unreadable)?;
    let range = book.worksheet_range_at(0).and_then(Result::ok).ok_or(SheetMistake::Unreadable)?;
    let top = range.start().map_or(0, |(row, _)| row as usize);
    let rows = range.rows().take(ROWS_MAX + 2).enumerate();
    Ok(rows.map(|(at, cells)| (top + at + 1, cells.iter().map(text_of_cell).collect())).collect())
}

/// Long numbers (phones, staff numbers) come as floats: whole ones are written without a point.
fn text_of_cell(cell: &Data) -> String {
    let text = match cell {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::DateTimeIso(text) => text.get(..10).unwrap_or(text).to_owned(),
        Data::Empty | Data::Error(_) => String::new(),
        other => other.to_string(),
    };
    text.trim().chars().take(CELL_MAX).collect()
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
        assert_eq!(read(b"\xff\xfe\x00"), SheetMistake::Unreadable);
        assert_eq!(read(b"PK\x03\x04 no zip"), SheetMistake::Unreadable);
        assert_eq!(read(b""), SheetMistake::Empty);
        assert_eq!(read("姓名\n".as_bytes()), SheetMistake::Empty);
        assert_eq!(read("手机\n1\n".as_bytes()), SheetMistake::ColumnMissing("name"));
        let many = format!("姓名\n{}", "陈\n".repeat(ROWS_MAX + 1));
        assert_eq!(read(many.as_bytes()), SheetMistake::TooMany);
    }
}
