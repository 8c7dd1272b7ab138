//! Forms: steps and typed fields in two languages (`forms/*.toml`).
//!
//! Money on the wire is [`words::Amount`]; persons, units, bases and files are their ids or keys.
//! Text limits are characters, integer limits values, money limits minor units; for `many` and multiple choice they count the items
//! (except `many` texts, whose limits are those of each text).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::Bilingual;

/// A form as in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Name, version, subject.
    #[serde(rename = "form")]
    pub head: FormHead,
    /// Steps in order.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// Fields in order.
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
}

/// What a form is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormHead {
    /// `application`
    pub key: String,
    /// Raised with every change of the fields.
    pub version: i64,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Kind of subject that it belongs to: `project`.
    pub subject: String,
    /// Only the group may change it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
}

/// A page of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Key within the form.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// Type of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// One line.
    Text,
    /// Paragraphs.
    LongText,
    /// One option.
    Choice,
    /// Several options.
    MultiChoice,
    /// `2026-11-22`
    Date,
    /// [`words::Amount`]
    Money,
    /// Integer.
    Integer,
    /// Yes or no.
    Bool,
    /// Id of a person.
    Person,
    /// Name of a unit's node.
    Unit,
    /// Name of a base's node.
    Base,
    /// Id of a document.
    File,
}

/// An option of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Key.
    pub key: String,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Key within the form; the member of the JSON answers.
    pub key: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Step that asks for it.
    pub step: String,
    /// Chinese label.
    pub zh: String,
    /// English label.
    pub en: String,
    /// Help below the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Bilingual>,
    /// Must a complete form have it?
    #[serde(default)]
    pub required: bool,
    /// Lower limit, see the module.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// Upper limit, see the module.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// A list of such answers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub many: bool,
    /// May be shown on the showcase.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// A promise: only `true` completes it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accept: bool,
    /// Asset of money: `CNY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<String>,
    /// Options of a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Choice>,
}

/// Most items of a list whose field sets no limit.
pub(crate) const MOST_ITEMS: usize = 50;

impl Form {
    /// Key of the form.
    pub fn key(&self) -> &str {
        &self.head.key
    }

    /// The field with this key.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// Fields of a step, in order.
    pub fn fields_of<'a>(&'a self, step: &'a str) -> impl Iterator<Item = &'a Field> {
        self.fields.iter().filter(move |field| field.step == step)
    }

    /// Fields that may be shown on the showcase.
    pub fn public_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.public)
    }
}

impl Field {
    /// Is the answer a list?
    pub fn is_list(&self) -> bool {
        self.many || self.kind == FieldType::MultiChoice
    }

    /// Characters of one text answer: (least, most).
    pub(crate) fn characters(&self) -> (usize, usize) {
        let most = match self.kind {
            FieldType::Text => 200,
            FieldType::LongText => 4_000,
            _ => 200,
        };
        let limit = |value: Option<i64>, default| value.and_then(|value| usize::try_from(value).ok()).unwrap_or(default);
        (limit(self.min, 0), limit(self.max, most))
    }

    /// Items of a list answer: (least, most).
    pub(crate) fn items(&self) -> (usize, usize) {
        if matches!(self.kind, FieldType::Text | FieldType::LongText) {
            return (usize::from(self.required), MOST_ITEMS);
        }
        let limit = |value: Option<i64>, default| value.and_then(|value| usize::try_from(value).ok()).unwrap_or(default);
        (limit(self.min, usize::from(self.required)), limit(self.max, MOST_ITEMS))
    }

    /// Text of an option.
    pub fn option(&self, key: &str) -> Option<&Choice> {
        self.options.iter().find(|option| option.key == key)
    }
}
