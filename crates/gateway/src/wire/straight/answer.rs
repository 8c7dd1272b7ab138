//! One simple call, from its head to its answer: the phases of every call, and then the way to its upstream or to the echo.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Method, Request, Response, Uri};
use tokio::time::Instant;

use super::super::body::{Guarded, Noted, Out, PIECE_TIME};
use super::super::call::{self, is_safe};
use super::super::deliver::{Way, deliver};
use super::super::meter::Said;
use super::super::open::Open;
use super::super::phases::{Admitted, Came, Goes, admit, let_in, take_turn, whither};
use super::super::{Peer, Worker, echo, reply as marking};
use super::asked::Asked;
use super::carry::{Back, Straight};
use super::clock::Clock;
use super::flow::Flow;
use super::head::put_response;
use super::reply::Body;
use crate::fields::Head;
use crate::problem::{Refusal, Refused};
use crate::route::Version;
use crate::trace::Marks;

/// How the body of an answer is framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Nothing,
    Length(u64),
    Chunked,
}

/// An answer whose head is written, and its body too if that was there.
pub(super) struct Answered {
    /// What is still to come.
    pub body: Option<(Out, Framing)>,
    /// Does the connection end behind it?
    pub close: bool,
    /// It is not answered here: hyper takes the connection over, with this call.
    pub hands_over: bool,
}

/// What the phases are told of a call, and what they have of its connection.
pub(super) struct Call<'a> {
    pub worker: &'a Rc<Worker>,
    pub from: &'a Peer,
    pub asked: &'a Asked<'a>,
    /// What came behind its head at once.
    pub here: &'a [u8],
    /// What came later.
    pub ahead: &'a RefCell<Vec<u8>>,
    /// Will the connection end behind it?
    pub close: bool,
    pub came: Came,
}

/// A call that was let in.
struct Begun<'a> {
    admitted: Admitted,
    open: Open,
    /// Its body, if that had to be looked into.
    body: Option<Cow<'a, [u8]>>,
}

/// What came back for a call that was let in.
enum Passed {
    /// An answer of our own.
    Made(Response<Out>),
    /// A status, and so many bytes of a body: all of it is written out.
    Whole(u16, u64),
    /// A status, and a body on its way.
    Flows(u16, Flow, Framing),
}

impl<'a> Call<'a> {
    /// Answers: the head, and the body as far as it is there, are in `out` then.
    pub(super) async fn answer(&self, out: &mut Vec<u8>, clock: &mut Clock) -> Answered {
        let worker = self.worker;
        if self.asked.path() == call::HEALTH {
            return self.say(out, call::health(worker));
        }
        let (marks, fit) = Marks::of(self.asked, self.came.at_us / 1_000, &mut worker.random.borrow_mut());
        let (mut whose, mut said) = (None, Said::default());
        let admitted = if fit { admit(worker, self.asked, self.from, self.came.at_us, &mut whose) } else { Err(Refusal::Correlator.into()) };
        let begun = match admitted {
            // What is recorded is taken along on the other way only, so that this one stays as short as it is.
            Ok(admitted) if admitted.app.is_recorded(self.came.at_us) => return Answered { body: None, close: false, hands_over: true },
            Ok(admitted) => self.begin(admitted, &marks, &mut said, clock).await,
            Err(refused) => Err(refused),
        };
        let passed = match begun {
            Ok(begun) => self.pass(begun, &marks, &said, out, clock).await.map_err(Refused::from),
            Err(refused) => {
                worker.turn_away(whose.as_ref(), refused.why);
                Err(refused)
            }
        };
        passed.unwrap_or_else(|refused| {
            let mut response = marking::refuse(worker, &refused, marking::english(self.asked), &marks);
            said.mark(response.headers_mut());
            self.say(out, response)
        })
    }

    fn say(&self, out: &mut Vec<u8>, response: Response<Out>) -> Answered {
        let head_only = self.asked.method() == "HEAD";
        put_response(out, response, head_only, self.close, &mut self.worker.dated.borrow_mut(), self.came.at_us)
    }

