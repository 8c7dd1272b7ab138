//! What a file alone cannot know: keys are unique, names lead somewhere, numbers add up.
//!
//! Invariant: looks at everything; the order of the mistakes is that of the files.

mod entries;
mod facts;
mod tree;

use crate::files::{Files, line_of_header};
use crate::{Form, Letter, Pack, PackMistake, Rubric, Table};

/// All mistakes between the entries of a pack.
pub(crate) fn check(pack: &Pack) -> Vec<PackMistake> {
    let mut book = Book { pack, found: Vec::new() };
    entries::about(&mut book);
    entries::roles(&mut book);
    entries::params(&mut book);
    pack.forms.iter().for_each(|form| entries::form(&mut book, form));
    pack.rubrics.iter().for_each(|rubric| entries::rubric(&mut book, rubric));
    entries::duplicates_across_files(&mut book);
    entries::tables(&mut book);
    entries::letters(&mut book);
    entries::overlays(&mut book);
    tree::units(&mut book);
    tree::personas(&mut book);
    tree::ideas(&mut book);
    facts::facts(&mut book);
    book.found
}

/// Mistakes of a form that stands alone, as in a change.
pub(crate) fn form_alone(files: &Files, form: &Form) -> Vec<PackMistake> {
    let pack = Pack { files: files.clone(), ..Pack::default() };
    let mut book = Book { pack: &pack, found: Vec::new() };
    entries::form(&mut book, form);
    book.found
}

/// Mistakes of a rubric that stands alone.
pub(crate) fn rubric_alone(files: &Files, rubric: &Rubric) -> Vec<PackMistake> {
    let pack = Pack { files: files.clone(), ..Pack::default() };
    let mut book = Book { pack: &pack, found: Vec::new() };
    entries::rubric(&mut book, rubric);
    book.found
}

/// Mistakes of a table with other rows: its keys, and what another entry of the pack says of it.
pub(crate) fn table_alone(pack: &Pack, table: &Table) -> Vec<PackMistake> {
    let cap = pack.param("award_cap").cloned();
    let pack = Pack { tables: vec![table.clone()], params: cap.into_iter().collect(), ..Pack::default() };
    let mut book = Book { pack: &pack, found: Vec::new() };
    entries::tables(&mut book);
    book.found
}

/// Mistakes of a letter that stands alone.
pub(crate) fn letter_alone(letter: &Letter) -> Vec<PackMistake> {
    let pack = Pack { letters: vec![letter.clone()], ..Pack::default() };
    let mut book = Book { pack: &pack, found: Vec::new() };
    entries::letters(&mut book);
    book.found
}

/// Where mistakes are written down.
pub(crate) struct Book<'a> {
    pub pack: &'a Pack,
    pub found: Vec<PackMistake>,
}

impl Book<'_> {
    /// A mistake of the n-th `[[section]]` of a file.
    fn tell(&mut self, file: &str, section: &str, nth: usize, code: &str, args: &[(&str, &str)]) {
        let body = self.pack.files.get(file).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("");
        self.found.push(PackMistake::new(file, line_of_header(body, section, nth), code, args));
    }

    /// Keys of a section: each well written and once.
    fn keys<'k>(&mut self, file: &str, section: &str, keys: impl Iterator<Item = &'k str>) {
        let mut seen: Vec<&str> = Vec::new();
        for (nth, key) in keys.enumerate() {
            if seen.contains(&key) {
                self.tell(file, section, nth, "duplicate-key", &[("key", key)]);
            }
            if !is_key(key) {
                self.tell(file, section, nth, "bad-key", &[("key", key)]);
            }
            seen.push(key);
        }
    }
}

/// ASCII letters, digits, `.`, `_`, `-`; begins with a letter or digit.
fn is_key(key: &str) -> bool {
    (1..=80).contains(&key.len()) && key.as_bytes()[0].is_ascii_alphanumeric() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}
