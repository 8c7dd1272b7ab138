//! Writes replies and problems: page or JSON, headers, cookies, sheets, files.
//!
//! Invariant: a problem is told in the caller's language and face; what breaks while telling it still ends in a reply.

use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};
use words::Trouble;

use crate::call::Call;
use crate::reply::{Cookie, Raw, Shown};
use crate::{App, Ask, Problem, Sheet, address, face, seal};

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";

/// A reply with a media type.
fn reply(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Response<Vec<u8>> {
    let mut reply = Response::new(body.into());
    *reply.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    set(&mut reply, "content-type", media_type);
    reply
}

fn set(reply: &mut Response<Vec<u8>>, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(HeaderName::from_static(name), value);
    }
}

/// Shows what a handler answered.
pub(crate) fn show(call: &Call, raw: Raw) -> Response<Vec<u8>> {
    if let Some(mistake) = &raw.broken {
        return problem(call, &Problem::broken(format!("the view is no JSON: {mistake}")));
    }
    let shown = match (call.wants_sheet(), &raw.sheet) {
        (Some(format), Some(sheet)) => sheet_reply(call, sheet, format),
        _ => body(call, &raw),
    };
    let mut reply = match shown {
        Ok(reply) => reply,
        Err(mistake) => {
            crate::door::note(call, &mistake);
            return problem(call, &mistake);
        }
    };
    if let Some(etag) = &raw.etag {
        set(&mut reply, "etag", &format!("\"{}\"", etag.replace('"', "")));
        if !call.html
            && call.header("if-none-match").is_some_and(|seen| seen.split(',').any(|tag| tag.trim().trim_start_matches("W/").trim_matches('"') == etag))
            && reply.status() == 200
        {
            *reply.status_mut() = StatusCode::NOT_MODIFIED;
            reply.body_mut().clear();
        }
    }
    if let Some(cursor) = &raw.next {
        let prefix = if call.api { "/api/v1" } else { "" };
        set(&mut reply, "link", &format!("<{prefix}{}>; rel=\"next\"", call.here_with("cursor", Some(cursor))));
    }
    for (name, value) in &raw.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            reply.headers_mut().insert(name, value);
        }
    }
    let said = raw.said.as_ref().filter(|_| reply.status().is_redirection()).map(|key| Cookie::new("said", key.as_str()).max_age_s(60));
    for cookie in raw.cookies.iter().chain(said.iter()) {
        add_cookie(call, &mut reply, cookie);
    }
    reply
}

fn body(call: &Call, raw: &Raw) -> Result<Response<Vec<u8>>, Problem> {
    let status = raw.status.unwrap_or(200);
    match &raw.shown {
        Shown::File { name, media_type, inline, bytes } => Ok(file(name, media_type, *inline, bytes.clone())),
        Shown::Page { template } if call.html => {
            let view = raw.page.clone().unwrap_or_else(|| minijinja::Value::from(minijinja::value::Serde(&raw.view)));
            page(call, template, view, raw.next.as_deref(), status)
        }
        Shown::Created { location } | Shown::Done { location } if call.html => {
            let mut see = reply(303, HTML, "");
            set(&mut see, "location", &address::location(location));
            Ok(see)
        }
        Shown::Created { location } => {
            let mut made = json_reply(201, JSON, &raw.view);
            let prefix = if call.api { "/api/v1" } else { "" };
            set(&mut made, "location", &address::location(&format!("{prefix}{location}")));
            Ok(made)
        }
        _ => Ok(json_reply(status, JSON, &raw.view)),
    }
}

fn page(call: &Call, template: &str, view: minijinja::Value, next: Option<&str>, status: u16) -> Result<Response<Vec<u8>>, Problem> {
    let text = call.app.0.pages.render(call, template, view, next).map_err(Problem::broken)?;
    let mut shown = reply(status, HTML, text);
    for (name, known) in [
        ("lang", call.query("lang").and_then(words::Lang::parse).map(|lang| lang.tag())),
        ("theme", call.query("theme").and_then(face::theme)),
        ("scale", call.query("scale").and_then(face::scale)),
    ] {
        if let Some(value) = known {
            add_cookie(call, &mut shown, &Cookie::new(name, value).max_age_s(365 * 86_400).for_script());
        }
    }
    if call.cookie("said").is_some() {
        add_cookie(call, &mut shown, &Cookie::gone("said"));
    }
    Ok(shown)
}

