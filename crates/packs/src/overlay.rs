//! Overlays: what a unit or base changes of the pack, without leaving it (`overlays/*.toml`, or confirmed changes).
//!
//! Invariant: locked parameters stay the group's; a form keeps the required fields of the form it replaces, with their types.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Day, Node};

use crate::{Form, Pack, Rubric, UnitKind};

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

/// All that one node changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// Path of the node: `group/hzrd/hz-space`.
    pub node: Node,
    /// Parameters.
    #[serde(default, rename = "param", skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<ParamOverlay>,
    /// Forms that replace those of the pack here and below.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<Form>,
    /// Rubrics likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rubrics: Vec<Rubric>,
}

/// Why a change does not fit the pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// The pack has no such parameter, form or rubric.
    Unknown {
        /// `param`, `form` or `rubric`.
        kind: &'static str,
        /// Key asked for.
        key: String,
    },
    /// Only the group may change it.
    Locked {
        /// Key of the parameter.
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
    /// A required field of the form is missing or is of another type.
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
}

impl Pack {
    /// May this node give the parameter this value?
    pub fn fits_param(&self, node: &Node, key: &str, value: &str) -> Result<(), Misfit> {
        let param = self.param(key).ok_or_else(|| Misfit::Unknown { kind: "param", key: key.to_owned() })?;
        if param.locked && !self.is_top(node) {
            return Err(Misfit::Locked { key: key.to_owned() });
        }
        let bad = |why| Misfit::BadValue { key: key.to_owned(), value: value.to_owned(), why };
        param.read(value).map_err(bad)?;
        if param.kind == crate::ParamKind::Table && self.table(value).is_none() {
            return Err(bad("no-such-table"));
        }
        Ok(())
    }

    /// May this form replace the pack's form of the same key?
    pub fn fits_form(&self, form: &Form) -> Result<(), Misfit> {
        let old = self.form(form.key()).ok_or_else(|| Misfit::Unknown { kind: "form", key: form.key().to_owned() })?;
        let lost = |field: &&crate::Field| field.required && form.field(&field.key).is_none_or(|new| new.kind != field.kind || new.many != field.many);
        if let Some(field) = old.fields.iter().find(lost) {
            return Err(Misfit::FieldChanged { form: form.key().to_owned(), field: field.key.clone() });
        }
        if form != old && form.head.version <= old.head.version {
            return Err(Misfit::SameVersion { form: form.key().to_owned() });
        }
        Ok(())
    }

    /// May this rubric replace the pack's rubric of the same key?
    pub fn fits_rubric(&self, rubric: &Rubric) -> Result<(), Misfit> {
        self.rubric(rubric.key()).ok_or_else(|| Misfit::Unknown { kind: "rubric", key: rubric.key().to_owned() })?;
        let sum = rubric.total_weight();
        if sum == 10_000 { Ok(()) } else { Err(Misfit::Weights { rubric: rubric.key().to_owned(), sum }) }
    }

    /// All that does not fit of an overlay.
    pub fn misfits(&self, overlay: &Overlay) -> Vec<Misfit> {
        let params = overlay.params.iter().map(|change| self.fits_param(&overlay.node, &change.key, &change.value));
        let forms = overlay.forms.iter().map(|form| self.fits_form(form));
        let rubrics = overlay.rubrics.iter().map(|rubric| self.fits_rubric(rubric));
        params.chain(forms).chain(rubrics).filter_map(Result::err).collect()
    }

    fn is_top(&self, node: &Node) -> bool {
        let top = self.units.iter().find(|unit| unit.kind == UnitKind::Group);
        node.as_str() == top.map_or("group", |unit| &unit.key)
    }
}
