//! What was used, as the owner of an app and the owner of a capability see it. Asks `metering`; who may see what is decided here.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Acting, Day, Failure, Fault, Id, Instant, Never, Outcome, month_of};

use crate::ops::record_calls::sealer_of;
use crate::plan::{month, plan_of};
use crate::recorded::RecordedView;
use crate::sql_quota::Holder;
use crate::view_events::{MeterUseView, meter_uses};
use crate::{Asks, Capability, Environment, meter, ops, rights, sql, sql_quota, sql_recording};

/// Calls on a page of the request log.
const CALLS: i64 = 50;

/// A month to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MonthView {
    /// `2026-11`.
    pub month: String,
    /// The one before.
    pub before: String,
    /// The one after, unless it lies ahead.
    pub after: Option<String>,
}

/// Counts of calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CountsView {
    /// Taken in.
    pub accepted: i64,
    /// Of which are billed.
    pub billable: i64,
    /// Of which cost nothing: the upstream said 5xx.
    pub free: i64,
    /// Of which count for nothing: caller gone, answer cut off, refused by the gateway.
    pub ignored: i64,
    /// Answers 2xx.
    pub s2: i64,
    /// Answers 3xx.
    pub s3: i64,
    /// Answers 4xx.
    pub s4: i64,
    /// Answers 5xx.
    pub s5: i64,
    /// Bytes of requests.
    pub bytes_in: i64,
    /// Bytes of answers.
    pub bytes_out: i64,
    /// Milliseconds within which half of the answers began, rounded up.
    pub p50_ms: Option<i64>,
    /// The same for 99 of 100.
    pub p99_ms: Option<i64>,
}

/// Usage of one kind: a capability and an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KindView {
    /// Name in addresses of the capability.
    pub slug: String,
    /// `v1 GET /things/{id}`.
    pub operation: String,
    /// Counts.
    pub counts: CountsView,
}

/// Usage of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DayView {
    /// The day.
    pub day: Day,
    /// Calls that were answered below 500.
    pub good: i64,
    /// All others.
    pub bad: i64,
}

/// Calls that were not billed or not let in, for a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReasonView {
    /// `ignored`: taken in and not billed; `refused`: not let in.
    pub kind: String,
    /// Code of the refusal, or `caller_gone`, `cut_off`, `open_at_kill`.
    pub reason: String,
    /// How many.
    pub count: i64,
}

/// Usage of an app in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UsageView {
    /// The app.
    pub app: Id,
    /// What its owner calls it.
    pub name: String,
    /// Where its calls go.
    pub environment: Environment,
    /// The month.
    pub month: MonthView,
    /// Today.
    pub today: CountsView,
    /// All of the month.
    pub all: CountsView,
    /// By capability and operation.
    pub kinds: Vec<KindView>,
    /// Every day of the month, also those without calls.
    pub days: Vec<DayView>,
    /// Most calls of a day; at least 1.
    pub most: i64,
    /// What capabilities metered themselves.
    pub meters: Vec<MeterUseView>,
    /// Why calls were not billed or not let in.
    pub reasons: Vec<ReasonView>,
    /// Calls a month of the plan; nothing without a quota, or in another month than this.
    pub quota: Option<i64>,
    /// Calls of the quota that gateways used or hold.
    pub held: i64,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CallView {
    /// Its request id.
    pub request: Id,
    /// Its app.
    pub app: Id,
    /// Its key: how it begins, for the owner of the app.
    pub key: Option<String>,
    /// Name in addresses of the capability.
    pub slug: String,
    /// `v1 GET /things/{id}`.
    pub operation: String,
    /// When it was let in.
    pub at: Instant,
    /// `answered`, or why not.
    pub outcome: String,
    /// Status of the answer; nothing if there was none.
    pub status: Option<i64>,
    /// Is it billed?
    pub billable: bool,
    /// Bytes of the request's body.
    pub bytes_in: i64,
    /// Bytes of the answer's body.
    pub bytes_out: i64,
    /// Milliseconds until the answer began, rounded up.
    pub wait_ms: i64,
    /// Milliseconds until it ended, rounded up.
    pub total_ms: i64,
    /// What it said and was answered, for the owner of the app, if that was recorded and is not over.
    pub recorded: Option<RecordedView>,
}

/// The request log of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CallsView {
    /// The app.
    pub app: Id,
    /// What its owner calls it.
    pub name: String,
    /// So many days a call is kept.
    pub kept_days: i64,
    /// What was looked for.
    pub request: String,
    /// Newest first.
    pub calls: Vec<CallView>,
}

/// Who calls a capability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CallerView {
    /// App.
    pub app: Id,
    /// What its owner calls it.
    pub name: String,
    /// Where its calls go.
    pub environment: Option<Environment>,
    /// Counts.
    pub counts: CountsView,
}

