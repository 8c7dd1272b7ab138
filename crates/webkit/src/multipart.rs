//! Reads `multipart/form-data` out of a body that is already bounded and in memory.
//!
//! Pure. Invariant: a file name is never a path; at most 100 parts; broken bodies are refused, not guessed.

use crate::UploadedFile;

const MOST: usize = 100;

/// Fields by name, and files, in the order of the form.
type Parts = (Vec<(String, String)>, Vec<UploadedFile>);

/// Fields and files in the order of the form. `None` if the body is not what its header says.
pub(crate) fn read(content_type: &str, body: &[u8]) -> Option<Parts> {
    let boundary = parameter(content_type, "boundary").filter(|text| !text.is_empty() && text.len() <= 70)?;
    let mark = format!("\r\n--{boundary}").into_bytes();
    // The first boundary has no line break before it.
    let mut rest = body.strip_prefix(mark.get(2..)?)?;
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    for _ in 0..=MOST {
        if rest.starts_with(b"--") {
            return Some((fields, files));
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, &mark)?;
        let (part, after) = rest.split_at(end);
        take(part, &mut fields, &mut files)?;
        rest = after.get(mark.len()..)?;
    }
    None
}

fn take(part: &[u8], fields: &mut Vec<(String, String)>, files: &mut Vec<UploadedFile>) -> Option<()> {
    let split = find(part, b"\r\n\r\n")?;
    let headers = std::str::from_utf8(part.get(..split)?).ok()?;
    let content = part.get(split + 4..)?;
    let header = |name: &str| {
        headers.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    let disposition = header("content-disposition")?;
    let field = parameter(disposition, "name")?;
    match parameter(disposition, "filename") {
        Some(name) if name.is_empty() && content.is_empty() => {}
        Some(name) => {
            let media_type = header("content-type").unwrap_or("application/octet-stream").to_owned();
            files.push(UploadedFile { field, name: last_part(&name), media_type, bytes: content.to_vec() });
        }
        None => fields.push((field, String::from_utf8(content.to_vec()).ok()?.replace("\r\n", "\n"))),
    }
    Some(())
}

/// What stands after the last slash of either kind, without control characters, at most 200 characters.
pub(crate) fn last_part(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let clean: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    if clean.trim_matches('.').trim().is_empty() { "file".to_owned() } else { clean }
}

/// `name="value"` or `name=value` of a header; browsers write a quote inside as `%22`.
fn parameter(header: &str, name: &str) -> Option<String> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once(';') {
        rest = after.trim_start();
        let Some((key, value)) = rest.split_once('=') else { continue };
        let value = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').map(|(inside, _)| inside)?,
            None => value.split(';').next().unwrap_or_default().trim(),
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value.replace("%22", "\""));
        }
    }
    None
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = haystack.get(from..)?.iter().position(|b| *b == first) {
        let start = from + at;
        if haystack.get(start..)?.starts_with(needle) {
            return Some(start);
        }
        from = start + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "multipart/form-data; boundary=xYz";

    #[test]
    fn fields_and_files_are_told_apart() {
        let body = "--xYz\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n陈\r\n--xYz\r\nContent-Disposition: form-data; name=\"plan\"; filename=\"C:\\x\\..\\计划.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--xY\r\n--xYz\r\nContent-Disposition: form-data; name=\"none\"; filename=\"\"\r\n\r\n\r\n--xYz--\r\n";
        let (fields, files) = read(HEAD, body.as_bytes()).unwrap();
        assert_eq!(fields, vec![("title".to_owned(), "陈".to_owned())]);
        assert_eq!(files.len(), 1);
        assert_eq!((files[0].field.as_str(), files[0].name.as_str(), files[0].bytes.as_slice()), ("plan", "计划.pdf", b"%PDF\r\n--xY".as_slice()));
    }

    #[test]
    fn broken_bodies_are_refused() {
        for body in ["", "--xYz", "--xYz\r\n", "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end", "--other--"] {
            assert!(read(HEAD, body.as_bytes()).is_none(), "{body:?}");
        }
        assert!(read("multipart/form-data", b"--x--").is_none());
        let many = format!("{}--xYz--", "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n".repeat(101));
        assert!(read(HEAD, many.as_bytes()).is_none());
    }

    #[test]
    fn a_file_name_is_never_a_path() {
        assert_eq!((last_part("../../etc/passwd").as_str(), last_part("..").as_str(), last_part("").as_str()), ("passwd", "file", "file"));
    }
}
