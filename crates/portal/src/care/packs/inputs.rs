//! What the page of an entry sends: its parts, or its text; and how the parts become the entry as it should be.
//!
//! Pure. Invariant: what is not asked for on the page stays as it is; what cannot be read is left for the checker to name.

use packs::{Anchor, Choice, Criterion, Field, FieldType, Form, Letter, Rubric, Step};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Bilingual, Day};

/// A change of an entry.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct EntryForm {
    /// Path of the place; the group if not said.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub node: String,
    /// The whole entry as text, instead of its parts: TOML, for a table CSV, for a parameter its value.
    #[serde(default)]
    #[schemars(length(max = 400_000))]
    pub body: String,
    /// Parts of a form.
    pub form: Option<FormParts>,
    /// Parts of a rubric.
    pub rubric: Option<RubricParts>,
    /// Parts of a letter.
    pub letter: Option<LetterParts>,
    /// First day on which it holds; today if not said.
    pub from: Option<Day>,
    /// Why.
    #[serde(default)]
    #[schemars(length(max = 500))]
    pub reason: String,
    /// Give a form the next version by itself, as when an earlier one is restored.
    #[serde(default)]
    pub restore: bool,
}

/// Parts of a form.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct FormParts {
    /// Chinese title.
    #[schemars(length(max = 200))]
    pub zh: String,
    /// English title.
    #[schemars(length(max = 200))]
    pub en: String,
    /// Steps by key.
    #[schemars(length(max = 50))]
    pub steps: Vec<StepParts>,
    /// Fields by key; one that the form does not have is new.
    #[schemars(length(max = 120))]
    pub fields: Vec<FieldParts>,
}

/// Parts of a step.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct StepParts {
    /// Key.
    #[schemars(length(max = 80))]
    pub key: String,
    /// Chinese.
    #[schemars(length(max = 200))]
    pub zh: String,
    /// English.
    #[schemars(length(max = 200))]
    pub en: String,
}

/// Parts of a field.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct FieldParts {
    /// Key; empty for none.
    #[schemars(length(max = 80))]
    pub key: String,
    /// Type of a new field; one that is there keeps its own.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Step that asks for it.
    #[schemars(length(max = 80))]
    pub step: String,
    /// Place in the order.
    pub order: Option<i64>,
    /// Chinese label.
    #[schemars(length(max = 400))]
    pub zh: String,
    /// English label.
    #[schemars(length(max = 400))]
    pub en: String,
    /// Chinese help.
    #[schemars(length(max = 2_000))]
    pub hint_zh: String,
    /// English help.
    #[schemars(length(max = 2_000))]
    pub hint_en: String,
    /// Must a complete form have it?
    pub required: bool,
    /// May it be shown to everybody?
    pub public: bool,
    /// Lower limit.
    pub min: Option<i64>,
    /// Upper limit.
    pub max: Option<i64>,
    /// Options of a choice, one a line: `key | 中文 | English`.
    #[schemars(length(max = 20_000))]
    pub options: String,
    /// Take it out.
    pub remove: bool,
}

impl Default for FieldParts {
    fn default() -> Self {
        let text = String::new;
        Self {
            key: text(),
            kind: FieldType::Text,
            step: text(),
            order: None,
            zh: text(),
            en: text(),
            hint_zh: text(),
            hint_en: text(),
            required: false,
            public: false,
            min: None,
            max: None,
            options: text(),
            remove: false,
        }
    }
}

/// Parts of a rubric.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct RubricParts {
    /// Chinese title.
    #[schemars(length(max = 200))]
    pub zh: String,
    /// English title.
    #[schemars(length(max = 200))]
    pub en: String,
    /// When a subject passes, in Chinese.
    #[schemars(length(max = 400))]
    pub passes_zh: String,
    /// When a subject passes, in English.
    #[schemars(length(max = 400))]
    pub passes_en: String,
    /// Criteria by key; one that the rubric does not have is new.
    #[schemars(length(max = 60))]
    pub criteria: Vec<CriterionParts>,
}

/// Parts of a criterion.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct CriterionParts {
    /// Key; empty for none.
    #[schemars(length(max = 80))]
    pub key: String,
    /// Chinese.
    #[schemars(length(max = 400))]
    pub zh: String,
    /// English.
    #[schemars(length(max = 400))]
    pub en: String,
    /// Weight in basis points.
    pub weight: Option<i64>,
    /// Must a complete review score it?
    pub required: bool,
    /// Shown and never summed.
    pub independent: bool,
    /// What to look at, in Chinese.
    #[schemars(length(max = 2_000))]
    pub evidence_zh: String,
    /// What to look at, in English.
    #[schemars(length(max = 2_000))]
    pub evidence_en: String,
    /// Anchors of the scale, one a line: `points | 中文 | English`.
    #[schemars(length(max = 10_000))]
    pub scale: String,
    /// Place in the order.
    pub order: Option<i64>,
    /// Take it out.
    pub remove: bool,
}

