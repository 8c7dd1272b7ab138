//! Carries a simple call to a target: its head is written from the bytes that came, sent with its body in one piece, and the head of the answer is written the same way.
//!
//! Invariant: what was sent over a connection that had waited, and may have arrived, is sent once more only if it changes nothing and has no body.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Buf;
use tokio::io::AsyncWrite;
use tokio::time::Instant;

use super::super::deliver::{Carrier, Late, Missed, Way, put_target};
use super::super::forward::{APP, ENVIRONMENT, FORWARDED_FOR};
use super::super::meter::Said;
use super::super::phases::Admitted;
use super::super::pool::link_to;
use super::super::reply::version_fields;
use super::answer::Call;
use super::clock::Clock;
use super::head::{lower, put, put_framing, put_number};
use super::link::Wire;
use super::reply::{self, Body};
use crate::ask;
use crate::fields::Head;
use crate::problem::Refusal;
use crate::route::Version;
use crate::trace::Marks;
use crate::upstream::Target;

/// Room for the first bytes of an answer.
const ROOM: usize = 16 << 10;

/// A simple call on its way.
pub(super) struct Straight<'c, 'a> {
    pub call: &'c Call<'a>,
    pub admitted: &'c Admitted,
    pub marks: &'c Marks,
    pub said: &'c Said,
    pub version: &'c Version,
    pub body: &'c [u8],
    /// First what is sent to the target, then the head of its answer as the caller gets it.
    pub out: &'c mut Vec<u8>,
    pub clock: &'c mut Clock,
    /// May it be sent once more?
    pub kept: bool,
}

/// An answer whose head is written out; the body begins in the buffer of its connection.
pub(super) struct Back {
    pub status: u16,
    pub body: Body,
    /// Where the connection belongs, if it is of use afterwards.
    pub home: Option<Arc<str>>,
    pub wire: Wire,
}

/// What a look at the bytes that came showed.
enum Look {
    More,
    /// So many bytes say that the answer is to come.
    Interim(usize),
    /// Status, body, whether the connection is of use afterwards, and so many bytes of head.
    Answer(u16, Body, bool, usize),
}

impl Carrier for Straight<'_, '_> {
    type Answer = Back;

