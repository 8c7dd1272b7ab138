//! Which target a call goes to, and whether it is made again at another: the same for whatever carries it over the wire.
//!
//! Invariant: a call is made again only at another target, and only if nothing of it was sent or it changes nothing; every target learns how its turn ended.

use std::rc::Rc;
use std::time::Duration;

use rand::RngExt;
use tokio::time::Instant;

use super::body::Noted;
use super::{Worker, now_us};
use crate::ask;
use crate::fields::Head;
use crate::problem::Refusal;
use crate::route::Version;
use crate::upstream::{Health, Target, Why, choose};
use crate::way::Rewrite;

/// Where a call goes.
pub(super) struct Way<'a> {
    pub targets: &'a [Target],
    /// Path before that of the call, if it is not that of the target.
    pub base: Option<String>,
    pub version: &'a Version,
    /// The bearer text that the program itself asks for.
    pub pass: Option<&'a str>,
    /// What is changed of the call.
    pub rewrite: Option<&'a Rewrite>,
}

/// What became of an attempt that has no answer.
pub(super) enum Missed {
    /// Nothing of it was sent.
    Unsent(Refusal),
    /// It may have arrived.
    Lost,
}

/// The time of the version is over.
pub(super) struct Late;

/// Carries one call.
pub(super) trait Carrier {
    /// An answer whose head is there.
    type Answer;

    /// Makes the call ready for a target.
    fn aim(&mut self, to: &Target, way: &Way<'_>) -> Result<(), Refusal>;
    /// Sends it there and waits for the head of the answer.
    async fn attempt(&mut self, to: &Target, way: &Way<'_>, until: Instant) -> Result<Result<Self::Answer, Missed>, Late>;
    /// Status of an answer.
    fn status(answer: &Self::Answer) -> u16;
    /// May a call that was sent be sent once more?
    fn is_kept(&self) -> bool;
    /// Makes it ready to be sent once more; says whether it is.
    fn keep(&mut self) -> bool;
}

/// To a target that can be called and is not shut to it; to another one if it fails, as often as the version allows: what was not sent at all, or may be sent twice.
pub(super) async fn deliver<C: Carrier>(worker: &Rc<Worker>, carrier: &mut C, shut: u32, way: &Way<'_>, noted: &Noted) -> Result<C::Answer, Refusal> {
    let begun = Instant::now();
    let (until, mut now) = (begun + Duration::from_millis(way.version.line.timeout_ms), worker.shared.clock_at(begun.into_std()));
    let (mut tried, mut again, mut missed) = (shut, way.version.line.retries, Refusal::UpstreamResting);
    loop {
        let random = |sum| worker.random.borrow_mut().random_range(0..sum);
        let Ok(turn) = choose(way.targets, tried, now, random) else { return Err(missed) };
        tried |= 1 << turn.at;
        carrier.aim(turn.target, way)?;
        let ended = match carrier.attempt(turn.target, way, until).await {
            Ok(Ok(answer)) if !is_trouble(C::status(&answer)) => {
                turn.good();
                return Ok(answer);
            }
            ended => ended,
        };
        // What the caller did wrong with its body is not the upstream's fault.
        if let (false, Some(cut)) = (matches!(ended, Ok(Ok(_))), noted.cut.get()) {
            return Err(cut);
        }
        now = worker.shared.clock();
        let at = now_us();
        let other = || way.targets.iter().enumerate().any(|(at, target)| tried & (1 << at) == 0 && target.health.may(now).is_ok());
        let may_again = |again: &mut u8, health: &Health| *again > 0 && other() && health.may_again(now) && std::mem::replace(again, *again - 1) > 0;
        let health = turn.target.health.clone();
        missed = match ended {
            Err(Late) if noted.waits.get() => return Err(Refusal::BodySlow),
            Err(Late) => {
                turn.bad(Why::Slow, now, at);
                return Err(Refusal::UpstreamSlow);
            }
            Ok(Ok(answer)) => {
                turn.bad(Why::Status, now, at);
                if !(carrier.is_kept() && may_again(&mut again, &health) && carrier.keep()) {
                    return Ok(answer);
                }
                Refusal::UpstreamFailed
            }
            Ok(Err(Missed::Unsent(refusal))) => {
                turn.bad(why(refusal, Why::Refused), now, at);
                refusal
            }
            Ok(Err(Missed::Lost)) => {
                turn.bad(Why::Broken, now, at);
                if !(carrier.is_kept() && may_again(&mut again, &health) && carrier.keep()) {
                    return Err(Refusal::UpstreamFailed);
                }
                Refusal::UpstreamFailed
            }
        };
    }
}

/// Answers of an upstream that cannot serve at the moment.
fn is_trouble(status: u16) -> bool {
    matches!(status, 502..=504)
}

fn why(refusal: Refusal, otherwise: Why) -> Why {
    match refusal {
        Refusal::UpstreamForbidden => Why::Forbidden,
        Refusal::UpstreamUntrusted => Why::Untrusted,
        Refusal::UpstreamSlow => Why::Slow,
        _ => otherwise,
    }
}

/// What an upstream is asked for: its base, what stands below the version, and the query; encoded as it came.
pub(super) fn put_target(to: &mut Vec<u8>, head: &impl Head, at: &Target, way: &Way<'_>) {
    let (base, rest) = (way.base.as_deref().unwrap_or(&at.address.base), ask::place(head.path()).map_or("/", |place| place.rest));
    let changed = way.rewrite.and_then(|rewrite| rewrite.path(rest));
    let rest = changed.as_deref().unwrap_or(rest);
    to.extend_from_slice(base.as_bytes());
    to.extend_from_slice(rest.as_bytes());
    if base.is_empty() && rest.is_empty() {
        to.push(b'/');
    }
    if let Some(query) = head.query() {
        to.push(b'?');
        to.extend_from_slice(query.as_bytes());
    }
}
