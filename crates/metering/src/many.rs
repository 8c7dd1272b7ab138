//! Many rows in one statement: few sizes, so that few statements are prepared; the sentences are made once.

use store::{Tx, Value};
use words::Fault;

/// Rows put in by one statement.
const AT_ONCE: [usize; 4] = [200, 40, 8, 1];

/// An `insert` of several rows.
pub(crate) struct Insert {
    sentences: [String; 4],
}

impl Insert {
    /// `insert into {table} ({columns}) values …{tail}`
    pub(crate) fn new(table: &str, columns: &[&str], tail: &str) -> Self {
        let sentence = |rows: usize| {
            let marks = |row: usize| (0..columns.len()).map(|n| format!("${}", row * columns.len() + n + 1)).collect::<Vec<_>>().join(", ");
            let rows: Vec<String> = (0..rows).map(|row| format!("({})", marks(row))).collect();
            format!("insert into {table} ({}) values {} {tail}", columns.join(", "), rows.join(", "))
        };
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
