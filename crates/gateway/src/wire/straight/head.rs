//! How a head of ours is written: fields one behind the other, and the moment that every answer bears.

use hyper::Response;
use hyper::header::{self, HeaderName};

use super::super::body::Out;
use super::answer::{Answered, Framing};

/// The moment that answers bear (RFC 9110 §6.6.1), made once a second.
#[derive(Default)]
pub(crate) struct Dated {
    second: i64,
    text: String,
}

impl Dated {
    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    pub(super) fn text(&mut self, at_us: i64) -> &str {
        let second = at_us / 1_000_000;
        if second != self.second {
            let moment = jiff::Timestamp::from_second(second).unwrap_or_default();
            (self.second, self.text) = (second, jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&moment).unwrap_or_default());
        }
        &self.text
    }
}

/// A field.
pub(super) fn put(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

/// A number in digits.
pub(super) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    while at == digits.len() || number > 0 {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    out.extend_from_slice(&digits[at..]);
}

/// The line that an answer begins with.
pub(super) fn put_status(out: &mut Vec<u8>, status: u16, reason: &str) {
    out.extend_from_slice(b"HTTP/1.1 ");
    put_number(out, u64::from(status));
    out.push(b' ');
    out.extend_from_slice(reason.as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// How a body is framed, and whether the connection ends behind it; then the end of the head.
pub(super) fn put_framing(out: &mut Vec<u8>, framing: Framing, close: bool) {
    match framing {
        Framing::Length(length) => {
            out.extend_from_slice(b"content-length: ");
            put_number(out, length);
            out.extend_from_slice(b"\r\n");
        }
        Framing::Chunked => out.extend_from_slice(b"transfer-encoding: chunked\r\n"),
        Framing::Nothing => {}
    }
    if close {
        out.extend_from_slice(b"connection: close\r\n");
    }
    out.extend_from_slice(b"\r\n");
}

/// A name in lower case, as far as it matters: no name that means something to us is longer.
pub(super) fn lower<'a>(name: &str, room: &'a mut [u8; 32]) -> &'a str {
    let length = name.len().min(room.len());
    room[..length].copy_from_slice(&name.as_bytes()[..length]);
    room[..length].make_ascii_lowercase();
    std::str::from_utf8(&room[..length]).unwrap_or_default()
}

/// An answer that was made in this process: its head, and its body too if that is there whole.
pub(super) fn put_response(out: &mut Vec<u8>, response: Response<Out>, head_only: bool, close: bool, dated: &mut Dated, at_us: i64) -> Answered {
    let (parts, mut body) = response.into_parts();
    let length = http_body::Body::size_hint(&body).exact();
    let framing = length.map_or(Framing::Chunked, Framing::Length);
    let close = close || parts.headers.get(header::CONNECTION).is_some_and(|said| said == "close");
    out.clear();
    put_status(out, parts.status.as_u16(), parts.status.canonical_reason().unwrap_or_default());
    let mine = |name: &HeaderName| *name == header::CONNECTION || *name == header::CONTENT_LENGTH;
    for (name, value) in parts.headers.iter().filter(|(name, _)| !mine(name)) {
        put(out, name.as_str(), value.as_bytes());
    }
    put(out, "date", dated.text(at_us).as_bytes());
    put_framing(out, framing, close);
    if let Out::Whole(bytes) = &mut body {
        out.extend_from_slice(&bytes.take().filter(|_| !head_only).unwrap_or_default());
    }
    let rest = !head_only && !matches!(body, Out::Whole(_));
    Answered { body: rest.then_some((body, framing)), close, hands_over: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_moments_are_written_as_they_are_read() {
        for number in [0, 7, 10, 65_536, u64::MAX] {
            let mut out = Vec::new();
            put_number(&mut out, number);
            assert_eq!(out, number.to_string().as_bytes());
        }
        let mut dated = Dated::default();
        assert_eq!(dated.text(784_111_777_000_000), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(dated.text(784_111_777_999_999), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(dated.text(784_111_778_000_000), "Sun, 06 Nov 1994 08:49:38 GMT");
    }

    #[test]
    fn long_names_are_compared_by_their_beginning() {
        let name = format!("X-Forwarded-{}", "a".repeat(40));
        assert!(crate::ask::is_ours(lower(&name, &mut [0; 32])));
        assert!(!crate::ask::is_hop(lower("Connections", &mut [0; 32])) && crate::ask::is_hop(lower("Connection", &mut [0; 32])));
    }
}