    /// What the call uses up is taken, its body looked into if that is asked for, and the call written down.
    async fn begin(&self, admitted: Admitted, marks: &Marks, said: &mut Said, clock: &mut Clock) -> Result<Begun<'a>, Refused> {
        take_turn(self.worker, &admitted, self.came, said)?;
        let mut body = None;
        if admitted.asks_for_body() {
            let whole = self.body(Instant::now() + PIECE_TIME, clock).await?;
            admitted.look_into(&whole)?;
            body = Some(whole);
        }
        let open = let_in(self.worker, &admitted, marks, self.came, Rc::default(), said).await?;
        Ok(Begun { admitted, open, body })
    }

    /// The whole body; what of it is not there yet is waited for.
    async fn body(&self, until: Instant, clock: &mut Clock) -> Result<Cow<'a, [u8]>, Refusal> {
        let length = self.asked.body.unwrap_or(0);
        if let Some(whole) = self.here.get(..length) {
            return Ok(Cow::Borrowed(whole));
        }
        let rest = length - self.here.len();
        let there = clock.within(until, |_| if self.ahead.borrow().len() >= rest { Poll::Ready(()) } else { Poll::Pending });
        there.await.ok_or(Refusal::BodySlow)?;
        Ok(Cow::Owned([self.here, self.ahead.borrow().get(..rest).unwrap_or_default()].concat()))
    }

    /// Passes the call on; its end is written down before the last byte of whatever answers it leaves.
    async fn pass(&self, begun: Begun<'a>, marks: &Marks, said: &Said, out: &mut Vec<u8>, clock: &mut Clock) -> Result<Answered, Refusal> {
        let Begun { admitted, open, body } = begun;
        match self.pass_on(&admitted, body, &open.noted, (marks, said), out, clock).await {
            Ok(Passed::Whole(status, bytes)) => {
                open.whole(status, bytes).await?;
                Ok(Answered { body: None, close: self.close, hands_over: false })
            }
            Ok(Passed::Flows(status, flow, framing)) => {
                Ok(Answered { body: Some((open.through(status, Out::Flow(Box::new(flow))), framing)), close: self.close, hands_over: false })
            }
            Ok(Passed::Made(response)) => {
                let mut response = Box::pin(open.answer(response, self.asked.method() == "HEAD")).await?;
                marking::mark(response.headers_mut(), marks);
                said.mark(response.headers_mut());
                Ok(self.say(out, response))
            }
            Err(refusal) => {
                Box::pin(open.refuse(refusal)).await;
                Err(refusal)
            }
        }
    }

    async fn pass_on(
        &self,
        admitted: &Admitted,
        body: Option<Cow<'a, [u8]>>,
        noted: &Rc<Noted>,
        told: (&Marks, &Said),
        out: &mut Vec<u8>,
        clock: &mut Clock,
    ) -> Result<Passed, Refusal> {
        let version = admitted.capability.by_major(admitted.major).ok_or(Refusal::VersionUnknown)?;
        let body = match body {
            Some(body) => body,
            None if !self.asked.has_body() => Cow::Borrowed(&[][..]),
            None => self.body(Instant::now() + Duration::from_millis(version.line.timeout_ms), clock).await?,
        };
        noted.bytes.set(body.len() as u64);
        match whither(self.worker, version, admitted)? {
            Goes::Echo => self.echo(version, admitted, &body, told.0, noted).await.map(Passed::Made),
            Goes::On(way) => self.forward(&way, admitted, &body, noted, told, out, clock).await,
        }
    }

    /// The echo reads a request as hyper has it.
    async fn echo(&self, version: &Version, admitted: &Admitted, body: &[u8], marks: &Marks, noted: &Rc<Noted>) -> Result<Response<Out>, Refusal> {
        let mut request = Request::new(Guarded::whole(Bytes::copy_from_slice(body), noted.clone()));
        let query = self.asked.query().map(|query| format!("?{query}")).unwrap_or_default();
        *request.uri_mut() = format!("{}{query}", self.asked.path()).parse::<Uri>().map_err(|_| Refusal::Malformed)?;
        *request.method_mut() = self.asked.method().parse::<Method>().map_err(|_| Refusal::Malformed)?;
        for field in self.asked.fields {
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(field.name.as_bytes()), HeaderValue::from_bytes(field.value)) {
                request.headers_mut().append(name, value);
            }
        }
        let mut response = Box::pin(echo::answer(request, admitted, marks, noted)).await?;
        marking::mark_version(response.headers_mut(), version);
        Ok(response)
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one call")]
    async fn forward(
        &self,
        way: &Way<'_>,
        admitted: &Admitted,
        body: &[u8],
        noted: &Rc<Noted>,
        (marks, said): (&Marks, &Said),
        out: &mut Vec<u8>,
        clock: &mut Clock,
    ) -> Result<Passed, Refusal> {
        let shut = way.version.ways.shut(self.asked.query(), self.asked, way.targets);
        let kept = is_safe(self.asked.method()) && body.is_empty();
        let mut carrier = Straight { call: self, admitted, marks, said, version: way.version, body, out, clock, kept };
        let back = deliver(self.worker, &mut carrier, shut, way, noted).await?;
        self.take_in(back, out)
    }

    /// Writes the body of an answer behind its head, if all of it is there.
    fn take_in(&self, back: Back, out: &mut Vec<u8>) -> Result<Passed, Refusal> {
        let Back { status, body, home, mut wire } = back;
        let there = match body {
            Body::Nothing => Some(0),
            Body::Length(length) => usize::try_from(length).ok().filter(|length| *length <= wire.buffer.len()),
            Body::Chunked | Body::Close => None,
        };
        let Some(length) = there else {
            let mut flow = Flow::of(self.worker, wire, body, home);
            flow.begin()?;
            return Ok(Passed::Flows(status, flow, body.framing()));
        };
        out.extend_from_slice(&wire.buffer[..length]);
        if let Some(home) = home.filter(|_| wire.buffer.len() == length) {
            wire.buffer.clear();
            self.worker.waiting.borrow_mut().give_back(&home, wire, self.came.began);
        }
        Ok(Passed::Whole(status, length as u64))
    }
}
