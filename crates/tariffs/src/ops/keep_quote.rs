//! Somebody keeps a quote. Tells `QuoteKept`. The quote is made again here, by the book in force; the number that was called is not stored.

use rating::{Book, RateRefusal};
use store::Tx;
use words::{Acting, Outcome};

use crate::question::Question;
use crate::quote::{Quote, quote};
use crate::sql;
use crate::told::QuoteKept;

/// Keeps it.
pub fn keep_quote(tx: &mut Tx, who: &Acting, book: &Book, question: &Question) -> Outcome<Quote, RateRefusal> {
    let quoted = quote(book, question)?;
    let now = tx.now();
    let quote = Quote { id: tx.id("qte"), person: who.person.clone(), quoted, made_on: now.day(), made_at: now };
    sql::quote_insert(tx, &quote)?;
    let (book, version) = (quote.quoted.book.clone(), quote.quoted.version.clone());
    tx.tell(who, &QuoteKept { quote: quote.id.clone(), book, version, saved: quote.quoted.saved_minor })?;
    Ok(quote)
}
