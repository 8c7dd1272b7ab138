//! A call that was let in, until it is settled; and its answer on the way out, whose last piece is held back until the kernel has the end of the call.
//!
//! Invariant: whoever sees a whole answer has a settled call in the log. A call that is dropped in between was left by its caller and is settled as that.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::Response;
use tokio::time::Sleep;

use super::body::{Cut, Noted, Out};
use super::phases::{Admitted, Came};
use super::socket::{self, Tunnel};
use crate::meter::{End, Full, How, Lane};
use crate::problem::Refusal;
use crate::trace::Marks;

/// An answer that is at most so long is waited for whole, if its first piece is all of it: it goes out in one write.
const SHORT: u64 = 64 << 10;
/// So long an answer waits for a disk that refuses, before it is cut off.
const PATIENCE: Duration = Duration::from_secs(10);

/// A call that was let in.
pub(crate) struct Open {
    lane: Rc<Lane>,
    of: i64,
    began: Instant,
    waited_us: Cell<u64>,
    status: Cell<u16>,
    bytes_out: Cell<u64>,
    durable: bool,
    settled: Cell<bool>,
    /// Calls of the thread that were let in and have not ended.
    flying: Rc<Cell<usize>>,
    /// What the bodies of the call note.
    pub noted: Rc<Noted>,
}

impl Open {
    /// Writes down that the call is let in; comes back when the kernel has it.
    pub(crate) async fn admit(
        (lane, flying): (&Rc<Lane>, &Rc<Cell<usize>>),
        noted: Rc<Noted>,
        admitted: &Admitted,
        marks: &Marks,
        came: Came,
    ) -> Result<Self, Full> {
        let place = (&admitted.capability, admitted.major, admitted.operation);
        let (of, round) = lane.admit(&admitted.key, place, came.at_us, &marks.raw)?;
        let open = Self {
            lane: lane.clone(),
            of,
            began: came.began,
            waited_us: Cell::new(0),
            status: Cell::new(0),
            bytes_out: Cell::new(0),
            durable: admitted.durable,
            settled: Cell::new(false),
            flying: flying.clone(),
            noted,
        };
        flying.set(flying.get() + 1);
        match lane.written(round).await {
            Ok(()) => Ok(open),
            Err(full) => {
                open.settle(How::Refused(Refusal::MeterFull.code()));
                Err(full)
            }
        }
    }

    fn elapsed_us(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// The answer begins.
    fn answers(&self, status: u16) {
        self.status.set(status);
        self.waited_us.set(self.elapsed_us());
    }

    /// Writes down how the call ended: the round in which that is written. Only the first ending counts.
    fn settle(&self, how: How) -> u64 {
        if self.settled.get() { 0 } else { self.settle_at(how, self.elapsed_us()) }
    }

    /// The same, after so many microseconds.
    fn settle_at(&self, how: How, total_us: u64) -> u64 {
        if self.settled.replace(true) {
            return 0;
        }
        let end =
            End { how, status: self.status.get(), bytes_in: self.noted.bytes.get(), bytes_out: self.bytes_out.get(), wait_us: self.waited_us.get(), total_us };
        self.lane.settle(self.of, &end)
    }

    /// Waits until the end of the call is with the kernel, or on the disk if its version asks for that.
    fn ending(&self, round: u64) -> Ending {
        let synced: Option<Pin<Box<dyn Future<Output = ()>>>> = self.durable.then(|| {
            let durable = self.lane.durable.clone();
            Box::pin(async move { durable.wait(round).await }) as _
        });
        Ending { lane: self.lane.clone(), round, synced, clock: None }
    }

    /// The gateway answers itself: the answer goes out when that is written down.
    pub(crate) async fn refuse(self, refusal: Refusal) {
        self.answers(refusal.status());
        let round = self.settle(How::Refused(refusal.code()));
        let _ = self.ending(round).await;
    }

    /// The upstream agreed to a WebSocket; it is settled when its line is closed.
    pub(crate) fn open_line(self, tunnel: Tunnel) {
        self.answers(101);
        socket::pass(self, tunnel);
    }

    /// The line is closed, after so many bytes from the caller and to it.
    pub(crate) fn close_line(&self, inwards: u64, outwards: u64) {
        self.noted.bytes.set(inwards);
        self.bytes_out.set(outwards);
        self.settle(How::Answered);
    }

    /// The whole answer is there, with so many bytes of a body: comes back when its end is written down.
    pub(crate) async fn whole(&self, status: u16, bytes_out: u64) -> Result<(), Refusal> {
        self.answers(status);
        self.bytes_out.set(bytes_out);
        let round = self.settle_at(How::Answered, self.waited_us.get());
        self.ending(round).await.map_err(|Full| Refusal::MeterFull)
    }

    /// The upstream's answer whose body is on its way, metered.
    pub(crate) fn through(self, status: u16, body: Out) -> Out {
        self.answers(status);
        Out::Metered(Box::new(Metered::new(self, body, None)))
    }

    /// The upstream's answer, metered on its way out; or why the gateway has to answer itself.
    pub(crate) async fn answer(self, response: Response<Out>, head_only: bool) -> Result<Response<Out>, Refusal> {
        self.answers(response.status().as_u16());
        let (parts, mut body) = response.into_parts();
        let exact = body.size_hint().exact();
        let mut first = None;
        if !head_only && !body.is_end_stream() {
            if exact.is_none_or(|exact| exact > SHORT) {
                return Ok(Response::from_parts(parts, Out::Metered(Box::new(Metered::new(self, body, None)))));
            }
            first = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
            if let Some(Err(Cut(why))) = first {
                self.refuse(why).await;
                return Err(why);
            }
            let length = first.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()).map(|data| data.len() as u64);
            if length.is_none() || length != exact {
                return Ok(Response::from_parts(parts, Out::Metered(Box::new(Metered::new(self, body, first)))));
            }
            self.bytes_out.set(length.unwrap_or(0));
        }
        let round = self.settle(How::Answered);
        self.ending(round).await.map_err(|Full| Refusal::MeterFull)?;
        let whole = first.and_then(|frame| frame.ok()?.into_data().ok());
        self.noted.along(|along| along.says(whole.as_ref(), true));
        // The answer to HEAD says a length and has no body.
        Ok(Response::from_parts(parts, if head_only { body } else { Out::Whole(whole) }))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.settle(How::CallerGone);
        self.flying.set(self.flying.get() - 1);
    }
}