/// Parts of a letter.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct LetterParts {
    /// Chinese title.
    #[schemars(length(max = 200))]
    pub zh: String,
    /// English title.
    #[schemars(length(max = 200))]
    pub en: String,
    /// Chinese text.
    #[schemars(length(max = 40_000))]
    pub body_zh: String,
    /// English text.
    #[schemars(length(max = 40_000))]
    pub body_en: String,
}

/// `a | b | c` by line; what is missing is empty.
fn lines(text: &str) -> Vec<[String; 3]> {
    let part = |line: &str, at: usize| line.splitn(3, '|').nth(at).unwrap_or("").trim().to_owned();
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| [part(line, 0), part(line, 1), part(line, 2)]).collect()
}

fn hint(parts: &FieldParts) -> Option<Bilingual> {
    let none = parts.hint_zh.trim().is_empty() && parts.hint_en.trim().is_empty();
    (!none).then(|| Bilingual::new(parts.hint_zh.trim(), parts.hint_en.trim()))
}

impl FormParts {
    /// The parts of a form as it is.
    pub fn of(form: &Form) -> Self {
        let field = |(at, field): (usize, &Field)| FieldParts {
            key: field.key.clone(),
            kind: field.kind,
            step: field.step.clone(),
            order: i64::try_from((at + 1) * 10).ok(),
            zh: field.zh.clone(),
            en: field.en.clone(),
            hint_zh: field.hint.as_ref().map(|hint| hint.zh.clone()).unwrap_or_default(),
            hint_en: field.hint.as_ref().map(|hint| hint.en.clone()).unwrap_or_default(),
            required: field.required,
            public: field.public,
            min: field.min,
            max: field.max,
            options: field.options.iter().map(|option| format!("{} | {} | {}\n", option.key, option.zh, option.en)).collect(),
            remove: false,
        };
        let step = |step: &Step| StepParts { key: step.key.clone(), zh: step.zh.clone(), en: step.en.clone() };
        let fields = form.fields.iter().enumerate().map(field).collect();
        Self { zh: form.head.zh.clone(), en: form.head.en.clone(), steps: form.steps.iter().map(step).collect(), fields }
    }

    /// The form with these parts.
    pub fn apply(&self, form: &Form, version: i64) -> Form {
        let mut new = form.clone();
        (new.head.zh, new.head.en, new.head.version) = (self.zh.trim().to_owned(), self.en.trim().to_owned(), version);
        for step in &mut new.steps {
            if let Some(parts) = self.steps.iter().find(|parts| parts.key == step.key) {
                (step.zh, step.en) = (parts.zh.trim().to_owned(), parts.en.trim().to_owned());
            }
        }
        let mut wanted: Vec<(i64, Field)> = Vec::new();
        for (at, parts) in self.fields.iter().enumerate().filter(|(_, parts)| !parts.remove && !parts.key.trim().is_empty()) {
            wanted.push((parts.order.unwrap_or(i64::try_from(at).unwrap_or(0) * 10 + 10), parts.apply(form)));
        }
        wanted.sort_by_key(|(order, _)| *order);
        new.fields = wanted.into_iter().map(|(_, field)| field).collect();
        new
    }
}

impl FieldParts {
    fn apply(&self, form: &Form) -> Field {
        let old = form.field(self.key.trim());
        let kind = old.map_or(self.kind, |old| old.kind);
        let option = |[key, zh, en]: [String; 3]| Choice { key, zh, en };
        Field {
            key: self.key.trim().to_owned(),
            kind,
            step: if self.step.trim().is_empty() { form.steps.first().map(|step| step.key.clone()).unwrap_or_default() } else { self.step.trim().to_owned() },
            zh: self.zh.trim().to_owned(),
            en: self.en.trim().to_owned(),
            hint: hint(self),
            required: self.required,
            min: self.min,
            max: self.max,
            many: old.is_some_and(|old| old.many),
            public: self.public,
            accept: old.is_some_and(|old| old.accept),
            asset: old.map_or_else(|| (kind == FieldType::Money).then(|| "CNY".to_owned()), |old| old.asset.clone()),
            options: lines(&self.options).into_iter().map(option).collect(),
        }
    }
}