/// Usage of a capability in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CallersView {
    /// Name in addresses.
    pub slug: String,
    /// Name.
    pub name: words::Bilingual,
    /// The month.
    pub month: MonthView,
    /// All of the month.
    pub all: CountsView,
    /// By operation.
    pub kinds: Vec<KindView>,
    /// What it metered itself.
    pub meters: Vec<MeterUseView>,
    /// By caller, those who called most first.
    pub callers: Vec<CallerView>,
}

impl CountsView {
    fn of(counts: &metering::Counts) -> Self {
        let ms = |us: i64| (us + 999) / 1_000;
        Self {
            accepted: counts.accepted,
            billable: counts.billable,
            free: counts.free,
            ignored: counts.ignored,
            s2: counts.by_status[0],
            s3: counts.by_status[1],
            s4: counts.by_status[2],
            s5: counts.by_status[3],
            bytes_in: counts.bytes_in,
            bytes_out: counts.bytes_out,
            p50_ms: counts.wait_us(50).map(ms),
            p99_ms: counts.wait_us(99).map(ms),
        }
    }

    /// Of calls alone.
    fn sum(sums: &[metering::Sum]) -> Self {
        let mut all = metering::Counts::default();
        sums.iter().filter(|sum| is_calls(&sum.meter)).for_each(|sum| all.add(&sum.counts));
        Self::of(&all)
    }
}

impl CallView {
    fn of(call: metering::CallRow, key: Option<String>) -> Self {
        let ms = |us: i64| (us + 999) / 1_000;
        Self {
            request: call.request,
            app: call.app,
            key,
            slug: slug_of(&call.meter),
            operation: call.dims,
            at: call.at,
            billable: call.outcome == "answered" && call.status < 500,
            outcome: call.outcome,
            status: Some(call.status).filter(|status| *status > 0),
            bytes_in: call.bytes_in,
            bytes_out: call.bytes_out,
            wait_ms: ms(call.wait_us),
            total_ms: ms(call.total_us),
            recorded: None,
        }
    }
}

/// `echo` of `echo.calls`.
fn slug_of(meter: &str) -> String {
    meter::slug_of(meter).to_owned()
}

/// Is it counted by gateways?
pub(crate) fn is_calls(meter: &str) -> bool {
    meter.ends_with(".calls")
}

/// The month that is wanted, or this one.
pub(crate) fn wanted(now: Instant, month: Option<&str>) -> (MonthView, Day) {
    let this = now.day().first_of_month();
    let first = month.and_then(|month| Day::parse(&format!("{month}-01")).ok()).filter(|first| *first <= this).unwrap_or(this);
    let next = first.last_of_month().plus_days(1);
    let view = MonthView { month: month_of(first), before: month_of(first.plus_days(-1)), after: (next <= this).then(|| month_of(next)) };
    (view, first)
}

fn kinds(sums: &[metering::Sum]) -> Vec<KindView> {
    let calls = sums.iter().filter(|sum| is_calls(&sum.meter));
    calls.map(|sum| KindView { slug: slug_of(&sum.meter), operation: sum.dims.clone(), counts: CountsView::of(&sum.counts) }).collect()
}

/// What an app used in a month, for its owner and the operator.
pub fn app_usage<A: Asks>(read: &Read, who: &Acting, id: &Id, month_wanted: Option<&str>) -> Outcome<UsageView, Never> {
    let (app, now) = (ops::seen_app(read, who, id)?, read.now());
    let (view, first) = wanted(now, month_wanted);
    let (from, to) = (first.start(), first.last_of_month().end());
    let by_kind = metering::usage_by_kind(read, id.as_str(), from, to)?;
    let by_day = metering::usage_by_day(read, id.as_str(), from, to)?;
    let today = metering::usage_by_kind(read, id.as_str(), now.day().start(), now.day().end())?;
    let count = |sum: Option<&metering::Sum>| sum.map_or((0, 0), |sum| (sum.counts.billable, sum.counts.accepted - sum.counts.billable));
    let days: Vec<DayView> = (0..i32::try_from(first.days_in_month()).unwrap_or(31))
        .map(|n| first.plus_days(n))
        .map(|day| (day, count(by_day.iter().find(|sum| sum.from == day.start()))))
        .map(|(day, (good, bad))| DayView { day, good, bad })
        .collect();
    let plans = A::plans(read)?;
    let plan = plan_of(&plans, app.environment, sql_quota::plan(read, id)?.as_deref());
    let held = sql_quota::quota(read, &Holder { app: id.clone(), capability: None }, &view.month)?.unwrap_or_default();
    let is_this = view.month == month(now).0;
    Ok(UsageView {
        app: app.id,
        name: app.name,
        environment: app.environment,
        today: CountsView::sum(&today),
        all: CountsView::sum(&by_kind),
        kinds: kinds(&by_kind),
        meters: meter_uses(read, &by_kind)?,
        most: days.iter().map(|day| day.good + day.bad).max().unwrap_or(0).max(1),
        days,
        reasons: metering::reasons(read, id.as_str(), from, to)?.into_iter().map(|(kind, reason, count)| ReasonView { kind, reason, count }).collect(),
        quota: plan.map(|plan| plan.per_month.max(held.granted)).filter(|quota| *quota > 0 && is_this),
        held: held.leased,
        month: view,
    })
}

