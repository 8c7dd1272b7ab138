//! The schema of a data set: its columns with their types, names and what may be asked of them. Pure.
//!
//! Invariant: names are plain words that no parameter of a query is called, each once.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::Bilingual;

use crate::refusal::DatasetRefusal;

/// Most columns.
pub const COLUMNS: usize = 40;
/// What parameters of a query are called, and how they end.
const TAKEN: [&str; 6] = ["select", "sort", "limit", "cursor", "format", "lang"];
const ENDINGS: [&str; 3] = ["_min", "_max", "_like"];

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Text of at most 200 characters.
    Text,
    /// A whole number of 64 bits.
    Whole,
    /// A decimal number: at most twelve digits before the point and six behind it.
    Decimal,
    /// A day.
    Day,
}

/// Does a column hold what is personal?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Personal {
    /// No.
    #[default]
    No,
    /// Yes: all but the first character is struck out before anything is kept.
    Mask,
    /// Yes: it is left out before anything is kept.
    Drop,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    /// Name in queries and answers.
    pub name: String,
    /// Type.
    pub kind: ColumnKind,
    /// What people call it.
    pub title: Bilingual,
    /// May rows be filtered and sorted by it?
    pub filter: bool,
    /// Does it hold what is personal?
    #[serde(default)]
    pub personal: Personal,
}

macro_rules! words {
    ($($name:ident: $($variant:ident = $text:literal),+;)+) => {
        $(impl $name {
            /// As it is written in a schema.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        })+
    };
}

words! {
    ColumnKind: Text = "text", Whole = "whole", Decimal = "decimal", Day = "day";
    Personal: No = "no", Mask = "mask", Drop = "drop";
}

impl Column {
    fn read(line: &str) -> Option<Self> {
        let cells: Vec<&str> = line.split(['|', '｜']).map(str::trim).collect();
        let [name, kind, zh, en, filter, personal] = cells.as_slice() else { return None };
        let filter = match *filter {
            "yes" | "是" => true,
            "no" | "否" | "" => false,
            _ => return None,
        };
        let personal = if personal.is_empty() { Personal::No } else { Personal::parse(personal)? };
        let column = Self { name: (*name).to_owned(), kind: ColumnKind::parse(kind)?, title: Bilingual::new(*zh, *en), filter, personal };
        column.fits().then_some(column)
    }

    /// What is personal is text, and nobody asks by it.
    fn fits(&self) -> bool {
        let named = |text: &str| (1..=40).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        let plain = self.personal == Personal::No || (self.kind == ColumnKind::Text && !self.filter);
        is_name(&self.name) && named(&self.title.zh) && named(&self.title.en) && plain
    }

    /// As [`read_columns`] reads it.
    pub fn line(&self) -> String {
        let filter = if self.filter { "yes" } else { "no" };
        [&self.name, self.kind.as_str(), &self.title.zh, &self.title.en, filter, self.personal.as_str()].join(" | ")
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= 30
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !TAKEN.contains(&text)
        && !ENDINGS.iter().any(|end| text.ends_with(end))
}

/// Columns as an owner writes them, one a line: `name | type | 中文 | English | yes or no | no, mask or drop`.
pub fn read_columns(text: &str) -> Result<Vec<Column>, DatasetRefusal> {
    let (mut columns, mut seen) = (Vec::new(), BTreeSet::new());
    for (nth, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let column = Column::read(line).ok_or(DatasetRefusal::Column { line: nth })?;
        if !seen.insert(column.name.clone()) {
            return Err(DatasetRefusal::ColumnTwice { name: column.name });
        }
        columns.push(column);
    }
    let kept = columns.iter().filter(|column| column.personal != Personal::Drop).count();
    if columns.len() > COLUMNS || kept == 0 { Err(DatasetRefusal::Columns { most: COLUMNS }) } else { Ok(columns) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_line_by_line_and_written_as_they_are_read() {
        let text = "district | text | 区 | District | yes | no\nspaces | whole | 车位数 | Spaces | 是 |\nkeeper｜text｜管理员｜Keeper｜no｜mask";
        let columns = read_columns(text).expect("columns");
        assert_eq!(
            columns.iter().map(|column| (column.name.as_str(), column.kind, column.filter, column.personal)).collect::<Vec<_>>(),
            [
                ("district", ColumnKind::Text, true, Personal::No),
                ("spaces", ColumnKind::Whole, true, Personal::No),
                ("keeper", ColumnKind::Text, false, Personal::Mask),
            ]
        );
        let again: Vec<String> = columns.iter().map(Column::line).collect();
        assert_eq!(read_columns(&again.join("\n")).expect("the same"), columns);
    }

    #[test]
    fn what_is_no_column_is_named_by_its_line() {
        let fine = "a | text | 甲 | A | no | no";
        for (text, wanted) in [
            (format!("{fine}\nb | number | 乙 | B | no | no"), DatasetRefusal::Column { line: 2 }),
            (format!("{fine}\nB | text | 乙 | B | no | no"), DatasetRefusal::Column { line: 2 }),
            (format!("{fine}\nlimit | text | 乙 | B | no | no"), DatasetRefusal::Column { line: 2 }),
            (format!("{fine}\nprice_min | whole | 乙 | B | no | no"), DatasetRefusal::Column { line: 2 }),
            (format!("{fine}\nb | whole | 乙 | B | no | mask"), DatasetRefusal::Column { line: 2 }),
            (format!("{fine}\nb | text | 乙 | B | yes | mask"), DatasetRefusal::Column { line: 2 }),
            (format!("{fine}\nb | text | 乙"), DatasetRefusal::Column { line: 2 }),
            (format!("{fine}\n{fine}"), DatasetRefusal::ColumnTwice { name: "a".into() }),
            ("a | text | 甲 | A | no | drop".into(), DatasetRefusal::Columns { most: COLUMNS }),
            (String::new(), DatasetRefusal::Columns { most: COLUMNS }),
        ] {
            assert_eq!(read_columns(&text), Err(wanted), "{text}");
        }
    }
}
