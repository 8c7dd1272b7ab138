//! A sheet that comes in, by what it is and not by what it is called: CSV (RFC 4180; `,` `;` or tab; UTF-8 with or without BOM, or GB 18030)
//! or the first page of an XLSX, as rows of texts.
//!
//! Pure. Invariant: rows, columns, cells and what a packed file unfolds to are bounded before memory is taken; empty rows keep the numbers of the others;
//! what [`crate::Sheet`] writes is read back as it was.

use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};

/// Most columns of a sheet.
pub const MOST_COLUMNS: usize = 100;
/// Most characters of a cell.
const LONGEST_CELL: usize = 20_000;
/// Most bytes that a workbook may unfold to.
const MOST_UNFOLDED: u64 = 100 << 20;

/// A sheet: its headings, and the rows below them that are not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// Headings of the first row that is not empty.
    pub head: Vec<String>,
    /// The number of the row as a person counts it, and its cells.
    pub rows: Vec<(usize, Vec<String>)>,
}

/// Why a sheet cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GridMistake {
    /// Neither CSV nor XLSX.
    Unreadable,
    /// No row below the headings.
    Empty,
    /// More rows or columns than are taken.
    TooMany,
}

impl Grid {
    /// Reads at most `most` rows below the headings.
    pub fn read(bytes: &[u8], most: usize) -> Result<Self, GridMistake> {
        let all = if bytes.starts_with(b"PK\x03\x04") { xlsx(bytes, most)? } else { csv(&decoded(bytes)?, most)? };
        let mut filled = all.into_iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
        let (_, head) = filled.next().ok_or(GridMistake::Empty)?;
        let rows: Vec<(usize, Vec<String>)> = filled.collect();
        match rows.len() {
            0 => Err(GridMistake::Empty),
            n if n > most || head.len() > MOST_COLUMNS => Err(GridMistake::TooMany),
            _ => Ok(Self { head, rows }),
        }
    }

    /// The same as CSV, for sending it once more; empty lines keep the numbers of the rows.
    pub fn to_csv(&self) -> String {
        let line = |cells: &[String]| cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>().join(",");
        let mut text = line(&self.head);
        let mut at = 1;
        for (number, cells) in &self.rows {
            // A cell that holds line breaks makes its row no longer: rows are counted, not lines.
            text.push_str(&"\n".repeat(number.saturating_sub(at).max(1)));
            text.push_str(&line(cells));
            at = *number;
        }
        text.push('\n');
        text
    }
}

/// Text without BOM. What is no UTF-8 is read as GB 18030, in which office programs here still write.
fn decoded(bytes: &[u8]) -> Result<String, GridMistake> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text).to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes).ok_or(GridMistake::Unreadable)?.into_owned(),
    };
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.contains(odd) { Err(GridMistake::Unreadable) } else { Ok(text) }
}

type Numbered = Vec<(usize, Vec<String>)>;

/// Lines count as rows of the sheet, as a spreadsheet shows them; a cell in quotes may hold line breaks.
fn csv(text: &str, most: usize) -> Result<Numbered, GridMistake> {
    let first = text.lines().next().unwrap_or_default();
    let between = [',', '\t', ';'].into_iter().max_by_key(|&c| (first.matches(c).count(), c == ',')).unwrap_or(',');
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => quoted = true,
            c if c == between && !quoted => row.push(finished(&std::mem::take(&mut cell))),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(finished(&std::mem::take(&mut cell)));
                rows.push((rows.len() + 1, std::mem::take(&mut row)));
            }
            c => cell.push(c),
        }
        if rows.len() > most * 4 + 10 || row.len() > MOST_COLUMNS {
            return Err(GridMistake::TooMany);
        }
    }
    row.push(finished(&cell));
    rows.push((rows.len() + 1, row));
    Ok(rows)
}

/// Trimmed, bounded, and without the mark with which [`crate::Sheet`] keeps a spreadsheet from running a text.
fn finished(cell: &str) -> String {
    let cell = cell.trim();
    let tamed = cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']));
    tamed.unwrap_or(cell).chars().take(LONGEST_CELL).collect()
}

/// Cell by cell: a page that claims to be a million columns wide takes no memory for it.
fn xlsx(bytes: &[u8], most: usize) -> Result<Numbered, GridMistake> {
    if unfolded(bytes).is_none_or(|size| size > MOST_UNFOLDED) {
        return Err(GridMistake::Unreadable);
    }
    let unreadable = |_| GridMistake::Unreadable;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let name = book.sheet_names().into_iter().next().ok_or(GridMistake::Unreadable)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(unreadable)?;
    let mut rows: Numbered = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let text = text_of(cell.get_value());
        let (row, column) = cell.get_position();
        let (number, column) = (row as usize + 1, column as usize);
        if text.is_empty() {
            continue;
        }
        if rows.last().is_none_or(|(last, _)| *last != number) {
            rows.push((number, Vec::new()));
        }
        if rows.len() > most + 1 || column >= MOST_COLUMNS {
            return Err(GridMistake::TooMany);
        }
        if let Some((_, cells)) = rows.last_mut() {
            cells.resize(cells.len().max(column + 1), String::new());
            cells[column] = text;
        }
    }
    Ok(rows)
}

