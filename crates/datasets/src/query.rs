//! What a caller asks of a data set: filters, columns, order, page. Pure.
//!
//! Invariant: a parameter that is not known, or that no column can answer, is refused by its name; the rows of two pages of one query never overlap.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::cell::Cell;
use crate::schema::{Column, ColumnKind};
use crate::table::Table;

/// Rows of a page, if nothing is said, and at most.
pub(crate) const PAGE: usize = 20;
pub(crate) const MOST: usize = 200;

/// How a column is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Is(Cell),
    AtLeast(Cell),
    AtMost(Cell),
    Holds(String),
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    tests: Vec<(usize, Test)>,
    select: Vec<usize>,
    sort: Option<(usize, bool)>,
    limit: usize,
    offset: usize,
}

/// What is wrong with a query: the parameter, and the code of the sentence.
pub(crate) type Wrong = (String, &'static str);

/// Where a page went on from: the number of the file, and how many rows were before.
fn cursor(text: &str) -> Option<(i64, usize)> {
    let (version, offset) = text.split_once('.')?;
    Some((version.parse().ok()?, offset.parse().ok()?))
}

impl Query {
    /// Reads the parameters; every wrong one is told.
    pub fn read(columns: &[Column], version: i64, given: &Map<String, Value>) -> Result<Self, Vec<Wrong>> {
        let mut query = Self { tests: Vec::new(), select: (0..columns.len()).collect(), sort: None, limit: PAGE, offset: 0 };
        let mut wrong = Vec::new();
        for (name, value) in given {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if let Err(code) = query.take(columns, version, name, text.trim()) {
                wrong.push((name.clone(), code));
            }
        }
        if wrong.is_empty() { Ok(query) } else { Err(wrong) }
    }

    fn take(&mut self, columns: &[Column], version: i64, name: &str, text: &str) -> Result<(), &'static str> {
        let place = |name: &str| columns.iter().position(|column| column.name == name);
        match name {
            "select" => {
                let all: Option<Vec<usize>> = text.split(',').map(|name| place(name.trim())).collect();
                self.select = all.filter(|all| !all.is_empty() && all.len() <= columns.len()).ok_or("datasets-query-select")?;
            }
            "sort" => {
                let (down, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
                self.sort = Some((place(name).filter(|at| columns[*at].filter).ok_or("datasets-query-sort")?, down));
            }
            "limit" => self.limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit)).ok_or("datasets-query-limit")?,
            "cursor" => {
                let (of, offset) = cursor(text).ok_or("datasets-query-cursor")?;
                if of != version {
                    return Err("datasets-query-replaced");
                }
                self.offset = offset;
            }
            name => self.filter(columns, name, text)?,
        }
        Ok(())
    }

    fn filter(&mut self, columns: &[Column], name: &str, text: &str) -> Result<(), &'static str> {
        let place = |name: &str| columns.iter().position(|column| column.name == name && column.filter);
        if let Some(at) = place(name) {
            let cell = Cell::read(columns[at].kind, text).ok_or("datasets-query-value")?;
            self.tests.push((at, Test::Is(cell)));
            return Ok(());
        }
        let (column, end) = name.rsplit_once('_').ok_or("datasets-query-unknown")?;
        let at = place(column).ok_or("datasets-query-unknown")?;
        let is_text = columns[at].kind == ColumnKind::Text;
        let cell = || Cell::read(columns[at].kind, text).filter(|cell| *cell != Cell::Empty).ok_or("datasets-query-value");
        let test = match end {
            "min" if !is_text => Test::AtLeast(cell()?),
            "max" if !is_text => Test::AtMost(cell()?),
            "like" if is_text => Test::Holds(words::fold(text)),
            _ => return Err("datasets-query-unknown"),
        };
        self.tests.push((at, test));
        Ok(())
    }

    fn fits(&self, row: &[Cell]) -> bool {
        self.tests.iter().all(|(at, test)| match test {
            Test::Is(cell) => row[*at] == *cell,
            Test::AtLeast(cell) => row[*at] != Cell::Empty && row[*at] >= *cell,
            Test::AtMost(cell) => row[*at] != Cell::Empty && row[*at] <= *cell,
            Test::Holds(part) => words::fold(&row[*at].text()).contains(part),
        })
    }

    /// How many rows fit.
    pub fn count(&self, table: &Table) -> usize {
        table.rows.iter().filter(|row| self.fits(row)).count()
    }

    /// The rows of the page, how many fit in all, and where to go on.
    pub fn answer(&self, table: &Table, version: i64) -> (Vec<Map<String, Value>>, usize, Option<String>) {
        let mut found: Vec<&Vec<Cell>> = table.rows.iter().filter(|row| self.fits(row)).collect();
        if let Some((at, down)) = self.sort {
            // Rows of one value stay in the order of the file; what is empty comes last either way.
            found.sort_by(|one, other| ordered(&one[at], &other[at], down));
        }
        let count = found.len();
        let object = |row: &&Vec<Cell>| self.select.iter().map(|at| (table.columns[*at].name.clone(), row[*at].json())).collect();
        let rows: Vec<Map<String, Value>> = found.iter().skip(self.offset).take(self.limit).map(object).collect();
        let seen = self.offset + rows.len();
        let next = (!rows.is_empty() && seen < count).then(|| format!("{version}.{seen}"));
        (rows, count, next)
    }
}

