//! Records of a declared kind.
//!
//! Pure. Invariant: a draft that is admitted keeps to the schema of its kind; what changed between two records is said field by field.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use words::{Acting, Bilingual, Id, Instant, Node, Refusal, fold};

use crate::schema::{Mistake, mistakes};
use crate::told::Change;

/// Everybody may read.
pub const PUBLIC: &str = "public";
const LONGEST_TITLE: usize = 200;

/// A kind of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// `partner`
    pub kind: String,
    /// What people call it.
    pub name: Bilingual,
    /// JSON Schema of the body.
    pub schema: Value,
}

/// A record to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordDraft {
    /// Kind; must be declared.
    pub kind: String,
    /// Key within the kind: lower-case letters, digits, `-` and `_`.
    pub key: String,
    /// Where.
    pub node: Node,
    /// Title.
    pub title: Bilingual,
    /// Fields.
    pub body: Value,
    /// [`PUBLIC`], or the right that a reader needs on the node.
    pub readers: String,
}

/// Is it in use?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordState {
    /// In use.
    Active,
    /// Kept for the history.
    Retired,
}

impl RecordState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            RecordState::Active => "active",
            RecordState::Retired => "retired",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [RecordState::Active, RecordState::Retired].into_iter().find(|state| state.as_str() == text)
    }
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// Id.
    pub id: Id,
    /// Kind.
    pub kind: String,
    /// Key within the kind.
    pub key: String,
    /// Where.
    pub node: Node,
    /// Title.
    pub title: Bilingual,
    /// Fields.
    pub body: Value,
    /// [`PUBLIC`] or a right.
    pub readers: String,
    /// Is it in use?
    pub state: RecordState,
    /// From 1; counts every change.
    pub revision: i64,
    /// When it was added.
    pub made_at: Instant,
    /// When it was changed last.
    pub changed_at: Instant,
}

/// The plain rule: public, or with the right on the node.
pub fn readable_by(who: Option<&Acting>) -> impl Fn(&Record) -> bool + '_ {
    move |record| record.readers == PUBLIC || who.is_some_and(|who| who.can(&record.readers, &record.node))
}

impl RecordDraft {
    /// All that is wrong with it under a schema.
    pub(crate) fn mistakes(&self, schema: &Value) -> Vec<Mistake> {
        let mut found = Vec::new();
        let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        if self.key.is_empty() || self.key.len() > 80 || !self.key.bytes().all(fine) || TAKEN.contains(&self.key.as_str()) {
            found.push(Mistake::new("/key", "register-key"));
        }
        for (pointer, text) in [("/zh", &self.title.zh), ("/en", &self.title.en)] {
            if text.trim().is_empty() || text.chars().count() > LONGEST_TITLE || text.chars().any(char::is_control) {
                found.push(Mistake::new(pointer, "register-title"));
            }
        }
        found.extend(mistakes(schema, &self.body).into_iter().map(|mistake| Mistake { pointer: format!("/body{}", mistake.pointer), ..mistake }));
        found
    }

    /// Under which words it is found: key, titles and all texts of the body, folded.
    pub(crate) fn found(&self) -> String {
        let mut text = format!("{} {} {}", self.key, self.title.zh, self.title.en);
        gather(&self.body, &mut text);
        fold(&text).chars().take(4_000).collect()
    }

    /// What would change; empty if nothing.
    pub(crate) fn changes(&self, before: Option<&Record>) -> Vec<Change> {
        let text = |text: &str| Value::from(text);
        let old = |field: fn(&Record) -> Value| before.map_or(Value::Null, field);
        let mut pairs = vec![
            ("zh".to_owned(), old(|record| record.title.zh.clone().into()), text(&self.title.zh)),
            ("en".to_owned(), old(|record| record.title.en.clone().into()), text(&self.title.en)),
            ("node".to_owned(), old(|record| record.node.as_str().into()), text(self.node.as_str())),
            ("readers".to_owned(), old(|record| record.readers.clone().into()), text(&self.readers)),
        ];
        let names = before.map(|record| &record.body).into_iter().chain([&self.body]).filter_map(Value::as_object).flat_map(|body| body.keys());
        let mut names: Vec<&String> = names.collect();
        names.sort();
        names.dedup();
        for name in names {
            let value = |body: Option<&Value>| body.and_then(|body| body.get(name)).cloned().unwrap_or_default();
            pairs.push((name.clone(), value(before.map(|record| &record.body)), value(Some(&self.body))));
        }
        pairs.into_iter().filter(|(_, from, to)| from != to).map(|(field, from, to)| Change { field, from, to }).collect()
    }
}

