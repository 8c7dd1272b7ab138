//! Before and after: what a question costs by the prices of its day, and what it cost by those before them. Pure.
//!
//! Invariant: `saved` is before less after, and nothing where there was no price before.

use rating::{Book, RateRefusal, Rated, Version, rate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Day, Id, Instant};

use crate::question::Question;

/// A question answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Quoted {
    /// Key of the book.
    pub book: String,
    /// Version of the day.
    pub version: String,
    /// The one before it.
    pub previous: Option<String>,
    /// What was asked; a number is replaced by its destination.
    pub question: Question,
    /// By the prices of the day.
    pub after: Rated,
    /// By the prices before.
    pub before: Option<Rated>,
    /// Before less after, smallest units.
    pub saved_minor: i64,
}

/// A quote that somebody keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Id.
    pub id: Id,
    /// Whose.
    pub person: Id,
    /// What was quoted.
    pub quoted: Quoted,
    /// Day.
    pub made_on: Day,
    /// Moment.
    pub made_at: Instant,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Id.
    pub id: Id,
    /// Quote.
    pub quote: Id,
    /// Who ordered.
    pub person: Id,
    /// Book.
    pub book: String,
    /// Placed on.
    pub placed_on: Day,
    /// Placed at.
    pub placed_at: Instant,
    /// Taken back on.
    pub withdrawn_on: Option<Day>,
}

/// Answers a question.
pub fn quote(book: &Book, question: &Question) -> Result<Quoted, RateRefusal> {
    let version = book.on(question.on).ok_or(RateRefusal::NoVersion { day: question.on })?;
    let after = under(book, version, question, true)?;
    let previous = book.versions().iter().rev().find(|other| other.until.is_some_and(|until| until <= version.from));
    let before = previous.map(|previous| under(book, previous, question, false)).transpose().unwrap_or(None);
    let saved_minor = before.as_ref().map_or(Ok(0), |before| before.total.minor.checked_sub(after.total.minor).ok_or(RateRefusal::TooLarge))?;
    Ok(Quoted {
        book: book.key().to_owned(),
        version: version.key.clone(),
        previous: before.as_ref().and(previous).map(|previous| previous.key.clone()),
        question: question.clone().without_number(book),
        after,
        before,
        saved_minor,
    })
}

/// What a question costs under one version, whatever its day.
fn under(book: &Book, version: &Version, question: &Question, coupon: bool) -> Result<Rated, RateRefusal> {
    let only = book.under(&version.key).ok_or(RateRefusal::NoVersion { day: question.on })?;
    priced(&only, version, question, coupon)
}

/// The same by a book that has this version alone.
pub(crate) fn priced(only: &Book, version: &Version, question: &Question, coupon: bool) -> Result<Rated, RateRefusal> {
    rate(only, &question.usages(version), &question.terms(version, coupon))
}
