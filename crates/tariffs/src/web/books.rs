//! Measures, price lists by date, and quotes from them.

use rating::Book;
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Reply};
use words::{Day, Failure, Fault, Id, Never, Outcome, Refusal};

use super::form::{DayQuery, QuestionForm};
use crate::asks::Asks;
use crate::question::Question;
use crate::quote::quote;
use crate::view::{FormView, MeasureCard, PriceList, QuoteView, VersionLine};

/// All measures.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TariffsView {
    /// Day that is looked at.
    pub on: Day,
    /// Measures.
    pub measures: Vec<MeasureCard>,
}

/// Why a question has no answer.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Unanswered {
    /// Code.
    pub code: String,
    /// In words.
    pub title: String,
    /// What can be done.
    pub detail: String,
}

/// A book on a day.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BookView {
    /// The measure.
    pub measure: MeasureCard,
    /// Day that is looked at.
    pub on: Day,
    /// Its versions, the earliest first.
    pub history: Vec<VersionLine>,
    /// Prices of the day.
    pub prices: Option<PriceList>,
    /// What can be asked.
    pub form: FormView,
    /// What was asked.
    pub question: Question,
    /// The answer.
    pub quote: Option<QuoteView>,
    /// Why there is none.
    pub unanswered: Option<Unanswered>,
}

/// A quote that was kept.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QuoteKept {
    /// Id.
    pub id: Id,
}

pub(crate) fn list<A: Asks>(call: &Call, query: DayQuery) -> Answer<TariffsView> {
    let on = query.on.unwrap_or(call.now().day());
    let view = call.read(|read| tariffs::<A>(read, on))?;
    Ok(Reply::page("tariffs/tariffs.html", view))
}

fn tariffs<A: Asks>(read: &Read, on: Day) -> Outcome<TariffsView, Never> {
    let books = A::books(read)?;
    let measures = books.iter().map(|book| MeasureCard::of::<A>(read, book, on)).collect::<Result<_, Fault>>()?;
    Ok(TariffsView { on, measures })
}

pub(crate) fn show<A: Asks>(call: &Call, form: QuestionForm) -> Answer<BookView> {
    let (key, ask, question) = (call.path_text("book").to_owned(), form.ask, form.question(call.now().day()));
    let view = call.read::<_, Never>(|read| {
        let books = A::books(read)?;
        let book = books.get(&key).ok_or(Failure::Absent)?;
        Ok(book_view(call, book, MeasureCard::of::<A>(read, book, question.on)?, question, ask))
    })?;
    Ok(Reply::page("tariffs/book.html", view))
}

fn book_view(call: &Call, book: &Book, measure: MeasureCard, question: Question, ask: bool) -> BookView {
    let version = book.on(question.on);
    let answer = ask.then(|| quote(book, &question));
    let unanswered = answer.as_ref().and_then(|answer| answer.as_ref().err()).map(|refusal| {
        let args = refusal.args();
        let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let say = |end: &str| call.text_with(&format!("problem-{}{end}", refusal.code()), &args);
        Unanswered { code: refusal.code().into(), title: say(""), detail: say("-detail") }
    });
    BookView {
        measure,
        on: question.on,
        history: book.versions().iter().map(|version| VersionLine::of(version, question.on)).collect(),
        prices: version.map(|version| PriceList::of(book, version)),
        form: version.map(|version| FormView::of(book, version, question.on)).unwrap_or_default(),
        quote: answer.and_then(Result::ok).map(|quoted| QuoteView::of(quoted, Some(book))),
        question,
        unanswered,
    }
}

pub(crate) fn keep<A: Asks>(call: &Call, form: QuestionForm) -> Answer<QuoteKept> {
    let (who, key, question) = (call.acting()?, call.path_text("book").to_owned(), form.question(call.now().day()));
    call.write("tariffs.keep_quote", move |tx| {
        let books = A::books(tx)?;
        let quote = crate::keep_quote(tx, &who, books.get(&key).ok_or(Failure::Absent)?, &question)?;
        Ok(Reply::created(format!("/tariffs/quotes/{}", quote.id), QuoteKept { id: quote.id }).say("tariffs-said-kept"))
    })
}
