//! Facts: each has a source with line, quote and date; contradictions have two readings; works and bases name each other.

use super::Book;
use crate::fact::Source;

pub(super) fn facts(book: &mut Book<'_>) {
    let facts = &book.pack.facts;
    let plain: Vec<_> = facts.plain().collect();
    let mut seen: Vec<&str> = Vec::new();
    let mut nth_in = std::collections::BTreeMap::new();
    for (file, fact) in &plain {
        let nth = nth_in.entry(*file).or_insert(0usize);
        if seen.contains(&fact.key.as_str()) {
            book.tell(file, "[[fact]]", *nth, "duplicate-key", &[("key", &fact.key)]);
        }
        seen.push(&fact.key);
        source(book, file, "[[fact]]", *nth, &fact.key, &fact.source);
        let known = |parent: &str| plain.iter().any(|(_, other)| other.key == parent) || facts.phases.iter().any(|phase| phase.key == parent);
        if let Some(parent) = fact.parent.as_deref().filter(|parent| !known(parent)) {
            book.tell(file, "[[fact]]", *nth, "unknown-fact", &[("entry", &fact.key), ("fact", parent)]);
        }
        if fact.value.as_deref().is_some_and(|value| crate::read_ratio(value).is_none()) {
            book.tell(file, "[[fact]]", *nth, "not-a-number", &[("key", &fact.key)]);
        }
        *nth += 1;
    }
    bases_and_works(book);
    rest(book);
}

fn bases_and_works(book: &mut Book<'_>) {
    let (pack, facts) = (book.pack, &book.pack.facts);
    book.keys("facts/bases.toml", "[[base]]", facts.bases.iter().map(|base| base.key.as_str()));
    for (nth, base) in facts.bases.iter().enumerate() {
        let file = "facts/bases.toml";
        if pack.unit(&base.unit).is_none() {
            book.tell(file, "[[base]]", nth, "unknown-unit", &[("entry", &base.key), ("unit", &base.unit)]);
        }
        let work = facts.works.iter().find(|work| work.number == base.work);
        if work.is_none_or(|work| work.base.as_deref() != Some(&base.key) || work.status != base.status) {
            book.tell(file, "[[base]]", nth, "base-and-work", &[("base", &base.key)]);
        }
        let figures = base.figures.iter().map(|figure| &figure.source);
        for place in [&base.source, &base.annex].into_iter().chain(figures) {
            source(book, file, "[[base]]", nth, &base.key, place);
        }
    }
    book.keys("facts/works.toml", "[[work]]", facts.works.iter().map(|work| work.key.as_str()));
    for (nth, work) in facts.works.iter().enumerate() {
        source(book, "facts/works.toml", "[[work]]", nth, &work.key, &work.source);
        if let Some(base) = work.base.as_deref().filter(|base| pack.base(base).is_none()) {
            book.tell("facts/works.toml", "[[work]]", nth, "unknown-base", &[("entry", &work.key), ("base", base)]);
        }
    }
}

fn rest(book: &mut Book<'_>) {
    let facts = &book.pack.facts;
    book.keys("facts/rulebook.toml", "[[document]]", facts.rulebook.iter().map(|document| document.key.as_str()));
    for (nth, document) in facts.rulebook.iter().enumerate() {
        source(book, "facts/rulebook.toml", "[[document]]", nth, &document.key, &document.source);
    }
    book.keys("facts/phases.toml", "[[phase]]", facts.phases.iter().map(|phase| phase.key.as_str()));
    for (nth, phase) in facts.phases.iter().enumerate() {
        source(book, "facts/phases.toml", "[[phase]]", nth, &phase.key, &phase.source);
        if phase.from >= phase.until {
            book.tell("facts/phases.toml", "[[phase]]", nth, "phase-days", &[("phase", &phase.key)]);
        }
    }
    let file = "facts/contradictions.toml";
    book.keys(file, "[[contradiction]]", facts.contradictions.iter().map(|it| it.key.as_str()));
    for (nth, contradiction) in facts.contradictions.iter().enumerate() {
        if contradiction.readings.len() < 2 {
            book.tell(file, "[[contradiction]]", nth, "one-reading", &[("key", &contradiction.key)]);
        }
        for reading in &contradiction.readings {
            source(book, file, "[[contradiction]]", nth, &contradiction.key, &reading.source);
        }
    }
}

fn source(book: &mut Book<'_>, file: &str, section: &str, nth: usize, key: &str, source: &Source) {
    if source.line == 0 || source.quote.trim().is_empty() || !is_date(&source.as_of) {
        book.tell(file, section, nth, "no-source", &[("key", key)]);
    }
}

/// `2017`, `2017-06` or `2017-06-30`.
fn is_date(text: &str) -> bool {
    let whole = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    words::Day::parse(&whole).is_ok()
}
