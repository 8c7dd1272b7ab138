//! Handlers of usage and of the request log.

use schemars::JsonSchema;
use serde::Deserialize;
use webkit::{Access, Answer, Call, Nothing, Reply, Routes, Sheet};
use words::Id;

use crate::Asks;
use crate::rights::RUN;
use crate::statistics::{Figures, StatisticsView};
use crate::usage::{self, CallView, CallersView, CallsView, CountsView, KindView, UsageView};

pub(super) fn add<A: Asks>(routes: Routes) -> Routes {
    routes
        .get("/apps/{id}/usage", "capabilities.usage.show", Access::Person, show::<A>)
        .template("capabilities/usage.html")
        .get("/apps/{id}/calls", "capabilities.call.list", Access::Person, calls)
        .template("capabilities/calls.html")
        .get("/calls/{request}", "capabilities.call.show", Access::Person, call)
        .template("capabilities/call.html")
        .get("/capabilities/statistics", "capabilities.statistics.show", Access::Right(RUN), statistics::<A>)
        .template("capabilities/statistics.html")
        .get("/capabilities/{slug}/usage", "capabilities.usage.callers", Access::Person, callers)
        .template("capabilities/callers.html")
}

/// Which month.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
struct MonthForm {
    /// `2026-11`; this one if it is left out.
    #[serde(default)]
    #[schemars(length(max = 7))]
    month: String,
}

/// Which calls.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
struct CallsForm {
    /// A request id.
    #[serde(default)]
    #[schemars(length(max = 60))]
    request: String,
    /// Those made before this one.
    #[serde(default)]
    #[schemars(length(max = 60))]
    cursor: String,
}

const COUNTS: [&str; 10] = [
    "capabilities-usage-accepted",
    "capabilities-usage-billable",
    "capabilities-usage-free",
    "capabilities-usage-ignored",
    "2xx",
    "3xx",
    "4xx",
    "5xx",
    "p50 ms",
    "p99 ms",
];

fn cells(counts: &CountsView) -> Vec<webkit::Cell> {
    let numbers = [counts.accepted, counts.billable, counts.free, counts.ignored, counts.s2, counts.s3, counts.s4, counts.s5].map(webkit::Cell::from);
    numbers.into_iter().chain([counts.p50_ms.into(), counts.p99_ms.into()]).collect()
}

fn sheet(name: String, kinds: &[KindView]) -> Sheet {
    let columns: Vec<&str> = ["capabilities-usage-capability", "capabilities-usage-operation"].into_iter().chain(COUNTS).collect();
    let row = |kind: &KindView| [vec![kind.slug.as_str().into(), kind.operation.as_str().into()], cells(&kind.counts)].concat();
    Sheet::new(name, &columns).rows(kinds.iter().map(row))
}

fn show<A: Asks>(call: &Call, form: MonthForm) -> Answer<UsageView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read(|read| usage::app_usage::<A>(read, &who, &id, Some(form.month.as_str())))?;
    let sheet = sheet(format!("usage-{}", view.month.month), &view.kinds);
    Ok(Reply::page("capabilities/usage.html", view).sheet(sheet))
}

fn calls(call: &Call, form: CallsForm) -> Answer<CallsView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let before = Id::parse(&form.cursor).ok();
    let view = call.read(|read| usage::app_calls(read, &who, &id, &form.request, before.as_ref()))?;
    let next = usage::next_of(&view);
    Ok(Reply::page("capabilities/calls.html", view).next(next))
}

fn call(call: &Call, _: Nothing) -> Answer<CallView> {
    let (who, request) = (call.acting()?, call.id("request")?);
    Ok(Reply::page("capabilities/call.html", call.read(|read| usage::one_call(read, &who, &request))?))
}

fn callers(call: &Call, form: MonthForm) -> Answer<CallersView> {
    let (who, slug) = (call.acting()?, call.path_text("slug").to_owned());
    let view = call.read(|read| usage::callers(read, &who, &slug, Some(form.month.as_str())))?;
    let sheet = sheet(format!("{slug}-{}", view.month.month), &view.kinds);
    Ok(Reply::page("capabilities/callers.html", view).sheet(sheet))
}

fn statistics<A: Asks>(call: &Call, form: MonthForm) -> Answer<StatisticsView> {
    let who = call.acting()?;
    let view = call.read(|read| crate::statistics::statistics::<A>(read, &who, Some(form.month.as_str())))?;
    let sheet = sheet_of(&view);
    Ok(Reply::page("capabilities/statistics.html", view).sheet(sheet))
}

fn sheet_of(view: &StatisticsView) -> Sheet {
    let columns = [
        "capabilities-field-platform",
        "capabilities-usage-capability",
        "capabilities-stat-calls",
        "capabilities-stat-calls-ever",
        "capabilities-stat-income",
        "capabilities-stat-income-ever",
        "capabilities-stat-apps",
        "capabilities-stat-developers",
        "capabilities-stat-firms",
    ];
    let cells = |one: &Figures| -> Vec<webkit::Cell> {
        let money = [&one.income, &one.income_ever].map(|amount| webkit::Cell::from(amount.clone()));
        let people = [one.apps, one.developers, one.firms].map(webkit::Cell::from);
        [one.calls, one.calls_ever].map(webkit::Cell::from).into_iter().chain(money).chain(people).collect()
    };
    let rows = view.platforms.iter().flat_map(|platform| {
        let name = platform.platform.clone().unwrap_or_default();
        platform.capabilities.iter().map(move |one| [vec![name.as_str().into(), one.slug.as_str().into()], cells(&one.figures)].concat())
    });
    Sheet::new(format!("statistics-{}", view.month.month), &columns).rows(rows)
}
