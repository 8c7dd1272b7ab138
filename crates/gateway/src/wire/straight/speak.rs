//! A connection of a caller, one call behind the other, as long as its calls are simple.
//!
//! Invariant: nobody holds a connection without saying anything; what was read and not answered here goes to hyper whole.

use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::sync::watch;
use tokio::time::Instant;

use super::super::phases::Came;
use super::super::{HEAD_TIME, Peer, Worker};
use super::answer::Call;
use super::asked::{self, Read};
use super::clock::Clock;
use super::send::{Gone, send, stream, while_there};
use crate::fields::Head;

/// Room for what is read at once.
const ROOM: usize = 4 << 10;
/// A buffer that has grown beyond this is not kept.
const LARGE: usize = 32 << 10;
/// So long it takes at most to say goodbye.
const FAREWELL: Duration = Duration::from_secs(1);

/// What became of a connection.
pub(crate) enum Left<S> {
    Ended,
    /// It goes on over hyper, which begins with these bytes.
    Http1(S, Bytes),
    /// It speaks HTTP/2.
    Http2(S, Bytes),
}

/// Answers calls until one is not simple, the connection ends, or the gateway stops.
pub(crate) async fn speak<S: AsyncRead + AsyncWrite + Unpin>(worker: &Rc<Worker>, mut io: S, from: &Peer, mut stop: watch::Receiver<bool>) -> Left<S> {
    let watched = stop.clone();
    let (mut inbox, ahead, mut out, mut clock) = (BytesMut::new(), RefCell::new(Vec::new()), Vec::new(), Clock::default());
    let (mut rung, mut stopping) = (false, pin!(stop.changed()));
    let mut stops = |cx: &mut Context<'_>| {
        rung = rung || stopping.as_mut().poll(cx).is_ready();
        rung
    };
    let (mut until, mut fresh) = (Instant::now() + HEAD_TIME, true);
    loop {
        let mut slots = asked::slots();
        let used = match asked::read(&inbox, &mut slots) {
            Read::More => match receive(&mut io, &mut inbox, &mut clock, until, &mut stops).await {
                true => continue,
                false => return Left::Ended,
            },
            Read::Http2 if fresh => return Left::Http2(io, inbox.freeze()),
            // Whoever spoke HTTP/1.1 does not change the language: another reader before us took it for a request.
            Read::Other | Read::Http2 => return Left::Http1(io, inbox.freeze()),
            Read::Simple(asked) => {
                let close = asked.close || !matches!(watched.has_changed(), Ok(false));
                let call = Call { worker, from, asked: &asked, here: &inbox[asked.length..], ahead: &ahead, close, came: Came::now() };
                match one(&mut io, &call, &mut out, &mut clock).await {
                    Ok(Next::HandOver) => {
                        inbox.extend_from_slice(&std::mem::take(&mut *ahead.borrow_mut()));
                        return Left::Http1(io, inbox.freeze());
                    }
                    Ok(Next::Call) => asked.length + asked.body.unwrap_or(0),
                    Ok(Next::End) => {
                        let _ = clock.within(Instant::now() + FAREWELL, |cx| std::pin::Pin::new(&mut io).poll_shutdown(cx)).await;
                        return Left::Ended;
                    }
                    Err(Gone) => {
                        tracing::debug!(from = %from.address, path = asked.path(), "a caller has gone");
                        return Left::Ended;
                    }
                }
            }
        };
        if out.capacity() > LARGE {
            out = Vec::new();
        }
        inbox.extend_from_slice(&std::mem::take(&mut *ahead.borrow_mut()));
        until = Instant::now() + HEAD_TIME;
        // A body that nobody asked for stands before the next head.
        while inbox.len() < used {
            if !receive(&mut io, &mut inbox, &mut clock, until, &mut stops).await {
                return Left::Ended;
            }
        }
        inbox.advance(used);
        fresh = false;
    }
}

/// What comes behind a call.
enum Next {
    Call,
    End,
    /// It was not answered: hyper takes over.
    HandOver,
}

/// One call; says what comes behind it.
async fn one<S: AsyncRead + AsyncWrite + Unpin>(io: &mut S, call: &Call<'_>, out: &mut Vec<u8>, clock: &mut Clock) -> Result<Next, Gone> {
    let answered = while_there(io, call.ahead, pin!(call.answer(out, clock))).await?;
    if answered.hands_over {
        return Ok(Next::HandOver);
    }
    match answered.body {
        Some(body) => stream(io, out, body, call.ahead, clock).await?,
        None => send(io, [out, b"", b""], clock).await?,
    }
    Ok(if answered.close { Next::End } else { Next::Call })
}

/// Reads more; `false` when the connection ends: the caller went, was silent for too long, or the gateway stops and nothing was said.
async fn receive<S: AsyncRead + Unpin>(
    io: &mut S,
    inbox: &mut BytesMut,
    clock: &mut Clock,
    until: Instant,
    stops: &mut impl FnMut(&mut Context<'_>) -> bool,
) -> bool {
    inbox.reserve(ROOM);
    let read = clock.within(until, |cx| match pin!(io.read_buf(inbox)).poll(cx) {
        Poll::Ready(read) => Poll::Ready(read.unwrap_or(0)),
        Poll::Pending if stops(cx) && inbox.is_empty() => Poll::Ready(0),
        Poll::Pending => Poll::Pending,
    });
    read.await.is_some_and(|count| count > 0)
}
