//! What goes back to the caller: the upstream's answer with our marks, or our own refusal.

use bytes::Bytes;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{HeaderMap, Response, StatusCode};

use super::Worker;
use super::body::Out;
use crate::problem::{Refusal, Refused};
use crate::route::Version;
use crate::trace::{CORRELATOR, Marks, REQUEST_ID, TRACEPARENT};

const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const SUNSET: HeaderName = HeaderName::from_static("sunset");

/// Puts the marks of the call on an answer.
pub(crate) fn mark(headers: &mut HeaderMap, marks: Marks) {
    headers.insert(REQUEST_ID, marks.request_id);
    headers.insert(TRACEPARENT, marks.traceparent);
    if let Some(correlator) = marks.correlator {
        headers.insert(CORRELATOR, correlator);
    }
}

/// A deprecated version says so on every answer.
pub(crate) fn mark_version(headers: &mut HeaderMap, version: &Version) {
    let Some(deprecation) = &version.deprecation else { return };
    if let Ok(since) = HeaderValue::from_str(&deprecation.since) {
        headers.insert(DEPRECATION, since);
    }
    if let Some(sunset) = deprecation.sunset.as_ref().and_then(|day| HeaderValue::from_str(day).ok()) {
        headers.insert(SUNSET, sunset);
    }
}

/// Our own refusal.
pub(crate) fn refuse(worker: &Worker, refused: &Refused, english: bool, marks: Marks) -> Response<Out> {
    let refusal = refused.why;
    let request_id = marks.request_id.to_str().unwrap_or_default().to_owned();
    let body = worker.shared.problems.body(refused, english, &request_id);
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
pub(crate) fn english(headers: &HeaderMap) -> bool {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).map(HeaderValue::as_bytes).unwrap_or_default();
    wanted.get(..2).is_some_and(|lang| lang.eq_ignore_ascii_case(b"en"))
}
