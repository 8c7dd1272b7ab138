//! The list of a kind, and one record with its sources and its history.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use webkit::{Answer, Call, Nothing, Reply};
use words::{Bilingual, Failure, Never, Node};

use super::places::{self, Place};
use crate::ops::export::plain;
use crate::record::{Kind, Record, RecordState, readable_by};
use crate::schema::{Choice, Field, fields};
use crate::{Past, RecordFilter, export_records, record, record_history, records, rights, sql};

const PAGE: usize = 50;
const SHEET: usize = 5_000;

/// Which records.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct RecordsQuery {
    /// Holding this text.
    #[schemars(length(max = 100))]
    pub q: Option<String>,
    /// Active ones if not said.
    pub state: Option<RecordState>,
    /// On this node and below; everywhere if empty.
    #[serde(default)]
    #[schemars(length(max = 240))]
    pub node: String,
    /// Fields that have these values: `f.form=firm`.
    #[serde(default)]
    pub f: BTreeMap<String, String>,
    /// Where to go on.
    pub cursor: Option<String>,
}

/// A field and its value, as people write it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Shown {
    /// What people call the field.
    pub label: Bilingual,
    /// Value; a choice by its name.
    pub text: Bilingual,
    /// Is it an address to open?
    pub link: bool,
}

/// A filter of the list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct FilterView {
    /// Field.
    pub name: String,
    /// What people call it.
    pub label: Bilingual,
    /// What may be chosen.
    pub options: Vec<Choice>,
    /// What is chosen.
    pub value: String,
}

/// A row of the list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct RecordLine {
    /// The record.
    #[serde(flatten)]
    pub record: Record,
    /// Where it stands.
    pub place: Place,
    /// The columns of the list.
    pub cells: Vec<Option<Bilingual>>,
}

/// A page of records.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct RecordsView {
    /// Kind.
    pub kind: String,
    /// What people call it.
    pub name: Bilingual,
    /// A sentence about it.
    pub about: Option<Bilingual>,
    /// The text that was asked for.
    pub q: String,
    /// The state that is listed.
    pub state: RecordState,
    /// The place that was asked for.
    pub node: String,
    /// Places to choose from: those where records stand.
    pub places: Vec<Place>,
    /// Filters by field.
    pub filters: Vec<FilterView>,
    /// Is any filter set?
    pub filtered: bool,
    /// Names of the columns.
    pub columns: Vec<Bilingual>,
    /// By key.
    pub records: Vec<RecordLine>,
    /// May whoever looks add records?
    pub may_keep: bool,
}

pub(super) fn list(call: &Call, query: RecordsQuery) -> Answer<RecordsView> {
    let known = places::all(call)?;
    let limit = if call.wants_sheet().is_some() { SHEET } else { PAGE };
    let (kind, page, used) = call.read::<_, Never>(|read| {
        let kind = sql::kind(read, call.path_text("kind"))?.ok_or(Failure::Absent)?;
        let filter = filter_of(&query, &known);
        let page = records(read, &kind.kind, &filter, readable_by(call.who()), query.cursor.as_deref(), limit)?;
        let used = sql::nodes(read, &kind.kind)?;
        Ok((kind, page, used))
    })?;
    let sheet = export_records(&kind, &page.records);
    let fields = fields(&kind.schema);
    let listed: Vec<&Field> = fields.iter().filter(|field| field.listed).collect();
    let line = |record: Record| RecordLine {
        place: places::named(&known, &record.node),
        cells: listed.iter().map(|field| text_of(field, record.body.get(&field.name))).collect(),
        record,
    };
    let filter = |field: &Field| FilterView {
        name: field.name.clone(),
        label: field.label.clone(),
        options: field.options.clone(),
        value: query.f.get(&field.name).cloned().unwrap_or_default(),
    };
    let q = query.q.clone().unwrap_or_default();
    let view = RecordsView {
        about: kind.about(),
        filtered: !q.is_empty() || !query.node.is_empty() || query.f.values().any(|value| !value.is_empty()) || query.state.is_some(),
        state: query.state.unwrap_or(RecordState::Active),
        places: used.iter().map(|node| places::named(&known, node)).collect(),
        filters: fields.iter().filter(|field| field.filters).map(filter).collect(),
        columns: listed.iter().map(|field| field.label.clone()).collect(),
        records: page.records.into_iter().map(line).collect(),
        may_keep: call.who().is_some_and(|who| who.may_anywhere(rights::KEEP).is_ok()),
        node: query.node,
        kind: kind.kind,
        name: kind.name,
        q,
    };
    Ok(Reply::page("register/records.html", view).next(page.next).sheet(sheet))
}

