//! A file as typed rows: checked by its content before anything is kept, and read again from what was kept. Pure.
//!
//! Invariant: what is kept holds no personal column in the clear, and reads back as the same rows.

use webkit::{Grid, GridMistake};

use crate::cell::{Cell, is_mobile, looks_personal, masked};
use crate::refusal::DatasetRefusal;
use crate::schema::{Column, ColumnKind, Personal};

/// Most bytes of a file.
pub const BYTES: usize = 5 << 20;
/// Most rows.
pub const ROWS: usize = 50_000;
/// Rows that the sandbox sees.
pub const SAMPLE: usize = 50;

/// Typed rows; their columns are those that are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Reads a file as its owner brought it, and leaves of it what may be kept.
    pub fn check(columns: &[Column], bytes: &[u8]) -> Result<Self, DatasetRefusal> {
        if bytes.len() > BYTES {
            return Err(DatasetRefusal::Large { most_mib: BYTES >> 20 });
        }
        let grid = Grid::read(bytes, ROWS).map_err(|mistake| match mistake {
            GridMistake::Unreadable => DatasetRefusal::Unreadable,
            GridMistake::Empty => DatasetRefusal::Empty,
            GridMistake::TooMany => DatasetRefusal::Rows { most: ROWS },
        })?;
        let places = places(columns, &grid.head)?;
        let mut rows = Vec::with_capacity(grid.rows.len());
        for (number, cells) in &grid.rows {
            let text = |at: usize| cells.get(at).map_or("", String::as_str);
            let one = |(column, at): (&Column, &usize)| cell(column, text(*at), *number);
            rows.push(columns.iter().zip(&places).filter(|(column, _)| column.personal != Personal::Drop).map(one).collect::<Result<Vec<Cell>, _>>()?);
        }
        let table = Self { columns: kept(columns), rows };
        table.is_of_no_numbers()?;
        Ok(table)
    }

    /// A column of whole numbers that are all mobile numbers is none of counts.
    fn is_of_no_numbers(&self) -> Result<(), DatasetRefusal> {
        for (at, column) in self.columns.iter().enumerate().filter(|(_, column)| column.kind == ColumnKind::Whole) {
            let mut given = self.rows.iter().map(|row| &row[at]).filter(|cell| **cell != Cell::Empty).peekable();
            if given.peek().is_some() && given.all(|cell| is_mobile(&cell.text())) {
                return Err(DatasetRefusal::Personal { row: 2, name: column.name.clone() });
            }
        }
        Ok(())
    }

    /// Reads what was kept.
    pub(crate) fn of_kept(columns: &[Column], bytes: &[u8]) -> Option<Self> {
        let columns = kept(columns);
        let grid = Grid::read(bytes, ROWS).ok()?;
        let read = |cells: &Vec<String>| -> Option<Vec<Cell>> {
            columns.iter().enumerate().map(|(at, column)| Cell::read(column.kind, cells.get(at).map_or("", String::as_str))).collect()
        };
        let rows = grid.rows.iter().map(|(_, cells)| read(cells)).collect::<Option<Vec<_>>>()?;
        Some(Self { columns, rows })
    }

    /// What is kept of it: plain CSV, with the names of the columns above.
    pub(crate) fn to_kept(&self) -> Vec<u8> {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut text = self.columns.iter().map(|column| quoted(&column.name)).collect::<Vec<_>>().join(",");
        text.push('\n');
        for row in &self.rows {
            text.push_str(&row.iter().map(|cell| quoted(&cell.text())).collect::<Vec<_>>().join(","));
            text.push('\n');
        }
        text.into_bytes()
    }

    /// So many rows from all over it.
    pub(crate) fn sample(&self) -> Self {
        let step = self.rows.len().div_ceil(SAMPLE).max(1);
        Self { columns: self.columns.clone(), rows: self.rows.iter().step_by(step).cloned().collect() }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

pub(crate) fn kept(columns: &[Column]) -> Vec<Column> {
    columns.iter().filter(|column| column.personal != Personal::Drop).cloned().collect()
}

/// Where each column stands in the file: by its name, or by what people call it.
fn places(columns: &[Column], head: &[String]) -> Result<Vec<usize>, DatasetRefusal> {
    let find = |column: &Column| head.iter().position(|title| [&column.name, &column.title.zh, &column.title.en].contains(&title));
    if let Some(other) =
        head.iter().find(|title| !title.is_empty() && !columns.iter().any(|column| [&column.name, &column.title.zh, &column.title.en].contains(title)))
    {
        return Err(DatasetRefusal::Unknown { title: other.clone() });
    }
    columns.iter().map(|column| find(column).ok_or_else(|| DatasetRefusal::Missing { name: column.name.clone() })).collect()
}

fn cell(column: &Column, text: &str, row: usize) -> Result<Cell, DatasetRefusal> {
    if column.personal == Personal::Mask {
        return Ok(if text.trim().is_empty() { Cell::Empty } else { Cell::Text(masked(text).into()) });
    }
    if column.kind == ColumnKind::Text && looks_personal(text) {
        return Err(DatasetRefusal::Personal { row, name: column.name.clone() });
    }
    Cell::read(column.kind, text).ok_or_else(|| DatasetRefusal::Cell { row, name: column.name.clone(), kind: column.kind.as_str() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::read_columns;

    fn columns() -> Vec<Column> {
        read_columns("district | text | 区 | District | yes | no\nspaces | whole | 车位数 | Spaces | yes | no\nfee | decimal | 每小时收费 | Fee | yes | no\nopened | day | 启用日期 | Opened | no | no\nkeeper | text | 管理员 | Keeper | no | mask\nphone | text | 电话 | Phone | no | drop").expect("columns")
    }

    fn check(text: &str) -> Result<Table, DatasetRefusal> {
        Table::check(&columns(), text.as_bytes())
    }

    const HEAD: &str = "区,车位数,fee,启用日期,Keeper,电话\n";

    #[test]
    fn what_is_kept_is_typed_masked_and_reads_back() {
        let table = check(&format!("{HEAD}姑苏区,120,5.50,2020-05-01,王晓琳,13800138000\n\"工业园区,东\",,6,,,\n")).expect("a table");
        let kept = table.to_kept();
        let text = String::from_utf8(kept.clone()).expect("utf-8");
        assert!(text.contains("\"王***\"") && !text.contains("王晓琳") && !text.contains("1380013") && !text.contains("phone"), "{text}");
        assert_eq!(Table::of_kept(&columns(), &kept).as_ref(), Some(&table));
        assert_eq!((table.len(), table.rows[1][0].text().as_str(), &table.rows[1][1]), (2, "工业园区,东", &Cell::Empty));
    }

    #[test]
    fn what_does_not_fit_is_named_by_row_and_column() {
        let row = |cells: &str| format!("{HEAD}姑苏区,1,1,2020-05-01,王,1\n{cells}\n");
        for (text, wanted) in [
            (row("姑苏区,一百,1,2020-05-01,王,1"), DatasetRefusal::Cell { row: 3, name: "spaces".into(), kind: "whole" }),
            (row("姑苏区,1,1.1234567,2020-05-01,王,1"), DatasetRefusal::Cell { row: 3, name: "fee".into(), kind: "decimal" }),
            (row("姑苏区,1,1,2020-02-30,王,1"), DatasetRefusal::Cell { row: 3, name: "opened".into(), kind: "day" }),
            (row("找13900139000,1,1,2020-05-01,王,1"), DatasetRefusal::Personal { row: 3, name: "district".into() }),
            (format!("{HEAD}姑苏区,13900139000,1,2020-05-01,王,1\n"), DatasetRefusal::Personal { row: 2, name: "spaces".into() }),
            ("区,车位数,fee,启用日期,Keeper\n姑苏区,1,1,2020-05-01,王\n".into(), DatasetRefusal::Missing { name: "phone".into() }),
            (format!("{}{}", HEAD.replace("电话", "电话,备注"), "姑苏区,1,1,2020-05-01,王,1,x\n"), DatasetRefusal::Unknown { title: "备注".into() }),
            (HEAD.to_owned(), DatasetRefusal::Empty),
            ("\u{0}\u{1}".into(), DatasetRefusal::Unreadable),
        ] {
            assert_eq!(check(&text), Err(wanted), "{text}");
        }
        assert_eq!(Table::check(&columns(), &vec![b'a'; BYTES + 1]), Err(DatasetRefusal::Large { most_mib: 5 }));
    }

    #[test]
    fn the_sample_is_from_all_over() {
        let text: String = (0..1_000).map(|n| format!("姑苏区,{n},1,,,\n")).collect();
        let sample = check(&format!("{HEAD}{text}")).expect("a table").sample();
        assert_eq!((sample.len(), sample.rows[0][1].text().as_str(), sample.rows[49][1].text().as_str()), (SAMPLE, "0", "980"));
    }
}
