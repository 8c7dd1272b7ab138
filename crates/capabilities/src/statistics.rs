//! Capability statistics (S-138): calls, income, apps, developers and firms, by platform and by capability, for the operator.
//!
//! Asks `metering` for calls, and through [`Asks`] for income and for who acts for a firm. Invariant: each figure leads on to what it is made of.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Acting, Amount, Asset, Bilingual, Day, Fault, Id, Instant, Never, Outcome};

use crate::usage::{MonthView, wanted};
use crate::{Asks, Capability, Environment, rights, sql, sql_subscription};

/// Platforms of the plan, in its order.
pub(crate) const PLATFORMS: [&str; 6] = ["comms", "internet", "iot", "home", "content", "support"];

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Figures {
    /// Calls of the month that were taken in, of sandbox and live.
    pub calls: i64,
    /// The same since the beginning.
    pub calls_ever: i64,
    /// What was charged for the month, without tax.
    pub income: Amount,
    /// The same since the beginning.
    pub income_ever: Amount,
    /// Apps that subscribe now.
    pub apps: i64,
    /// People who own them.
    pub developers: i64,
    /// Of which act for an organisation.
    pub firms: i64,
}

/// A capability with its figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CapabilityFigures {
    /// Name in addresses.
    pub slug: String,
    /// Name.
    pub name: Bilingual,
    /// Its figures.
    pub figures: Figures,
}

/// A platform with its capabilities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlatformFigures {
    /// `comms`; nothing for capabilities outside the six.
    pub platform: Option<String>,
    /// Sums; who has apps on several capabilities counts once.
    pub figures: Figures,
    /// Its capabilities, those called most first.
    pub capabilities: Vec<CapabilityFigures>,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StatisticsView {
    /// The month.
    pub month: MonthView,
    /// Over all capabilities; who is on several platforms counts once.
    pub all: Figures,
    /// Apps that are open in the sandbox and live, whether they subscribe or not.
    pub sandbox_apps: i64,
    /// The same, live.
    pub live_apps: i64,
    /// The six platforms of the plan, then the rest.
    pub platforms: Vec<PlatformFigures>,
}

/// Calls and income by capability.
#[derive(Default)]
struct Flows {
    calls: BTreeMap<String, i64>,
    calls_ever: BTreeMap<String, i64>,
    income: BTreeMap<String, i64>,
    income_ever: BTreeMap<String, i64>,
}

/// Statistics of a month (`2026-11`; this one if it is left out or cannot be read).
pub fn statistics<A: Asks>(read: &Read, who: &Acting, month: Option<&str>) -> Outcome<StatisticsView, Never> {
    who.may_anywhere(rights::RUN)?;
    let (month, first) = wanted(read.now(), month);
    let flows = flows::<A>(read, first)?;
    let (holders, firms) = (Holders::of(read)?, A::firms(read)?);
    let capabilities = sql::capabilities(read)?;
    let of_platform = |platform: Option<&str>| {
        let own: Vec<&Capability> = capabilities.iter().filter(|one| known(one.platform.as_deref()) == platform).collect();
        let mut rows: Vec<CapabilityFigures> = own
            .iter()
            .map(|one| CapabilityFigures {
                slug: one.slug.clone(),
                name: Bilingual::new(&one.zh, &one.en),
                figures: figures(&[*one], &flows, &holders, &firms),
            })
            .collect();
        rows.sort_by_key(|row| (-row.figures.calls, row.slug.clone()));
        PlatformFigures { platform: platform.map(str::to_owned), figures: figures(&own, &flows, &holders, &firms), capabilities: rows }
    };
    let platforms = PLATFORMS.into_iter().map(Some).chain([None]).map(of_platform).collect();
    let all = figures(&capabilities.iter().collect::<Vec<_>>(), &flows, &holders, &firms);
    let [sandbox_apps, live_apps] = [Environment::Sandbox, Environment::Live].map(|environment| sql::open_apps(read, environment));
    Ok(StatisticsView { month, all, sandbox_apps: sandbox_apps?, live_apps: live_apps?, platforms })
}

/// A platform that the plan does not have counts to the rest.
fn known(platform: Option<&str>) -> Option<&str> {
    platform.filter(|platform| PLATFORMS.contains(platform))
}

fn figures(of: &[&Capability], flows: &Flows, holders: &Holders, firms: &BTreeSet<Id>) -> Figures {
    let (mut calls, mut calls_ever, mut income, mut income_ever, mut apps) = (0, 0, 0, 0, 0);
    let mut people = BTreeSet::new();
    for one in of {
        let (slug, id) = (&one.slug, &one.id);
        calls += flows.calls.get(slug).unwrap_or(&0);
        calls_ever += flows.calls_ever.get(slug).unwrap_or(&0);
        income += flows.income.get(slug).unwrap_or(&0);
        income_ever += flows.income_ever.get(slug).unwrap_or(&0);
        for (person, count) in holders.0.get(id).into_iter().flatten() {
            apps += count;
            people.insert(person);
        }
    }
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let yuan = |minor| Amount { minor, asset: Asset::cny() };
    let firms = count(people.iter().filter(|person| firms.contains(**person)).count());
    Figures { calls, calls_ever, income: yuan(income), income_ever: yuan(income_ever), apps, developers: count(people.len()), firms }
}

/// Who holds subscriptions in force, by capability, and with how many apps.
struct Holders(BTreeMap<Id, Vec<(Id, i64)>>);

impl Holders {
    fn of(read: &Read) -> Result<Self, Fault> {
        let mut by_capability: BTreeMap<Id, Vec<(Id, i64)>> = BTreeMap::new();
        for (capability, person, apps) in sql_subscription::holders(read)? {
            by_capability.entry(capability).or_default().push((person, apps));
        }
        Ok(Self(by_capability))
    }
}

fn flows<A: Asks>(read: &Read, first: Day) -> Result<Flows, Fault> {
    let (last, today) = (first.last_of_month(), read.now().day());
    let beginning = Day::parse("2000-01-01").map_err(|mistake| Fault::new(format!("{mistake:?}")))?;
    Ok(Flows {
        calls: calls(read, first.start(), last.end())?,
        calls_ever: calls(read, beginning.start(), today.end())?,
        income: income(A::earned(read, first, last)?),
        income_ever: income(A::earned(read, beginning, today)?),
    })
}

fn income(earned: Vec<(String, i64)>) -> BTreeMap<String, i64> {
    earned.into_iter().fold(BTreeMap::new(), |mut sums, (slug, fen)| {
        *sums.entry(slug).or_insert(0) += fen;
        sums
    })
}

/// Calls that were taken in, by the name of the capability.
fn calls(read: &Read, from: Instant, to: Instant) -> Result<BTreeMap<String, i64>, Fault> {
    let accepted = metering::accepted_by_meter(read, from, to)?;
    Ok(accepted.into_iter().filter_map(|(meter, count)| Some((meter.strip_suffix(".calls")?.to_owned(), count))).collect())
}
