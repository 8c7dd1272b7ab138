//! Adding a record, changing it, retiring it and taking it back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use webkit::{Answer, Call, Dynamic, FieldError, Nothing, Problem, Reply};
use words::{Bilingual, Failure, Never};

use super::places::{self, Place};
use crate::ops::export::plain;
use crate::ops::import::value_of;
use crate::record::{Kind, Record, RecordDraft, RecordRefusal, RecordState};
use crate::schema::{Choice, Field};
use crate::{record, rights, save_record, set_record_state, sql};

/// A field of the form.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct FieldView {
    /// Name in the form.
    name: String,
    /// What people call it.
    label: Bilingual,
    /// `text`, `long`, `choice`, `date`, `number`, `yes_no`, `url`, `email`, `list`.
    input: String,
    /// What may be chosen.
    options: Vec<Choice>,
    /// Must it be there?
    required: bool,
    /// What it says now.
    value: String,
}

/// The form of a record.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct EditView {
    /// Kind.
    kind: String,
    /// What people call it.
    name: Bilingual,
    /// The record, if it is there.
    record: Option<Record>,
    /// Where it stands or would stand.
    node: String,
    /// Places to choose from.
    places: Vec<Place>,
    /// The fields.
    fields: Vec<FieldView>,
}

fn kind_of(call: &Call) -> Result<Kind, Problem> {
    call.read::<_, Never>(|read| sql::kind(read, call.path_text("kind"))?.ok_or(Failure::Absent))
}

fn input(field: &Field) -> &'static str {
    match (field.kind.as_str(), field.format.as_str()) {
        ("array", _) => "list",
        ("boolean", _) => "yes_no",
        ("integer", _) => "number",
        (_, "date") => "date",
        (_, "uri") => "url",
        (_, "email") => "email",
        _ if !field.options.is_empty() => "choice",
        _ if field.long => "long",
        _ => "text",
    }
}

fn form(call: &Call, kind: Kind, record: Option<Record>) -> Result<EditView, Problem> {
    let who = call.acting()?;
    let mut places = places::all(call)?;
    places.retain(|place| who.can(rights::KEEP, &place.node));
    let body = record.as_ref().map(|record| record.body.clone()).unwrap_or_default();
    let field = |field: Field| FieldView {
        value: body.get(&field.name).map(plain).unwrap_or_default(),
        input: input(&field).into(),
        name: format!("body.{}", field.name),
        label: field.label,
        options: field.options,
        required: field.required,
    };
    Ok(EditView {
        fields: kind.fields().into_iter().map(field).collect(),
        node: record.as_ref().map(|record| record.node.to_string()).or_else(|| places.first().map(|place| place.node.to_string())).unwrap_or_default(),
        kind: kind.kind,
        name: kind.name,
        record,
        places,
    })
}

pub(super) fn new(call: &Call, _: Nothing) -> Answer<EditView> {
    let view = form(call, kind_of(call)?, None)?;
    Ok(Reply::page("register/edit.html", view))
}

/// The record of the address, for those who keep it.
fn kept(call: &Call, kind: &Kind) -> Result<Record, Problem> {
    let who = call.acting()?;
    call.read::<_, Never>(|read| {
        let record = record(read, &kind.kind, call.path_text("key"))?;
        who.may_see(rights::KEEP, &record.node)?;
        Ok(record)
    })
}

pub(super) fn edit(call: &Call, _: Nothing) -> Answer<EditView> {
    let kind = kind_of(call)?;
    let record = kept(call, &kind)?;
    let revision = record.revision;
    let view = form(call, kind, Some(record))?;
    Ok(Reply::page("register/edit.html", view).etag(revision))
}

fn text<'a>(given: &'a Dynamic, name: &str) -> &'a str {
    given.get(name).and_then(Value::as_str).unwrap_or_default().trim()
}

/// What a form or a JSON body says: texts of a form are read as their fields want them, JSON values are taken as they are, empty ones are left out.
fn draft(call: &Call, kind: &Kind, key: &str, readers: &str, given: &Dynamic) -> Result<RecordDraft, Problem> {
    let known = places::all(call)?;
    let node = places::read(&known, text(given, "node")).ok_or_else(|| Problem::invalid(vec![FieldError::new("/node", "register-unknown-place")]))?;
    let mut body = Map::new();
    let empty = Map::new();
    for (name, value) in given.get("body").and_then(Value::as_object).unwrap_or(&empty) {
        let field = kind.fields().into_iter().find(|field| field.name == *name);
        let value = match (field, value) {
            (_, Value::Null) => continue,
            (_, Value::String(text)) if text.trim().is_empty() => continue,
            (Some(field), Value::String(text)) => value_of(&field, text.trim()),
            (_, other) => other.clone(),
        };
        body.insert(name.clone(), value);
    }
    let title = Bilingual::new(text(given, "zh"), text(given, "en"));
    Ok(RecordDraft { kind: kind.kind.clone(), key: key.to_owned(), node, title, body: Value::Object(body), readers: readers.to_owned() })
}

pub(super) fn add(call: &Call, given: Dynamic) -> Answer<Record> {
    let (who, kind) = (call.acting()?, kind_of(call)?);
    let draft = draft(call, &kind, text(&given, "key"), kind.readers(), &given)?;
    call.write("register.add_record", move |tx| {
        if sql::record(tx, &draft.kind, &draft.key)?.is_some() {
            return Err(RecordRefusal::Invalid(vec![crate::Mistake::new("/key", "register-key-taken")]).into());
        }
        let record = save_record(tx, &who, &draft, None)?;
        Ok(Reply::created(format!("/registers/{}/{}", record.kind, record.key), record).say("register-said-saved"))
    })
}

pub(super) fn save(call: &Call, given: Dynamic) -> Answer<Record> {
    let (who, kind) = (call.acting()?, kind_of(call)?);
    let before = kept(call, &kind)?;
    let draft = draft(call, &kind, &before.key, &before.readers, &given)?;
    let seen = call.if_match().filter(|text| !text.is_empty() && *text != "*").map(|text| text.parse().unwrap_or(-1));
    call.write("register.save_record", move |tx| {
        let record = save_record(tx, &who, &draft, seen)?;
        Ok::<_, Failure<RecordRefusal>>(Reply::done(format!("/registers/{}/{}", record.kind, record.key), record).say("register-said-saved"))
    })
}

/// In use or not, and why.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct StateForm {
    /// What it shall be.
    state: RecordState,
    /// Why.
    #[schemars(length(max = 2_000))]
    reason: String,
}

pub(super) fn state(call: &Call, form: StateForm) -> Answer<Record> {
    let (who, kind) = (call.acting()?, kind_of(call)?);
    let before = kept(call, &kind)?;
    call.write("register.set_record_state", move |tx| {
        let record = set_record_state(tx, &who, &before.id, form.state, &form.reason)?;
        Ok::<_, Failure<RecordRefusal>>(Reply::done(format!("/registers/{}/{}", record.kind, record.key), record).say("register-said-saved"))
    })
}
