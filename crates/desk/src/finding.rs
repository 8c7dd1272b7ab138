//! What can be found: documents of the index, the terms of a query, the order of the hits, the place in the text.
//!
//! Pure. Invariant: a query of Han characters asks for its pairs, so a two-character word is found where it stands and nowhere else.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Acting, Node, fold, search_terms};

use crate::document::PUBLIC;

/// A text longer than this is only found by its beginning (characters).
pub(crate) const LONGEST_TEXT: usize = 20_000;
/// A query asks for at most so many terms.
pub(crate) const QUERY_TERMS: usize = 24;
/// A text is compared by at most so many terms.
pub(crate) const TEXT_TERMS: usize = 120;

/// Something that can be found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Doc {
    /// Id of the thing: a case, an achievement …
    pub id: String,
    /// Kind: `project`.
    pub kind: String,
    /// Where.
    pub node: Node,
    /// Title; hits here count more.
    pub title: String,
    /// Text.
    pub body: String,
    /// Where it can be read.
    pub link: String,
    /// `public`, or the right that a reader needs on the node.
    pub readers: String,
    /// Higher comes first among equals.
    pub weight: i64,
}

/// A hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hit {
    /// What was found.
    pub doc: Doc,
    /// How many terms of the query are in the title.
    pub title_hits: i64,
    /// Where in the text it was found.
    pub snippet: String,
}

/// Something that resembles a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Likeness {
    /// What resembles it.
    pub doc: Doc,
    /// How many of a thousand terms of the text are in it too.
    pub per_mille: i64,
    /// The terms in common.
    pub shared: Vec<String>,
}

/// The plain rule: public, or with the right on the node.
pub fn readable_by(who: Option<&Acting>) -> impl Fn(&Doc) -> bool + '_ {
    move |doc| doc.readers == PUBLIC || who.is_some_and(|who| who.can(&doc.readers, &doc.node))
}

/// Terms of a document, each with whether it is in the title.
pub(crate) fn terms_of(doc: &Doc) -> Vec<(String, bool)> {
    let title = search_terms(&doc.title);
    let body: String = doc.body.chars().take(LONGEST_TEXT).collect();
    let rest = search_terms(&body);
    let both = rest.into_iter().filter(|term| !title.contains(term)).map(|term| (term, false)).collect::<Vec<_>>();
    title.into_iter().map(|term| (term, true)).chain(both).collect()
}

/// Terms that a query asks for: pairs of Han characters instead of single ones wherever there is a pair.
pub(crate) fn asked(query: &str, most: usize) -> Vec<String> {
    let terms = search_terms(query);
    let pairs: BTreeSet<char> = terms.iter().filter(|term| is_pair(term)).flat_map(|term| term.chars()).collect();
    let implied = |term: &String| {
        let mut chars = term.chars();
        matches!((chars.next(), chars.next()), (Some(c), None) if pairs.contains(&c))
    };
    terms.iter().filter(|term| !implied(term)).take(most).cloned().collect()
}

fn is_pair(term: &str) -> bool {
    term.chars().count() == 2 && !term.is_ascii() && !term.chars().any(|c| c.is_ascii_alphanumeric())
}

/// A word of at least two letters is also found by its beginning.
pub(crate) fn is_beginning(term: &str) -> bool {
    term.len() >= 2 && term.is_ascii()
}

/// The hits in order: the whole query in the title, terms in the title, weight, title.
pub(crate) fn ranked(mut hits: Vec<Hit>, query: &str) -> Vec<Hit> {
    let whole = fold(query);
    hits.sort_by_cached_key(|hit| {
        let title = fold(&hit.doc.title);
        (!title.contains(&whole), -hit.title_hits, -hit.doc.weight, title, hit.doc.id.clone())
    });
    hits
}

/// Some forty characters around the first place where a term stands; the beginning of the text if it stands nowhere.
pub(crate) fn snippet(body: &str, terms: &[String]) -> String {
    let folded = fold(body);
    let at = terms.iter().filter_map(|term| folded.find(term.as_str())).min().unwrap_or(0);
    let before = folded[..at].chars().count().saturating_sub(12);
    let chars: Vec<char> = folded.chars().collect();
    let end = (before + 60).min(chars.len());
    let middle: String = chars[before..end].iter().collect();
    let (open, close) = (if before > 0 { "…" } else { "" }, if end < chars.len() { "…" } else { "" });
    format!("{open}{middle}{close}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_asks_for_pairs_and_words() {
        let table: [(&str, &[&str]); 5] =
            [("智慧", &["智慧"]), ("智慧消防", &["慧消", "智慧", "消防"]), ("栓", &["栓"]), ("NB-IoT 栓", &["iot", "nb", "栓"]), (" ，", &[])];
        for (query, wanted) in table {
            assert_eq!(asked(query, QUERY_TERMS), wanted, "{query}");
        }
    }

    #[test]
    fn the_snippet_shows_the_place() {
        let body = format!("{}智慧消防栓的压力监测{}", "前".repeat(40), "后".repeat(80));
        let shown = snippet(&body, &["智慧".into()]);
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.contains("智慧消防栓"), "{shown}");
        assert_eq!(snippet("短文", &["没有".into()]), "短文");
    }
}
