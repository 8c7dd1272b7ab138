//! A copy of a request that may be sent twice, in one piece of memory: nearly always nobody needs it.

use http_body::Body;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Request, Uri};

use super::body::Guarded;
use super::call::is_safe;

/// The copy.
pub(super) struct Spare {
    method: Method,
    uri: Uri,
    /// Names and values, each behind its length (two bytes, little end first; a head is 32 KiB long at most).
    head: Vec<u8>,
}

impl Spare {
    /// Of a request that changes nothing and has no body.
    pub(super) fn of(request: &Request<Guarded>) -> Option<Self> {
        if !is_safe(request.method().as_str()) || !request.body().is_end_stream() {
            return None;
        }
        let mut head = Vec::with_capacity(512);
        for (name, value) in request.headers() {
            put(&mut head, name.as_str().as_bytes())?;
            put(&mut head, value.as_bytes())?;
        }
        Some(Self { method: request.method().clone(), uri: request.uri().clone(), head })
    }

    /// The request once more.
    pub(super) fn request(self) -> Option<Request<Guarded>> {
        let mut request = Request::new(Guarded::empty());
        (*request.method_mut(), *request.uri_mut(), *request.headers_mut()) = (self.method, self.uri, headers(&self.head)?);
        Some(request)
    }
}

fn put(head: &mut Vec<u8>, text: &[u8]) -> Option<()> {
    head.extend_from_slice(&u16::try_from(text.len()).ok()?.to_le_bytes());
    head.extend_from_slice(text);
    Some(())
}

fn headers(mut head: &[u8]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    while !head.is_empty() {
        let name = HeaderName::from_bytes(next(&mut head)?).ok()?;
        headers.append(name, HeaderValue::from_bytes(next(&mut head)?).ok()?);
    }
    Some(headers)
}

fn next<'a>(head: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = head.split_first_chunk()?;
    let (text, rest) = rest.split_at_checked(u16::from_le_bytes(*length).into())?;
    *head = rest;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_the_same_head() {
        let mut request = Request::new(Guarded::empty());
        *request.uri_mut() = "/a?b=c".parse().expect("an address");
        for (name, value) in [("accept", "*/*"), ("x-one", ""), ("x-two", "1"), ("x-two", "2")] {
            request.headers_mut().append(name, HeaderValue::from_static(value));
        }
        let copy = Spare::of(&request).and_then(Spare::request).expect("a copy");
        assert_eq!((copy.method(), copy.uri(), copy.headers()), (request.method(), request.uri(), request.headers()));
        *request.method_mut() = Method::POST;
        assert!(Spare::of(&request).is_none(), "what changes something is not sent twice");
    }
}
