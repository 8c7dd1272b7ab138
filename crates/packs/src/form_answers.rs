//! Answers to a form: read from an HTML form, and validated with every mistake at its field.
//!
//! Pure. Existence of persons, units and files is for those who know them. Invariant: what validates as complete fits [`Form::schema`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use words::{Amount, Asset, Day};

use crate::form::{Field, FieldType, Form};

/// One mistake of an answer; the sentence is `problem-<code>` with these arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldMistake {
    /// JSON pointer into the answers: `/title`, `/milestones/2`.
    pub pointer: String,
    /// `packs-field-required`, `packs-field-too-long` …
    pub code: String,
    /// Arguments of the sentence.
    pub args: Vec<(String, String)>,
}

struct Finder {
    complete: bool,
    found: Vec<FieldMistake>,
}

impl Finder {
    fn add(&mut self, pointer: &str, code: &str, args: &[(&str, usize)]) {
        let args = args.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect();
        self.found.push(FieldMistake { pointer: pointer.to_owned(), code: format!("packs-field-{code}"), args });
    }

    /// Checks one answer or one item of a list.
    fn one(&mut self, field: &Field, pointer: &str, value: &Value) {
        match field.kind {
            FieldType::Text | FieldType::LongText => self.text(field, pointer, value),
            FieldType::Choice | FieldType::MultiChoice => match value.as_str() {
                Some(key) if field.option(key).is_some() => {}
                _ => self.add(pointer, "not-an-option", &[]),
            },
            FieldType::Date => {
                if value.as_str().is_none_or(|text| Day::parse(text).is_err()) {
                    self.add(pointer, "not-a-date", &[]);
                }
            }
            FieldType::Money => self.money(field, pointer, value),
            FieldType::Integer => match value.as_i64() {
                Some(n) => self.range(field, pointer, n),
                None => self.add(pointer, "not-an-integer", &[]),
            },
            FieldType::Bool => match value.as_bool() {
                Some(false) if field.accept && self.complete => self.add(pointer, "not-accepted", &[]),
                Some(_) => {}
                None => self.add(pointer, "not-yes-or-no", &[]),
            },
            FieldType::Person | FieldType::Unit | FieldType::Base | FieldType::File => {
                let fine = |text: &str| (1..=80).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./".contains(&b));
                if !value.as_str().is_some_and(fine) {
                    self.add(pointer, "not-a-reference", &[]);
                }
            }
        }
    }

    fn text(&mut self, field: &Field, pointer: &str, value: &Value) {
        let Some(text) = value.as_str() else { return self.add(pointer, "not-a-text", &[]) };
        let ((least, most), count) = (field.characters(), text.trim().chars().count());
        if count > most {
            self.add(pointer, "too-long", &[("max", most), ("count", count)]);
        } else if self.complete && count < least {
            self.add(pointer, "too-short", &[("min", least), ("count", count)]);
        }
        if text.chars().any(|c| c.is_control() && !(field.kind == FieldType::LongText && matches!(c, '\n' | '\r' | '\t'))) {
            self.add(pointer, "odd-characters", &[]);
        }
    }

    fn money(&mut self, field: &Field, pointer: &str, value: &Value) {
        let asset = field.asset.as_deref().unwrap_or("CNY");
        match serde_json::from_value::<Amount>(value.clone()) {
            Ok(amount) if asset_of(asset).is_some_and(|known| known == amount.asset) => self.range(field, pointer, amount.minor),
            _ => self.add(pointer, "not-an-amount", &[]),
        }
    }

    fn range(&mut self, field: &Field, pointer: &str, n: i64) {
        let mut told = |code: &str, name: &str, limit: i64| {
            let shown = if field.kind == FieldType::Money { Amount { minor: limit, asset: Asset::cny() }.to_string() } else { limit.to_string() };
            self.found.push(FieldMistake { pointer: pointer.to_owned(), code: format!("packs-field-{code}"), args: vec![(name.to_owned(), shown)] });
        };
        if let Some(min) = field.min.filter(|min| n < *min) {
            told("too-small", "min", min);
        }
        if let Some(max) = field.max.filter(|max| n > *max) {
            told("too-large", "max", max);
        }
    }

