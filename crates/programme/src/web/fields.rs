//! Fields of a pack's form: how they are asked, how their answers are read from a request, how they are shown.
//!
//! Asks identity for people and places, the desk for files. Invariant: what cannot be read is named at its field and nothing is lost.

use std::collections::BTreeMap;

use desk::check_file;
use packs::{Field, FieldType, Form};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use store::Read;
use webkit::{Call, Dynamic, FieldError, Problem, Upload};
use words::{Amount, Bilingual, Fault, Id, IfAny, Never, Refusal};

use super::OptionView;
use super::people::who_is;
use crate::FieldFile;

/// A field as the page asks for it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FieldView {
    /// Key of the answer.
    pub key: String,
    /// `text`, `long_text`, `choice` …
    pub kind: FieldType,
    /// Question.
    pub label: Bilingual,
    /// Help.
    pub hint: Option<Bilingual>,
    /// Must it be answered?
    pub required: bool,
    /// A list of answers.
    pub many: bool,
    /// Longest text, in characters.
    pub longest: Option<i64>,
    /// Least number.
    pub min: Option<i64>,
    /// Greatest number.
    pub max: Option<i64>,
    /// Options.
    pub options: Vec<OptionView>,
    /// The answer as an input shows it: a text, a list of texts, yes or no.
    pub value: Value,
    /// People and files that are chosen already.
    pub chosen: Vec<OptionView>,
}

/// Names of what the answers refer to.
pub(super) struct Known {
    people: BTreeMap<Id, String>,
    places: BTreeMap<String, Bilingual>,
    files: BTreeMap<String, String>,
}

impl Known {
    /// Looks up what the answers of a form refer to; places only if a field asks for one.
    pub fn of(read: &Read, form: &Form, answers: &Map<String, Value>) -> Result<Self, Fault> {
        let texts = |kinds: &[FieldType]| {
            let asked = form.fields.iter().filter(|field| kinds.contains(&field.kind));
            asked.flat_map(|field| items(answers.get(&field.key))).map(str::to_owned).collect::<Vec<String>>()
        };
        let persons: Vec<Id> = texts(&[FieldType::Person]).iter().filter_map(|text| Id::parse(text).ok()).collect();
        let mut files = BTreeMap::new();
        for id in texts(&[FieldType::File]).iter().filter_map(|text| Id::parse(text).ok()) {
            if let Some(document) = desk::document(read, &id).if_any()? {
                files.insert(id.to_string(), document.newest.name);
            }
        }
        let asks = form.fields.iter().any(|field| matches!(field.kind, FieldType::Unit | FieldType::Base));
        let places = if asks { identity::places(read)? } else { Vec::new() };
        let named = |node: &identity::NodeView| [(node.path.to_string(), node.title.clone()), (node.path.name().to_owned(), node.title.clone())];
        Ok(Self { people: identity::person_names(read, &persons)?, places: places.iter().flat_map(named).collect(), files })
    }
}

/// Texts of an answer: one or several.
fn items(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// A line of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Shown {
    /// Text, in the language of the page.
    pub text: String,
    /// Where it can be opened.
    pub href: Option<String>,
}

fn plain(text: impl Into<String>) -> Shown {
    Shown { text: text.into(), href: None }
}

/// An answer as people read it; nothing for no answer.
pub(super) fn shown(call: &Call, known: &Known, field: &Field, value: Option<&Value>) -> Vec<Shown> {
    let Some(value) = value else { return Vec::new() };
    let one = |value: &Value| -> Option<Shown> {
        let text = value.as_str().filter(|text| !text.trim().is_empty());
        match field.kind {
            FieldType::Choice | FieldType::MultiChoice => {
                text.map(|key| plain(field.option(key).map_or(key, |option| if call.lang == words::Lang::Zh { &option.zh } else { &option.en })))
            }
            FieldType::Person => text.map(|id| plain(Id::parse(id).ok().and_then(|id| known.people.get(&id).cloned()).unwrap_or_else(|| id.to_owned()))),
            FieldType::Unit | FieldType::Base => text.map(|path| plain(known.places.get(path).map_or(path, |title| title.get(call.lang)))),
            FieldType::File => text.map(|id| Shown { text: known.files.get(id).cloned().unwrap_or_else(|| id.to_owned()), href: Some(format!("/files/{id}")) }),
            FieldType::Bool => value.as_bool().map(|yes| plain(call.text(if yes { "programme-yes" } else { "programme-no" }))),
            FieldType::Money => serde_json::from_value::<Amount>(value.clone()).ok().map(|amount| plain(amount.to_string())),
            FieldType::Integer => value.as_i64().map(|n| plain(n.to_string())),
            FieldType::Text | FieldType::LongText | FieldType::Date => text.map(plain),
        }
    };
    match value {
        Value::Array(list) => list.iter().filter_map(one).collect(),
        single => one(single).into_iter().collect(),
    }
}

