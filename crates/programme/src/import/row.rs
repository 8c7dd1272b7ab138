//! What a row says, once the names in it are looked up.

use packs::{Field, FieldType, Form};
use serde_json::{Value, json};
use words::{Day, Fault, Id, Node};

use super::cell::{day, items, plain};
use super::{Column, Columns, HAPPENED_ON, ImportTarget, LEAD, REFERENCE, RowDraft, RowMistake};

/// Whom a name in a sheet means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Person {
    /// Nobody who is here.
    Nobody,
    /// Several: an address that they share.
    Several,
    /// This one, without a home unit today.
    Homeless,
    /// This one.
    One(Id),
}

/// Names that a sheet uses, looked up.
pub(crate) trait Names {
    /// Somebody by login name, e-mail address or staff number.
    fn person(&self, text: &str) -> Result<Person, Fault>;
    /// A base or unit that is open, by path, key or name.
    fn place(&self, text: &str, base: bool) -> Result<Option<Node>, Fault>;
}

/// A row that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowRead {
    /// What it would declare.
    pub draft: RowDraft,
    /// Number that it had elsewhere.
    pub reference: String,
    /// All that is wrong.
    pub mistakes: Vec<RowMistake>,
}

/// Reads a row. `today`: nothing was declared later.
pub(crate) fn read_row(form: &Form, columns: &Columns, cells: &[String], target: ImportTarget, today: Day, names: &impl Names) -> Result<RowRead, Fault> {
    let mut row = Reader { names, read: RowRead { draft: RowDraft::default(), reference: String::new(), mistakes: Vec::new() } };
    for (column, cell) in columns.filled(cells) {
        match column {
            Column::Own(LEAD) => row.lead(cell)?,
            Column::Own(HAPPENED_ON) => row.happened(cell, today),
            Column::Own(REFERENCE) => row.read.reference = cell.to_owned(),
            Column::Own(_) => {}
            Column::Field(field) => row.field(field, cell)?,
        }
    }
    let mut read = row.read;
    let complete = target == ImportTarget::Submitted;
    let wrong = form.validate(&read.draft.answers, complete);
    for mistake in wrong {
        let column = mistake.pointer.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
        // A name that nobody bears is said once.
        if !read.mistakes.iter().any(|known| known.column == column) {
            read.mistakes.push(RowMistake { column, code: mistake.code, args: mistake.args });
        }
    }
    let needs = [(LEAD, read.draft.lead.is_some()), ("base", read.draft.base.is_some()), ("title", read.draft.answers.contains_key("title"))];
    for (column, _) in needs.into_iter().filter(|(_, there)| !there) {
        if !read.mistakes.iter().any(|known| known.column == column) {
            read.mistakes.push(RowMistake::new(column, "packs-field-required"));
        }
    }
    Ok(read)
}

struct Reader<'a, N: Names> {
    names: &'a N,
    read: RowRead,
}

impl<N: Names> Reader<'_, N> {
    fn wrong(&mut self, column: &str, code: &str, value: &str) {
        self.read.mistakes.push(RowMistake::new(column, code).arg("value", value));
    }

    fn lead(&mut self, cell: &str) -> Result<(), Fault> {
        self.read.draft.lead = self.person(LEAD, cell)?;
        Ok(())
    }

    fn person(&mut self, column: &str, text: &str) -> Result<Option<Id>, Fault> {
        let code = match self.names.person(text)? {
            Person::One(id) => return Ok(Some(id)),
            Person::Nobody => "programme-import-nobody",
            Person::Several => "programme-import-several",
            Person::Homeless => "programme-import-homeless",
        };
        self.wrong(column, code, text);
        Ok(None)
    }

    fn happened(&mut self, cell: &str, today: Day) {
        match day(cell) {
            Some(day) if day > today => self.wrong(HAPPENED_ON, "programme-import-later", cell),
            Some(day) => self.read.draft.happened_on = Some(day),
            None => self.wrong(HAPPENED_ON, "packs-field-not-a-date", cell),
        }
    }

    fn field(&mut self, field: &Field, cell: &str) -> Result<(), Fault> {
        let texts = if field.is_list() { items(cell) } else { vec![cell] };
        let mut values = Vec::new();
        for text in texts {
            let value = match field.kind {
                FieldType::Person => self.person(&field.key, text)?.map(|id| json!(id)),
                FieldType::Base | FieldType::Unit => self.place(field, text)?.map(|node| json!(node)),
                _ => Some(plain(field, text)),
            };
            values.extend(value);
        }
        match field.key.as_str() {
            "members" => self.members(&values),
            "base" => self.read.draft.base = values.first().and_then(Value::as_str).map(Node::at),
            _ => {}
        }
        let value = if field.is_list() { Some(Value::Array(values)) } else { values.into_iter().next() };
        self.read.draft.answers.extend(value.map(|value| (field.key.clone(), value)));
        Ok(())
    }

    fn place(&mut self, field: &Field, text: &str) -> Result<Option<Node>, Fault> {
        let found = self.names.place(text, field.kind == FieldType::Base)?;
        if found.is_none() {
            self.wrong(&field.key, "programme-import-no-place", text);
        }
        Ok(found)
    }

    fn members(&mut self, values: &[Value]) {
        let lead = self.read.draft.lead.clone();
        let persons = values.iter().filter_map(Value::as_str).filter_map(|text| Id::parse(text).ok());
        self.read.draft.members = persons.filter(|person| Some(person) != lead.as_ref()).collect();
    }
}
