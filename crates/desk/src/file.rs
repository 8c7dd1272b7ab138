//! Files from outside: which kind the content really is, and a name that is safe to show and to save.
//!
//! Pure. Invariant: a `CheckedFile` is one of seven kinds, is what its name says, has at most 20 MiB, and knows its SHA-256.

use std::fmt;
use std::sync::Arc;

use ring::digest::{SHA256, digest};

use crate::bounds::turns;
use crate::document::FileRefusal;

/// Largest file in bytes: 20 MiB.
pub const MAX_FILE_BYTES: usize = 20 * 1024 * 1024;

const LONGEST_NAME: usize = 120;

/// The kinds of files that are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// PDF.
    Pdf,
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// Word document without macros.
    Docx,
    /// Excel workbook without macros.
    Xlsx,
    /// Plain text in UTF-8.
    Txt,
    /// Comma-separated values in UTF-8.
    Csv,
}

impl FileKind {
    /// By the ending of the name.
    fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        Some(match ending.to_ascii_lowercase().as_str() {
            "pdf" => FileKind::Pdf,
            "png" => FileKind::Png,
            "jpg" | "jpeg" => FileKind::Jpeg,
            "docx" => FileKind::Docx,
            "xlsx" => FileKind::Xlsx,
            "txt" => FileKind::Txt,
            "csv" => FileKind::Csv,
            _ => return None,
        })
    }

    /// Media type.
    pub fn media(self) -> &'static str {
        match self {
            FileKind::Pdf => "application/pdf",
            FileKind::Png => "image/png",
            FileKind::Jpeg => "image/jpeg",
            FileKind::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            FileKind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            FileKind::Txt => "text/plain; charset=utf-8",
            FileKind::Csv => "text/csv; charset=utf-8",
        }
    }

    /// Is the content of this kind?
    fn fits(self, bytes: &[u8]) -> bool {
        match self {
            FileKind::Pdf => bytes.starts_with(b"%PDF-"),
            FileKind::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
            FileKind::Jpeg => bytes.starts_with(b"\xff\xd8\xff"),
            FileKind::Docx => is_office(bytes, b"word/"),
            FileKind::Xlsx => is_office(bytes, b"xl/"),
            FileKind::Txt | FileKind::Csv => {
                std::str::from_utf8(bytes).is_ok_and(|text| !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')))
            }
        }
    }
}

/// A file that may be kept. Cloning it does not copy the content.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckedFile {
    /// Name, cleaned.
    pub name: String,
    /// Kind of the content.
    pub kind: FileKind,
    /// SHA-256 of the content, hex.
    pub sha256: String,
    /// Content.
    pub bytes: Arc<[u8]>,
}

impl fmt::Debug for CheckedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?}, {} bytes)", self.name, self.kind, self.bytes.len())
    }
}

/// Looks into a file before anything is written: size, content against the ending of the name, name.
pub fn check_file(name: &str, bytes: Vec<u8>) -> Result<CheckedFile, FileRefusal> {
    if bytes.is_empty() {
        return Err(FileRefusal::Empty);
    }
    if bytes.len() > MAX_FILE_BYTES {
        return Err(FileRefusal::TooLarge);
    }
    let name = clean_name(name).ok_or(FileRefusal::NoName)?;
    let kind = FileKind::of_name(&name).ok_or_else(|| FileRefusal::OtherKind { name: name.clone() })?;
    if !kind.fits(&bytes) {
        return Err(FileRefusal::OtherContent { name });
    }
    Ok(CheckedFile { name, kind, sha256: sha256_hex(&bytes), bytes: bytes.into() })
}

/// SHA-256, hex: of a file, or of the exact text that somebody signs.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

/// The last part of the name without what no name needs; nothing if nothing is left before the ending.
fn clean_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let kept: String = last.chars().filter(|&c| !c.is_control() && !turns(c) && !matches!(c, '"' | '<' | '>' | '|' | '*' | '?' | ':')).collect();
    let kept = kept.trim().trim_start_matches('.').trim();
    let (stem, ending) = kept.rsplit_once('.').unwrap_or((kept, ""));
    let room = LONGEST_NAME.checked_sub(ending.chars().count() + 1)?;
    let stem: String = stem.trim().chars().take(room).collect();
    if stem.is_empty() {
        return None;
    }
    Some(if ending.is_empty() { stem } else { format!("{stem}.{ending}") })
}

/// A zip whose directory names the parts of an Office document, and no macros.
fn is_office(bytes: &[u8], folder: &[u8]) -> bool {
    let Some(names) = zip_names(bytes) else { return false };
    let has = |wanted: &dyn Fn(&[u8]) -> bool| names.iter().any(|name| wanted(name));
    has(&|name| name == b"[Content_Types].xml") && has(&|name| name.starts_with(folder)) && !has(&|name| name.to_ascii_lowercase().ends_with(b"vbaproject.bin"))
}