fn json_reply(status: u16, media_type: &str, view: &Value) -> Response<Vec<u8>> {
    reply(status, media_type, serde_json::to_vec(view).unwrap_or_default())
}

fn file(name: &str, media_type: &str, inline: bool, bytes: Vec<u8>) -> Response<Vec<u8>> {
    let mut file = reply(200, media_type, bytes);
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    let kind = if inline { "inline" } else { "attachment" };
    set(&mut file, "content-disposition", &format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{}", address::encoded(name)));
    file
}

fn sheet_reply(call: &Call, sheet: &Sheet, format: &str) -> Result<Response<Vec<u8>>, Problem> {
    let titles: Vec<String> = sheet.columns.iter().map(|key| call.text(key)).collect();
    if format == "csv" {
        return Ok(file(&format!("{}.csv", sheet.name), "text/csv; charset=utf-8", false, sheet.csv(&titles)));
    }
    let of_all: Vec<Vec<String>> = sheet.pages().map(|page| page.columns.iter().map(|key| call.text(key)).collect()).collect();
    let bytes = sheet.xlsx(&of_all).map_err(Problem::broken)?;
    Ok(file(&format!("{}.xlsx", sheet.name), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false, bytes))
}

fn add_cookie(call: &Call, reply: &mut Response<Vec<u8>>, cookie: &Cookie) {
    let fine = |text: &str| text.bytes().all(|b| b.is_ascii_graphic() && !b"\",;\\".contains(&b));
    if !fine(&cookie.name) || !fine(&cookie.value) {
        tracing::error!(name = cookie.name, "a cookie that is no cookie");
        return;
    }
    let age = cookie.max_age_s.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let (script, secure) = (if cookie.script { "" } else { "; HttpOnly" }, if call.app.0.options.https { "; Secure" } else { "" });
    if let Ok(value) = HeaderValue::from_str(&format!("{}={}; Path=/; SameSite=Lax{age}{script}{secure}", cookie.name, cookie.value)) {
        reply.headers_mut().append("set-cookie", value);
    }
}

/// Shows a problem.
pub(crate) fn problem(call: &Call, problem: &Problem) -> Response<Vec<u8>> {
    let told = told(call, problem);
    let mut shown = if call.html { html_problem(call, problem, &told) } else { json_reply(wire_status(problem), "application/problem+json", &told) };
    if let Some(seconds) = problem.retry_after {
        set(&mut shown, "retry-after", &seconds.to_string());
    }
    if let Some(methods) = &problem.allow {
        set(&mut shown, "allow", methods);
    }
    if problem.status == 401 && !call.html {
        set(&mut shown, "www-authenticate", "Bearer");
    }
    shown
}

/// A stale edit is a failed precondition on the wire and a conflict on the page.
fn wire_status(problem: &Problem) -> u16 {
    if problem.code == "stale" { 412 } else { problem.status }
}

fn html_problem(call: &Call, problem: &Problem, told: &Value) -> Response<Vec<u8>> {
    if problem.status == 401 {
        let here = call.here_with("", None);
        let mut see = reply(303, HTML, "");
        set(&mut see, "location", &format!("/login?next={}", address::encoded(&here)));
        return see;
    }
    match call.app.0.pages.render(call, "webkit/problem.html", minijinja::Value::from(minijinja::value::Serde(told)), None) {
        Ok(text) => reply(problem.status, HTML, text),
        Err(mistake) => {
            tracing::error!(request_id = call.request_id, mistake, "the problem page is broken");
            json_reply(problem.status, "application/problem+json", told)
        }
    }
}

/// RFC 9457, in the caller's language.
pub(crate) fn told(call: &Call, problem: &Problem) -> Value {
    let status = if call.html { problem.status } else { wire_status(problem) };
    let errors: Vec<Value> = problem
        .errors
        .iter()
        .map(|error| json!({ "pointer": error.pointer, "code": error.code, "detail": sentence(call, &error.code, &error.args, "") }))
        .collect();
    let detail = sentence(call, &problem.code, &problem.args, "-detail");
    json!({
        "type": format!("/problems/{}", problem.code),
        "title": sentence(call, &problem.code, &problem.args, ""),
        "status": status,
        "detail": detail,
        "instance": call.path,
        "request_id": call.request_id,
        "code": problem.code,
        "errors": errors,
    })
}

/// `problem-<code>` or its `-detail`; a code without a text is told in general words and noted in the log.
pub(crate) fn sentence(call: &Call, code: &str, args: &[(String, String)], ending: &str) -> String {
    let tongues = &call.app.0.tongues;
    let own = tongues.text(call.lang, &format!("problem-{code}{ending}"), args);
    own.or_else(|| (!ending.is_empty()).then(String::new)).unwrap_or_else(|| {
        tracing::error!(code, "a problem without a text");
        tongues.text(call.lang, "problem-refused", args).unwrap_or_else(|| code.to_owned())
    })
}

/// Requests that need neither caller nor database: `/livez`, `/readyz`, `/static/…`.
pub(crate) fn plain(app: &App, ask: &Ask) -> Option<Response<Vec<u8>>> {
    let looks = matches!(ask.method.as_str(), "GET" | "HEAD");
    match ask.path.as_str() {
        "/livez" if looks => Some(reply(200, "text/plain", "ok\n")),
        "/readyz" if looks => Some(match app.ready() {
            Ok(()) => {
                let remarks: String = app.remarks().iter().map(|remark| format!("{remark}\n")).collect();
                reply(200, "text/plain", format!("ok\n{remarks}"))
            }
            Err(fault) => {
                tracing::error!(%fault, "not ready");
                let why = match fault.trouble {
                    Trouble::Away | Trouble::Unsure => "database: cannot be reached\n",
                    Trouble::Full => "database: no room on its disk; what was acknowledged is safe, nothing new is taken\n",
                    Trouble::Busy => "database: busy\n",
                    Trouble::Broken | Trouble::Misfit => "database: not ready, see the log\n",
                };
                reply(503, "text/plain", why)
            }
        }),
        path if looks => path.strip_prefix("/static/").and_then(|name| static_file(app, ask, name)),
        _ => None,
    }
}

fn static_file(app: &App, ask: &Ask, name: &str) -> Option<Response<Vec<u8>>> {
    let (file, hash) = app.0.statics.get(name)?;
    let tag = format!("\"{hash}\"");
    let seen = ask.headers.get("if-none-match").is_some_and(|seen| seen.as_bytes() == tag.as_bytes());
    let mut shown = if seen { reply(304, file.media_type, "") } else { reply(200, file.media_type, file.bytes) };
    set(&mut shown, "etag", &tag);
    let fixed = ask.query.strip_prefix("v=") == Some(hash);
    set(&mut shown, "cache-control", if fixed { "public, max-age=31536000, immutable" } else { "no-cache" });
    Some(shown)
}

/// When even the door broke.
pub(crate) fn last_resort(request_id: &str) -> Response<Vec<u8>> {
    json_reply(500, "application/problem+json", &json!({ "type": "/problems/broken", "status": 500, "code": "broken", "request_id": request_id }))
}

/// What every reply carries.
pub(crate) fn finish(app: &App, ask: &Ask, request_id: &str, reply: &mut Response<Vec<u8>>) {
    for (name, value) in seal::HEADERS {
        reply.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if app.0.options.https {
        set(reply, "strict-transport-security", "max-age=31536000; includeSubDomains");
    }
    set(reply, "x-request-id", request_id);
    if !reply.headers().contains_key("cache-control") {
        let known = ask.headers.contains_key("cookie") || ask.headers.contains_key("authorization");
        set(reply, "cache-control", if known { "no-store" } else { "no-cache" });
        set(reply, "vary", "Accept, Accept-Language, Cookie");
    }
    if ask.method == "HEAD" {
        let length = reply.body().len();
        reply.body_mut().clear();
        set(reply, "content-length", &length.to_string());
    }
}
