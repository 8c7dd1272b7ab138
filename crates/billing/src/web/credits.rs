//! Invoices that were taken back, each with its note.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Reply, Sheet};
use words::{Amount, Id, Instant, Never, Node, Outcome};

use super::form::CursorQuery;
use super::mine::{Party, party};
use crate::asks::Asks;
use crate::month::Month;
use crate::value::cny;
use crate::{Credit, rights, sql_invoice};

const PAGE: i64 = 100;

/// A credit note in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct NoteView {
    /// Number.
    pub number: String,
    /// Invoice that it takes back.
    pub invoice: Id,
    /// Its number.
    pub invoice_number: String,
    /// Its month.
    pub period: Month,
    /// Who pays.
    pub customer: Party,
    /// Taken back.
    pub total: Amount,
    /// Why.
    pub reason: String,
    /// Is what was used charged anew?
    pub again: bool,
    /// By whom.
    pub made_by: Party,
    /// When.
    pub made_at: Instant,
    /// SHA-256 of its text.
    pub hash: String,
}

/// Credit notes.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NotesView {
    /// Newest first.
    pub notes: Vec<NoteView>,
    /// May whoever looks bill?
    pub may_run: bool,
}

pub(crate) fn list<A: Asks>(call: &Call, query: CursorQuery) -> Answer<NotesView> {
    let who = call.acting()?;
    let (mut view, next) = call.read(|read| notes::<A>(read, query.cursor.as_deref().unwrap_or("~")))?;
    view.may_run = who.can(rights::RUN, &Node::group());
    let row = |one: &NoteView| {
        vec![
            (&one.number).into(),
            (&one.invoice_number).into(),
            one.period.to_string().into(),
            (&one.customer.name).into(),
            one.total.clone().into(),
            (&one.reason).into(),
            one.made_at.into(),
        ]
    };
    let columns = ["billing-number", "billing-invoice-number", "billing-month", "billing-customer", "billing-total", "billing-reason", "billing-when"];
    let sheet = Sheet::new("credit-notes", &columns).rows(view.notes.iter().map(row));
    Ok(Reply::page("billing/credits.html", view).next(next).sheet(sheet))
}

fn notes<A: Asks>(read: &Read, before: &str) -> Outcome<(NotesView, Option<String>), Never> {
    let listed = sql_invoice::credits_before(read, before, PAGE)?;
    let next = listed.last().filter(|_| listed.len() as i64 == PAGE).map(|last| last.id.to_string());
    let invoices: BTreeMap<Id, crate::Document> =
        sql_invoice::credited(read, before, PAGE)?.into_iter().map(|invoice| (invoice.id, invoice.document)).collect();
    let shown = invoices.values().map(|document| document.customer.clone()).chain(listed.iter().map(|note| note.made_by.clone()));
    let names = A::names(read, &shown.collect::<Vec<_>>())?;
    let view = |note: Credit| {
        let document = invoices.get(&note.invoice)?;
        Some(NoteView {
            number: note.number,
            invoice: note.invoice,
            invoice_number: document.number.clone(),
            period: document.period,
            customer: party(&names, &document.customer),
            total: cny(note.total_minor),
            reason: note.reason,
            again: note.again,
            made_by: party(&names, &note.made_by),
            made_at: note.made_at,
            hash: note.hash,
        })
    };
    Ok((NotesView { notes: listed.into_iter().filter_map(view).collect(), may_run: false }, next))
}