/// A field with its answer, ready to be asked.
pub(super) fn view(known: &Known, places: &[(FieldType, Vec<OptionView>)], field: &Field, value: Option<&Value>) -> FieldView {
    let own = || field.options.iter().map(|option| OptionView::new(&option.key, &option.zh, &option.en)).collect();
    let texts = items(value);
    let options: Vec<OptionView> = places.iter().find(|(kind, _)| *kind == field.kind).map_or_else(own, |(_, options)| options.clone());
    let chosen = match field.kind {
        FieldType::Person if field.many => texts.iter().map(|id| named(id, Id::parse(id).ok().and_then(|id| known.people.get(&id).cloned()))).collect(),
        FieldType::File => texts.iter().map(|id| named(id, known.files.get(*id).cloned())).collect(),
        _ => Vec::new(),
    };
    FieldView {
        key: field.key.clone(),
        kind: field.kind,
        label: Bilingual::new(&field.zh, &field.en),
        hint: field.hint.clone(),
        required: field.required,
        many: field.many,
        longest: if matches!(field.kind, FieldType::Text | FieldType::LongText) && !field.many {
            field.max.or(Some(if field.kind == FieldType::Text { 200 } else { 4_000 }))
        } else {
            None
        },
        min: field.min.filter(|_| field.kind == FieldType::Integer),
        max: field.max.filter(|_| field.kind == FieldType::Integer),
        options,
        value: asked(field, known, value),
        chosen,
    }
}

fn named(value: &str, name: Option<String>) -> OptionView {
    let name = name.unwrap_or_else(|| value.to_owned());
    OptionView::new(value, name.clone(), name)
}

/// The answer as an input shows it.
fn asked(field: &Field, known: &Known, value: Option<&Value>) -> Value {
    let texts = items(value);
    match field.kind {
        FieldType::Bool => Value::Bool(value.and_then(Value::as_bool).unwrap_or(false)),
        FieldType::Money => match value.map(|value| serde_json::from_value::<Amount>(value.clone())) {
            Some(Ok(amount)) => Value::String(amount.to_string().replace(',', "").split(' ').next().unwrap_or_default().to_owned()),
            _ => Value::String(texts.first().copied().unwrap_or_default().to_owned()),
        },
        FieldType::Integer => Value::String(value.and_then(Value::as_i64).map(|n| n.to_string()).unwrap_or_default()),
        FieldType::MultiChoice | FieldType::Unit | FieldType::Base if field.is_list() => texts.into_iter().map(Value::from).collect(),
        FieldType::Text | FieldType::LongText if field.many => Value::String(texts.join("\n")),
        FieldType::Person if field.many => Value::String(String::new()),
        FieldType::Person => {
            let id = texts.first().copied().unwrap_or_default();
            let name = Id::parse(id).ok().and_then(|id| known.people.get(&id).cloned());
            Value::String(name.filter(|name| !name.is_empty()).unwrap_or_else(|| id.to_owned()))
        }
        _ => Value::String(texts.first().copied().unwrap_or_default().to_owned()),
    }
}

/// What came in with a form.
#[derive(Debug, Clone)]
pub(super) struct Filled {
    pub answers: Map<String, Value>,
    pub files: Vec<FieldFile>,
    /// Where to go on: `next`, `back`, `check`, `leave`.
    pub next: String,
    pub step: Option<String>,
}

