//! A form as the applicant will see it, without a case: for those who change it.
//!
//! Invariant: its fields have names of their own, so that nothing of it is sent.

use packs::Form;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Map;
use store::Read;
use words::{Bilingual, Fault};

use super::fields::{self, FieldView, Known};

/// A step of a form.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StepPreview {
    /// Key.
    pub key: String,
    /// Label.
    pub label: Bilingual,
    /// Its fields as the page asks for them, each key after `preview-`.
    pub fields: Vec<FieldView>,
}

/// The steps of a form, nothing answered yet.
pub fn preview_form(read: &Read, form: &Form) -> Result<Vec<StepPreview>, Fault> {
    let nothing = Map::new();
    let (known, places) = (Known::of(read, form, &nothing)?, fields::place_options(read, form)?);
    let field = |field: &packs::Field| FieldView { key: format!("preview-{}", field.key), ..fields::view(&known, &places, field, None) };
    let step = |step: &packs::Step| StepPreview {
        key: step.key.clone(),
        label: Bilingual::new(&step.zh, &step.en),
        fields: form.fields_of(&step.key).map(field).collect(),
    };
    Ok(form.steps.iter().map(step).collect())
}
