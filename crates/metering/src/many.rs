//! Many rows in one statement: few sizes, so that few statements are prepared; the sentences are made once.

use store::{Read, Row, Tx, Value};
use words::Fault;

/// Rows put in or looked up by one statement.
const AT_ONCE: [usize; 4] = [200, 40, 8, 1];

/// `($1, $2), ($3, $4)`: so many rows of so many values, after the values that stand before them; each ends with so many zeroes.
fn marks(rows: usize, columns: usize, before: usize, zeroes: usize) -> String {
    let row = |row: usize| (0..columns).map(|n| format!("${}", before + row * columns + n + 1)).collect::<Vec<_>>().join(", ");
    (0..rows).map(|n| format!("({}{})", row(n), ", 0".repeat(zeroes))).collect::<Vec<_>>().join(", ")
}

/// An `insert` of several rows.
pub(crate) struct Insert {
    sentences: [String; 4],
}

impl Insert {
    /// `insert into {table} ({columns}) values …{tail}`
    pub(crate) fn new(table: &str, columns: &[&str], tail: &str) -> Self {
        Self::beside(table, columns, &[], tail)
    }

    /// The same with columns that are zero in every row, which need not be brought.
    pub(crate) fn beside(table: &str, columns: &[&str], zero: &[&str], tail: &str) -> Self {
        let all = [columns, zero].concat().join(", ");
        let sentence = |rows: usize| format!("insert into {table} ({all}) values {} {tail}", marks(rows, columns.len(), 0, zero.len()));
        Self { sentences: AT_ONCE.map(sentence) }
    }

    /// The sentence of one row, for the test that both databases compile it.
    #[cfg(test)]
    pub(crate) fn single(&self) -> &str {
        &self.sentences[3]
    }

    /// Puts the rows in; each brings its values.
    pub(crate) fn put<T>(&self, tx: &mut Tx, rows: &[T], values: impl Fn(&T, &mut Vec<Value>)) -> Result<(), Fault> {
        let mut rest = rows;
        while let Some((sentence, size)) = self.sentences.iter().zip(AT_ONCE).find(|(_, size)| *size <= rest.len()) {
            let (some, others) = rest.split_at(size);
            let mut all = Vec::with_capacity(size * 16);
            some.iter().for_each(|row| values(row, &mut all));
            tx.execute(sentence, &all)?;
            rest = others;
        }
        Ok(())
    }
}

/// A look-up of several keys in one statement.
pub(crate) struct Lookup {
    sentences: [String; 4],
}

impl Lookup {
    /// `with wanted ({columns}) as (values …) {select}`: `$1` of the select is what all keys have in common.
    pub(crate) fn new(columns: &[&str], select: &str) -> Self {
        let sentence = |rows: usize| format!("with wanted ({}) as (values {}) {select}", columns.join(", "), marks(rows, columns.len(), 1, 0));
        Self { sentences: AT_ONCE.map(sentence) }
    }

    /// The sentence of one key, for the test that both databases compile it.
    #[cfg(test)]
    pub(crate) fn single(&self) -> &str {
        &self.sentences[3]
    }

    /// The rows of these keys.
    pub(crate) fn rows<T>(&self, read: &Read, common: &Value, keys: &[T], values: impl Fn(&T, &mut Vec<Value>)) -> Result<Vec<Row>, Fault> {
        let (mut rest, mut found) = (keys, Vec::new());
        while let Some((sentence, size)) = self.sentences.iter().zip(AT_ONCE).find(|(_, size)| *size <= rest.len()) {
            let (some, others) = rest.split_at(size);
            let mut all = Vec::with_capacity(1 + size * 2);
            all.push(common.clone());
            some.iter().for_each(|key| values(key, &mut all));
            found.extend(read.rows(sentence, &all)?);
            rest = others;
        }
        Ok(found)
    }
}