fn ordered(one: &Cell, other: &Cell, down: bool) -> Ordering {
    match (one, other) {
        (Cell::Empty, Cell::Empty) => Ordering::Equal,
        (Cell::Empty, _) => Ordering::Greater,
        (_, Cell::Empty) => Ordering::Less,
        _ if down => other.cmp(one),
        _ => one.cmp(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::read_columns;

    fn table() -> Table {
        let columns = read_columns("district | text | 区 | District | yes | no\nspaces | whole | 车位数 | Spaces | yes | no\nfee | decimal | 收费 | Fee | yes | no\nopened | day | 启用 | Opened | yes | no\nnote | text | 备注 | Note | no | no").expect("columns");
        let text = "district,spaces,fee,opened,note\n姑苏区,120,5.5,2020-05-01,甲\n吴中区,,10,2021-05-01,乙\n姑苏区,80,2.5,,丙\n相城区,120,4,2019-01-01,丁\n";
        Table::check(&columns, text.as_bytes()).expect("a table")
    }

    fn read(given: Value) -> Result<Query, Vec<Wrong>> {
        Query::read(&table().columns, 3, given.as_object().expect("an object"))
    }

    fn notes(given: Value) -> String {
        let (rows, ..) = read(given).expect("a query").answer(&table(), 3);
        rows.iter().map(|row| row["note"].as_str().expect("a note")).collect()
    }

    #[test]
    fn rows_are_filtered_by_type_and_sorted() {
        for (given, wanted) in [
            (json!({}), "甲乙丙丁"),
            (json!({ "district": "姑苏区" }), "甲丙"),
            (json!({ "district_like": "苏" }), "甲丙"),
            (json!({ "spaces_min": "100" }), "甲丁"),
            (json!({ "spaces_max": 100 }), "丙"),
            (json!({ "spaces": "" }), "乙"),
            (json!({ "fee_min": "4", "fee_max": "5.50" }), "甲丁"),
            (json!({ "opened_min": "2020-01-01" }), "甲乙"),
            (json!({ "sort": "fee" }), "丙丁甲乙"),
            (json!({ "sort": "-spaces" }), "甲丁丙乙"),
            (json!({ "sort": "spaces", "limit": "2" }), "丙甲"),
        ] {
            assert_eq!(notes(given.clone()), wanted, "{given}");
        }
        let (rows, count, _) = read(json!({ "select": "fee, district", "limit": 1 })).expect("a query").answer(&table(), 3);
        assert_eq!((Value::from(rows[0].clone()), count), (json!({ "fee": "5.5", "district": "姑苏区" }), 4));
    }

    #[test]
    fn pages_join_and_a_page_of_another_file_is_refused() {
        let (mut seen, mut next) = (String::new(), None);
        loop {
            let mut given = json!({ "limit": 3, "sort": "fee" });
            if let Some(next) = next {
                given["cursor"] = json!(next);
            }
            let (rows, _, after) = read(given).expect("a query").answer(&table(), 3);
            seen.extend(rows.iter().map(|row| row["note"].as_str().expect("a note")));
            next = after;
            if next.is_none() {
                break;
            }
        }
        assert_eq!(seen, "丙丁甲乙");
        assert_eq!(read(json!({ "cursor": "2.3" })), Err(vec![("cursor".into(), "datasets-query-replaced")]));
    }

    #[test]
    fn what_cannot_be_asked_is_named() {
        for (name, value, code) in [
            ("colour", "red", "datasets-query-unknown"),
            ("note", "甲", "datasets-query-unknown"),
            ("district_min", "a", "datasets-query-unknown"),
            ("spaces_like", "1", "datasets-query-unknown"),
            ("spaces", "many", "datasets-query-value"),
            ("opened_min", "2020-13-01", "datasets-query-value"),
            ("spaces_min", "", "datasets-query-value"),
            ("select", "colour", "datasets-query-select"),
            ("sort", "note", "datasets-query-sort"),
            ("limit", "0", "datasets-query-limit"),
            ("limit", "201", "datasets-query-limit"),
            ("cursor", "x", "datasets-query-cursor"),
        ] {
            assert_eq!(read(json!({ name: value })), Err(vec![(name.to_owned(), code)]), "{name}={value}");
        }
    }
}