fn filter_of(query: &RecordsQuery, known: &[Place]) -> RecordFilter {
    let chosen = query.f.iter().filter(|(_, value)| !value.is_empty());
    RecordFilter {
        text: query.q.clone().unwrap_or_default(),
        state: Some(query.state.unwrap_or(RecordState::Active)),
        // A place that is not there holds nothing; it does not stand for everywhere.
        node: (!query.node.is_empty()).then(|| places::read(known, &query.node).unwrap_or_else(|| Node::at("-"))),
        fields: chosen.map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect(),
    }
}

/// A value as people read it; nothing if it says nothing.
pub(super) fn text_of(field: &Field, value: Option<&Value>) -> Option<Bilingual> {
    let named = |value: &Value| {
        let choice = value.as_str().and_then(|key| field.options.iter().find(|option| option.key == key));
        choice.map_or_else(|| Bilingual::new(plain(value), plain(value)), Choice::label)
    };
    match value? {
        Value::Null => None,
        Value::Bool(true) => Some(Bilingual::new("是", "Yes")),
        Value::Bool(false) => Some(Bilingual::new("否", "No")),
        value => Some(named(value)).filter(|text| !text.zh.is_empty()),
    }
}

/// A change of a field, as people read it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ChangeView {
    /// What people call the field; nothing if it is not a field of the kind, but one that every record has.
    label: Option<Bilingual>,
    /// Name of the field.
    field: String,
    /// Before.
    from: Option<Bilingual>,
    /// After.
    to: Option<Bilingual>,
}

/// A version of a record.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct PastView {
    /// The version.
    #[serde(flatten)]
    past: Past,
    /// What changed.
    shown: Vec<ChangeView>,
}

/// A record.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct RecordView {
    /// What people call the kind.
    pub name: Bilingual,
    /// The record.
    pub record: Record,
    /// Where it stands.
    pub place: Place,
    /// Its fields in the order of the schema.
    pub fields: Vec<Shown>,
    /// Where it comes from: source, quote, as of.
    pub sources: Vec<Shown>,
    /// Changes, newest first; only for those who keep records there.
    pub history: Vec<PastView>,
    /// May whoever looks change it?
    pub may_keep: bool,
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<RecordView> {
    let known = places::all(call)?;
    let view = call.read::<_, Never>(|read| {
        let kind = sql::kind(read, call.path_text("kind"))?.ok_or(Failure::Absent)?;
        let record = record(read, &kind.kind, call.path_text("key"))?;
        let keeps = call.who().is_some_and(|who| who.can(rights::KEEP, &record.node));
        if !keeps && !readable_by(call.who())(&record) {
            return Err(Failure::Absent);
        }
        let history = if keeps { record_history(read, &record.id, 100)? } else { Vec::new() };
        let fields = fields(&kind.schema);
        Ok(RecordView {
            fields: shown(&fields, &record, false),
            sources: shown(&fields, &record, true),
            history: history.into_iter().map(|past| past_view(&fields, past)).collect(),
            place: places::named(&known, &record.node),
            may_keep: keeps,
            name: kind.name,
            record,
        })
    })?;
    let revision = view.record.revision;
    Ok(Reply::page("register/record.html", view).etag(revision))
}

fn shown(fields: &[Field], record: &Record, source: bool) -> Vec<Shown> {
    let fields = fields.iter().filter(|field| field.source == source);
    let line = |field: &Field| {
        let value = record.body.get(&field.name).filter(|value| !value.is_null())?;
        Some(Shown { label: field.label.clone(), text: text_of(field, Some(value))?, link: field.format == "uri" })
    };
    fields.filter_map(line).collect()
}

fn past_view(fields: &[Field], past: Past) -> PastView {
    let change = |change: &crate::told::Change| {
        let field = fields.iter().find(|field| field.name == change.field);
        let bare = |value: &Value| Some(Bilingual::new(plain(value), plain(value))).filter(|text| !text.zh.is_empty());
        let text = |value: &Value| field.map_or_else(|| bare(value), |field| text_of(field, Some(value)));
        ChangeView { label: field.map(|field| field.label.clone()), field: change.field.clone(), from: text(&change.from), to: text(&change.to) }
    };
    PastView { shown: past.changes.iter().map(change).collect(), past }
}

impl Kind {
    /// Its fields with what they are called, source fields last.
    pub(super) fn fields(&self) -> Vec<Field> {
        fields(&self.schema)
    }
}
