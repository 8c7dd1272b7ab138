//! The head of an upstream's answer, as its bytes came: how its body is framed, and what of it goes on to the caller. Pure.
//!
//! Invariant: an answer that could be read in two ways is none; its body is framed anew by us, and nothing that belongs to the upstream's connection goes on.

use std::mem::MaybeUninit;

use httparse::{Header, ParserConfig, Response};

use super::answer::Framing;
use super::asked::length_of;
use super::head::{lower, put, put_status};
use crate::ask;

/// Most fields of an answer.
const FIELDS: usize = 100;
/// Longest head of an answer.
const LONGEST: usize = 64 << 10;

/// Room for the fields of a head.
type Slots<'b> = [MaybeUninit<Header<'b>>; FIELDS];

/// The head of an answer.
pub(super) struct Reply<'a> {
    pub status: u16,
    reason: &'a str,
    fields: &'a [Header<'a>],
    /// Bytes of the head.
    pub length: usize,
    pub body: Body,
    /// Is its connection of use afterwards?
    pub goes_on: bool,
}

/// How the body of an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// There is none.
    Nothing,
    Length(u64),
    Chunked,
    /// With the connection.
    Close,
}

/// It is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Garbage;

pub(super) const fn slots<'b>() -> Slots<'b> {
    [const { MaybeUninit::uninit() }; FIELDS]
}

/// Reads a head; nothing if it is not whole. `head_only`: HEAD was asked.
pub(super) fn read<'a>(bytes: &'a [u8], slots: &'a mut Slots<'a>, head_only: bool) -> Result<Option<Reply<'a>>, Garbage> {
    let mut response = Response::new(&mut []);
    match ParserConfig::default().parse_response_with_uninit_headers(&mut response, bytes, slots) {
        Ok(httparse::Status::Complete(length)) if length <= LONGEST => framed(response, length, head_only).map(Some),
        Ok(httparse::Status::Partial) if bytes.len() < LONGEST => Ok(None),
        _ => Err(Garbage),
    }
}

fn framed<'a>(response: Response<'a, 'a>, length: usize, head_only: bool) -> Result<Reply<'a>, Garbage> {
    let (status, version) = (response.code.ok_or(Garbage)?, response.version.ok_or(Garbage)?);
    // Nobody asked for other protocols.
    if status == 101 || !(100..1_000).contains(&status) {
        return Err(Garbage);
    }
    let fields: &'a [Header<'a>] = response.headers;
    let (mut said, mut chunked, mut goes_on) = (None, false, version == 1);
    for field in fields {
        let is = |name: &str| field.name.eq_ignore_ascii_case(name);
        match field.name.len() {
            10 if is("connection") => goes_on = stays(field.value, goes_on),
            14 if is("content-length") => {
                let length = length_of(field.value).ok_or(Garbage)? as u64;
                if said.is_some_and(|other| other != length) {
                    return Err(Garbage);
                }
                said = Some(length);
            }
            17 if is("transfer-encoding") => {
                if chunked || version == 0 || !field.value.eq_ignore_ascii_case(b"chunked") {
                    return Err(Garbage);
                }
                chunked = true;
            }
            _ => {}
        }
    }
    let body = match said {
        _ if head_only || status < 200 || matches!(status, 204 | 304) => Body::Nothing,
        _ if chunked => Body::Chunked,
        Some(length) => Body::Length(length),
        None => Body::Close,
    };
    // Both lengths: RFC 9112 §6.3 lets the chunks count, and such a connection is not used again.
    goes_on &= body != Body::Close && !(chunked && said.is_some());
    Ok(Reply { status, reason: response.reason.unwrap_or_default(), fields, length, body, goes_on })
}

/// Does the connection stay open, after what one line says of it?
fn stays(value: &[u8], before: bool) -> bool {
    let words = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    words.fold(before, |stays, word| (stays || word.eq_ignore_ascii_case(b"keep-alive")) && !word.eq_ignore_ascii_case(b"close"))
}

