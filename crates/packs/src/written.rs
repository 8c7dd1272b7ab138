//! An entry as the text that a change of it holds: the value of a parameter, the CSV of a table, the TOML of a form, rubric or letter.
//!
//! Pure. Invariant: what is written is read again as the same entry.

use crate::{ChangeKind, Form, Pack, Table};

impl Pack {
    /// The entry as text; nothing if there is none.
    pub fn written(&self, kind: ChangeKind, key: &str) -> Option<String> {
        match kind {
            ChangeKind::Param => self.param(key).map(|param| param.value.clone()),
            ChangeKind::Form => toml::to_string(self.form(key)?).ok(),
            ChangeKind::Rubric => toml::to_string(self.rubric(key)?).ok(),
            ChangeKind::Table => self.table(key).map(Table::written),
            ChangeKind::Letter => toml::to_string(self.letter(key)?).ok(),
        }
    }

    /// Is the entry the group's alone?
    pub fn is_locked(&self, kind: ChangeKind, key: &str) -> bool {
        match kind {
            ChangeKind::Param => self.param(key).is_some_and(|param| param.locked),
            ChangeKind::Form => self.form(key).is_some_and(|form| form.head.locked),
            ChangeKind::Rubric => self.rubric(key).is_some_and(|rubric| rubric.head.locked),
            ChangeKind::Table => self.table(key).is_some_and(|table| table.head.locked),
            ChangeKind::Letter => self.letter(key).is_some_and(|letter| letter.head.locked),
        }
    }
}

impl Form {
    /// The TOML of a change, with another version.
    pub fn written_as(&self, version: i64) -> String {
        let mut form = self.clone();
        form.head.version = version;
        toml::to_string(&form).unwrap_or_default()
    }

    /// Reads the TOML of a change; nothing if it is none.
    pub fn read(text: &str) -> Option<Self> {
        toml::from_str(text).ok()
    }
}

impl crate::Rubric {
    /// Reads the TOML of a change; nothing if it is none.
    pub fn read(text: &str) -> Option<Self> {
        toml::from_str(text).ok()
    }

    /// The TOML of a change.
    pub fn written(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }
}

impl crate::Letter {
    /// Reads the TOML of a change; nothing if it is none.
    pub fn read(text: &str) -> Option<Self> {
        toml::from_str(text).ok()
    }

    /// The TOML of a change.
    pub fn written(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }
}

impl Table {
    /// Header and rows as CSV.
    pub fn written(&self) -> String {
        let names: Vec<&str> = self.head.columns.iter().map(|column| column.name.as_str()).collect();
        let row = |row: &crate::TableRow| {
            names.iter().map(|name| row.0.get(*name).map(|cell| quoted(&cell.text())).unwrap_or_default()).collect::<Vec<_>>().join(",")
        };
        let rows = self.rows.iter().map(row);
        std::iter::once(names.join(",")).chain(rows).map(|line| line + "\n").collect()
    }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Letter, Rubric, load};

    #[test]
    fn every_entry_is_read_again_as_it_was() {
        let pack = crate::embedded().unwrap();
        for form in &pack.forms {
            assert_eq!(Form::read(&pack.written(ChangeKind::Form, form.key()).unwrap()).as_ref(), Some(form));
        }
        for rubric in &pack.rubrics {
            assert_eq!(toml::from_str::<Rubric>(&rubric.written()).as_ref(), Ok(rubric));
        }
        for letter in &pack.letters {
            assert_eq!(toml::from_str::<Letter>(&letter.written()).as_ref(), Ok(letter));
        }
        for table in &pack.tables {
            assert_eq!(load::table_of(&table.head, &table.written()), (table.clone(), Vec::new()));
        }
    }
}
