//! Tests of the packs: the built-in pack, broken packs, forms, parameters, comparison, and the store.

mod archive;
mod broken;
mod built_in;
mod changes;
mod compare;
mod forms;
mod imports;
mod overlay;

use packs::{Files, Pack, PackMistakes};

/// The files of the built-in pack, to be broken.
pub fn files() -> Files {
    packs::embedded_files().iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect()
}

/// The built-in pack with one text of one file replaced.
pub fn with(path: &str, old: &str, new: &str) -> Files {
    let mut files = files();
    let text = String::from_utf8(files[path].clone()).unwrap();
    assert!(text.contains(old), "{path} has no {old}");
    files.insert(path.to_owned(), text.replacen(old, new, 1).into_bytes());
    files
}

/// Mistakes of the built-in pack after one replacement.
pub fn broken(path: &str, old: &str, new: &str) -> PackMistakes {
    Pack::load(with(path, old, new)).expect_err("a broken pack")
}
