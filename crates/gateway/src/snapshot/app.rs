//! An app as the gateway knows it: its own names and counters. What it may do stands once for all apps of a shard that may do the same.

use std::sync::{Arc, OnceLock};

use capabilities::{AppLine, Billing, Environment, Plan, plan_for, plan_of, plans_for};

use super::bits::{Bits, put_number, put_text};
use super::name::Name;
use super::tally::{Tallies, Tally};
use crate::limit::Rate;

/// An app.
#[derive(Debug)]
pub(crate) struct App {
    pub id: Name,
    /// Where its terms stand among those of its shard.
    pub(super) terms: u32,
    tally: OnceLock<Arc<Tally>>,
    subscriptions: Box<[Subscription]>,
}

#[derive(Debug)]
struct Subscription {
    id: Name,
    tally: OnceLock<Arc<Tally>>,
}

/// What the feed tells of an app, but for names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    environment: Environment,
    open: bool,
    suspended: bool,
    limited: bool,
    /// What its calls say is recorded until then (microseconds UTC).
    recorded_until: Option<i64>,
    plan: Option<Box<str>>,
    /// Capability and plan of each subscription, in the order of those of its apps.
    subscriptions: Box<[(Box<str>, Box<str>)]>,
}

/// What apps of one shape may do under the plans in force.
#[derive(Debug)]
pub(crate) struct Terms {
    pub(super) shape: Shape,
    /// Limits of the plan of the app as a whole; a live app has those of its subscriptions.
    limits: Limits,
    /// Of each subscription. A plan that the pack no longer has lets nothing pass: what it allowed is not known.
    subscribed: Box<[Option<Limits>]>,
}

/// Up to which part of what a thread takes (percent) calls are taken: of sandbox apps, of the first plan of a capability, of the others.
const SANDBOX: usize = 60;
const FIRST: usize = 80;
const LAST: usize = 100;

/// What may be used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The rate, if the plan has one.
    pub rate: Option<Rate>,
    /// Calls a month, if the plan has a quota.
    pub per_month: Option<i64>,
    /// Up to which part of what a thread takes (percent) its calls are taken: plans that come later in the pack are served longest.
    pub share: usize,
    /// Must each call have a unit that was leased?
    pub leased: bool,
}

/// An app and what it may do, at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    app: Arc<App>,
    terms: Arc<Terms>,
}

/// Who holds the quota that a call uses up, the limits, and what was used up of them.
pub(crate) struct Held<'a> {
    pub holder: &'a Name,
    pub limits: &'a Limits,
    tally: &'a OnceLock<Arc<Tally>>,
}

impl Known {
    pub(super) fn of(app: Arc<App>, terms: Arc<Terms>) -> Self {
        Self { app, terms }
    }

    /// Where its calls go.
    pub(crate) fn environment(&self) -> Environment {
        self.terms.shape.environment
    }

    /// Do its keys work?
    pub(crate) fn is_open(&self) -> bool {
        self.terms.shape.open
    }

    /// Does nothing of it pass, since what is owed was not paid?
    pub(crate) fn is_suspended(&self) -> bool {
        self.terms.shape.suspended
    }

    /// Is recorded at this moment what its calls say?
    pub(crate) fn is_recorded(&self, now_us: i64) -> bool {
        self.terms.shape.recorded_until.is_some_and(|until| now_us < until)
    }

    /// Its subscription to this capability: where it stands.
    pub(crate) fn subscription(&self, slug: &str) -> Option<usize> {
        let named = self.terms.shape.subscriptions.iter().zip(&self.terms.subscribed);
        named.enumerate().find(|(_, ((capability, _), limits))| &**capability == slug && limits.is_some()).map(|(at, _)| at)
    }

    /// Who holds the quota that a call uses up, and the limits.
    pub(crate) fn held(&self, subscription: Option<usize>) -> Held<'_> {
        let subscribed = subscription.and_then(|at| Some((self.app.subscriptions.get(at)?, self.terms.subscribed.get(at)?.as_ref()?)));
        match subscribed {
            Some((one, limits)) => Held { holder: &one.id, limits, tally: &one.tally },
            None => Held { holder: &self.app.id, limits: &self.terms.limits, tally: &self.app.tally },
        }
    }
}

impl<'a> Held<'a> {
    /// What was used up; made at the first use.
    pub(crate) fn tally(&self, tallies: &Tallies) -> &'a Arc<Tally> {
        self.tally.get_or_init(|| tallies.of(self.holder))
    }
}

