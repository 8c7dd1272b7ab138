//! What a call asks for, read from its head; what could be understood in two ways is refused. Pure.
//!
//! Invariant: what goes on to an upstream is framed anew by us, so no two readers of it can disagree on where it ends.

use std::net::IpAddr;

use capabilities::Environment;
use hyper::header::{self, HeaderName};
use hyper::{HeaderMap, Method, Uri, Version};

use crate::fields::Fields;
use crate::problem::Refusal;
use crate::signed;
use crate::snapshot::{Key, Known};
use crate::token::LONGEST;

/// Where the caller may put the key instead of `Authorization: Bearer`.
const API_KEY: &str = "x-api-key";

/// The path of a call in its parts, still percent-encoded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place<'a> {
    pub slug: &'a str,
    pub version: &'a str,
    /// `/…` below the version.
    pub rest: &'a str,
}

/// One `Host`, at most one framing, and a path without tricks.
pub(crate) fn check_head(version: Version, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
    let one_host = match version {
        Version::HTTP_2 => names_one_authority(uri, headers),
        version => {
            let hosts = headers.get_all(header::HOST).iter().count();
            hosts == 1 || hosts == 0 && version != Version::HTTP_11
        }
    };
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let framed = match (codings.next(), codings.next()) {
        (None, _) => true,
        (Some(coding), None) => coding.as_bytes().eq_ignore_ascii_case(b"chunked") && !headers.contains_key(header::CONTENT_LENGTH),
        (Some(_), Some(_)) => false,
    };
    if one_host && framed && method != Method::CONNECT && is_plain(uri.path()) { Ok(()) } else { Err(Refusal::Malformed) }
}

/// HTTP/2 names the host in `:authority`, in `Host`, or in both alike; of lengths there is one at most (in HTTP/1.1 the reader of the wire sees to that).
fn names_one_authority(uri: &Uri, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let named = match (uri.authority(), hosts.next(), hosts.next()) {
        (Some(authority), Some(host), None) => host.as_bytes().eq_ignore_ascii_case(authority.as_str().as_bytes()),
        (None, Some(_), None) | (Some(_), None, _) => true,
        _ => false,
    };
    named && headers.get_all(header::CONTENT_LENGTH).iter().count() <= 1
}

/// Segments are not empty (but the last may be), none is `.` or `..`, nothing is encoded that changes the meaning of the path.
pub(crate) fn is_plain(path: &str) -> bool {
    let mut segments = path.strip_prefix('/').unwrap_or("*").split('/').rev();
    let last = segments.next().unwrap_or_default();
    is_segment(last, true) && segments.all(|segment| is_segment(segment, false))
}

fn is_segment(segment: &str, may_be_empty: bool) -> bool {
    let bytes = segment.as_bytes();
    if bytes.is_empty() {
        return may_be_empty;
    }
    let mut dots = true;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let meant = match byte {
            b'%' => {
                let pair = bytes.get(at + 1..at + 3).filter(|pair| pair.iter().all(u8::is_ascii_hexdigit));
                at += 2;
                match pair.and_then(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()) {
                    Some(byte) if byte >= 0x20 && !matches!(byte, b'/' | b'\\' | 0x7f) => byte,
                    _ => return false,
                }
            }
            b if b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&b) => b,
            _ => return false,
        };
        dots &= meant == b'.';
        at += 1;
    }
    !dots
}

/// `/slug/v1/rest`.
pub(crate) fn place(path: &str) -> Option<Place<'_>> {
    let (slug, below) = path.strip_prefix('/')?.split_once('/')?;
    let (version, rest) = below.find('/').map_or((below, "/"), |at| below.split_at(at));
    Some(Place { slug, version, rest })
}

/// The key's text: `Authorization: Bearer` or `X-Api-Key`.
pub(crate) fn key_text(fields: &impl Fields) -> Result<&[u8], Refusal> {
    let bearer = fields.said("authorization");
    let bearer = bearer.and_then(|value| value.split_at_checked(7)).filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"bearer ")).map(|(_, key)| key);
    bearer.or_else(|| fields.said(API_KEY)).filter(|key| !key.is_empty() && key.len() <= LONGEST).ok_or(Refusal::KeyMissing)
}

/// May this key call that capability from there, now?
pub(crate) fn admit(key: &Key, app: &Known, slug: &str, from: IpAddr, now_us: i64) -> Result<Environment, Refusal> {
    if key.ends_at().is_some_and(|end| now_us >= end) {
        return Err(Refusal::KeyEnded);
    }
    if !app.is_open() {
        return Err(Refusal::AppClosed);
    }
    if app.is_suspended() {
        return Err(Refusal::Suspended);
    }
    if !key.nets().is_empty() && !key.nets().iter().any(|net| net.holds(from)) {
        return Err(Refusal::KeyNet);
    }
    if !key.capabilities().is_empty() && !key.capabilities().iter().any(|one| **one == *slug) {
        return Err(Refusal::KeyCapability);
    }
    Ok(app.environment())
}

/// Takes away what belongs to the connection and not to the call (RFC 9110 §7.6.1): what is usual, and what `Connection` names besides.
pub(crate) fn strip_hop(headers: &mut HeaderMap) {
    if let Some(named) = headers.get(header::CONNECTION) {
        let named: Vec<HeaderName> = named.to_str().unwrap_or_default().split(',').filter_map(|name| name.trim().parse().ok()).collect();
        for name in named {
            headers.remove(name);
        }
    }
    strip(headers, is_hop);
}