/// What the directory of a packed file says that it unfolds to; nothing if there is no such directory.
fn unfolded(bytes: &[u8]) -> Option<u64> {
    let (mut sum, mut at, mut found) = (0u64, 0usize, false);
    while let Some(next) = bytes.get(at..)?.windows(4).position(|four| four == b"PK\x01\x02") {
        let size = bytes.get(at + next + 24..at + next + 28)?;
        sum += u64::from(u32::from_le_bytes(size.try_into().ok()?));
        (at, found) = (at + next + 28, true);
    }
    found.then_some(sum)
}

/// Long numbers (phones, staff numbers) come as floats: whole ones are written without a point.
fn text_of(cell: &DataRef<'_>) -> String {
    let text = match cell {
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(text) => text.get(..10).unwrap_or(text).to_owned(),
        DataRef::String(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    };
    finished(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_xlsxwriter::Workbook;

    fn read(bytes: &[u8]) -> Result<Grid, GridMistake> {
        Grid::read(bytes, 3)
    }

    #[test]
    fn csv_with_quotes_line_breaks_and_other_separators() {
        let grid = read("\u{feff}key,zh\r\na,\"一,\"\"二\"\"\n三\"\r\n\r\nb, 四 \r\n".as_bytes()).unwrap();
        assert_eq!(grid.head, ["key", "zh"]);
        assert_eq!(grid.rows, [(2, vec!["a".to_owned(), "一,\"二\"\n三".to_owned()]), (4, vec!["b".to_owned(), "四".to_owned()])]);
        assert_eq!(read(grid.to_csv().as_bytes()).unwrap(), grid);
        assert_eq!(read(b"a;b\n1;2").unwrap().rows[0].1, ["1", "2"]);
        assert_eq!(read(b"a\tb\n1\t2").unwrap().rows[0].1, ["1", "2"]);
    }

    #[test]
    fn what_office_programs_here_write_is_read() {
        let (bytes, _, lossy) = encoding_rs::GB18030.encode("名称,城市\n和创空间,杭州\n");
        assert!(!lossy && std::str::from_utf8(&bytes).is_err());
        assert_eq!(read(&bytes).unwrap().rows, [(2, vec!["和创空间".to_owned(), "杭州".to_owned()])]);
    }

    #[test]
    fn what_is_no_sheet_is_refused() {
        for (bytes, wanted) in [
            (b"".as_slice(), GridMistake::Empty),
            (b"only a head\n", GridMistake::Empty),
            (b"a\n\xff\xff", GridMistake::Unreadable),
            (b"%PDF-1.7\0\x01", GridMistake::Unreadable),
            (b"PK\x03\x04 not a book", GridMistake::Unreadable),
            (b"a\n1\n2\n3\n4\n", GridMistake::TooMany),
        ] {
            assert_eq!(read(bytes), Err(wanted), "{bytes:?}");
        }
        assert_eq!(read("a,".repeat(200).as_bytes()), Err(GridMistake::TooMany));
    }

    #[test]
    fn a_workbook_is_read_cell_by_cell() {
        let mut book = Workbook::new();
        let page = book.add_worksheet();
        page.write_string(1, 0, "名称").unwrap().write_string(1, 1, "电话").unwrap();
        page.write_string(3, 0, "甲").unwrap().write_number(3, 1, 13_800_138_000.0).unwrap();
        let grid = read(&book.save_to_buffer().unwrap()).unwrap();
        assert_eq!((grid.head.len(), &grid.rows[..]), (2, &[(4, vec!["甲".to_owned(), "13800138000".to_owned()])][..]));
        let mut wide = Workbook::new();
        wide.add_worksheet().write_string(0, 0, "a").unwrap().write_string(1_048_575, 16_383, "b").unwrap();
        assert_eq!(read(&wide.save_to_buffer().unwrap()), Err(GridMistake::TooMany));
    }

    #[test]
    fn what_unfolds_to_too_much_is_not_unfolded() {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.extend_from_slice(b"PK\x01\x02");
        bytes.extend_from_slice(&[0; 20]);
        bytes.extend_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(unfolded(&bytes), Some(u64::from(u32::MAX)));
        assert_eq!(read(&bytes), Err(GridMistake::Unreadable));
    }

    #[test]
    fn what_was_taken_away_comes_back_as_it_was() {
        let cells = ["=1+1", "-5 度", "007", "138001380001234", "甲,\"乙\""];
        let sheet = crate::Sheet::new("list", &["a", "b", "c", "d", "e"]).row(cells.map(crate::Cell::from).to_vec());
        let titles: Vec<String> = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        assert_eq!(read(&sheet.csv(&titles)).unwrap().rows[0].1, cells);
        assert_eq!(read(&sheet.xlsx(&[titles]).unwrap()).unwrap().rows[0].1, cells);
    }
}
