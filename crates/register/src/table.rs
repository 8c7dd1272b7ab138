//! A sheet that comes in: CSV (UTF-8, with or without BOM; `,`, `;` or tab) or the first page of an XLSX, as rows of texts.
//!
//! Pure. Invariant: at most [`MOST_ROWS`] rows and [`MOST_COLUMNS`] columns; cells are trimmed; empty rows keep the numbers of the others.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

/// Most rows of one import: they go into one transaction.
pub const MOST_ROWS: usize = 1_000;
const MOST_COLUMNS: usize = 100;

/// A sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub head: Vec<String>,
    /// The number of the row as a person counts it, and its cells.
    pub rows: Vec<(usize, Vec<String>)>,
}

/// Why a sheet cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableMistake {
    Unreadable,
    TooMany,
}

impl Table {
    pub fn read(bytes: &[u8]) -> Result<Self, TableMistake> {
        let all = if bytes.starts_with(b"PK\x03\x04") { xlsx(bytes)? } else { csv(std::str::from_utf8(bytes).map_err(|_| TableMistake::Unreadable)?) };
        let mut rows = (1..).zip(all).filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
        let (_, head) = rows.next().ok_or(TableMistake::Unreadable)?;
        let rows: Vec<(usize, Vec<String>)> = rows.take(MOST_ROWS + 1).collect();
        if rows.len() > MOST_ROWS || head.len() > MOST_COLUMNS { Err(TableMistake::TooMany) } else { Ok(Self { head, rows }) }
    }
}

fn xlsx(bytes: &[u8]) -> Result<Vec<Vec<String>>, TableMistake> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| TableMistake::Unreadable)?;
    let page = book.worksheet_range_at(0).and_then(Result::ok).ok_or(TableMistake::Unreadable)?;
    if page.height() > MOST_ROWS * 4 || page.width() > MOST_COLUMNS {
        return Err(TableMistake::TooMany);
    }
    let above = usize::try_from(page.start().map_or(0, |(row, _)| row)).unwrap_or(0);
    let rows = page.rows().map(|row| row.iter().map(cell).collect());
    Ok(std::iter::repeat_with(Vec::new).take(above).chain(rows).collect())
}

fn cell(data: &Data) -> String {
    match data {
        Data::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::Error(_) | Data::Empty => String::new(),
        other => other.to_string().trim().to_owned(),
    }
}

fn csv(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().next().unwrap_or_default();
    let between = [',', ';', '\t'].into_iter().max_by_key(|&c| (first.matches(c).count(), c == ',')).unwrap_or(',');
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            c if c == between && !quoted => row.push(take(&mut cell)),
            '\n' if !quoted => {
                row.push(take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !quoted => {}
            c => cell.push(c),
        }
    }
    row.push(take(&mut cell));
    rows.push(row);
    rows
}

fn take(cell: &mut String) -> String {
    std::mem::take(cell).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_with_quotes_line_breaks_and_other_separators() {
        let table = Table::read("\u{feff}key,zh\r\na,\"一,\"\"二\"\"\n三\"\r\n\r\nb, 四 \r\n".as_bytes()).unwrap();
        assert_eq!(table.head, ["key", "zh"]);
        assert_eq!(table.rows, [(2, vec!["a".to_owned(), "一,\"二\"\n三".to_owned()]), (4, vec!["b".to_owned(), "四".to_owned()])]);
        assert_eq!(Table::read(b"a;b\n1;2").unwrap().rows[0].1, ["1", "2"]);
        assert_eq!(Table::read(b""), Err(TableMistake::Unreadable));
        assert_eq!(Table::read(b"\xff\xfe"), Err(TableMistake::Unreadable));
        assert_eq!(Table::read(b"PK\x03\x04 not a book"), Err(TableMistake::Unreadable));
        let long = "a\n".repeat(MOST_ROWS + 2);
        assert_eq!(Table::read(long.as_bytes()), Err(TableMistake::TooMany));
    }
}
