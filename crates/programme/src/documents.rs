//! Documents that are signed: their texts come from the pack, and a signature is over the SHA-256 of the exact Chinese text.

use store::Read;
use words::{Fault, Lang};

/// The text of a document in a language; `None` if the pack in force has none of that name.
pub fn document_text(read: &Read, document: &str, lang: Lang) -> Result<Option<String>, Fault> {
    let programme = packs::current(read)?;
    let ending = match lang {
        Lang::Zh => "zh",
        Lang::En => "en",
    };
    let wanted = format!("documents/{document}.{ending}.md");
    let found = programme.pack.texts_under("documents/").find(|(name, _)| name.ends_with(&wanted) || *name == wanted.trim_start_matches("documents/"));
    Ok(found.map(|(_, text)| text.to_owned()))
}

/// SHA-256 (hex) of the text that binds: the Chinese one.
pub fn document_sha256(read: &Read, document: &str) -> Result<String, Fault> {
    let text = document_text(read, document, Lang::Zh)?.ok_or_else(|| Fault::new(format!("the pack has no text for {document}")))?;
    Ok(store::sha256(&text))
}
