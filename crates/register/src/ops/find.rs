//! Finds records of every kind, and facts, by words that stand in them.

use store::Read;
use words::{Fault, fold};

use crate::fact::FactGroup;
use crate::ops::fact::fact_groups;
use crate::record::Record;
use crate::sql;

/// Words of a query are looked for at most so many.
const WORDS: usize = 8;

fn words_of(query: &str) -> Vec<String> {
    fold(query).split(' ').filter(|word| !word.is_empty()).take(WORDS).map(str::to_owned).collect()
}

/// Records in use that hold every word of the query and `can` be read, with the hits in the title first; at most `limit`.
pub fn find_records(read: &Read, query: &str, can: impl Fn(&Record) -> bool, limit: usize) -> Result<Vec<Record>, Fault> {
    let words = words_of(query);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = sql::records_holding(read, &words, 1_000)?;
    found.retain(can);
    let titled = |record: &Record| words.iter().all(|word| fold(&record.title.zh).contains(word) || fold(&record.title.en).contains(word));
    found.sort_by_cached_key(|record| (!titled(record), record.kind.clone(), record.key.clone()));
    found.truncate(limit);
    Ok(found)
}

/// Groups of facts that hold every word of the query in key, title, value, scope or quote; at most `limit`.
pub fn find_facts(read: &Read, query: &str, limit: usize) -> Result<Vec<FactGroup>, Fault> {
    let words = words_of(query);
    let mut groups = if words.is_empty() { Vec::new() } else { fact_groups(read, false)? };
    groups.retain(|group| group.holds(&words));
    groups.truncate(limit);
    Ok(groups)
}

impl FactGroup {
    /// Does one of its facts hold all of these folded words?
    pub(crate) fn holds(&self, words: &[String]) -> bool {
        self.facts.iter().any(|fact| {
            let text = fold(
                &[&fact.key, &fact.title.zh, &fact.title.en, &fact.value, &fact.unit, &fact.scope, &fact.quote, &fact.place].map(String::as_str).join(" "),
            );
            words.iter().all(|word| text.contains(word))
        })
    }
}