    fn aim(&mut self, to: &Target, way: &Way<'_>) -> Result<(), Refusal> {
        let (asked, out) = (self.call.asked, &mut *self.out);
        out.clear();
        out.extend_from_slice(asked.method().as_bytes());
        out.push(b' ');
        put_target(out, asked, to, way);
        out.extend_from_slice(b" HTTP/1.1\r\n");
        put(out, "host", to.authority.as_bytes());
        let mut room = [0; 32];
        for field in asked.fields {
            let name = lower(field.name, &mut room);
            let signature = self.admitted.signed.is_some() && ask::is_signature(name);
            let mine = ask::is_hop(name) || ask::is_ours(name) || matches!(name, "host" | "x-request-id" | "traceparent" | "x-correlator") || signature;
            if !mine && !way.rewrite.is_some_and(|rewrite| rewrite.replaces(field.name.as_bytes())) {
                put(out, field.name, field.value);
            }
        }
        for (name, value) in way.rewrite.iter().flat_map(|rewrite| rewrite.set()) {
            put(out, name.as_str(), value.as_bytes());
        }
        put(out, FORWARDED_FOR.as_str(), self.call.from.text.as_bytes());
        put(out, APP.as_str(), self.admitted.key.app.id().as_str().as_bytes());
        put(out, ENVIRONMENT.as_str(), self.admitted.environment.as_str().as_bytes());
        if let Some(pass) = way.pass {
            out.extend_from_slice(b"authorization: Bearer ");
            out.extend_from_slice(pass.as_bytes());
            out.extend_from_slice(b"\r\n");
        }
        self.marks.fields().for_each(|(name, value)| put(out, name.as_str(), value));
        if asked.body.is_some() {
            out.extend_from_slice(b"content-length: ");
            put_number(out, self.body.len() as u64);
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(self.body);
        Ok(())
    }

    async fn attempt(&mut self, to: &Target, way: &Way<'_>, until: Instant) -> Result<Result<Back, Missed>, Late> {
        let worker = self.call.worker;
        let waiting = worker.waiting.borrow_mut().take(&to.origin, self.call.came.began);
        if let Some(wire) = waiting {
            match self.over(wire, to, until).await? {
                Err(Missed::Unsent(_)) => {}
                Err(Missed::Lost) if std::mem::take(&mut self.kept) => {}
                ended => return Ok(ended),
            }
        }
        // Boxed: it is rare and large.
        let mut linking = Box::pin(link_to(worker, to, way.pass.is_some()));
        match self.clock.within(until, |cx| linking.as_mut().poll(cx)).await.ok_or(Late)? {
            Ok(link) => self.over(Wire::over(link), to, until).await,
            Err(refusal) => Ok(Err(Missed::Unsent(refusal))),
        }
    }

    fn status(answer: &Back) -> u16 {
        answer.status
    }

    fn is_kept(&self) -> bool {
        self.kept
    }

    fn keep(&mut self) -> bool {
        std::mem::take(&mut self.kept)
    }
}

impl Straight<'_, '_> {
    /// Sends it over this connection, and waits for the head of the answer.
    async fn over(&mut self, mut wire: Wire, to: &Target, until: Instant) -> Result<Result<Back, Missed>, Late> {
        if let Err(missed) = self.push(&mut wire, until).await? {
            return Ok(Err(missed));
        }
        loop {
            match self.look(&wire.buffer) {
                Err(reply::Garbage) => return Ok(Err(Missed::Lost)),
                Ok(Look::Interim(length)) => wire.buffer.advance(length),
                Ok(Look::Answer(status, body, goes_on, length)) => {
                    wire.buffer.advance(length);
                    return Ok(Ok(Back { status, body, home: goes_on.then(|| to.origin.clone()), wire }));
                }
                Ok(Look::More) => match self.clock.within(until, |cx| wire.poll_more(ROOM, cx)).await.ok_or(Late)? {
                    Ok(1..) => {}
                    Ok(0) | Err(_) => return Ok(Err(Missed::Lost)),
                },
            }
        }
    }

    async fn push(&mut self, wire: &mut Wire, until: Instant) -> Result<Result<(), Missed>, Late> {
        let mut at = 0;
        while at < self.out.len() {
            match self.clock.within(until, |cx| Pin::new(&mut wire.link).poll_write(cx, &self.out[at..])).await.ok_or(Late)? {
                Ok(count @ 1..) => at += count,
                Ok(0) | Err(_) => return Ok(Err(if at == 0 { Missed::Unsent(Refusal::UpstreamFailed) } else { Missed::Lost })),
            }
        }
        let flushed = self.clock.within(until, |cx| Pin::new(&mut wire.link).poll_flush(cx)).await.ok_or(Late)?;
        Ok(flushed.map_err(|_| Missed::Lost))
    }

    /// Looks whether the head of an answer is there, and writes it out as the caller gets it.
    fn look(&mut self, bytes: &[u8]) -> Result<Look, reply::Garbage> {
        let mut slots = reply::slots();
        let Some(reply) = reply::read(bytes, &mut slots, self.call.asked.method() == "HEAD")? else { return Ok(Look::More) };
        if reply.status < 200 {
            return Ok(Look::Interim(reply.length));
        }
        let (out, call) = (&mut *self.out, self.call);
        out.clear();
        let old = self.version.deprecation.as_ref();
        let mine = |name: &str| match name {
            "x-request-id" | "traceparent" => true,
            "x-correlator" => self.marks.correlator.is_some(),
            "deprecation" => old.is_some(),
            "sunset" => old.is_some_and(|old| old.sunset.is_some()),
            name => self.said.says(name),
        };
        let dated = reply.put(out, mine);
        self.marks.fields().for_each(|(name, value)| put(out, name.as_str(), value));
        self.said.fields(|name, value| put(out, name.as_str(), value));
        version_fields(self.version).for_each(|(name, value)| put(out, name.as_str(), value.as_bytes()));
        if !dated {
            put(out, "date", call.worker.dated.borrow_mut().text(call.came.at_us).as_bytes());
        }
        put_framing(out, reply.body.framing(), call.close);
        Ok(Look::Answer(reply.status, reply.body, reply.goes_on, reply.length))
    }
}
