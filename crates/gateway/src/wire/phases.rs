//! The phases of a call before anything of it reaches an upstream, for whoever reads it from the wire: understand → find the key → find the operation → take what it uses up → write down.
//! Nothing here waits for a database.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use capabilities::Environment;

use super::body::Noted;
use super::caller::{self, Caller};
use super::deliver::Way;
use super::meter::{self, Said};
use super::open::Open;
use super::{Peer, Worker};
use crate::ask::{self, Place};
use crate::fields::Head;
use crate::problem::{Refusal, Refused};
use crate::route::{Capability, Found, Version};
use crate::rules::{self, Mistake};
use crate::signed::Signed;
use crate::snapshot::{Key, Known};
use crate::trace::Marks;
use crate::upstream::Targets;

/// Below this the program itself serves what is registered as `builtin:…`.
const SERVED: &str = "/api/v1/served/";

/// A call that may be passed on.
pub(crate) struct Admitted {
    pub capability: Arc<Capability>,
    pub major: i64,
    /// Where its operation stands in the version's line.
    pub operation: usize,
    /// Must its end be on the disk before the answer goes out?
    pub durable: bool,
    /// Largest body.
    pub body_limit: u64,
    /// What is to be done with its body.
    pub body: rules::Ask,
    /// May it become a WebSocket?
    pub socket: bool,
    pub environment: Environment,
    /// Where a live app's subscription stands among its own.
    pub subscription: Option<usize>,
    pub key: Arc<Key>,
    /// The signature that the call came with, if it did.
    pub signed: Option<Box<Signed>>,
    pub app: Known,
}

/// When a call came in.
#[derive(Clone, Copy)]
pub(super) struct Came {
    /// Microseconds since 1970.
    pub at_us: i64,
    pub began: Instant,
}

impl Came {
    pub(super) fn now() -> Self {
        Self { at_us: super::now_us(), began: Instant::now() }
    }
}

/// Everything that can be said without the upstream, in the order in which it is told. `whose` learns of the key as soon as it is known.
pub(super) fn admit(worker: &Worker, head: &impl Head, from: &Peer, at: i64, whose: &mut Option<Arc<Key>>) -> Result<Admitted, Refused> {
    let root = worker.seen.borrow_mut().look(&worker.shared.current).clone();
    head.check()?;
    let Caller { key, signed, granted } = caller::find(worker, &root, head, from, at)?;
    let key = whose.insert(key).clone();
    let Place { slug, version, rest } = ask::place(head.path()).ok_or(Refusal::CapabilityUnknown)?;
    let app = root.app(&key.app).ok_or(Refusal::AppClosed)?;
    let environment = ask::admit(&key, &app, slug, from.address, at)?;
    caller::may(granted.as_deref(), slug)?;
    let capability = root.capability(slug).ok_or(Refusal::CapabilityUnknown)?.clone();
    let found = capability.version(version).ok_or(Refusal::VersionUnknown)?;
    if environment == Environment::Live && !found.line.state.is_live() || found.upstream(environment).is_none() {
        return Err(Refusal::NotLive.into());
    }
    let subscription = match environment {
        Environment::Live => Some(app.subscription(slug).ok_or(Refusal::NotSubscribed)?),
        Environment::Sandbox => None,
    };
    let operation = match found.find(head.method(), rest) {
        Found::Operation(at) => at,
        Found::OtherMethod(allow) => return Err(Refused { allow, ..Refusal::Method.into() }),
        Found::Nothing => return Err(Refusal::OperationUnknown.into()),
    };
    let announced = head.said("content-length").and_then(|len| std::str::from_utf8(len).ok()?.parse::<u64>().ok());
    if announced.is_some_and(|len| len > found.line.body_limit) {
        return Err(Refusal::BodyLarge.into());
    }
    let body = check_input(found, operation, rest, head)?;
    let (major, durable, body_limit) = (found.line.major, found.line.durable, found.line.body_limit);
    let socket = found.line.sockets.contains(&operation);
    Ok(Admitted { major, operation, durable, body_limit, body, socket, environment, subscription, key, signed, app, capability })
}

