//! Decision tables: CSV with a hit policy (`tables.toml`, `tables/*.csv`).
//!
//! The first column is the key. Invariant (checked): header = declared columns, every cell reads as its type, keys are unique,
//! and in an `at_most` table they are integers in rising order.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Amount, Bilingual};

/// How the row is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Hit {
    /// The row whose key equals the question.
    First,
    /// The row with the largest key that does not exceed the question.
    AtMost,
}

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Text.
    Text,
    /// Integer.
    Int,
    /// `2000000.00 CNY`
    Money,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Name in the header.
    pub name: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What a table means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableHead {
    /// Key; the rows are in `tables/<key>.csv`.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// How a row is found.
    pub hit: Hit,
    /// Only the group may change it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// 示范: example values.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demo: bool,
    /// Rule of the checklist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Bilingual>,
    /// Columns in order.
    pub columns: Vec<Column>,
}

/// A typed cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// Text.
    Text(String),
    /// Integer.
    Int(i64),
    /// Money.
    Money(Amount),
}

/// A row by column name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TableRow(pub BTreeMap<String, Cell>);

/// A table with its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What it means.
    pub head: TableHead,
    /// Rows in order.
    pub rows: Vec<TableRow>,
}

impl Cell {
    /// Reads a cell; `None` if it is not of the type.
    pub fn read(kind: ColumnType, text: &str) -> Option<Self> {
        match kind {
            ColumnType::Text => (!text.is_empty()).then(|| Cell::Text(text.to_owned())),
            ColumnType::Int => text.parse().ok().map(Cell::Int),
            ColumnType::Money => Amount::parse_named(text).ok().map(Cell::Money),
        }
    }

    /// The cell as the text in the file.
    pub fn text(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Int(n) => n.to_string(),
            Cell::Money(amount) => format!("{amount} {}", amount.asset.code),
        }
    }
}

impl TableRow {
    /// A text column.
    pub fn text(&self, column: &str) -> Option<&str> {
        match self.0.get(column)? {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    /// An integer column.
    pub fn int(&self, column: &str) -> Option<i64> {
        match self.0.get(column)? {
            Cell::Int(n) => Some(*n),
            _ => None,
        }
    }

    /// A money column.
    pub fn money(&self, column: &str) -> Option<&Amount> {
        match self.0.get(column)? {
            Cell::Money(amount) => Some(amount),
            _ => None,
        }
    }
}

impl Table {
    /// The row for a question, by the table's hit policy. `None`: the table has no answer.
    pub fn lookup(&self, key: &str) -> Option<&TableRow> {
        let column = &self.head.columns.first()?.name;
        match self.head.hit {
            Hit::First => self.rows.iter().find(|row| row.0.get(column).is_some_and(|cell| cell.text() == key)),
            Hit::AtMost => {
                let asked: i64 = key.parse().ok()?;
                self.rows.iter().rev().find(|row| row.int(column).is_some_and(|bound| bound <= asked))
            }
        }
    }

    /// The answer: first money column of the row found, else its last integer column. What `table('…', key)` is in a guard.
    pub fn answer(&self, key: &str) -> Option<&Cell> {
        let row = self.lookup(key)?;
        let of = |kind: ColumnType| self.head.columns.iter().skip(1).rev().find(|column| column.kind == kind);
        let column = of(ColumnType::Money).or_else(|| of(ColumnType::Int))?;
        row.0.get(&column.name)
    }
}

/// Lines of a CSV text as fields (RFC 4180: quotes, doubled quotes, line breaks inside quotes), each with its line number.
pub fn read_csv(text: &str) -> Vec<(usize, Vec<String>)> {
    let text = text.trim_start_matches('\u{feff}');
    let (mut lines, mut fields, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut line, mut began) = (false, 1, 1);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        line += usize::from(c == '\n');
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                fields.push(std::mem::take(&mut field));
                lines.push((began, std::mem::take(&mut fields)));
                began = line;
            }
            c => field.push(c),
        }
    }
    if !field.is_empty() || !fields.is_empty() {
        fields.push(field);
        lines.push((began, fields));
    }
    lines.retain(|(_, fields)| fields.iter().any(|field| !field.is_empty()));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_with_quotes_and_breaks() {
        let lines = read_csv("a,b\r\n\"x,\"\"y\"\"\",\"1\n2\"\n\nlast,");
        assert_eq!(lines[0], (1, vec!["a".into(), "b".into()]));
        assert_eq!(lines[1], (2, vec!["x,\"y\"".into(), "1\n2".into()]));
        assert_eq!(lines[2], (5, vec!["last".into(), String::new()]));
    }
}
