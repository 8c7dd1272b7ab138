//! Paths, queries and cookies as texts: splitting, joining, and what may be followed safely.
//!
//! Pure. Invariant: a path that came from outside is followed only if it stays on this site.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const HEADER: &AsciiSet = &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// A value inside a path or a query: whatever is not never special is percent-encoded.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}

/// A location that is fit for a header.
pub(crate) fn location(text: &str) -> String {
    utf8_percent_encode(text, HEADER).to_string()
}

/// An absolute path of this site, with or without a query: no `//host`, no backslash, no control characters.
pub(crate) fn is_here(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') && !path.chars().any(char::is_control) && path.len() <= 2_000
}

/// The same path and query with one name set to another value (taken away if `None`).
pub(crate) fn with(path: &str, pairs: &[(String, String)], name: &str, value: Option<&str>) -> String {
    let kept = pairs.iter().filter(|(other, _)| other != name).map(|(other, value)| (other.as_str(), value.as_str()));
    let all: Vec<String> = kept.chain(value.map(|value| (name, value))).map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    if all.is_empty() { path.to_owned() } else { format!("{path}?{}", all.join("&")) }
}

/// Value of a cookie.
pub(crate) fn cookie<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.split(';').filter_map(|piece| piece.trim().split_once('=')).find(|(other, _)| *other == name).map(|(_, value)| value)
}

/// Name of a host without its port, lower case.
pub(crate) fn host_name(host: &str) -> String {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or(rest, |(name, _)| name),
        None => host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(name, _)| name),
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// Id of the field in the page: `/members/0/name`, `members.0.name` and `members[0][name]` are all `f-members-0-name`.
pub(crate) fn field_id(name: &str) -> String {
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    format!("f-{}", words.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        for path in ["/", "/a/b?c=d"] {
            assert!(is_here(path), "{path}");
        }
        for path in ["", "a", "//evil", "https://evil", "/\\evil", "/a\nb", "javascript:x"] {
            assert!(!is_here(path), "{path}");
        }
    }

    #[test]
    fn a_query_changes_in_one_name() {
        let pairs = [("q".to_owned(), "中 文".to_owned()), ("lang".to_owned(), "en".to_owned())];
        assert_eq!(with("/a", &pairs, "lang", Some("zh")), "/a?q=%E4%B8%AD%20%E6%96%87&lang=zh");
        assert_eq!(with("/a", &pairs[1..], "lang", None), "/a");
    }

    #[test]
    fn hosts_cookies_and_fields_are_read() {
        assert_eq!((host_name("LocalHost:8080").as_str(), host_name("[::1]:80").as_str(), host_name("a.cn.").as_str()), ("localhost", "::1", "a.cn"));
        assert_eq!((cookie("a=1; session=x=y", "session"), cookie("a=1", "b")), (Some("x=y"), None));
        assert!(["/members/0/name", "members.0.name", "members[0][name]"].iter().all(|name| field_id(name) == "f-members-0-name"));
    }
}
