//! Makes one call to our own gateway on behalf of whoever tries a capability: one address, bounded time, bounded answer, no redirects.
//!
//! Invariant: no transaction is open meanwhile, and nothing but the gateway of this process is ever connected to.

use std::io::{Error, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::openapi::request::Prepared;

/// Largest answer that is read.
const MOST: usize = 256 * 1024;
/// Longest wait for the gateway to learn of a token.
const LEARNS: Duration = Duration::from_secs(2);
/// Headers that say what a call costs or where it is found again come first.
const FIRST: [&str; 5] = ["x-request-id", "ratelimit", "ratelimit-policy", "retry-after", "content-type"];

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answered {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Was there more than is read?
    pub cut: bool,
    pub took_ms: u64,
}

/// Waits until the gateway knows what was changed under this number; says whether it does.
pub(crate) fn learnt(at: SocketAddr, change: i64) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < LEARNS {
        let health = exchange(at, b"GET /-/health HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n\r\n", Duration::from_secs(1));
        let number = health.ok().and_then(|health| serde_json::from_slice::<serde_json::Value>(&health.body).ok()?.get("change")?.as_i64());
        if number.is_some_and(|number| number >= change) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

/// Makes the call. `base` is the path of the version: `/echo/v1`.
pub(crate) fn call(at: SocketAddr, base: &str, request: &Prepared, token: &str, english: bool, patience: Duration) -> std::io::Result<Answered> {
    let language = if english { "en" } else { "zh-CN" };
    let mut head = format!("{} {base}{} HTTP/1.1\r\nhost: {at}\r\nauthorization: Bearer {token}\r\n", request.method, request.path);
    head.push_str(&format!("accept: */*\r\naccept-language: {language}\r\nuser-agent: hechuang-try\r\nconnection: close\r\n"));
    for (name, value) in &request.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let body = request.body.as_ref().map_or("", |(_, text)| text);
    if let Some((media_type, _)) = &request.body {
        head.push_str(&format!("content-type: {media_type}\r\n"));
    }
    if !body.is_empty() || matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    exchange(at, format!("{head}\r\n{body}").as_bytes(), patience)
}

fn exchange(at: SocketAddr, request: &[u8], patience: Duration) -> std::io::Result<Answered> {
    let begun = Instant::now();
    let mut stream = TcpStream::connect_timeout(&at, Duration::from_secs(1))?;
    stream.set_write_timeout(Some(patience))?;
    stream.write_all(request)?;
    let mut raw = Vec::new();
    let mut piece = [0; 16 * 1024];
    // Framing costs little: so much more is read than is kept.
    while raw.len() < MOST + 64 * 1024 {
        let left = patience.checked_sub(begun.elapsed()).filter(|left| !left.is_zero()).ok_or(ErrorKind::TimedOut)?;
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut piece)? {
            0 => break,
            count => raw.extend_from_slice(&piece[..count]),
        }
        if ended(&raw) {
            break;
        }
    }
    let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    understood(&raw, took_ms).ok_or_else(|| Error::from(ErrorKind::InvalidData))
}

/// Head and what stands behind it.
fn split(raw: &[u8]) -> Option<(&str, &[u8])> {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some((std::str::from_utf8(&raw[..end]).ok()?, &raw[end + 4..]))
}

fn length(head: &str) -> Option<usize> {
    head.lines().filter_map(|line| line.split_once(':')).find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?.1.trim().parse().ok()
}

/// Is a body of known length there? (Others end when the gateway closes.)
fn ended(raw: &[u8]) -> bool {
    split(raw).is_some_and(|(head, body)| length(head).is_some_and(|length| body.len() >= length))
}

fn understood(raw: &[u8], took_ms: u64) -> Option<Answered> {
    let (head, rest) = split(raw)?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut headers: Vec<(String, String)> =
        lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value.eq_ignore_ascii_case("chunked"));
    headers.retain(|(name, _)| !matches!(name.as_str(), "connection" | "transfer-encoding"));
    headers.sort_by_key(|(name, _)| FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()));
    let (mut body, whole) = if chunked { unchunked(rest) } else { (rest.to_vec(), length(head).is_none_or(|length| rest.len() >= length)) };
    let cut = body.len() > MOST || !whole;
    body.truncate(MOST);
    Some(Answered { status, headers, body, cut, took_ms })
}

/// The pieces of a chunked body, and whether its end is there.
fn unchunked(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Some(end) = rest.windows(2).position(|two| two == b"\r\n") else { return (body, false) };
        let size = std::str::from_utf8(&rest[..end]).ok().and_then(|line| usize::from_str_radix(line.split(';').next()?.trim(), 16).ok());
        let (Some(size), after) = (size, &rest[end + 2..]) else { return (body, false) };
        if size == 0 {
            return (body, true);
        }
        body.extend_from_slice(&after[..size.min(after.len())]);
        match after.get(size + 2..) {
            Some(next) => rest = next,
            None => return (body, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_understood_however_it_is_framed() {
        for (raw, status, body, cut) in [
            ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", 200, "ok", false),
            ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nok", 200, "ok", true),
            ("HTTP/1.1 429 No\r\nTransfer-Encoding: chunked\r\nX-Request-Id: r\r\n\r\n2\r\nab\r\n3;x=y\r\ncde\r\n0\r\n\r\n", 429, "abcde", false),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab", 200, "ab", true),
            ("HTTP/1.1 204 None\r\n\r\n", 204, "", false),
        ] {
            let got = understood(raw.as_bytes(), 1).unwrap_or_else(|| panic!("{raw}"));
            assert_eq!((got.status, String::from_utf8_lossy(&got.body).as_ref(), got.cut), (status, body, cut), "{raw}");
        }
        assert_eq!(understood(b"garbage", 1), None);
    }
}