/// Reads a request: JSON is taken as it is, a form is read field by field, people are looked up by name.
/// While somebody is still typing (autosave), names that are not known yet are left alone.
pub(super) fn read(call: &Call, form: &Form, input: Upload<Dynamic>, typing: bool) -> Result<Filled, Problem> {
    let text = |name: &str| input.fields.get(name).and_then(Value::as_str).map(str::to_owned);
    let (step, next) = (text("_step").filter(|step| form.steps.iter().any(|known| known.key == *step)), text("_next").unwrap_or_else(|| "next".into()));
    let json = call.header("content-type").is_some_and(|kind| kind.contains("json"));
    let files = files(form, &input)?;
    let mut answers: Map<String, Value> = input.fields.into_iter().filter(|(name, _)| !name.starts_with('_')).collect();
    if !json {
        let raw = texts_by_name(&answers);
        answers = form.read_fields(&raw, step.as_deref());
        look_up(call, form, &raw, &mut answers, typing)?;
    }
    Ok(Filled { answers, files, next, step })
}

fn texts_by_name(fields: &Map<String, Value>) -> BTreeMap<String, Vec<String>> {
    let texts = |value: &Value| items(Some(value)).into_iter().map(str::to_owned).collect();
    fields.iter().map(|(name, value)| (name.clone(), texts(value))).collect()
}

fn files(form: &Form, input: &Upload<Dynamic>) -> Result<Vec<FieldFile>, Problem> {
    let mut kept = Vec::new();
    let mut mistakes = Vec::new();
    for file in &input.files {
        let field = file.field.trim_end_matches("[]").to_owned();
        if form.field(&field).is_none_or(|field| field.kind != FieldType::File) {
            mistakes.push(FieldError::new(format!("/{field}"), "packs-field-unknown"));
            continue;
        }
        match check_file(&file.name, file.bytes.clone()) {
            Ok(file) => kept.push(FieldFile { field, file }),
            Err(refusal) => mistakes
                .push(refusal.args().into_iter().fold(FieldError::new(format!("/{field}"), refusal.code()), |error, (name, value)| error.arg(name, value))),
        }
    }
    if mistakes.is_empty() { Ok(kept) } else { Err(Problem::invalid(mistakes)) }
}

/// People by name, staff number or sign-in name become their ids. A list has those ticked and those added.
fn look_up(call: &Call, form: &Form, raw: &BTreeMap<String, Vec<String>>, answers: &mut Map<String, Value>, typing: bool) -> Result<(), Problem> {
    let mut mistakes = Vec::new();
    let asked: Vec<&Field> = form.fields.iter().filter(|field| field.kind == FieldType::Person && answers.contains_key(&field.key)).collect();
    for field in asked {
        let added = format!("{}_add", field.key);
        let pointer = if field.many { &added } else { &field.key };
        let mut texts: Vec<String> = items(answers.get(&field.key)).into_iter().map(str::to_owned).collect();
        texts.extend(
            raw.get(&added)
                .into_iter()
                .filter(|_| !typing)
                .flatten()
                .flat_map(|text| text.split(['\n', '、', ',', '，']))
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty()),
        );
        let mut ids = Vec::new();
        for text in texts {
            match call.read::<_, Never>(|read| Ok(who_is(read, &text)?))? {
                Ok(id) if ids.contains(&id) => {}
                Ok(id) => ids.push(id),
                Err(_) if typing => {}
                Err(code) => mistakes.push(FieldError::new(format!("/{pointer}"), code).arg("name", &text)),
            }
        }
        let value = if field.many {
            ids.into_iter().map(|id| Value::from(id.as_str())).collect()
        } else {
            ids.first().map_or(Value::Null, |id| Value::from(id.as_str()))
        };
        answers.insert(field.key.clone(), value);
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Problem::invalid(mistakes)) }
}

/// Units and bases to choose from, for the fields of a form that ask for them.
pub(super) fn place_options(read: &Read, form: &Form) -> Result<Vec<(FieldType, Vec<OptionView>)>, Fault> {
    let mut all = Vec::new();
    for (kind, of) in [(FieldType::Unit, identity::NodeKind::Unit), (FieldType::Base, identity::NodeKind::Base)] {
        if form.fields.iter().any(|field| field.kind == kind) {
            all.push((kind, super::places(read, of)?));
        }
    }
    Ok(all)
}