impl Reply<'_> {
    /// The head as the caller gets it, but for what we say ourselves; `mine` are the names (in lower case) that we do. Says whether it bears a date.
    pub(super) fn put(&self, out: &mut Vec<u8>, mine: impl Fn(&str) -> bool) -> bool {
        put_status(out, self.status, self.reason);
        let (mut dated, mut room) = (false, [0; 32]);
        // The answer to HEAD says how long its body would be.
        let lengthy = self.body == Body::Nothing && !matches!(self.status, 204 | 304);
        let names = self.fields.iter().any(|field| field.name.eq_ignore_ascii_case("connection"));
        for field in self.fields {
            let name = lower(field.name, &mut room);
            let length = name == "content-length";
            if ask::is_hop(name) || length && !lengthy || mine(name) || names && self.is_named(field.name) {
                continue;
            }
            dated |= name == "date";
            put(out, field.name, field.value);
        }
        dated
    }

    /// Does `Connection` name this field?
    fn is_named(&self, name: &str) -> bool {
        let lines = self.fields.iter().filter(|field| field.name.eq_ignore_ascii_case("connection"));
        lines.flat_map(|field| field.value.split(|byte| *byte == b',')).any(|word| word.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
    }
}

impl Body {
    /// How the caller gets it.
    pub(super) fn framing(self) -> Framing {
        match self {
            Self::Nothing => Framing::Nothing,
            Self::Length(length) => Framing::Length(length),
            Self::Chunked | Self::Close => Framing::Chunked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str, head_only: bool) -> Result<Option<(Body, bool)>, Garbage> {
        read(text.as_bytes(), &mut slots(), head_only).map(|reply| reply.map(|reply| (reply.body, reply.goes_on)))
    }

    #[test]
    fn an_answer_ends_in_one_way_or_is_none() {
        let ok = |said: &str| body(&format!("HTTP/1.1 200 OK\r\n{said}\r\n"), false);
        for (said, wanted) in [
            ("content-length: 5\r\n", (Body::Length(5), true)),
            ("content-length: 5\r\ncontent-length: 5\r\n", (Body::Length(5), true)),
            ("Content-Length: 5\r\nConnection: close\r\n", (Body::Length(5), false)),
            ("Transfer-Encoding: Chunked\r\n", (Body::Chunked, true)),
            ("Transfer-Encoding: chunked\r\ncontent-length: 5\r\n", (Body::Chunked, false)),
            ("", (Body::Close, false)),
        ] {
            assert_eq!(ok(said), Ok(Some(wanted)), "{said:?}");
        }
        for said in [
            "content-length: 5\r\ncontent-length: 6\r\n",
            "content-length: 5, 5\r\n",
            "content-length: +5\r\n",
            "content-length: \r\n",
            "transfer-encoding: gzip, chunked\r\n",
            "transfer-encoding: gzip\r\n",
            "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
            "x-a : 1\r\n",
            "x-a: 1\r\n 2\r\n",
            "x-a: \0\r\n",
        ] {
            assert_eq!(ok(said), Err(Garbage), "{said:?}");
        }
        assert_eq!(body("HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\n", false), Ok(Some((Body::Length(5), false))));
        assert_eq!(body("HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 5\r\n\r\n", false), Ok(Some((Body::Length(5), true))));
        assert_eq!(body("HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", false), Err(Garbage));
        assert_eq!(body("HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n", false), Ok(Some((Body::Nothing, true))));
        assert_eq!(body("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", true), Ok(Some((Body::Nothing, true))));
        assert_eq!(body("HTTP/1.1 101 Switching Protocols\r\n\r\n", false), Err(Garbage));
        assert_eq!(body("HTTP/1.1 200 OK\r\ncontent-le", false), Ok(None));
        assert_eq!(body("garbage\r\n\r\n", false), Err(Garbage));
    }

    #[test]
    fn what_belongs_to_the_upstreams_connection_stays_there() {
        let text = "HTTP/1.1 201 Made So\r\nkeep-alive: timeout=5\r\nConnection: x-hop, keep-alive\r\nX-Hop: 1\r\nX-Request-Id: theirs\r\nX-Own: yes\r\nDate: today\r\nContent-Length: 2\r\n\r\n";
        let mut slots = slots();
        let reply = read(text.as_bytes(), &mut slots, false).unwrap().unwrap();
        let mut out = Vec::new();
        assert!(reply.put(&mut out, |name| name == "x-request-id"), "it bears a date");
        assert_eq!(String::from_utf8(out).unwrap(), "HTTP/1.1 201 Made So\r\nX-Own: yes\r\nDate: today\r\n");
    }
}
