//! Cases by filters: only what is asked for stands in the sentence, so that an index can serve.

use store::{Read, Value};
use words::{Fault, Id, Node};

use crate::case::Case;
use crate::sql::CASE_COLUMNS;

/// A page of cases by filters; every filter may be empty.
#[derive(Clone, Copy)]
pub(crate) struct CaseFilter<'a> {
    pub definition: &'a str,
    pub state: &'a str,
    pub base: Option<&'a Node>,
    pub person: Option<&'a Id>,
    pub words: &'a str,
    pub after: &'a str,
    pub limit: i64,
}

/// Newest first.
pub(crate) fn cases(read: &Read, filter: &CaseFilter<'_>) -> Result<Vec<Case>, Fault> {
    let mut values = Values::default();
    let (narrowed, limit) = (narrowed(filter, &mut values), values.mark(filter.limit));
    let sql = format!("select {CASE_COLUMNS} from programme_case c where {narrowed} order by id desc limit {limit}");
    read.rows(&sql, &values.0)?.iter().map(Case::from_row).collect()
}

/// Values of a sentence; each gets the next number.
#[derive(Default)]
pub(crate) struct Values(pub Vec<Value>);

impl Values {
    pub fn mark(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }

    pub fn marks(&mut self, texts: &[&str]) -> String {
        texts.iter().map(|text| self.mark(*text)).collect::<Vec<_>>().join(", ")
    }

    /// On the node or below it (`/` < what is below < `0`).
    pub fn within(&mut self, column: &str, node: &Node) -> String {
        let (here, above, below) = (self.mark(node), self.mark(format!("{node}/")), self.mark(format!("{node}0")));
        format!("({column} = {here} or ({column} > {above} and {column} < {below}))")
    }
}

/// Cases that somebody takes part in.
pub(crate) fn own(me: &str) -> String {
    format!("select case_id from programme_member where person = {me} and state <> 'declined'")
}

/// The filters that are set, as a condition.
pub(crate) fn narrowed(filter: &CaseFilter<'_>, values: &mut Values) -> String {
    let mut parts = vec!["1 = 1".to_owned()];
    for (column, text) in [("c.definition", filter.definition), ("c.state", filter.state), ("c.base", filter.base.map_or("", Node::as_str))] {
        if !text.is_empty() {
            parts.push(format!("{column} = {}", values.mark(text)));
        }
    }
    if let Some(person) = filter.person {
        let person = values.mark(person);
        parts.push(format!("c.id in (select id from programme_case where lead = {person} union {})", own(&person)));
    }
    if !filter.words.is_empty() {
        let like = values.mark(format!("%{}%", filter.words.replace(['%', '_'], "")));
        parts.push(format!("(c.title like {like} or c.number like {like} or c.summary like {like})"));
    }
    if !filter.after.is_empty() {
        parts.push(format!("c.id < {}", values.mark(filter.after)));
    }
    parts.join(" and ")
}