impl App {
    fn new(id: Name, terms: u32, subscriptions: impl Iterator<Item = Name>) -> Self {
        let subscriptions = subscriptions.map(|id| Subscription { id, tally: OnceLock::new() }).collect();
        Self { id, terms, tally: OnceLock::new(), subscriptions }
    }

    /// From its line, whose terms stand there.
    pub(super) fn of(line: &AppLine, terms: u32) -> Self {
        Self::new(Name::of(&line.id), terms, line.subscriptions.iter().map(|one| Name::of(&one.id)))
    }

    /// As it lies on the disk.
    pub(super) fn put(&self, to: &mut Vec<u8>) {
        self.id.put(to);
        put_number(to, self.terms.into());
        put_number(to, self.subscriptions.len() as u64);
        self.subscriptions.iter().for_each(|one| one.id.put(to));
    }

    /// From there.
    pub(super) fn take(from: &mut Bits<'_>) -> Option<Self> {
        let (id, terms) = (Name::take(from)?, u32::try_from(from.number()?).ok()?);
        Some(Self::new(id, terms, from.list(2, Name::take)?.into_iter()))
    }
}

impl Shape {
    pub(super) fn of(line: &AppLine) -> Self {
        Self {
            environment: line.environment,
            open: line.open,
            suspended: line.suspended,
            limited: line.limited,
            recorded_until: line.recorded_until,
            plan: line.plan.as_deref().map(Into::into),
            subscriptions: line.subscriptions.iter().map(|one| (one.capability.as_str().into(), one.plan.as_str().into())).collect(),
        }
    }

    /// As it lies on the disk.
    pub(super) fn put(&self, to: &mut Vec<u8>) {
        let marks = [self.environment == Environment::Live, self.open, self.suspended, self.limited, self.plan.is_some(), self.recorded_until.is_some()];
        to.push(marks.iter().rev().fold(0, |byte, mark| byte << 1 | u8::from(*mark)));
        self.plan.iter().for_each(|plan| put_text(to, plan));
        to.extend(self.recorded_until.map(i64::to_le_bytes).into_iter().flatten());
        put_number(to, self.subscriptions.len() as u64);
        for (capability, plan) in &self.subscriptions {
            put_text(to, capability);
            put_text(to, plan);
        }
    }

    /// From there.
    pub(super) fn take(from: &mut Bits<'_>) -> Option<Self> {
        let marks = from.byte()?;
        let [live, open, suspended, limited, planned, recorded] = [0, 1, 2, 3, 4, 5].map(|bit| marks >> bit & 1 == 1);
        let environment = if live { Environment::Live } else { Environment::Sandbox };
        let plan = if planned { Some(from.text()?.into()) } else { None };
        let recorded_until = if recorded { Some(i64::from_le_bytes(*from.array()?)) } else { None };
        let subscriptions = from.list(2, |from| Some((from.text()?.into(), from.text()?.into())))?;
        Some(Self { environment, open, suspended, limited, recorded_until, plan, subscriptions })
    }
}

impl Terms {
    /// What a shape comes to under these plans.
    pub(super) fn of(shape: Shape, plans: &[Plan]) -> Self {
        let plan = plan_of(plans, shape.environment, shape.plan.as_deref());
        let limits = Limits::of(plan, if shape.environment == Environment::Sandbox { SANDBOX } else { LAST }, false);
        let subscribed = shape.subscriptions.iter().map(|(capability, chosen)| {
            let plan = plan_for(plans, capability, chosen)?;
            let share = if plans_for(plans, capability).first().is_some_and(|first| first.key == plan.key) { FIRST } else { LAST };
            Some(Limits::of(Some(plan), share, shape.limited || plan.billing == Billing::Prepaid))
        });
        Self { limits, subscribed: subscribed.collect(), shape }
    }
}

impl Limits {
    fn of(plan: Option<&Plan>, share: usize, held_by_money: bool) -> Self {
        let positive = |number: i64| u64::try_from(number).ok().filter(|number| *number > 0);
        let rate = plan.and_then(|plan| Some(Rate { per_second: positive(plan.per_second)?, burst: positive(plan.burst)? }));
        let per_month = plan.map(|plan| plan.per_month).filter(|count| *count > 0);
        Self { rate, per_month, leased: per_month.is_some() || held_by_money, share }
    }
}
