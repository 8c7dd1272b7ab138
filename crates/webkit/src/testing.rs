//! A browser without a socket: drives an [`App`] in process, with a cookie jar.
//!
//! For tests only. Invariant: it sends what a browser sends (same origin, form token), so that a test that passes here passes there.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::{App, Arrived, Ask, Credential, SESSION_COOKIE, address};

/// What came back.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text (lossy for files).
    pub body: String,
    /// Body as it came.
    pub bytes: Vec<u8>,
}

impl Seen {
    /// A header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where a 303 or 201 leads.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The body as JSON; `null` if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    /// Code of the problem, if it is one.
    pub fn code(&self) -> String {
        self.json().get("code").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Asserts the status and returns itself.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }
}

/// A browser or API client.
#[derive(Clone)]
pub struct Client {
    app: App,
    cookies: BTreeMap<String, String>,
    headers: Vec<(String, String)>,
}

impl Client {
    /// A stranger with a Chinese browser.
    pub fn new(app: &App) -> Self {
        let headers = [("host", "localhost"), ("accept-language", "zh-CN"), ("sec-fetch-site", "same-origin")];
        Self { app: app.clone(), cookies: BTreeMap::new(), headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec() }
    }

    /// An API client with a token: no cookies, no browser headers.
    pub fn bearer(app: &App, token: &str) -> Self {
        let mut client = Self::new(app).header("authorization", &format!("Bearer {token}"));
        client.headers.retain(|(name, _)| name != "sec-fetch-site");
        client
    }

    /// Signed in with this session.
    pub fn session(app: &App, session: &str) -> Self {
        let mut client = Self::new(app);
        client.cookies.insert(SESSION_COOKIE.to_owned(), session.to_owned());
        client
    }

    /// Sends this header from now on (replaces one of the same name).
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Asks for English from now on.
    pub fn english(self) -> Self {
        self.header("accept-language", "en")
    }

    /// Value of a cookie in the jar.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// A page.
    pub fn get(&mut self, path: &str) -> Seen {
        self.send("GET", path, &[("accept", "text/html")], Vec::new())
    }

    /// JSON of the same path.
    pub fn get_json(&mut self, path: &str) -> Seen {
        self.send("GET", path, &[("accept", "application/json")], Vec::new())
    }

    /// Sends a form as a page does, with its token; does not follow.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let token = self.csrf();
        let fields: Vec<String> = fields
            .iter()
            .copied()
            .chain([("_csrf", token.as_str())])
            .map(|(name, value)| format!("{}={}", address::encoded(name), address::encoded(value)))
            .collect();
        self.send("POST", path, &[("accept", "text/html"), ("content-type", "application/x-www-form-urlencoded")], fields.join("&").into_bytes())
    }

    /// Sends a form and follows to the page where it leads.
    #[track_caller]
    pub fn post_and_follow(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let seen = self.post(path, fields).expect(303);
        self.get(seen.location())
    }

    /// Sends a form with files: (field, file name, media type, content).
    pub fn upload(&mut self, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &str, &[u8])]) -> Seen {
        let token = self.csrf();
        let mut body = Vec::new();
        for (name, value) in fields.iter().copied().chain([("_csrf", token.as_str())]) {
            body.extend_from_slice(format!("--webkitTestBoundary\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
        }
        for (field, name, media_type, content) in files {
            body.extend_from_slice(
                format!("--webkitTestBoundary\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: {media_type}\r\n\r\n")
                    .as_bytes(),
            );
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--webkitTestBoundary--\r\n");
        self.send("POST", path, &[("accept", "text/html"), ("content-type", "multipart/form-data; boundary=webkitTestBoundary")], body)
    }

    /// Sends JSON.
    pub fn post_json(&mut self, path: &str, body: &Value) -> Seen {
        self.send_json("POST", path, body)
    }

    /// Sends JSON with another method.
    pub fn send_json(&mut self, method: &str, path: &str, body: &Value) -> Seen {
        self.send(method, path, &[("accept", "application/json"), ("content-type", "application/json")], body.to_string().into_bytes())
    }

    /// Sends anything; headers given here win over those of the client.
    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Seen {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut all = HeaderMap::new();
        let own = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.chain(headers.iter().copied()) {
            let (name, value) = (name.parse::<HeaderName>().expect("a header name"), HeaderValue::from_str(value).expect("a header value"));
            all.insert(name, value);
        }
        if !self.cookies.is_empty() {
            let jar: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            all.insert("cookie", HeaderValue::from_str(&jar.join("; ")).expect("cookies"));
        }
        let arrived = if body.len() > self.app.body_limit(method, path) { Arrived::TooLarge } else { Arrived::Whole(body) };
        let ask = Ask {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: all,
            body: arrived,
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        let reply = self.app.handle(ask);
        self.keep_cookies(reply.headers());
        let (head, bytes) = reply.into_parts();
        Seen { status: head.status.as_u16(), headers: head.headers, body: String::from_utf8_lossy(&bytes).into_owned(), bytes }
    }

    /// The form token of the session in the jar.
    pub fn csrf(&self) -> String {
        let session = self.cookies.get(SESSION_COOKIE).cloned();
        let gate = self.app.0.options.gate.as_ref();
        let visitor = session.zip(gate).and_then(|(session, gate)| gate.who(self.app.db(), Credential::Session(session)).ok().flatten());
        visitor.map_or_else(String::new, |visitor| self.app.0.tokens.token(&visitor.session_id))
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()) {
            let (pair, rest) = cookie.split_once(';').unwrap_or((cookie, ""));
            let Some((name, value)) = pair.split_once('=') else { continue };
            if rest.contains("Max-Age=0") { drop(self.cookies.remove(name)) } else { drop(self.cookies.insert(name.to_owned(), value.to_owned())) }
        }
    }
}