/// Calls of an app, newest first, for its owner and the operator; or the one that is looked for.
pub fn app_calls(read: &Read, who: &Acting, id: &Id, request: &str, before: Option<&Id>) -> Outcome<CallsView, Never> {
    let app = ops::seen_app(read, who, id)?;
    let keys = sql::keys_of(read, id)?;
    let found = match request.trim() {
        "" => metering::latest_calls(read, id, before, CALLS)?,
        text => match Id::parse(text) {
            Ok(request) => metering::call(read, &request)?.filter(|call| call.app == *id).into_iter().collect(),
            Err(_) => Vec::new(),
        },
    };
    let prefix = |call: &metering::CallRow| keys.iter().find(|key| key.id == call.key).map(|key| key.prefix.clone());
    let calls = found.into_iter().map(|call| (prefix(&call), call)).map(|(key, call)| CallView::of(call, key)).collect();
    Ok(CallsView { app: app.id, name: app.name, kept_days: metering::terms(read)?.call_days, request: request.trim().to_owned(), calls })
}

/// Where the list goes on, if it may.
pub(crate) fn next_of(view: &CallsView) -> Option<String> {
    let full = i64::try_from(view.calls.len()).unwrap_or(0) >= CALLS;
    view.calls.last().filter(|_| full && view.request.is_empty()).map(|call| call.request.to_string())
}

/// One call by its request id, for the owner of its app, the owner of its capability, and the operator.
pub fn one_call(read: &Read, who: &Acting, request: &Id) -> Outcome<CallView, Never> {
    let call = metering::call(read, request)?.ok_or(Failure::Absent)?;
    let app = sql::app(read, &call.app)?;
    if app.is_some_and(|app| app.is_seen_by(who)) {
        let key = sql::keys_of(read, &call.app)?.into_iter().find(|key| key.id == call.key).map(|key| key.prefix);
        let recorded = recorded(read, request, &call.app, &who.person)?;
        return Ok(CallView { recorded, ..CallView::of(call, key) });
    }
    match sql::capability_by_slug(read, &slug_of(&call.meter))? {
        Some(capability) if is_own(who, &capability) => Ok(CallView::of(call, None)),
        _ => Err(Failure::Absent),
    }
}

fn recorded(read: &Read, request: &Id, app: &Id, owner: &Id) -> Result<Option<RecordedView>, Fault> {
    let (Some(sealed), Some(sealer)) = (sql_recording::sealed(read, request, app)?, sealer_of(read, owner)?) else { return Ok(None) };
    serde_json::from_slice(&sealer.open(&sealed)?).map(Some).map_err(Fault::new)
}

fn is_own(who: &Acting, capability: &Capability) -> bool {
    who.person == capability.owner || who.can(rights::RUN, &capability.node)
}

/// Who called a capability in a month, for its owner and the operator.
pub fn callers(read: &Read, who: &Acting, slug: &str, month: Option<&str>) -> Outcome<CallersView, Never> {
    let capability = sql::capability_by_slug(read, slug)?.filter(|capability| is_own(who, capability)).ok_or(Failure::Absent)?;
    let (view, first) = wanted(read.now(), month);
    let (from, to) = (first.start(), first.last_of_month().end());
    let meter = format!("{slug}.calls");
    let by_kind = metering::meter_by_kind(read, &meter, from, to)?;
    let by_caller = metering::usage_by_caller(read, &meter, from, to)?;
    let ids: Vec<Id> = by_caller.iter().map(|sum| Id::fixed(sum.subject.clone())).collect();
    let mut apps = sql::apps_among(read, &ids)?;
    let caller = |(id, sum): (Id, metering::Sum)| {
        let app = apps.remove(&id);
        let environment = app.as_ref().map(|app| app.environment);
        CallerView { name: app.map_or_else(String::new, |app| app.name), app: id, environment, counts: CountsView::of(&sum.counts) }
    };
    Ok(CallersView {
        slug: slug.to_owned(),
        name: words::Bilingual::new(&capability.zh, &capability.en),
        month: view,
        all: CountsView::sum(&by_kind),
        kinds: kinds(&by_kind),
        meters: meter_uses(read, &metering::own_meters(read, slug, from, to)?)?,
        callers: ids.into_iter().zip(by_caller).map(caller).collect(),
    })
}
