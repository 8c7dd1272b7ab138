//! Finds what a query asks for, and what resembles a text.

use store::Read;
use words::Fault;

use crate::finding::{Doc, Hit, Likeness, QUERY_TERMS, TEXT_TERMS, asked, is_beginning, ranked, snippet};
use crate::sql_search as sql;

/// So many hits are looked at, most title hits first, before the reader's rights thin them out.
const CANDIDATES: i64 = 1_000;
/// A beginning of a word stands for at most so many words.
const WORDS: i64 = 12;
/// Fewer common terms than this are chance (per mille).
const LEAST: i64 = 300;

/// What holds every term of the query and `can` be read, best first.
pub fn search(read: &Read, query: &str, can: impl Fn(&Doc) -> bool, limit: usize) -> Result<Vec<Hit>, Fault> {
    let terms = asked(query, QUERY_TERMS);
    let mut groups = Vec::new();
    for term in &terms {
        let group = if is_beginning(term) { sql::terms_beginning(read, term, WORDS)? } else { vec![term.clone()] };
        if group.is_empty() {
            return Ok(Vec::new());
        }
        groups.push(group);
    }
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let found = sql::docs_with_all(read, &groups, CANDIDATES)?.into_iter().filter(|(doc, _)| can(doc));
    let hits = found.map(|(doc, title_hits)| Hit { snippet: snippet(&doc.body, &terms), title_hits, doc }).collect();
    let mut hits = ranked(hits, query);
    hits.truncate(limit);
    Ok(hits)
}

/// Things of a kind that share at least three in ten terms with the text and `can` be read, most alike first: likely duplicates while typing.
pub fn similar(read: &Read, text: &str, kind: &str, can: impl Fn(&Doc) -> bool, limit: usize) -> Result<Vec<Likeness>, Fault> {
    let terms = asked(text, TEXT_TERMS);
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let all = i64::try_from(terms.len()).unwrap_or(1);
    let mut alike = Vec::new();
    for (doc, shared) in sql::docs_with_most(read, kind, &terms, 100)? {
        let per_mille = shared * 1_000 / all;
        if per_mille < LEAST || alike.len() >= limit {
            break;
        }
        if can(&doc) {
            let held = sql::terms(read, &doc.id)?;
            let shared = terms.iter().filter(|term| held.iter().any(|(one, _)| one == *term)).cloned().collect();
            alike.push(Likeness { doc, per_mille, shared });
        }
    }
    Ok(alike)
}
