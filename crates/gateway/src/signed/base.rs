//! What is signed of a request: a line for each component (RFC 9421 §2). Pure.
//!
//! Invariant: a component that is not in the request, or cannot be written in one way, is no signature.

use super::field::{Input, quoted};
use crate::fields::{Fields, Head};

/// A request, as far as a signature can cover it.
pub(crate) struct Message<'a, F> {
    pub method: &'a str,
    /// The host, if the target names it.
    pub authority: Option<&'a str>,
    pub path: &'a str,
    pub query: Option<&'a str>,
    pub fields: &'a F,
}

impl<'a, H: Head> Message<'a, H> {
    /// The call with this head.
    pub(crate) fn of(head: &'a H) -> Self {
        Self { method: head.method(), authority: head.authority(), path: head.path(), query: head.query(), fields: head }
    }
}

/// The signature base (RFC 9421 §2.5); nothing if a component is not there.
pub(crate) fn base(message: &Message<'_, impl Fields>, input: &Input, scheme: &str) -> Option<Vec<u8>> {
    let mut base = String::with_capacity(512);
    for name in &input.components {
        base.push_str(&quoted(name));
        base.push_str(": ");
        value(message, name, scheme, &mut base)?;
        base.push('\n');
    }
    base.push_str("\"@signature-params\": ");
    base.push_str(&input.text);
    Some(base.into_bytes())
}

/// The value of a component (RFC 9421 §2.1, §2.2).
fn value(message: &Message<'_, impl Fields>, name: &str, scheme: &str, base: &mut String) -> Option<()> {
    match name {
        "@method" => base.push_str(message.method),
        "@scheme" => base.push_str(scheme),
        "@authority" => base.push_str(&authority(message, scheme)?),
        "@path" => base.push_str(message.path),
        "@query" => base.push_str(&format!("?{}", message.query.unwrap_or_default())),
        "@request-target" => base.push_str(&target(message)),
        "@target-uri" => base.push_str(&format!("{scheme}://{}{}", authority(message, scheme)?, target(message))),
        _ => return field(message.fields, name, base),
    }
    Some(())
}

fn target(message: &Message<'_, impl Fields>) -> String {
    let query = message.query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}{query}", message.path)
}

/// Lower case, and without the port that the scheme has anyway (RFC 9421 §2.2.3).
fn authority(message: &Message<'_, impl Fields>, scheme: &str) -> Option<String> {
    let host = || message.fields.said("host").and_then(text);
    let named = message.authority.or_else(host)?.to_ascii_lowercase();
    let usual = if scheme == "https" { ":443" } else { ":80" };
    Some(named.strip_suffix(usual).map_or_else(|| named.clone(), str::to_owned))
}

/// All lines of a field, joined (RFC 9421 §2.1).
fn field(fields: &impl Fields, name: &str, base: &mut String) -> Option<()> {
    let lower = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase() && byte != b'@');
    let mut lines = fields.all(lower.then_some(name)?);
    base.push_str(text(lines.next()?)?.trim());
    for line in lines {
        base.push_str(", ");
        base.push_str(text(line)?.trim());
    }
    Some(())
}

/// A value that can be written in one way.
fn text(value: &[u8]) -> Option<&str> {
    value.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t')).then(|| std::str::from_utf8(value).ok())?
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::super::field::input;
    use super::*;

    fn of(uri: &str, headers: &[(&'static str, &'static str)], components: &str, scheme: &str) -> Option<String> {
        let mut request = Request::new(String::new());
        *request.uri_mut() = uri.parse().unwrap();
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        let input = input(format!("s=({components})").as_bytes()).unwrap();
        base(&Message::of(&request), &input, scheme).map(|base| String::from_utf8(base).unwrap())
    }

    #[test]
    fn each_component_has_its_line() {
        let all = r#""@method" "@scheme" "@authority" "@path" "@query" "@request-target" "@target-uri" "x-a""#;
        let headers = &[("host", "WWW.Example.com:443"), ("x-a", " 1 "), ("x-a", "2")];
        let lines = of("/p/a?q=1&r", headers, all, "https").unwrap();
        let wanted = [
            r#""@method": GET"#,
            r#""@scheme": https"#,
            r#""@authority": www.example.com"#,
            r#""@path": /p/a"#,
            r#""@query": ?q=1&r"#,
            r#""@request-target": /p/a?q=1&r"#,
            r#""@target-uri": https://www.example.com/p/a?q=1&r"#,
            r#""x-a": 1, 2"#,
        ];
        assert!(lines.starts_with(&wanted.join("\n")), "{lines}");
        let bare = of("/p", &[("host", "a:8081")], r#""@query" "@target-uri""#, "http").unwrap();
        assert_eq!(bare, "\"@query\": ?\n\"@target-uri\": http://a:8081/p\n\"@signature-params\": (\"@query\" \"@target-uri\")");
        let two = of("https://b.example/p", &[], r#""@authority""#, "https").unwrap();
        assert!(two.starts_with("\"@authority\": b.example\n"), "HTTP/2 names it in the target");
    }

    #[test]
    fn what_is_not_there_cannot_be_covered() {
        for components in [r#""x-b""#, r#""X-A""#, r#""@status""#, r#""@query-param""#, r#""""#, r#""x a""#] {
            assert_eq!(of("/p", &[("host", "a"), ("x-a", "1")], components, "http"), None, "{components}");
        }
        assert_eq!(of("/p", &[], r#""@authority""#, "http"), None);
    }
}