/// The end of a call on its way to the kernel or the disk.
struct Ending {
    lane: Rc<Lane>,
    round: u64,
    synced: Option<Pin<Box<dyn Future<Output = ()>>>>,
    clock: Option<Pin<Box<Sleep>>>,
}

impl Future for Ending {
    type Output = Result<(), Full>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Full>> {
        let taken = self.lane.poll_written(self.round, cx);
        let taken = match (taken, &mut self.synced) {
            (Poll::Ready(()), Some(synced)) => synced.as_mut().poll(cx),
            (taken, _) => taken,
        };
        if taken.is_ready() {
            return Poll::Ready(Ok(()));
        }
        if self.lane.is_failing() {
            // The clock is made only when there is something to wait for.
            let clock = self.clock.get_or_insert_with(|| Box::pin(tokio::time::sleep(PATIENCE)));
            return clock.as_mut().poll(cx).map(|()| Err(Full));
        }
        Poll::Pending
    }
}

/// The upstream's answer on its way out.
pub(crate) struct Metered {
    open: Open,
    inner: Out,
    /// Bytes that are still to come, if the answer said how many there are.
    left: Option<u64>,
    /// Read before the body went on its way.
    first: Option<Result<Frame<Bytes>, Cut>>,
    /// The last piece (nothing: the end itself), held back.
    held: Option<(Option<Frame<Bytes>>, Ending)>,
    over: bool,
}

impl Metered {
    fn new(open: Open, inner: Out, first: Option<Result<Frame<Bytes>, Cut>>) -> Self {
        let ahead = first.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()).map_or(0, |data| data.len() as u64);
        let left = inner.size_hint().exact().map(|left| left + ahead);
        Self { open, inner, left, first, held: None, over: false }
    }

    /// Counts a piece; says whether it is the last.
    fn count(&mut self, frame: &Frame<Bytes>) -> bool {
        let length = frame.data_ref().map_or(0, |data| data.len() as u64);
        self.open.bytes_out.set(self.open.bytes_out.get() + length);
        self.left = self.left.map(|left| left.saturating_sub(length));
        let ended = self.left == Some(0);
        self.open.noted.along(|along| along.says(frame.data_ref(), ended));
        ended
    }

    fn hold(&mut self, last: Option<Frame<Bytes>>) {
        let round = self.open.settle(How::Answered);
        self.held = Some((last, self.open.ending(round)));
    }
}

impl Body for Metered {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        loop {
            if let Some((last, ending)) = &mut self.held {
                let Poll::Ready(ended) = Pin::new(ending).poll(cx) else { return Poll::Pending };
                let last = last.take();
                (self.held, self.over) = (None, true);
                return Poll::Ready(match ended {
                    Ok(()) => last.map(Ok),
                    Err(Full) => Some(Err(Cut(Refusal::MeterFull))),
                });
            }
            if self.over {
                return Poll::Ready(None);
            }
            let next = match self.first.take() {
                Some(first) => Some(first),
                None => match Pin::new(&mut self.inner).poll_frame(cx) {
                    Poll::Ready(next) => next,
                    Poll::Pending => return Poll::Pending,
                },
            };
            match next {
                Some(Ok(frame)) if self.count(&frame) => self.hold(Some(frame)),
                Some(Ok(frame)) => return Poll::Ready(Some(Ok(frame))),
                None if self.left.is_none_or(|left| left == 0) => {
                    self.open.noted.along(|along| along.says(None, true));
                    self.hold(None);
                }
                None => {
                    self.open.settle(How::CutOff);
                    self.over = true;
                    return Poll::Ready(Some(Err(Cut(Refusal::UpstreamFailed))));
                }
                Some(Err(cut)) => {
                    self.open.settle(How::CutOff);
                    self.over = true;
                    return Poll::Ready(Some(Err(cut)));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.over && self.held.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let held = self.held.as_ref().and_then(|(last, _)| last.as_ref()?.data_ref()).map_or(0, |data| data.len() as u64);
        self.left.map_or_else(|| self.inner.size_hint(), |left| SizeHint::with_exact(left + held))
    }
}
