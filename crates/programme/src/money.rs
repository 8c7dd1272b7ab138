//! The project's own money: what is in an account, and the grant that is committed and given back. Pay, awards and 和米 are other crates'.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ledger::{Book, Posting};
use store::{Read, Tx};
use words::{Acting, Amount, Asset, Fault, Outcome};

use crate::case::{Case, MoveMade};
use crate::dossier::Dossier;
use crate::effects::refused;
use crate::gather;
use crate::refusal::MoveRefusal;

/// The books of the pack in force; parsed once for each content.
pub fn book(read: &Read) -> Result<Arc<Book>, Fault> {
    static BOOKS: OnceLock<Mutex<HashMap<String, Arc<Book>>>> = OnceLock::new();
    let programme = packs::current(read)?;
    let books = BOOKS.get_or_init(Mutex::default);
    let hash = programme.pack.hash.clone();
    if let Some(book) = books.lock().unwrap_or_else(PoisonError::into_inner).get(&hash) {
        return Ok(book.clone());
    }
    let files: Vec<(&str, &str)> = programme.pack.texts_under("ledger").collect();
    let book = Book::parse(&files).map_err(|mistakes| Fault::new(format!("the books of the pack: {mistakes:?}")))?;
    let book = Arc::new(book);
    books.lock().unwrap_or_else(PoisonError::into_inner).insert(hash, book.clone());
    Ok(book)
}

/// What may still be spent from an account, holds counted. Accounts that guards ask for are in yuan.
pub(crate) fn available(read: &Read, account: &str) -> Result<Option<Amount>, Fault> {
    Ok(Some(Amount { minor: ledger::available(read, account)?, asset: Asset::cny() }))
}

/// The grant of a project, as the office set it or as the application asked for it. No grant is zero.
pub(crate) fn grant(dossier: &Dossier) -> i64 {
    let said = dossier.fact("grant", "").or_else(|| dossier.answers.iter().rev().find_map(|sheet| sheet.answers.get("grant")));
    match said.and_then(|value| gather::read_as(value, &lifecycle::Type::Money)) {
        Some(lifecycle::Value::Money { minor, .. }) => minor.as_int().unwrap_or(0),
        _ => 0,
    }
}

/// Posts a grant template of a case. Nothing there posts nothing.
pub(crate) fn post_grant(
    tx: &mut Tx,
    who: &Acting,
    dossier: &Dossier,
    case: &Case,
    made: &MoveMade,
    template: &str,
    remaining: bool,
) -> Outcome<Vec<String>, MoveRefusal> {
    let minor = if remaining { ledger::available(tx, &format!("project:{}:grant", case.id))? } else { grant(dossier) };
    if minor == 0 {
        return Ok(Vec::new());
    }
    let book = book(tx)?;
    let posting = Posting::new(template, format!("{template}:{}", made.id), "move", &made.id).id("case", case.id.as_str()).amount("amount", minor);
    let posted = ledger::post(tx, &book, who, posting).map_err(|failure| failure.map(|refusal| refused(&refusal)))?;
    Ok(posted.id.iter().map(ToString::to_string).collect())
}
