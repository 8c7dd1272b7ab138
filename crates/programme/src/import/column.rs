//! The columns of a sheet of projects: those of the form, and who leads, when it happened, what it was called elsewhere.

use packs::{Field, FieldType, Form};
use words::{Bilingual, fold};

/// Column: who leads the project.
pub(crate) const LEAD: &str = "lead";
/// Column: the day on which it was declared, if that was earlier.
pub(crate) const HAPPENED_ON: &str = "happened_on";
/// Column: number that the project had elsewhere.
pub(crate) const REFERENCE: &str = "reference";

/// Columns that are no field of the form: key, names.
const OWN: [(&str, &str, &str); 3] =
    [(LEAD, "项目负责人", "Team lead"), (HAPPENED_ON, "申报日期", "Declared on"), (REFERENCE, "原编号", "Reference elsewhere")];

/// What a column that is no field of the form is called.
pub(crate) fn own_label(name: &str) -> Option<Bilingual> {
    OWN.iter().find(|(key, ..)| *key == name).map(|(_, zh, en)| Bilingual::new(*zh, *en))
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Column {
    /// One of our own, by its key.
    Own(&'static str),
    /// A field of the form.
    Field(Box<Field>),
}

impl Column {
    /// Key of the column.
    pub fn key(&self) -> &str {
        match self {
            Self::Own(key) => key,
            Self::Field(field) => &field.key,
        }
    }

    /// What people call it.
    pub fn label(&self) -> Bilingual {
        match self {
            Self::Own(key) => own_label(key).unwrap_or_default(),
            Self::Field(field) => Bilingual::new(&field.zh, &field.en),
        }
    }

    /// Must every row have it, whatever the target?
    pub fn needed(&self) -> bool {
        matches!(self.key(), LEAD | "title" | "base")
    }

    fn is(&self, head: &str) -> bool {
        let label = self.label();
        [self.key(), &label.zh, &label.en].into_iter().any(|name| fold(name) == head)
    }
}

/// The columns that a template offers, in its order: our own first, then the form without files, which no cell holds.
pub(crate) fn template(form: &Form) -> Vec<Column> {
    let own = OWN.iter().map(|(key, ..)| Column::Own(key));
    own.chain(form.fields.iter().filter(|field| field.kind != FieldType::File).map(|field| Column::Field(Box::new(field.clone())))).collect()
}

/// What the headings of a sheet mean, column by column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Columns(Vec<Option<Column>>);

impl Columns {
    /// Reads the headings; a heading that is there twice counts once.
    pub fn read(form: &Form, head: &[String]) -> Self {
        let mut known = template(form);
        let mut take = |head: &String| {
            let head = fold(head.trim_end_matches(['*', '＊']).trim());
            let at = known.iter().position(|column| column.is(&head))?;
            Some(known.remove(at))
        };
        Self(head.iter().map(&mut take).collect())
    }

    /// A column that every row needs and the sheet lacks.
    pub fn missing(&self, form: &Form) -> Option<Column> {
        template(form).into_iter().filter(Column::needed).find(|needed| !self.0.iter().flatten().any(|column| column == needed))
    }

    /// Headings that mean nothing here.
    pub fn ignored(&self, head: &[String]) -> Vec<String> {
        head.iter().zip(&self.0).filter(|(head, column)| column.is_none() && !head.is_empty()).map(|(head, _)| head.clone()).collect()
    }

    /// The columns with the cells of a row that are filled in.
    pub fn filled<'a>(&'a self, cells: &'a [String]) -> impl Iterator<Item = (&'a Column, &'a str)> {
        let known = self.0.iter().zip(cells).filter_map(|(column, cell)| column.as_ref().map(|column| (column, cell.trim())));
        known.filter(|(_, cell)| !cell.is_empty())
    }

    /// Place of a column in the sheet.
    pub fn place(&self, key: &str) -> Option<usize> {
        self.0.iter().position(|column| column.as_ref().is_some_and(|column| column.key() == key))
    }
}
