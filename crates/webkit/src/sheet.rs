//! A list as a sheet: CSV that opens in every office program, and XLSX.
//!
//! Invariant: nothing that a user wrote is ever run as a formula; long numbers keep all their digits.

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use words::{Amount, Day, Instant};

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text, and ids and numbers that are names (phone, account).
    Text(String),
    /// A whole number.
    Int(i64),
    /// Money; shown in the unit that people name.
    Money(Amount),
    /// A share: 0.083 is 8.3 %.
    Share(f64),
    /// A day.
    Day(Day),
    /// A moment; shown as the minute in Shanghai.
    Moment(Instant),
}

macro_rules! cell_from {
    ($($from:ty: $name:ident => $cell:expr;)*) => {
        $(impl From<$from> for Cell { fn from($name: $from) -> Self { $cell } })*
    };
}

cell_from! {
    &str: text => Cell::Text(text.to_owned());
    String: text => Cell::Text(text);
    &String: text => Cell::Text(text.clone());
    i64: number => Cell::Int(number);
    Amount: amount => Cell::Money(amount);
    Day: day => Cell::Day(day);
    Instant: at => Cell::Moment(at);
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Empty, Into::into)
    }
}

/// A list to take away.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
    pub(crate) more: Vec<Sheet>,
}

impl Sheet {
    /// Name of the file without its ending, and the text keys of the columns (a title that is no key stands as it is).
    pub fn new(name: impl Into<String>, columns: &[&str]) -> Self {
        Self { name: name.into(), columns: columns.iter().map(|&column| column.to_owned()).collect(), rows: Vec::new(), more: Vec::new() }
    }

    /// Adds a row.
    pub fn row(mut self, cells: Vec<Cell>) -> Self {
        self.rows.push(cells);
        self
    }

    /// Adds rows.
    pub fn rows(mut self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// A further page of the workbook; CSV has the first one only.
    pub fn also(mut self, page: Sheet) -> Self {
        self.more.push(page);
        self
    }

    /// All pages, this one first.
    pub(crate) fn pages(&self) -> impl Iterator<Item = &Sheet> {
        std::iter::once(self).chain(&self.more)
    }

    /// UTF-8 with BOM, CRLF.
    pub(crate) fn csv(&self, titles: &[String]) -> Vec<u8> {
        let mut text = String::from("\u{feff}");
        let head: Vec<String> = titles.iter().map(|title| quoted(&tamed(title))).collect();
        text.push_str(&head.join(","));
        text.push_str("\r\n");
        for row in &self.rows {
            let line: Vec<String> = row.iter().map(|cell| quoted(&plain(cell))).collect();
            text.push_str(&line.join(","));
            text.push_str("\r\n");
        }
        text.into_bytes()
    }

    /// A workbook; each page has a frozen, bold head. Titles of the columns, page by page.
    pub(crate) fn xlsx(&self, titles: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        for (sheet, titles) in self.pages().zip(titles) {
            let page = book.add_worksheet();
            if !self.more.is_empty() {
                page.set_name(&sheet.name)?;
            }
            sheet.fill(page, titles)?;
        }
        book.save_to_buffer()
    }

    fn fill(&self, page: &mut rust_xlsxwriter::Worksheet, titles: &[String]) -> Result<(), XlsxError> {
        let bold = Format::new().set_bold();
        page.set_freeze_panes(1, 0)?;
        for (column, title) in (0u16..).zip(titles) {
            page.write_string_with_format(0, column, title, &bold)?;
            page.set_column_width(column, width(title, self.rows.iter().filter_map(|row| row.get(usize::from(column)))))?;
        }
        for (at, row) in (1u32..).zip(&self.rows) {
            for (column, cell) in (0u16..).zip(row) {
                write(page, at, column, cell)?;
            }
        }
        Ok(())
    }
}

fn write(page: &mut rust_xlsxwriter::Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Int(number) if number.unsigned_abs() < 1_000_000_000_000_000 => drop(page.write_number(row, column, *number as f64)?),
        Cell::Money(amount) if amount.minor.unsigned_abs() < 1_000_000_000_000_000 => {
            let scale = i32::from(amount.asset.scale);
            let format =
                Format::new().set_num_format(if scale == 0 { "#,##0".to_owned() } else { format!("#,##0.{}", "0".repeat(usize::from(amount.asset.scale))) });
            page.write_number_with_format(row, column, amount.minor as f64 / 10f64.powi(scale), &format)?;
        }
        Cell::Share(share) if share.is_finite() => drop(page.write_number_with_format(row, column, *share, &Format::new().set_num_format("0.0%"))?),
        Cell::Text(text) => drop(page.write_string(row, column, text)?),
        other => drop(page.write_string(row, column, shown(other))?),
    }
    Ok(())
}

/// Width in characters, between 8 and 60; a Han character takes two.
fn width<'a>(title: &str, cells: impl Iterator<Item = &'a Cell>) -> f64 {
    let size = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let widest = cells.take(200).map(|cell| size(&shown(cell))).chain([size(title)]).max().unwrap_or(8);
    widest.clamp(8, 58) as f64 + 2.0
}

/// As people read it.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Int(number) => number.to_string(),
        Cell::Money(amount) => amount.to_string(),
        Cell::Share(share) => crate::percent(*share),
        Cell::Day(day) => day.to_string(),
        Cell::Moment(at) => at.local_minute(),
    }
}

/// The same for CSV: numbers without separators, texts tamed.
fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => tamed(text),
        Cell::Int(number) if number.unsigned_abs() >= 1_000_000_000_000_000 => format!("\t{number}"),
        Cell::Money(amount) => amount.to_string().replace(',', ""),
        other => shown(other),
    }
}

/// A text that a spreadsheet would run begins with an apostrophe; one of many digits with a tab, so that it stays a text.
fn tamed(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) {
        return format!("'{text}");
    }
    let digits = text.len() > 11 && text.bytes().all(|b| b.is_ascii_digit());
    let zero = text.len() > 1 && text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    if digits || zero { format!("\t{text}") } else { text.to_owned() }
}

fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r', '\t', ';']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use words::Asset;

    fn sheet() -> Sheet {
        let money = Amount { minor: 123_456, asset: Asset::cny() };
        Sheet::new("list", &["a", "b", "c"]).row(vec!["=1+1".into(), "110101199001011234".into(), money.into()]).row(vec![
            "a,\"b\"".into(),
            Cell::Int(-5),
            Cell::Empty,
        ])
    }

    fn sheet_named() -> Sheet {
        Sheet::new("values", &["d"]).row(vec!["x".into()])
    }

    #[test]
    fn csv_opens_everywhere_and_runs_nothing() {
        let text = String::from_utf8(sheet().csv(&["甲".into(), "乙".into(), "丙".into()])).unwrap();
        assert_eq!(text, "\u{feff}甲,乙,丙\r\n'=1+1,\"\t110101199001011234\",1234.56\r\n\"a,\"\"b\"\"\",-5,\r\n");
    }

    #[test]
    fn xlsx_is_a_workbook() {
        let bytes = sheet().also(sheet_named()).xlsx(&[vec!["甲".into(), "乙".into(), "丙".into()], vec!["丁".into()]]).unwrap();
        assert!(bytes.starts_with(b"PK") && bytes.len() > 1000);
    }
}