/// Names in the central directory of a zip; at most 10,000 entries.
fn zip_names(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    bytes.starts_with(b"PK\x03\x04").then_some(())?;
    let tail = bytes.len().saturating_sub(22 + 65_535);
    let end = tail + bytes[tail..].windows(4).rposition(|four| four == b"PK\x05\x06")?;
    let count = short(bytes, end + 10)?;
    let mut at = long(bytes, end + 16)?;
    let mut names = Vec::new();
    for _ in 0..count.min(10_000) {
        (bytes.get(at..at + 4)? == b"PK\x01\x02").then_some(())?;
        let (name, extra, note) = (short(bytes, at + 28)?, short(bytes, at + 30)?, short(bytes, at + 32)?);
        names.push(bytes.get(at + 46..at + 46 + name)?);
        at += 46 + name + extra + note;
    }
    Some(names)
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A zip with empty files of these names, as small as one can be.
    fn zip(names: &[&str]) -> Vec<u8> {
        let (mut files, mut directory) = (Vec::new(), Vec::new());
        for name in names {
            let length = (name.len() as u16).to_le_bytes();
            let offset = (files.len() as u32).to_le_bytes();
            files.extend([b"PK\x03\x04".as_slice(), &[0; 22], &length, &[0; 2], name.as_bytes()].concat());
            directory.extend([b"PK\x01\x02".as_slice(), &[0; 24], &length, &[0; 12], &offset, name.as_bytes()].concat());
        }
        let (count, at) = ((names.len() as u16).to_le_bytes(), (files.len() as u32).to_le_bytes());
        let size = (directory.len() as u32).to_le_bytes();
        [files, directory, [b"PK\x05\x06".as_slice(), &[0; 4], &count, &count, &size, &at, &[0; 2]].concat()].concat()
    }

    #[test]
    fn what_the_name_says_is_what_the_content_is() {
        let docx = zip(&["[Content_Types].xml", "word/document.xml"]);
        let fine: [(&str, &[u8], FileKind); 6] = [
            ("计划书.PDF", b"%PDF-1.7", FileKind::Pdf),
            ("a.jpeg", b"\xff\xd8\xff\xe0", FileKind::Jpeg),
            ("a.png", b"\x89PNG\r\n\x1a\n", FileKind::Png),
            ("a.docx", &docx, FileKind::Docx),
            ("a.txt", "说明\n".as_bytes(), FileKind::Txt),
            ("a.csv", "\u{feff}a,b\r\n".as_bytes(), FileKind::Csv),
        ];
        for (name, bytes, kind) in fine {
            assert_eq!(check_file(name, bytes.to_vec()).unwrap().kind, kind, "{name}");
        }
    }

    #[test]
    fn what_is_something_else_is_refused() {
        let macros = zip(&["[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"]);
        let docx = zip(&["[Content_Types].xml", "word/document.xml"]);
        let mut torn = docx.clone();
        torn.truncate(docx.len() - 30);
        let wrong: [(&str, &[u8]); 7] = [
            ("a.pdf", b"MZ\x90"),
            ("a.png", b"<svg/>"),
            ("a.xlsx", &macros),
            ("a.xlsx", &docx),
            ("a.docx", &torn),
            ("a.txt", b"a\x00b"),
            ("a.csv", b"\xff\xfe"),
        ];
        for (name, bytes) in wrong {
            assert_eq!(check_file(name, bytes.to_vec()), Err(FileRefusal::OtherContent { name: name.into() }), "{name}");
        }
        for name in ["a.exe", "a.svg", "a.html", "a"] {
            assert_eq!(check_file(name, b"x".to_vec()), Err(FileRefusal::OtherKind { name: name.into() }));
        }
        assert_eq!(check_file("a.pdf", Vec::new()), Err(FileRefusal::Empty));
        assert_eq!(check_file("a.txt", vec![b'a'; MAX_FILE_BYTES + 1]), Err(FileRefusal::TooLarge));
    }

    #[test]
    fn names_lose_paths_and_tricks() {
        let table = [
            ("../../etc/a.txt", Some("a.txt")),
            ("C:\\x\\报告.pdf", Some("报告.pdf")),
            ("..hid\u{202e}den.txt", Some("hidden.txt")),
            ("a\r\n\"b\".pdf", Some("ab.pdf")),
            (".pdf", Some("pdf")),
            ("/", None),
            ("", None),
        ];
        for (given, wanted) in table {
            assert_eq!(clean_name(given).as_deref(), wanted, "{given:?}");
        }
        let long = format!("{}.pdf", "长".repeat(300));
        assert_eq!(clean_name(&long).map(|name| name.chars().count()), Some(120));
    }
}