    fn list(&mut self, field: &Field, pointer: &str, value: &Value) {
        let Some(items) = value.as_array() else { return self.add(pointer, "not-a-list", &[]) };
        let (least, most) = field.items();
        if items.len() > most {
            return self.add(pointer, "too-many", &[("max", most), ("count", items.len())]);
        }
        if self.complete && items.len() < least {
            self.add(pointer, "too-few", &[("min", least), ("count", items.len())]);
        }
        for (at, item) in items.iter().enumerate() {
            let pointer = format!("{pointer}/{at}");
            if field.kind != FieldType::Text && items.iter().take(at).any(|earlier| earlier == item) {
                self.add(&pointer, "twice", &[]);
            }
            self.one(field, &pointer, item);
        }
    }
}

fn asset_of(code: &str) -> Option<Asset> {
    match code {
        "CNY" => Some(Asset::cny()),
        "HEMI" => Some(Asset::hemi()),
        _ => None,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

impl Form {
    /// All mistakes of the answers. A draft (`complete = false`) may lack answers; what it has must be of the right type and not too long.
    pub fn validate(&self, answers: &Map<String, Value>, complete: bool) -> Vec<FieldMistake> {
        let mut finder = Finder { complete, found: Vec::new() };
        for field in &self.fields {
            let pointer = format!("/{}", field.key);
            match answers.get(&field.key) {
                Some(value) if !is_empty(value) => {
                    if field.is_list() {
                        finder.list(field, &pointer, value);
                    } else {
                        finder.one(field, &pointer, value);
                    }
                }
                _ if complete && field.required => finder.add(&pointer, "required", &[]),
                _ => {}
            }
        }
        for key in answers.keys().filter(|key| self.field(key).is_none()) {
            finder.add(&format!("/{}", key.replace('~', "~0").replace('/', "~1")), "unknown", &[]);
        }
        finder.found
    }

    /// Reads the fields of an HTML form as typed answers. What cannot be read stays a text, so that [`Form::validate`] names it.
    /// Only fields of `step` are read, if one is given: an unticked box of that step is `false`.
    pub fn read_fields(&self, raw: &BTreeMap<String, Vec<String>>, step: Option<&str>) -> Map<String, Value> {
        let asked = self.fields.iter().filter(|field| step.is_none_or(|step| field.step == step));
        asked.filter_map(|field| Some((field.key.clone(), read_field(field, raw.get(&field.key))?))).collect()
    }
}

fn read_field(field: &Field, texts: Option<&Vec<String>>) -> Option<Value> {
    if field.kind == FieldType::Bool {
        let ticked = texts.and_then(|texts| texts.last()).is_some_and(|text| matches!(text.as_str(), "on" | "true" | "1" | "yes"));
        return Some(Value::Bool(ticked));
    }
    if field.is_list() {
        let texts = texts.map_or(&[][..], Vec::as_slice);
        let lines = texts.iter().flat_map(|text| text.lines()).map(str::trim).filter(|text| !text.is_empty());
        return Some(lines.map(|text| read_one(field, text)).collect());
    }
    let text = texts?.last()?.trim();
    Some(if text.is_empty() { Value::Null } else { read_one(field, text) })
}

fn read_one(field: &Field, text: &str) -> Value {
    match field.kind {
        FieldType::Integer => text.parse::<i64>().map_or_else(|_| json!(text), |n| json!(n)),
        FieldType::Money => {
            let asset = asset_of(field.asset.as_deref().unwrap_or("CNY"));
            asset.and_then(|asset| Amount::parse(text, &asset).ok()).map_or_else(|| json!(text), |amount| json!(amount))
        }
        _ => json!(text),
    }
}
