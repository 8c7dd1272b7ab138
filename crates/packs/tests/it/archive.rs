//! A pack in one zip file: what is read, and what is refused whatever the archive says of itself.

use std::io::{Cursor, Write};

use packs::{ArchiveRefusal, Pack, embedded, read_zip, write_zip};
use words::Refusal;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::files;

/// A zip of these entries, as they are.
fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, body) in entries {
        zip.start_file(*path, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
        zip.write_all(body).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn with_link() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("pack.toml", SimpleFileOptions::default()).unwrap();
    zip.add_symlink("roles.toml", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    zip.finish().unwrap().into_inner()
}

/// Says in its directory that a large file is one byte.
fn that_lies() -> Vec<u8> {
    let mut bytes = zipped(&[("pack.toml", b"id"), ("big.md", &vec![b'a'; 5 << 20])]);
    let size = (5u32 << 20).to_le_bytes();
    while let Some(at) = bytes.windows(4).position(|four| four == size) {
        bytes[at..at + 4].copy_from_slice(&1u32.to_le_bytes());
    }
    bytes
}

#[test]
fn a_pack_goes_into_a_zip_and_comes_back_the_same() {
    let bytes = write_zip(&files()).unwrap();
    assert_eq!(bytes, write_zip(&files()).unwrap(), "the same files make the same bytes");
    assert_eq!(Pack::load(read_zip(&bytes).unwrap()).unwrap().hash, embedded().unwrap().hash);
}

#[test]
fn one_folder_around_everything_is_taken_off_and_hidden_files_are_left_out() {
    let inside: Vec<(String, Vec<u8>)> = files().into_iter().map(|(path, body)| (format!("shuangchuang-1.0/{path}"), body)).collect();
    let mut entries: Vec<(&str, &[u8])> = inside.iter().map(|(path, body)| (path.as_str(), body.as_slice())).collect();
    entries.push(("shuangchuang-1.0/.DS_Store", b"x"));
    entries.push(("__MACOSX/._pack.toml", b"x"));
    assert_eq!(Pack::load(read_zip(&zipped(&entries)).unwrap()).unwrap().hash, embedded().unwrap().hash);
}

#[test]
fn attacks_are_refused_as_a_whole() {
    let pack: (&str, &[u8]) = ("pack.toml", b"id = \"x\"");
    let large = vec![b'a'; (4 << 20) + 1];
    let four = vec![b'a'; 4 << 20];
    let many: Vec<String> = (0..2_001).map(|n| format!("lifecycles/{n}.toml")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|path| (path.as_str(), b"".as_slice())).collect();
    let bomb: Vec<(&str, &[u8])> = ["a.md", "b.md", "c.md", "d.md", "e.md"].iter().map(|path| (*path, four.as_slice())).collect();
    let table: Vec<(Vec<u8>, &str)> = vec![
        (Vec::new(), "packs-not-zip"),
        (b"id = \"x\"".to_vec(), "packs-not-zip"),
        (b"PK\x03\x04 and nothing more".to_vec(), "packs-not-zip"),
        (write_zip(&files()).unwrap()[..4_000].to_vec(), "packs-not-zip"),
        ([b"PK".as_slice(), &vec![0; 17 << 20]].concat(), "packs-too-large"),
        (zipped(&many), "packs-too-many-files"),
        (zipped(&[pack, ("../evil.toml", b"x")]), "packs-bad-path"),
        (zipped(&[pack, ("forms/../../evil.toml", b"x")]), "packs-bad-path"),
        (zipped(&[pack, ("/etc/evil.toml", b"x")]), "packs-bad-path"),
        (zipped(&[pack, ("C:\\evil.toml", b"x")]), "packs-bad-path"),
        (zipped(&[pack, ("forms\\..\\evil.toml", b"x")]), "packs-bad-path"),
        (zipped(&[pack, ("forms/a\u{0}b.toml", b"x")]), "packs-bad-path"),
        (with_link(), "packs-bad-entry"),
        (zipped(&[pack, ("big.md", &large)]), "packs-large-file"),
        (zipped(&bomb), "packs-too-large"),
        (zipped(&[("forms/x.toml", b"x")]), "packs-no-pack"),
        (zipped(&[("a/pack.toml", b"x"), ("b/pack.toml", b"x")]), "packs-no-pack"),
        (zipped(&[]), "packs-no-pack"),
    ];
    for (at, (bytes, code)) in table.into_iter().enumerate() {
        assert_eq!(read_zip(&bytes).map_err(|refusal| refusal.code()).err(), Some(code), "row {at}");
    }
}

#[test]
fn a_directory_that_lies_about_sizes_changes_no_bound() {
    let answer = read_zip(&that_lies());
    assert!(
        matches!(answer, Err(ArchiveRefusal::LargeFile(_) | ArchiveRefusal::BadEntry(_) | ArchiveRefusal::NotZip)),
        "{:?}",
        answer.map(|files| files.len())
    );
}
