//! The replay: what usages would have cost under each version of a book. For the office; changes nothing.

use rating::Book;
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Reply, Sheet};
use words::{Bilingual, Day, Failure, Never, Outcome};

use super::form::ReplayQuery;
use crate::asks::Asks;
use crate::question::{Choice, Question};
use crate::replay::{Replay, read_usages, replay};
use crate::sql;

/// Most quotes that are replayed at a time.
const MOST: i64 = 1_000;

/// A replay.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReplayView {
    /// Books to choose from.
    pub books: Vec<Choice>,
    /// Book.
    pub book: Option<String>,
    /// Quotes kept from this day on …
    pub from: Day,
    /// … to this.
    pub until: Day,
    /// Usages besides, as they were pasted.
    pub usages: String,
    /// Quotes that were replayed.
    pub quotes: i64,
    /// Are there more than are replayed at a time?
    pub more: bool,
    /// Lines that are no usages.
    pub wrong_lines: Vec<i64>,
    /// Each version, the earliest first.
    pub versions: Vec<Replay>,
}

pub(crate) fn show<A: Asks>(call: &Call, query: ReplayQuery) -> Answer<ReplayView> {
    let view = call.read(|read| replayed::<A>(read, query))?;
    let row = |one: &Replay| vec![one.name.get(call.lang).into(), one.from.into(), one.priced.into(), one.total.clone().into()];
    let sheet = Sheet::new("tariff-replay", &["tariffs-version", "tariffs-from", "tariffs-priced", "tariffs-total"]).rows(view.versions.iter().map(row));
    Ok(Reply::page("tariffs/replay.html", view).sheet(sheet))
}

fn replayed<A: Asks>(read: &Read, query: ReplayQuery) -> Outcome<ReplayView, Never> {
    let (books, today) = (A::books(read)?, read.now().day());
    let (from, until) = (query.from.unwrap_or(today.first_of_month()), query.until.unwrap_or(today));
    let choice = |book: &Book| Choice { value: book.key().to_owned(), label: Bilingual::new(&book.head().zh, &book.head().en) };
    let choices = books.iter().map(choice).collect();
    let (text, key) = (query.usages.unwrap_or_default(), query.book.filter(|key| !key.is_empty()));
    let mut view = ReplayView { books: choices, book: key, from, until, usages: text, quotes: 0, more: false, wrong_lines: Vec::new(), versions: Vec::new() };
    let Some(key) = &view.book else { return Ok(view) };
    let book = books.get(key).ok_or(Failure::Absent)?;
    let quotes = sql::quotes_between(read, key, from, until, MOST + 1)?;
    let questions: Vec<Question> = quotes.into_iter().map(|quote| quote.quoted.question).collect();
    view.more = questions.len() as i64 > MOST;
    let taken = &questions[..questions.len().min(MOST as usize)];
    view.quotes = taken.len() as i64;
    let (usages, wrong) = read_usages(&view.usages);
    view.wrong_lines = wrong;
    view.versions = replay(book, taken, &usages, today);
    Ok(view)
}
