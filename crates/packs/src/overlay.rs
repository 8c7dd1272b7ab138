//! Overlays: what a unit or base changes of the pack, without leaving it (`overlays/*.toml`, or confirmed changes).
//!
//! Invariant: what is locked stays the group's; a form keeps the required fields of the form it replaces, and no field changes its type.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Day, Node};

use crate::{Form, Letter, Pack, PackMistake, Rubric, Table, UnitKind, check, load};

/// A parameter's value at a node from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParamOverlay {
    /// Key of the parameter.
    pub key: String,
    /// New value, in the notation of its kind.
    pub value: String,
    /// First day on which it holds.
    pub from: Day,
    /// Why.
    pub reason: String,
}

/// New rows of a table; what its columns mean stays the pack's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableRows {
    /// Key of the table.
    pub key: String,
    /// All its rows as CSV, with the header.
    pub csv: String,
}

/// All that one node changes from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// Path of the node: `group/hzrd/hz-space`.
    pub node: Node,
    /// First day on which its forms, rubrics, tables and letters hold; always if it is not said. Parameters have days of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// Parameters.
    #[serde(default, rename = "param", skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<ParamOverlay>,
    /// Forms that replace those of the pack here and below.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<Form>,
    /// Rubrics likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rubrics: Vec<Rubric>,
    /// Tables whose rows are others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<TableRows>,
    /// Letters that replace those of the pack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub letters: Vec<Letter>,
}

impl Overlay {
    /// Changes nothing yet.
    pub fn nothing(node: Node, from: Option<Day>) -> Self {
        Self { node, from, params: Vec::new(), forms: Vec::new(), rubrics: Vec::new(), tables: Vec::new(), letters: Vec::new() }
    }
}

/// Why a change does not fit the pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// The pack has no such parameter, form, rubric, table or letter.
    Unknown {
        /// `param`, `form`, `rubric`, `table` or `letter`.
        kind: &'static str,
        /// Key asked for.
        key: String,
    },
    /// Only the group may change it.
    Locked {
        /// Key of what is locked.
        key: String,
    },
    /// No value of the parameter: `not-a-value`, `too-small`, `too-large`, `not-an-option`, `no-such-table`.
    BadValue {
        /// Key of the parameter.
        key: String,
        /// What was given.
        value: String,
        /// Why not.
        why: &'static str,
    },
    /// A required field of the form is missing, or a field is of another type.
    FieldChanged {
        /// Key of the form.
        form: String,
        /// Key of the field.
        field: String,
    },
    /// The version of the form must be raised.
    SameVersion {
        /// Key of the form.
        form: String,
    },
    /// The weights do not sum to 10000.
    Weights {
        /// Key of the rubric.
        rubric: String,
        /// What they sum to.
        sum: i64,
    },
    /// The rows of a table or the text of a letter have mistakes.
    Broken {
        /// Key of the table or letter.
        key: String,
        /// What is wrong.
        mistakes: Vec<PackMistake>,
    },
}

impl Pack {
    /// May this node give the parameter this value?
    pub fn fits_param(&self, node: &Node, key: &str, value: &str) -> Result<(), Misfit> {
        let param = self.param(key).ok_or_else(|| Misfit::Unknown { kind: "param", key: key.to_owned() })?;
        self.unlocked(node, param.locked, key)?;
        let bad = |why| Misfit::BadValue { key: key.to_owned(), value: value.to_owned(), why };
        param.read(value).map_err(bad)?;
        if param.kind == crate::ParamKind::Table && self.table(value).is_none() {
            return Err(bad("no-such-table"));
        }
        Ok(())
    }

    /// May this form replace the pack's form of the same key at this node?
    pub fn fits_form(&self, node: &Node, form: &Form) -> Result<(), Misfit> {
        let old = self.form(form.key()).ok_or_else(|| Misfit::Unknown { kind: "form", key: form.key().to_owned() })?;
        self.unlocked(node, old.head.locked, form.key())?;
        let changed = |field: &&crate::Field| match form.field(&field.key) {
            Some(new) => new.kind != field.kind || new.many != field.many,
            None => field.required,
        };
        if let Some(field) = old.fields.iter().find(changed) {
            return Err(Misfit::FieldChanged { form: form.key().to_owned(), field: field.key.clone() });
        }
        if form != old && form.head.version <= old.head.version {
            return Err(Misfit::SameVersion { form: form.key().to_owned() });
        }
        Ok(())
    }

    /// May this rubric replace the pack's rubric of the same key at this node?
    pub fn fits_rubric(&self, node: &Node, rubric: &Rubric) -> Result<(), Misfit> {
        let old = self.rubric(rubric.key()).ok_or_else(|| Misfit::Unknown { kind: "rubric", key: rubric.key().to_owned() })?;
        self.unlocked(node, old.head.locked, rubric.key())?;
        let sum = rubric.total_weight();
        if sum == 10_000 { Ok(()) } else { Err(Misfit::Weights { rubric: rubric.key().to_owned(), sum }) }
    }

    /// May the table have these rows at this node? The table with them.
    pub fn fits_table(&self, node: &Node, rows: &TableRows) -> Result<Table, Misfit> {
        let old = self.table(&rows.key).ok_or_else(|| Misfit::Unknown { kind: "table", key: rows.key.clone() })?;
        self.unlocked(node, old.head.locked, &rows.key)?;
        let (table, mut mistakes) = load::table_of(&old.head, &rows.csv);
        if mistakes.is_empty() {
            mistakes = check::table_alone(self, &table);
        }
        if mistakes.is_empty() { Ok(table) } else { Err(Misfit::Broken { key: rows.key.clone(), mistakes }) }
    }

    /// May this letter replace the pack's letter of the same key at this node? It names only what the pack's letter may name.
    pub fn fits_letter(&self, node: &Node, letter: &Letter) -> Result<(), Misfit> {
        let key = &letter.head.key;
        let old = self.letter(key).ok_or_else(|| Misfit::Unknown { kind: "letter", key: key.clone() })?;
        self.unlocked(node, old.head.locked, key)?;
        let within = Letter { head: crate::LetterHead { uses: old.head.uses.clone(), ..letter.head.clone() }, ..letter.clone() };
        let mistakes = check::letter_alone(&within);
        if mistakes.is_empty() { Ok(()) } else { Err(Misfit::Broken { key: key.clone(), mistakes }) }
    }

    fn unlocked(&self, node: &Node, locked: bool, key: &str) -> Result<(), Misfit> {
        if locked && !self.is_top(node) { Err(Misfit::Locked { key: key.to_owned() }) } else { Ok(()) }
    }

    /// All that does not fit of an overlay.
    pub fn misfits(&self, overlay: &Overlay) -> Vec<Misfit> {
        let node = &overlay.node;
        let params = overlay.params.iter().map(|change| self.fits_param(node, &change.key, &change.value));
        let forms = overlay.forms.iter().map(|form| self.fits_form(node, form));
        let rubrics = overlay.rubrics.iter().map(|rubric| self.fits_rubric(node, rubric));
        let tables = overlay.tables.iter().map(|rows| self.fits_table(node, rows).map(drop));
        let letters = overlay.letters.iter().map(|letter| self.fits_letter(node, letter));
        params.chain(forms).chain(rubrics).chain(tables).chain(letters).filter_map(Result::err).collect()
    }

    /// Is this the top of the tree: the one who may change what is locked?
    pub fn is_top(&self, node: &Node) -> bool {
        let top = self.units.iter().find(|unit| unit.kind == UnitKind::Group);
        node.as_str() == top.map_or("group", |unit| &unit.key)
    }
}