/// Does the call keep to the document of its version, as far as its head tells? What is to be done with its body.
fn check_input(version: &Version, operation: usize, rest: &str, head: &impl Head) -> Result<rules::Ask, Refused> {
    let Some(checks) = &version.checks else { return Ok(rules::Ask::Nothing) };
    let mistakes = checks.head(operation, rest, head.query(), head);
    if !mistakes.is_empty() {
        return Err(Refused { mistakes, ..Refusal::Input.into() });
    }
    match checks.body(operation, head, head.has_body()) {
        rules::Ask::Missing => {
            let missing = Mistake { place: "body", pointer: String::new(), code: "missing", limit: None };
            Err(Refused { mistakes: vec![missing], ..Refusal::Input.into() })
        }
        rules::Ask::Kind => Err(Refusal::MediaType.into()),
        ask => Ok(ask),
    }
}

/// Takes a place in the rate, if there is room for one call more.
pub(super) fn take_turn(worker: &Worker, admitted: &Admitted, came: Came, said: &mut Said) -> Result<(), Refusal> {
    if worker.lane.is_failing() {
        return Err(Refusal::MeterFull);
    }
    let held = admitted.app.held(admitted.subscription);
    // When there is as much as a thread takes, those wait first whose plan promises least.
    if worker.flying.get() >= worker.shared.most_calls * held.limits.share / 100 {
        return Err(Refusal::Overloaded);
    }
    let rate;
    (*said, rate) = meter::take_rate(worker, &held, worker.shared.clock_at(came.began));
    rate
}

impl Admitted {
    /// Has the body to be read before the call goes on, because its signature or its document says what is in it?
    pub(super) fn asks_for_body(&self) -> bool {
        self.signed.as_deref().is_some_and(Signed::is_about_body) || matches!(self.body, rules::Ask::Look(_))
    }

    /// Is this the body that was signed, and does it keep to the document?
    pub(super) fn look_into(&self, body: &[u8]) -> Result<(), Refused> {
        if !self.signed.as_deref().is_none_or(|signed| signed.fits(body)) {
            return Err(Refusal::DigestWrong.into());
        }
        let mistakes = self.mistakes_of(body);
        if mistakes.is_empty() { Ok(()) } else { Err(Refused { mistakes, ..Refusal::Input.into() }) }
    }

    fn mistakes_of(&self, body: &[u8]) -> Vec<Mistake> {
        let rules::Ask::Look(schema) = self.body else { return Vec::new() };
        let version = self.capability.by_major(self.major);
        version.and_then(|version| version.checks.as_ref()).map(|checks| checks.look(schema, body)).unwrap_or_default()
    }
}

/// The signature and a unit of the quota are used up, and the call is written down, before anything of it reaches an upstream.
pub(super) async fn let_in(worker: &Rc<Worker>, admitted: &Admitted, marks: &Marks, came: Came, noted: Rc<Noted>, said: &mut Said) -> Result<Open, Refusal> {
    caller::use_up(worker, admitted.signed.as_deref())?;
    meter::take_quota(worker, &admitted.app.held(admitted.subscription), said).await?;
    Open::admit((&worker.lane, &worker.flying), noted, admitted, marks, came).await.map_err(|_| Refusal::MeterFull)
}

impl Worker {
    /// Counts a call of which nothing goes on.
    pub(super) fn turn_away(&self, whose: Option<&Arc<Key>>, why: Refusal) {
        self.lane.refuse(whose.map(|key| &key.app), why.code());
    }
}

/// Where an admitted call goes.
pub(super) enum Goes<'a> {
    /// The gateway itself answers with what it was asked.
    Echo,
    /// To an upstream.
    On(Way<'a>),
}

/// Where it goes.
pub(super) fn whither<'a>(worker: &'a Worker, version: &'a Version, admitted: &Admitted) -> Result<Goes<'a>, Refusal> {
    let way = match version.upstream(admitted.environment).ok_or(Refusal::NotLive)? {
        Targets::Builtin(name) if name == "echo" => return Ok(Goes::Echo),
        Targets::Builtin(name) => {
            let house = worker.shared.house.as_ref().ok_or(Refusal::UpstreamFailed)?;
            Way { targets: &house.targets, base: Some(format!("{SERVED}{name}")), version, pass: Some(&house.pass), rewrite: None }
        }
        Targets::Http(targets) => Way { targets, base: None, version, pass: None, rewrite: version.ways.rewrite(admitted.operation) },
    };
    Ok(Goes::On(way))
}
