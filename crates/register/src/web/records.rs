//! The list of a kind, and one record with its history.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Answer, Call, Nothing, Reply};
use words::{Bilingual, Failure, Never};

use crate::ops::export::plain;
use crate::record::{Kind, Record, RecordState, readable_by};
use crate::schema::fields;
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
    /// Where to go on.
    pub cursor: Option<String>,
}

/// A field and its value, as people write it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Shown {
    /// What people call the field.
    pub label: Bilingual,
    /// Value.
    pub text: String,
}

/// A page of records.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct RecordsView {
    /// Kind.
    pub kind: String,
    /// What people call it.
    pub name: Bilingual,
    /// The text that was asked for.
    pub q: String,
    /// The state that is listed.
    pub state: RecordState,
    /// By key.
    pub records: Vec<Record>,
}

pub(super) fn list(call: &Call, query: RecordsQuery) -> Answer<RecordsView> {
    let (q, state) = (query.q.unwrap_or_default(), query.state.unwrap_or(RecordState::Active));
    let filter = RecordFilter { text: q.clone(), state: Some(state), ..RecordFilter::default() };
    let limit = if call.wants_sheet().is_some() { SHEET } else { PAGE };
    let (kind, page) = call.read::<_, Never>(|read| {
        let kind = sql::kind(read, call.path_text("kind"))?.ok_or(Failure::Absent)?;
        let page = records(read, &kind.kind, &filter, readable_by(call.who()), query.cursor.as_deref(), limit)?;
        Ok((kind, page))
    })?;
    let sheet = export_records(&kind, &page.records);
    let view = RecordsView { kind: kind.kind, name: kind.name, q, state, records: page.records };
    Ok(Reply::page("register/records.html", view).next(page.next).sheet(sheet))
}

/// A record.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct RecordView {
    /// What people call the kind.
    pub name: Bilingual,
    /// The record.
    pub record: Record,
    /// Its fields in the order of the schema.
    pub fields: Vec<Shown>,
    /// Changes, newest first; only for those who keep records there.
    pub history: Vec<Past>,
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<RecordView> {
    let view = call.read::<_, Never>(|read| {
        let kind = sql::kind(read, call.path_text("kind"))?.ok_or(Failure::Absent)?;
        let record = record(read, &kind.kind, call.path_text("key"))?;
        let keeps = call.who().is_some_and(|who| who.can(rights::KEEP, &record.node));
        if !keeps && !readable_by(call.who())(&record) {
            return Err(Failure::Absent);
        }
        let history = if keeps { record_history(read, &record.id, 100)? } else { Vec::new() };
        Ok(RecordView { fields: shown(&kind, &record), name: kind.name, record, history })
    })?;
    let revision = view.record.revision;
    Ok(Reply::page("register/record.html", view).etag(revision))
}

fn shown(kind: &Kind, record: &Record) -> Vec<Shown> {
    let fields = fields(&kind.schema).into_iter();
    fields.filter_map(|field| record.body.get(&field.name).map(|value| Shown { label: field.label, text: plain(value) })).collect()
}