/// Is an answer of an upstream framed in a way that can be framed anew? Of codings of the transfer only `chunked` is taken off.
pub(crate) fn is_framed(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    codings.next().is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"chunked") && codings.next().is_none())
}

/// Does a field of this name (in lower case) belong to the connection and not to the call?
pub(crate) fn is_hop(name: &str) -> bool {
    matches!(
        name,
        "connection" | "proxy-authenticate" | "proxy-authorization" | "te" | "trailer" | "transfer-encoding" | "upgrade" | "keep-alive" | "proxy-connection"
    )
}

/// Takes away the signature by which the caller was known: the body and what else it covered go on, so its digest may stay.
pub(crate) fn strip_signature(headers: &mut HeaderMap) {
    headers.remove(signed::INPUT);
    headers.remove(signed::SIGNATURE);
}

/// Takes away what only we may say to an upstream, and the caller's secret.
pub(crate) fn strip_ours(headers: &mut HeaderMap) {
    strip(headers, is_ours);
}

/// May only we say a field of this name (in lower case) to an upstream, or is it the caller's secret?
pub(crate) fn is_ours(name: &str) -> bool {
    matches!(name, "authorization" | "x-api-key" | "content-length" | "expect" | "forwarded" | "x-real-ip")
        || name.starts_with("x-hechuang-")
        || name.starts_with("x-forwarded-")
}

/// Is a field of this name (in lower case) part of the signature by which the caller was known?
pub(crate) fn is_signature(name: &str) -> bool {
    signed::INPUT == name || signed::SIGNATURE == name
}

/// Looks once at the few headers that are there, which costs less than asking for each of the many that could be.
fn strip(headers: &mut HeaderMap, goes: impl Fn(&str) -> bool) {
    while let Some(name) = headers.keys().find(|name| goes(name.as_str())).cloned() {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        let uri = |path: &str| path.parse::<Uri>().unwrap();
        let ok = |path: &str, pairs: &[(&'static str, &'static str)]| check_head(Version::HTTP_11, &Method::POST, &uri(path), &headers(pairs)).is_ok();
        assert!(ok("/echo/v1/anything?a=../b", &[("host", "a")]));
        assert!(ok("/echo/v1/%E7%9F%AD", &[("host", "a"), ("transfer-encoding", "Chunked")]));
        assert!(!ok("/echo/v1/x", &[]), "HTTP/1.1 names its host");
        for path in ["/echo/v1/../v2/x", "/echo/v1/%2e%2E/x", "/echo//v1", "/echo/v1/a%2fb", "/echo/v1/a%5cb", "/echo/v1/a%00", "/echo/v1/a%zz", "/echo/v1/./a"]
        {
            assert!(!ok(path, &[("host", "a")]), "{path}");
        }
        for pairs in [
            &[("host", "a"), ("host", "b")][..],
            &[("host", "a"), ("transfer-encoding", "gzip, chunked")],
            &[("host", "a"), ("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")],
            &[("host", "a"), ("transfer-encoding", "xchunked")],
            &[("host", "a"), ("transfer-encoding", "chunked"), ("content-length", "3")],
        ] {
            assert!(!ok("/echo/v1/x", pairs), "{pairs:?}");
        }
        assert_eq!(check_head(Version::HTTP_11, &Method::CONNECT, &uri("/"), &headers(&[("host", "a")])), Err(Refusal::Malformed));
    }

    #[test]
    fn a_path_has_three_parts() {
        let parts = |path| place(path).map(|place| (place.slug, place.version, place.rest));
        assert_eq!(parts("/echo/v1/a/b"), Some(("echo", "v1", "/a/b")));
        assert_eq!(parts("/echo/v1"), Some(("echo", "v1", "/")));
        assert_eq!(parts("/echo"), None);
        assert_eq!(parts("/"), None);
    }

    #[test]
    fn a_key_comes_in_one_of_two_headers() {
        assert_eq!(key_text(&headers(&[("authorization", "bearer hcs_a")])), Ok(&b"hcs_a"[..]));
        assert_eq!(key_text(&headers(&[("x-api-key", "hcs_b")])), Ok(&b"hcs_b"[..]));
        for pairs in [&[][..], &[("authorization", "Basic aGNz")], &[("authorization", "Bearer ")], &[("authorization", "Bear")]] {
            assert_eq!(key_text(&headers(pairs)), Err(Refusal::KeyMissing), "{pairs:?}");
        }
    }

    #[test]
    fn what_belongs_to_a_connection_or_to_us_does_not_go_on() {
        let mut sent = headers(&[
            ("connection", "close, x-private"),
            ("x-private", "1"),
            ("keep-alive", "timeout=5"),
            ("te", "trailers"),
            ("upgrade", "h2c"),
            ("authorization", "Bearer hcs_a"),
            ("x-api-key", "hcs_a"),
            ("x-forwarded-for", "1.2.3.4"),
            ("x-hechuang-app", "app_forged"),
            ("accept", "*/*"),
        ]);
        strip_hop(&mut sent);
        strip_ours(&mut sent);
        assert_eq!(sent.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["accept"]);
    }
}
