//! The head of a request, as its bytes came; and whether it is simple: read in one way by every reader, with a body that is short and says how long it is. Pure.
//!
//! Invariant: what is not simple is never half understood here; hyper reads it from its first byte.

use std::mem::MaybeUninit;

use httparse::Header;

use crate::ask;
use crate::fields::{Fields, Head};
use crate::problem::Refusal;

/// Most fields of a simple head.
const FIELDS: usize = 64;
/// Longest simple head.
const LONGEST: usize = 8 << 10;
/// Longest body that is read whole before it is passed on.
pub(super) const BODY: usize = 64 << 10;
/// What a connection of HTTP/2 without a prior agreement begins with; no method of HTTP/1.1 does.
const PREFACE: &[u8] = b"PRI";

/// Room for the fields of a head.
pub(super) type Slots<'b> = [MaybeUninit<Header<'b>>; FIELDS];

/// The head of a simple request.
pub(super) struct Asked<'a> {
    method: &'a str,
    path: &'a str,
    query: Option<&'a str>,
    pub fields: &'a [Header<'a>],
    /// Bytes of the head.
    pub length: usize,
    /// Bytes of the body, if the head says how many.
    pub body: Option<usize>,
    /// Does the caller want the connection closed?
    pub close: bool,
}

/// What stands at the beginning of a connection.
pub(super) enum Read<'a> {
    /// Not all of a head yet.
    More,
    Simple(Asked<'a>),
    /// Not simple: a matter for hyper.
    Other,
    /// HTTP/2.
    Http2,
}

pub(super) const fn slots<'b>() -> Slots<'b> {
    [const { MaybeUninit::uninit() }; FIELDS]
}

/// Reads a head.
pub(super) fn read<'a>(bytes: &'a [u8], slots: &'a mut Slots<'a>) -> Read<'a> {
    if bytes.starts_with(PREFACE) {
        return Read::Http2;
    }
    let mut request = httparse::Request::new(&mut []);
    match request.parse_with_uninit_headers(bytes, slots) {
        Ok(httparse::Status::Complete(length)) if length <= LONGEST => simple(request, length).map_or(Read::Other, Read::Simple),
        Ok(httparse::Status::Partial) if bytes.len() < LONGEST => Read::More,
        _ => Read::Other,
    }
}

fn simple<'a>(request: httparse::Request<'a, 'a>, length: usize) -> Option<Asked<'a>> {
    let (method, target) = (request.method?, request.path?);
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let known = matches!(method, "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS");
    let plain = path.starts_with('/') && path.bytes().all(is_path) && query.is_none_or(|query| query.bytes().all(is_query));
    if !known || !plain || request.version != Some(1) {
        return None;
    }
    let mut asked = Asked { method, path, query, fields: request.headers, length, body: None, close: false };
    let (mut hosts, mut cookies) = (0, 0);
    for field in asked.fields {
        let is = |name: &str| field.name.eq_ignore_ascii_case(name);
        match field.name.len() {
            4 if is("host") => hosts += 1,
            6 if is("cookie") => cookies += 1,
            6 if is("expect") => return None,
            7 if is("upgrade") => return None,
            10 if is("connection") => asked.close |= closes(field.value)?,
            14 if is("content-length") && asked.body.is_some() => return None,
            14 if is("content-length") => asked.body = Some(length_of(field.value).filter(|length| *length <= BODY)?),
            17 if is("transfer-encoding") => return None,
            _ => {}
        }
    }
    (hosts == 1 && cookies <= 1).then_some(asked)
}

/// A length in digits and nothing else.
pub(super) fn length_of(value: &[u8]) -> Option<usize> {
    let digits = !value.is_empty() && value.len() <= 18 && value.iter().all(u8::is_ascii_digit);
    digits.then(|| std::str::from_utf8(value).ok()?.parse().ok())?
}

/// `close` or `keep-alive`; nothing if more is said of the connection.
fn closes(value: &[u8]) -> Option<bool> {
    let close = value.eq_ignore_ascii_case(b"close");
    (close || value.eq_ignore_ascii_case(b"keep-alive")).then_some(close)
}

/// RFC 3986: what a path is made of, `/` and `%` among it.
fn is_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%".contains(&byte)
}

/// What a query is made of, and the brackets that many write in it.
fn is_query(byte: u8) -> bool {
    is_path(byte) || matches!(byte, b'?' | b'[' | b']')
}

impl Fields for Asked<'_> {
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(name)).map(|field| field.value)
    }

    fn said(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)).map(|field| field.value)
    }
}

