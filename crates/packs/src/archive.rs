//! A pack in one file: a zip of its folder, read with every suspicion, and written.
//!
//! Pure, bytes to bytes. Invariant: nothing is unpacked beyond the bounds, whatever the archive says of its sizes; a path never climbs;
//! an archive with one odd entry is refused as a whole.

use std::io::{Cursor, Read, Write};

use words::Refusal;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::files::{Files, LARGEST_FILE, MOST_FILES};

/// Largest archive, and largest sum of what is in it.
pub const LARGEST_PACK: usize = 16 * 1024 * 1024;

/// Why an archive is refused, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchiveRefusal {
    /// No zip, or a broken one.
    NotZip,
    /// More than 16 MiB, packed or unpacked.
    TooLarge,
    /// More than 2,000 entries.
    TooMany,
    /// A path that climbs, is absolute, or has odd characters.
    BadPath(String),
    /// A link, an encrypted entry, or one packed in a way that is not read here.
    BadEntry(String),
    /// A file above 4 MiB.
    LargeFile(String),
    /// No `pack.toml` at the top or in the only folder.
    NoPack,
}

impl Refusal for ArchiveRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotZip => "packs-not-zip",
            Self::TooLarge => "packs-too-large",
            Self::TooMany => "packs-too-many-files",
            Self::BadPath(_) => "packs-bad-path",
            Self::BadEntry(_) => "packs-bad-entry",
            Self::LargeFile(_) => "packs-large-file",
            Self::NoPack => "packs-no-pack",
        }
    }

    fn field(&self) -> Option<String> {
        Some("/file".to_owned())
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::BadPath(path) | Self::BadEntry(path) | Self::LargeFile(path) => vec![("path", path.chars().take(120).collect())],
            Self::NotZip | Self::TooLarge | Self::TooMany | Self::NoPack => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        422
    }
}

/// Files of a zip. A single folder around everything is taken off; hidden files and those of a Mac are left out, as from a folder.
pub fn read_zip(bytes: &[u8]) -> Result<Files, ArchiveRefusal> {
    if !bytes.starts_with(b"PK") {
        return Err(ArchiveRefusal::NotZip);
    }
    if bytes.len() > LARGEST_PACK {
        return Err(ArchiveRefusal::TooLarge);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ArchiveRefusal::NotZip)?;
    if archive.len() > MOST_FILES {
        return Err(ArchiveRefusal::TooMany);
    }
    let (mut files, mut left) = (Files::new(), LARGEST_PACK);
    for at in 0..archive.len() {
        files.extend(entry(&mut archive, at, &mut left)?);
    }
    unwrapped(files)
}

/// One entry; nothing for folders and hidden files.
fn entry(archive: &mut ZipArchive<Cursor<&[u8]>>, at: usize, left: &mut usize) -> Result<Option<(String, Vec<u8>)>, ArchiveRefusal> {
    let raw = archive.by_index_raw(at).map_err(|_| ArchiveRefusal::NotZip)?;
    let path = raw.name().map_err(|_| ArchiveRefusal::NotZip)?.into_owned();
    let (odd, folder) = (raw.encrypted() || raw.is_symlink() || !plain(raw.compression()), raw.is_dir());
    drop(raw);
    if !safe(path.strip_suffix('/').filter(|_| folder).unwrap_or(&path)) {
        return Err(ArchiveRefusal::BadPath(path));
    }
    if odd {
        return Err(ArchiveRefusal::BadEntry(path));
    }
    if folder || path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX") {
        return Ok(None);
    }
    let file = archive.by_index(at).map_err(|_| ArchiveRefusal::BadEntry(path.clone()))?;
    let mut body = Vec::new();
    file.take(LARGEST_FILE as u64 + 1).read_to_end(&mut body).map_err(|_| ArchiveRefusal::BadEntry(path.clone()))?;
    if body.len() > LARGEST_FILE {
        return Err(ArchiveRefusal::LargeFile(path));
    }
    *left = left.checked_sub(body.len()).ok_or(ArchiveRefusal::TooLarge)?;
    Ok(Some((path, body)))
}

fn plain(method: CompressionMethod) -> bool {
    matches!(method, CompressionMethod::Stored | CompressionMethod::Deflated)
}

/// Relative, with `/` only, of plain parts; no part climbs.
fn safe(path: &str) -> bool {
    let fine = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', ':']) && !part.chars().any(char::is_control);
    (1..=240).contains(&path.len()) && path.split('/').all(fine)
}

/// Takes the one folder off that stands around everything.
fn unwrapped(files: Files) -> Result<Files, ArchiveRefusal> {
    if files.contains_key("pack.toml") {
        return Ok(files);
    }
    let around = files.keys().next().and_then(|path| path.split_once('/')).map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
    if around.is_empty() || !files.contains_key(&format!("{around}pack.toml")) || !files.keys().all(|path| path.starts_with(&around)) {
        return Err(ArchiveRefusal::NoPack);
    }
    Ok(files.into_iter().map(|(path, body)| (path.trim_start_matches(&around).to_owned(), body)).collect())
}

/// The zip of some files: the same files make the same bytes.
pub fn write_zip(files: &Files) -> std::io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).last_modified_time(zip::DateTime::default());
    for (path, body) in files {
        zip.start_file(path.as_str(), options)?;
        zip.write_all(body)?;
    }
    Ok(zip.finish()?.into_inner())
}