fn gather(value: &Value, into: &mut String) {
    match value {
        Value::String(text) => {
            into.push(' ');
            into.push_str(text);
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, into)),
        Value::Object(fields) => fields.values().for_each(|field| gather(field, into)),
        _ => {}
    }
}

/// Keys that stand for pages of a kind.
const TAKEN: [&str; 2] = ["new", "import"];

/// Why a record, a kind or an import is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordRefusal {
    /// Nobody declared the kind.
    UnknownKind {
        /// Kind.
        kind: String,
    },
    /// The schema holds something that this crate cannot check.
    Schema {
        /// Where.
        pointer: String,
    },
    /// No such unit or base.
    UnknownPlace {
        /// Its key or path.
        place: String,
    },
    /// Fields are wrong.
    Invalid(Vec<Mistake>),
    /// Nothing is retired without a reason.
    ReasonNeeded,
    /// Rows of a sheet are wrong; nothing was imported.
    RowsWrong {
        /// How many.
        count: usize,
    },
    /// The sheet cannot be read.
    Sheet,
    /// More rows than one import takes.
    TooManyRows {
        /// So many are taken.
        most: usize,
    },
}

impl Refusal for RecordRefusal {
    fn code(&self) -> &'static str {
        match self {
            RecordRefusal::UnknownKind { .. } => "register-unknown-kind",
            RecordRefusal::Schema { .. } => "register-schema",
            RecordRefusal::UnknownPlace { .. } => "register-unknown-place",
            RecordRefusal::Invalid(_) => "register-invalid",
            RecordRefusal::ReasonNeeded => "register-reason-needed",
            RecordRefusal::RowsWrong { .. } => "register-rows-wrong",
            RecordRefusal::Sheet => "register-sheet",
            RecordRefusal::TooManyRows { .. } => "register-too-many-rows",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            RecordRefusal::UnknownKind { kind } => vec![("kind", kind.clone())],
            RecordRefusal::UnknownPlace { place } => vec![("place", place.clone())],
            RecordRefusal::Schema { pointer } => vec![("pointer", pointer.clone())],
            RecordRefusal::RowsWrong { count } => vec![("count", count.to_string())],
            RecordRefusal::TooManyRows { most } => vec![("most", most.to_string())],
            _ => Vec::new(),
        }
    }

    fn parts(&self) -> Vec<(Option<String>, String, Vec<(&'static str, String)>)> {
        match self {
            RecordRefusal::Invalid(mistakes) => {
                mistakes.iter().map(|mistake| (Some(mistake.pointer.clone()), mistake.code.to_owned(), mistake.args.clone())).collect()
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_changed_is_said_field_by_field() {
        let draft = |body: Value| RecordDraft {
            kind: "k".into(),
            key: "a".into(),
            node: Node::group(),
            title: Bilingual::new("甲", "A"),
            body,
            readers: PUBLIC.into(),
        };
        let at = Instant::from_micros(0);
        let before = Record {
            id: Id::fixed("rec_1"),
            kind: "k".into(),
            key: "a".into(),
            node: Node::group(),
            title: Bilingual::new("甲", "A"),
            body: json!({"x": 1, "y": "z"}),
            readers: PUBLIC.into(),
            state: RecordState::Active,
            revision: 1,
            made_at: at,
            changed_at: at,
        };
        assert_eq!(draft(json!({"x": 1, "y": "z"})).changes(Some(&before)), []);
        let changes = draft(json!({"x": 2, "w": true})).changes(Some(&before));
        let fields: Vec<(&str, &Value, &Value)> = changes.iter().map(|change| (change.field.as_str(), &change.from, &change.to)).collect();
        assert_eq!(fields, [("w", &Value::Null, &json!(true)), ("x", &json!(1), &json!(2)), ("y", &json!("z"), &Value::Null)]);
    }
}