impl RubricParts {
    /// The parts of a rubric as it is.
    pub fn of(rubric: &Rubric) -> Self {
        let criterion = |(at, one): (usize, &Criterion)| CriterionParts {
            key: one.key.clone(),
            zh: one.zh.clone(),
            en: one.en.clone(),
            weight: Some(one.weight),
            required: one.required,
            independent: one.independent,
            evidence_zh: one.evidence.zh.clone(),
            evidence_en: one.evidence.en.clone(),
            scale: one.scale.iter().map(|anchor| format!("{} | {} | {}\n", anchor.at, anchor.zh, anchor.en)).collect(),
            order: i64::try_from((at + 1) * 10).ok(),
            remove: false,
        };
        let (head, criteria) = (&rubric.head, rubric.criteria.iter().enumerate().map(criterion).collect());
        Self { zh: head.zh.clone(), en: head.en.clone(), passes_zh: head.passes.zh.clone(), passes_en: head.passes.en.clone(), criteria }
    }

    /// The rubric with these parts.
    pub fn apply(&self, rubric: &Rubric) -> Rubric {
        let mut new = rubric.clone();
        (new.head.zh, new.head.en) = (self.zh.trim().to_owned(), self.en.trim().to_owned());
        new.head.passes = Bilingual::new(self.passes_zh.trim(), self.passes_en.trim());
        let mut wanted: Vec<(i64, Criterion)> = Vec::new();
        for (at, parts) in self.criteria.iter().enumerate().filter(|(_, parts)| !parts.remove && !parts.key.trim().is_empty()) {
            wanted.push((parts.order.unwrap_or(i64::try_from(at).unwrap_or(0) * 10 + 10), parts.apply()));
        }
        wanted.sort_by_key(|(order, _)| *order);
        new.criteria = wanted.into_iter().map(|(_, criterion)| criterion).collect();
        new
    }
}

impl CriterionParts {
    fn apply(&self) -> Criterion {
        // What is no number lies outside the scale, so that the checker names the criterion.
        let anchor = |[at, zh, en]: [String; 3]| Anchor { at: at.parse().unwrap_or(-1), zh, en };
        Criterion {
            key: self.key.trim().to_owned(),
            zh: self.zh.trim().to_owned(),
            en: self.en.trim().to_owned(),
            weight: self.weight.unwrap_or(0),
            required: self.required,
            independent: self.independent,
            evidence: Bilingual::new(self.evidence_zh.trim(), self.evidence_en.trim()),
            scale: lines(&self.scale).into_iter().map(anchor).collect(),
        }
    }
}

impl LetterParts {
    /// The parts of a letter as it is.
    pub fn of(letter: &Letter) -> Self {
        let head = &letter.head;
        Self { zh: head.zh.clone(), en: head.en.clone(), body_zh: letter.body_zh.clone(), body_en: letter.body_en.clone() }
    }

    /// The letter with these parts.
    pub fn apply(&self, letter: &Letter) -> Letter {
        let mut new = letter.clone();
        (new.head.zh, new.head.en) = (self.zh.trim().to_owned(), self.en.trim().to_owned());
        (new.body_zh, new.body_en) = (self.body_zh.clone(), self.body_en.clone());
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_are_not_touched_make_the_same_entry() {
        let pack = packs::embedded().unwrap();
        for form in &pack.forms {
            assert_eq!(&FormParts::of(form).apply(form, form.head.version), form);
        }
        for rubric in &pack.rubrics {
            assert_eq!(&RubricParts::of(rubric).apply(rubric), rubric);
        }
        for letter in &pack.letters {
            assert_eq!(&LetterParts::of(letter).apply(letter), letter);
        }
    }

    #[test]
    fn fields_are_ordered_taken_out_and_added() {
        let pack = packs::embedded().unwrap();
        let form = pack.form("check_in").unwrap();
        let mut parts = FormParts::of(form);
        parts.fields[0].order = Some(999);
        parts.fields[1].remove = true;
        let (step, options) = (form.steps[0].key.clone(), "a | 甲 | A\n\nb | 乙".to_owned());
        parts.fields.push(FieldParts { key: "mood".into(), kind: FieldType::Choice, zh: "心情".into(), en: "Mood".into(), options, ..FieldParts::default() });
        parts.fields.push(FieldParts::default());
        let new = parts.apply(form, 2);
        assert_eq!((new.fields.len(), &new.fields.last().unwrap().key), (form.fields.len(), &form.fields[0].key));
        let mood = new.field("mood").unwrap();
        assert_eq!((mood.step.as_str(), mood.options.len(), mood.options[1].en.as_str()), (step.as_str(), 2, ""));
    }
}
