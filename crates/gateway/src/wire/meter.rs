//! Limits of an app, or of its subscription, on the path of a call: first its rate, then a unit of its quota; and what answers say of them (IETF RateLimit fields).

use std::io::{Cursor, Write};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use capabilities::Unpaid;
use hyper::HeaderMap;
use hyper::header::{self, HeaderName, HeaderValue};

use super::{Worker, now_us};
use crate::limit::{Passed, Rate};
use crate::problem::Refusal;
use crate::quota::Taken;
use crate::snapshot::{Held, Name, Tally};

/// Longest wait for the answer of the teller, and how often it is waited for.
const WAIT: Duration = Duration::from_millis(500);
const WAITS: usize = 3;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What answers say of the limits.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Said {
    rate: Option<(Rate, u64, u64)>,
    per_month: Option<i64>,
    /// Seconds after which it may go better.
    pub again_in_s: Option<u64>,
}

/// Takes a place in the rate at this moment of the gateway's clock, or says why there is none.
pub(crate) fn take_rate(worker: &Worker, held: &Held<'_>, now: u64) -> (Said, Result<(), Refusal>) {
    let mut said = Said { per_month: held.limits.per_month, ..Said::default() };
    if let Some(rate) = held.limits.rate {
        let tally = held.tally(&worker.shared.current.tallies);
        if let Some(hot) = worker.shared.hot.get() {
            hot.note(held.holder, tally);
        }
        match tally.word.pass(rate, now) {
            Passed::Yes { left, full_in_s } => said.rate = Some((rate, left, full_in_s)),
            Passed::No { again_in_s } => {
                (said.rate, said.again_in_s) = (Some((rate, 0, again_in_s)), Some(again_in_s));
                return (said, Err(Refusal::Rate));
            }
        }
    }
    (said, Ok(()))
}

/// Takes a unit of the quota, if there is one, or says why there is none.
pub(crate) async fn take_quota(worker: &Worker, held: &Held<'_>, said: &mut Said) -> Result<(), Refusal> {
    if !held.limits.leased {
        return Ok(());
    }
    take_unit(worker, held.holder, held.tally(&worker.shared.current.tallies)).await.map_err(|(refusal, again_in_s)| {
        said.again_in_s = Some(again_in_s);
        refusal
    })
}

/// A unit of the quota; when none is at hand, the teller's answer is waited for.
async fn take_unit(worker: &Worker, holder: &Name, tally: &Arc<Tally>) -> Result<(), (Refusal, u64)> {
    for _ in 0..WAITS {
        let mut bell = pin!(tally.units.bell.notified());
        bell.as_mut().enable();
        let (taken, ask) = tally.units.take(now_us());
        if ask {
            let _ = worker.ask.send((holder.id(), tally.clone()));
        }
        match taken {
            Taken::Yes => return Ok(()),
            Taken::Dry { until_us, why } => return Err((refusal(why), u64::try_from((until_us - now_us()) / 1_000_000).unwrap_or(0) + 1)),
            Taken::Wait => drop(tokio::time::timeout(WAIT, bell).await),
        }
    }
    Err((Refusal::QuotaWaiting, 2))
}

/// What is said when there is no unit.
fn refusal(why: Option<Unpaid>) -> Refusal {
    match why {
        None => Refusal::Quota,
        Some(Unpaid::Suspended) => Refusal::Suspended,
        Some(Unpaid::WalletShort) => Refusal::WalletShort,
        Some(Unpaid::LimitReached) => Refusal::LimitReached,
    }
}

impl Said {
    /// `RateLimit-Policy: "rate";q=20;w=2, "month";q=10000` and `RateLimit: "rate";r=19;t=1`.
    pub(crate) fn mark(&self, headers: &mut HeaderMap) {
        self.fields(|name, value| {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                headers.insert(name, value);
            }
        });
    }

    /// Is a field of this name (in lower case) among them?
    pub(crate) fn says(&self, name: &str) -> bool {
        match name {
            "ratelimit" => self.rate.is_some(),
            "ratelimit-policy" => self.rate.is_some() || self.per_month.is_some(),
            "retry-after" => self.again_in_s.is_some(),
            _ => false,
        }
    }

    /// Gives each field out, whose text is made where it costs nothing.
    pub(crate) fn fields(&self, mut put: impl FnMut(HeaderName, &[u8])) {
        if let Some((_, left, full_in_s)) = self.rate {
            made(|text| write!(text, "\"rate\";r={left};t={full_in_s}"), |value| put(LIMIT, value));
        }
        if self.rate.is_some() || self.per_month.is_some() {
            made(|text| self.policy(text), |value| put(POLICY, value));
        }
        if let Some(seconds) = self.again_in_s {
            made(|text| write!(text, "{seconds}"), |value| put(header::RETRY_AFTER, value));
        }
    }

    fn policy(&self, text: &mut Text) -> std::io::Result<()> {
        if let Some((rate, ..)) = self.rate {
            write!(text, "\"rate\";q={};w={}", rate.burst, rate.burst.div_ceil(rate.per_second.max(1)))?;
        }
        let between = if self.rate.is_some() { ", " } else { "" };
        self.per_month.map_or(Ok(()), |count| write!(text, "{between}\"month\";q={count}"))
    }
}

/// Room for the text of a header.
type Text = Cursor<[u8; 128]>;

fn made(make: impl FnOnce(&mut Text) -> std::io::Result<()>, put: impl FnOnce(&[u8])) {
    let mut text = Cursor::new([0; 128]);
    let length = make(&mut text).ok().and_then(|()| usize::try_from(text.position()).ok());
    if let Some(value) = length.and_then(|length| text.get_ref().get(..length)) {
        put(value);
    }
}
