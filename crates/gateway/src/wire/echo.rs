//! The echo capability: answers with what it was asked, for trying things. It passes through every phase that other calls pass through.
//!
//! Invariant: it never shows a key, and does no more work than its bounds.

use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::header::{self, HeaderValue};
use hyper::{Request, Response, StatusCode};
use serde_json::{Map, Value, json};

use super::body::{Guarded, Noted, Out};
use super::phases::Admitted;
use crate::ask;
use crate::problem::Refusal;
use crate::trace::Marks;

/// Longest wait one can ask for.
const LONGEST_MS: u64 = 10_000;
/// Largest answer one can ask for.
const LARGEST: u64 = 10 << 20;

/// Answers. Which operation it is, the document says: `/anything/…`, `/status/{code}`, `/delay/{ms}`, `/bytes/{n}`.
pub(crate) async fn answer(request: Request<Guarded>, admitted: &Admitted, marks: &Marks, noted: &Rc<Noted>) -> Result<Response<Out>, Refusal> {
    let (parts, body) = request.into_parts();
    let rest = ask::place(parts.uri.path()).map_or("/", |place| place.rest).to_owned();
    let (what, value) = rest.trim_start_matches('/').split_once('/').unwrap_or((rest.trim_start_matches('/'), ""));
    let number = value.parse::<u64>().ok();
    let read = body.collect().await;
    let body = read.map_err(|_| noted.cut.get().unwrap_or(Refusal::Malformed))?.to_bytes();
    match (what, number) {
        ("bytes", Some(count)) => return Ok(with_type(Out::Filling(count.min(LARGEST)), "text/plain")),
        ("delay", Some(ms)) => tokio::time::sleep(Duration::from_millis(ms.min(LONGEST_MS))).await,
        _ => {}
    }
    let said = json!({
        "method": parts.method.as_str(),
        "path": rest,
        "query": parts.uri.query(),
        "headers": shown(parts.headers, admitted),
        "body": { "bytes": body.len(), "text": std::str::from_utf8(&body).ok() },
        "request_id": marks.request_id,
        "app": admitted.key.app.id(),
        "environment": admitted.environment,
    });
    let mut response = with_type(Out::Whole(Some(Bytes::from(format!("{said}\n")))), "application/json");
    if what == "status" {
        *response.status_mut() = number.and_then(status).unwrap_or(StatusCode::BAD_REQUEST);
    }
    Ok(response)
}

/// A status that ends a call and may have a body.
fn status(code: u64) -> Option<StatusCode> {
    let code = u16::try_from(code).ok().filter(|code| (200..600).contains(code) && !matches!(code, 204 | 304))?;
    StatusCode::from_u16(code).ok()
}

/// Headers as text, as an upstream would get them.
fn shown(mut headers: hyper::HeaderMap, admitted: &Admitted) -> Map<String, Value> {
    ask::strip_hop(&mut headers);
    ask::strip_ours(&mut headers);
    if admitted.signed.is_some() {
        ask::strip_signature(&mut headers);
    }
    let mut shown = Map::new();
    for (name, value) in &headers {
        let text = String::from_utf8_lossy(value.as_bytes());
        let all = shown.get(name.as_str()).and_then(Value::as_str).map_or(text.to_string(), |before| format!("{before}, {text}"));
        shown.insert(name.to_string(), Value::String(all));
    }
    shown
}

fn with_type(body: Out, media_type: &'static str) -> Response<Out> {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
