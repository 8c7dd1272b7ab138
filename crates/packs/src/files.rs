//! The files of a pack: a map from path to bytes, read from a folder or from memory, and its content hash.
//!
//! Asks nothing of other crates. Invariant: paths are relative, use `/`, and never climb.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use ring::digest::{Context, SHA256};

/// Path in the pack (`forms/application.toml`) → bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Largest number of files of a pack.
pub const MOST_FILES: usize = 2_000;
/// Largest size of one file, in bytes.
pub const LARGEST_FILE: usize = 4 * 1024 * 1024;

/// SHA-256 (hex) over sorted paths and bytes, each with its length.
pub fn content_hash(files: &Files) -> String {
    let mut hash = Context::new(&SHA256);
    for (path, bytes) in files {
        hash.update(&(path.len() as u64).to_be_bytes());
        hash.update(path.as_bytes());
        hash.update(&(bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    hex::encode(hash.finish())
}

/// All files below a folder, hidden ones left out.
pub(crate) fn read_folder(root: &Path) -> io::Result<Files> {
    let mut files = Files::new();
    collect(root, "", &mut files)?;
    Ok(files)
}

fn collect(folder: &Path, prefix: &str, files: &mut Files) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        if files.len() >= MOST_FILES {
            return Err(io::Error::other("too many files"));
        }
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else if entry.metadata()?.len() > LARGEST_FILE as u64 {
            return Err(io::Error::other(format!("{path} is too large")));
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// Line (from 1) of a byte position.
pub(crate) fn line_at(body: &str, at: usize) -> usize {
    body.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// Line of the n-th (from 0) line that reads exactly `header`, blanks and comments aside.
pub(crate) fn line_of_header(body: &str, header: &str, nth: usize) -> Option<usize> {
    let is_header = |line: &str| line.split('#').next().unwrap_or("").trim() == header;
    body.lines().enumerate().filter(|(_, line)| is_header(line)).nth(nth).map(|(at, _)| at + 1)
}

/// Line of the first `key = …`.
pub(crate) fn line_of_key(body: &str, key: &str) -> Option<usize> {
    let is_key = |line: &str| line.split('=').next().is_some_and(|name| name.trim() == key) && line.contains('=');
    body.lines().position(is_key).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_byte_from_path_to_body_changes_the_hash() {
        let one = Files::from([("ab".to_owned(), b"c".to_vec())]);
        let other = Files::from([("a".to_owned(), b"bc".to_vec())]);
        assert_ne!(content_hash(&one), content_hash(&other));
        assert_eq!(content_hash(&one), content_hash(&one.clone()));
    }

    #[test]
    fn headers_are_found_by_their_number() {
        let body = "# head\n[[role]]\nkey = \"a\"\n\n[[role]] # second\nkey = \"b\"\n";
        assert_eq!(line_of_header(body, "[[role]]", 0), Some(2));
        assert_eq!(line_of_header(body, "[[role]]", 1), Some(5));
        assert_eq!(line_of_header(body, "[[role]]", 2), None);
        assert_eq!(line_at(body, 8), 2);
    }
}
