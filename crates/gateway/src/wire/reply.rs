//! What goes back to the caller: the upstream's answer with our marks, or our own refusal.

use bytes::Bytes;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{HeaderMap, Response, StatusCode};

use super::Worker;
use super::body::Out;
use crate::fields::Fields;
use crate::problem::{Refusal, Refused};
use crate::route::Version;
use crate::trace::Marks;

const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const SUNSET: HeaderName = HeaderName::from_static("sunset");

/// Puts the marks of the call on an answer.
pub(crate) fn mark(headers: &mut HeaderMap, marks: &Marks) {
    for (name, value) in marks.fields() {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.insert(name, value);
        }
    }
}

/// What a deprecated version says of itself on every answer.
pub(crate) fn version_fields(version: &Version) -> impl Iterator<Item = (HeaderName, &str)> {
    let said = version.deprecation.as_ref();
    let since = said.map(|said| (DEPRECATION, said.since.as_str()));
    since.into_iter().chain(said.and_then(|said| Some((SUNSET, said.sunset.as_deref()?))))
}

/// A deprecated version says so on every answer.
pub(crate) fn mark_version(headers: &mut HeaderMap, version: &Version) {
    for (name, value) in version_fields(version) {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
}

/// Our own refusal.
pub(crate) fn refuse(worker: &Worker, refused: &Refused, english: bool, marks: &Marks) -> Response<Out> {
    let refusal = refused.why;
    let body = worker.shared.problems.body(refused, english, marks.request_id.as_str());
    let mut response = Response::new(Out::Whole(Some(Bytes::from(body))));
    *response.status_mut() = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(if english { "en" } else { "zh-CN" }));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match refusal {
        Refusal::Guessing => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        Refusal::UpstreamResting | Refusal::Overloaded => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        Refusal::MeterFull | Refusal::SignatureFull => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        Refusal::Method => {
            let allow = HeaderValue::from_str(&refused.allow.join(", ")).unwrap_or(HeaderValue::from_static(""));
            headers.insert(header::ALLOW, allow);
        }
        // The rest of a body that was refused is not read, so nothing can be said on this connection any more.
        Refusal::Malformed | Refusal::BodyLarge | Refusal::BodySlow => {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        // RFC 6750, section 3.1.
        Refusal::TokenInvalid | Refusal::TokenExpired => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""));
        }
        Refusal::TokenScope => {
            let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", refused.allow.join(" "));
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_str(&challenge).unwrap_or(HeaderValue::from_static("Bearer")));
        }
        _ if refusal.status() == 401 => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        _ => {}
    }
    mark(headers, marks);
    response
}

/// Does the caller want English?
pub(crate) fn english(fields: &impl Fields) -> bool {
    let wanted = fields.said("accept-language").unwrap_or_default();
    wanted.get(..2).is_some_and(|lang| lang.eq_ignore_ascii_case(b"en"))
}
