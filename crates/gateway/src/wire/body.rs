//! Bodies on their way: counted, bounded, and not waited for for ever. They are passed on frame by frame and never kept.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::Sleep;

use super::open::Metered;
use super::straight::Flow;
use super::taken::Along;
use crate::problem::Refusal;

/// Longest wait for the next piece of a body.
pub(super) const PIECE_TIME: Duration = Duration::from_secs(60);

/// Why a body ended early.
#[derive(Debug)]
pub(crate) struct Cut(pub Refusal);

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.code())
    }
}

impl std::error::Error for Cut {}

/// What the bodies of a call note where the call can see it.
#[derive(Default)]
pub(crate) struct Noted {
    /// What cut a body off.
    pub cut: Cell<Option<Refusal>>,
    /// Bytes of the caller's body.
    pub bytes: Cell<u64>,
    /// Is the next piece of the caller's body waited for?
    pub waits: Cell<bool>,
    /// What the call says, if its app records that.
    pub along: RefCell<Option<Box<Along>>>,
}

impl Noted {
    /// Takes something along, if that is asked for.
    pub(crate) fn along(&self, take: impl FnOnce(&mut Along)) {
        if let Some(along) = &mut *self.along.borrow_mut() {
            take(along);
        }
    }
}

/// A body from a peer. What cuts it is kept where the call can see it.
pub(crate) struct Guarded {
    inner: Option<Incoming>,
    /// A body that was read already.
    whole: Option<Bytes>,
    room: u64,
    slow: Refusal,
    clock: Option<Pin<Box<Sleep>>>,
    noted: Rc<Noted>,
}

impl Guarded {
    /// The caller's body, at most so long.
    pub(crate) fn request(inner: Incoming, room: u64, noted: Rc<Noted>) -> Self {
        Self { inner: (!inner.is_end_stream()).then_some(inner), whole: None, room, slow: Refusal::BodySlow, clock: None, noted }
    }

    /// The upstream's body.
    pub(crate) fn response(inner: Incoming) -> Self {
        Self { inner: Some(inner), whole: None, room: u64::MAX, slow: Refusal::UpstreamSlow, clock: None, noted: Rc::default() }
    }

    /// The caller's body, read already.
    pub(crate) fn whole(bytes: Bytes, noted: Rc<Noted>) -> Self {
        Self { whole: Some(bytes).filter(|bytes| !bytes.is_empty()), noted, ..Self::empty() }
    }

    /// Nothing.
    pub(crate) fn empty() -> Self {
        Self { inner: None, whole: None, room: 0, slow: Refusal::BodySlow, clock: None, noted: Rc::default() }
    }

    fn end(&self, why: Refusal) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        self.noted.cut.set(Some(why));
        Poll::Ready(Some(Err(Cut(why))))
    }
}

impl Body for Guarded {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let Some(inner) = &mut self.inner else { return Poll::Ready(self.whole.take().map(|bytes| Ok(Frame::data(bytes)))) };
        match Pin::new(inner).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.clock = None;
                self.noted.waits.set(false);
                let len = frame.data_ref().map_or(0, |data| data.len() as u64);
                let Some(room) = self.room.checked_sub(len) else { return self.end(Refusal::BodyLarge) };
                self.room = room;
                self.noted.bytes.set(self.noted.bytes.get() + len);
                let ended = self.is_end_stream();
                self.noted.along(|along| along.asks(frame.data_ref(), ended));
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(_))) => self.end(if self.slow == Refusal::BodySlow { Refusal::Malformed } else { Refusal::UpstreamFailed }),
            Poll::Ready(None) => {
                self.noted.waits.set(false);
                self.noted.along(|along| along.asks(None, true));
                Poll::Ready(None)
            }
            Poll::Pending => {
                self.noted.waits.set(true);
                // The clock is made only when there is something to wait for.
                let clock = self.clock.get_or_insert_with(|| Box::pin(tokio::time::sleep(PIECE_TIME)));
                match clock.as_mut().poll(cx) {
                    Poll::Ready(()) => self.end(self.slow),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.whole.is_none() && self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let whole = || SizeHint::with_exact(self.whole.as_ref().map_or(0, |bytes| bytes.len() as u64));
        self.inner.as_ref().map_or_else(whole, Body::size_hint)
    }
}

/// A body of ours, or the upstream's passed on.
pub(crate) enum Out {
    /// Ours.
    Whole(Option<Bytes>),
    /// So many bytes of filling.
    Filling(u64),
    /// The upstream's.
    Through(Guarded),
    /// The upstream's, straight from its connection.
    Flow(Box<Flow>),
    /// Any of these, metered.
    Metered(Box<Metered>),
}

/// Filling is given out in pieces of this.
static DOTS: [u8; 16 * 1024] = [b'.'; 16 * 1024];

impl Body for Out {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        match &mut *self {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Filling(0) => Poll::Ready(None),
            Self::Filling(left) => {
                let piece = (*left).min(DOTS.len() as u64);
                *left -= piece;
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&DOTS[..usize::try_from(piece).unwrap_or(0)])))))
            }
            Self::Through(body) => Pin::new(body).poll_frame(cx),
            Self::Flow(body) => Pin::new(body.as_mut()).poll_frame(cx),
            Self::Metered(body) => Pin::new(body.as_mut()).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_none(),
            Self::Filling(left) => *left == 0,
            Self::Through(body) => body.is_end_stream(),
            Self::Flow(body) => body.is_end_stream(),
            Self::Metered(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::Filling(left) => SizeHint::with_exact(*left),
            Self::Through(body) => body.size_hint(),
            Self::Flow(body) => body.size_hint(),
            Self::Metered(body) => body.size_hint(),
        }
    }
}