impl Head for Asked<'_> {
    fn method(&self) -> &str {
        self.method
    }

    fn path(&self) -> &str {
        self.path
    }

    fn query(&self) -> Option<&str> {
        self.query
    }

    fn authority(&self) -> Option<&str> {
        None
    }

    fn has_body(&self) -> bool {
        self.body.is_some_and(|length| length > 0)
    }

    fn check(&self) -> Result<(), Refusal> {
        if ask::is_plain(self.path) { Ok(()) } else { Err(Refusal::Malformed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> &'static str {
        match read(text.as_bytes(), &mut slots()) {
            Read::More => "more",
            Read::Simple(_) => "simple",
            Read::Other => "other",
            Read::Http2 => "http2",
        }
    }

    #[test]
    fn only_what_every_reader_reads_alike_is_simple() {
        for (text, wanted) in [
            ("GET /a/v1/x?b=[1]&c=%20 HTTP/1.1\r\nhost: g\r\n\r\n", "simple"),
            ("POST /a/v1/x HTTP/1.1\r\nHost: g\r\nContent-Length: 65536\r\nConnection: Keep-Alive\r\n\r\n", "simple"),
            ("GET /a HTTP/1.1\r\nhost: g\r\n", "more"),
            ("P", "more"),
            ("PRI * HTTP/2.0\r\n", "http2"),
            ("GET /a HTTP/1.0\r\nhost: g\r\n\r\n", "other"),
            ("GET /a HTTP/1.1\r\n\r\n", "other"),
            ("GET /a HTTP/1.1\r\nhost: g\r\nhost: g\r\n\r\n", "other"),
            ("GET http://g/a HTTP/1.1\r\nhost: g\r\n\r\n", "other"),
            ("OPTIONS * HTTP/1.1\r\nhost: g\r\n\r\n", "other"),
            ("CONNECT g:80 HTTP/1.1\r\nhost: g\r\n\r\n", "other"),
            ("TRACE /a HTTP/1.1\r\nhost: g\r\n\r\n", "other"),
            ("GET /a#b HTTP/1.1\r\nhost: g\r\n\r\n", "other"),
            ("GET /a\"b HTTP/1.1\r\nhost: g\r\n\r\n", "other"),
            ("GET /a?b#c HTTP/1.1\r\nhost: g\r\n\r\n", "other"),
            ("GET /\u{e9} HTTP/1.1\r\nhost: g\r\n\r\n", "other"),
            ("GET /a  HTTP/1.1\r\nhost: g\r\n\r\n", "other"),
            ("POST /a HTTP/1.1\r\nhost: g\r\ntransfer-encoding: chunked\r\n\r\n", "other"),
            ("POST /a HTTP/1.1\r\nhost: g\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\n", "other"),
            ("POST /a HTTP/1.1\r\nhost: g\r\ncontent-length: +1\r\n\r\n", "other"),
            ("POST /a HTTP/1.1\r\nhost: g\r\ncontent-length: 1, 1\r\n\r\n", "other"),
            ("POST /a HTTP/1.1\r\nhost: g\r\ncontent-length: \r\n\r\n", "other"),
            ("POST /a HTTP/1.1\r\nhost: g\r\ncontent-length: 65537\r\n\r\n", "other"),
            ("POST /a HTTP/1.1\r\nhost: g\r\ncontent-length: 99999999999999999999\r\n\r\n", "other"),
            ("POST /a HTTP/1.1\r\nhost: g\r\nexpect: 100-continue\r\n\r\n", "other"),
            ("GET /a HTTP/1.1\r\nhost: g\r\nupgrade: h2c\r\n\r\n", "other"),
            ("GET /a HTTP/1.1\r\nhost: g\r\nconnection: close, x-a\r\n\r\n", "other"),
            ("GET /a HTTP/1.1\r\nhost: g\r\ncookie: a=1\r\ncookie: b=2\r\n\r\n", "other"),
            ("GET /a HTTP/1.1\r\nhost : g\r\n\r\n", "other"),
            ("GET /a HTTP/1.1\r\nhost: g\r\nx-a: b\r\n c\r\n\r\n", "other"),
            ("GET /a HTTP/1.1\r\nhost: g\r\nx-a: b\0c\r\n\r\n", "other"),
            ("hello\r\n\r\n", "other"),
        ] {
            assert_eq!(kind(text), wanted, "{text:?}");
        }
        let many: String = (0..65).map(|n| format!("x-{n}: 1\r\n")).collect();
        assert_eq!(kind(&format!("GET /a HTTP/1.1\r\nhost: g\r\n{many}\r\n")), "other");
        let large = "a".repeat(LONGEST);
        assert_eq!(kind(&format!("GET /a HTTP/1.1\r\nhost: g\r\nx-a: {large}")), "other");
        assert_eq!(kind(&format!("GET /a HTTP/1.1\r\nhost: g\r\nx-a: {large}\r\n\r\n")), "other");
    }

    #[test]
    fn a_simple_head_says_what_it_says() {
        let text = b"POST /a/v1/x?b HTTP/1.1\r\nHOST: g\r\nX-A: 1\r\nx-a:  2 \r\nContent-Length: 3\r\nconnection: close\r\n\r\nabcGET";
        let mut slots = slots();
        let Read::Simple(asked) = read(text, &mut slots) else { panic!("it is simple") };
        assert_eq!((asked.method(), asked.path(), asked.query(), asked.body, asked.close), ("POST", "/a/v1/x", Some("b"), Some(3), true));
        assert_eq!(asked.all("x-a").collect::<Vec<_>>(), [b"1", b"2"]);
        assert_eq!((asked.said("host"), asked.said("x-b")), (Some(&b"g"[..]), None));
        assert_eq!(&text[asked.length..], b"abcGET");
    }
}
