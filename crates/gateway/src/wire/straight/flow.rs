//! The body of an upstream's answer, straight from its connection; the connection waits for the next call once all of it was read.
//!
//! Invariant: what is odd about its framing, or ends too soon, cuts the answer off.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::super::Worker;
use super::super::body::{Cut, PIECE_TIME};
use super::chunks::{Chunks, Odd, Piece};
use super::link::Wire;
use super::reply::Body;
use crate::problem::Refusal;

/// Room for a piece.
const ROOM: usize = 32 << 10;

/// A body on its way.
pub(crate) struct Flow {
    worker: Rc<Worker>,
    /// Where its connection belongs, if that is of use afterwards.
    home: Option<Arc<str>>,
    wire: Option<Wire>,
    body: Body,
    chunks: Chunks,
    /// A piece that was read before the answer began.
    first: Option<Bytes>,
    clock: Option<Pin<Box<Sleep>>>,
    heard: Instant,
}

impl Flow {
    /// The body that begins in the buffer of this connection.
    pub(super) fn of(worker: &Rc<Worker>, wire: Wire, body: Body, home: Option<Arc<str>>) -> Self {
        let (worker, heard) = (worker.clone(), Instant::now());
        Self { worker, home, wire: Some(wire), body, chunks: Chunks::default(), first: None, clock: None, heard }
    }

    /// Takes the first piece, if it is there: a body that is odd from its beginning is no answer.
    pub(super) fn begin(&mut self) -> Result<(), Refusal> {
        self.first = self.piece().map_err(|Odd| Refusal::UpstreamFailed)?;
        Ok(())
    }

    /// The next piece of what was read, if there is one.
    fn piece(&mut self) -> Result<Option<Bytes>, Odd> {
        let Some(wire) = &mut self.wire else { return Ok(None) };
        match &mut self.body {
            Body::Nothing | Body::Length(0) => self.end(),
            Body::Length(left) if !wire.buffer.is_empty() => {
                let count = wire.buffer.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
                let piece = wire.buffer.split_to(count).freeze();
                *left -= count as u64;
                if *left == 0 {
                    self.end();
                }
                return Ok(Some(piece));
            }
            Body::Close if !wire.buffer.is_empty() => return Ok(Some(wire.buffer.split().freeze())),
            Body::Length(_) | Body::Close => {}
            Body::Chunked => match self.chunks.next(&mut wire.buffer)? {
                Piece::Data(data) => return Ok(Some(data)),
                Piece::More => {}
                Piece::End => self.end(),
            },
        }
        Ok(None)
    }

    /// All of it was read.
    fn end(&mut self) {
        if let (Some(wire), Some(home)) = (self.wire.take(), self.home.take())
            && wire.buffer.is_empty()
        {
            self.worker.waiting.borrow_mut().give_back(&home, wire, std::time::Instant::now());
        }
    }

    fn cut(&mut self, why: Refusal) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        self.wire = None;
        Poll::Ready(Some(Err(Cut(why))))
    }

    /// The upstream may be silent for so long.
    fn poll_clock(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let until = self.heard + PIECE_TIME;
        let clock = self.clock.get_or_insert_with(|| Box::pin(sleep_until(until)));
        while clock.as_mut().poll(cx).is_ready() {
            if Instant::now() >= until {
                return Poll::Ready(());
            }
            clock.as_mut().reset(until);
        }
        Poll::Pending
    }
}

impl HttpBody for Flow {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        loop {
            match self.piece() {
                Ok(Some(piece)) => return Poll::Ready(Some(Ok(Frame::data(piece)))),
                Ok(None) => {}
                Err(Odd) => return self.cut(Refusal::UpstreamFailed),
            }
            let Some(wire) = &mut self.wire else { return Poll::Ready(None) };
            match wire.poll_more(ROOM, cx) {
                Poll::Ready(Ok(0)) if self.body == Body::Close => self.end(),
                Poll::Ready(Ok(0) | Err(_)) => return self.cut(Refusal::UpstreamFailed),
                Poll::Ready(Ok(_)) => self.heard = Instant::now(),
                Poll::Pending => {
                    return match self.poll_clock(cx) {
                        Poll::Ready(()) => self.cut(Refusal::UpstreamSlow),
                        Poll::Pending => Poll::Pending,
                    };
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && self.wire.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let ahead = self.first.as_ref().map_or(0, |first| first.len() as u64);
        match self.body {
            Body::Length(left) => SizeHint::with_exact(left + ahead),
            Body::Nothing => SizeHint::with_exact(0),
            Body::Chunked | Body::Close => SizeHint::default(),
        }
    }
}
