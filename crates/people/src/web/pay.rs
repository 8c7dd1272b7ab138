//! Handlers of pay runs.

use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Answer, Call, Nothing, Reply, Sheet};
use words::{Bilingual, Failure, Id, Never, Node, Outcome};

use super::form::{ReasonForm, RunForm, RunsQuery};
use crate::asks::Asks;
use crate::pay::Month;
use crate::refusal::PayRefusal;
use crate::rights;
use crate::run::RunState;
use crate::view::{self, LineView, RunCard, RunFilter, RunView};

/// A page of runs.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RunsView {
    /// Runs.
    pub runs: Vec<RunCard>,
    /// State that is listed.
    pub state: Option<RunState>,
    /// Month that is listed.
    pub month: Option<String>,
    /// May who looks prepare runs?
    pub may_prepare: bool,
}

/// A unit one may pay.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct UnitOption {
    /// Node.
    pub value: Node,
    /// Name.
    pub label: Bilingual,
}

/// What a new run starts from.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NewRunView {
    /// Units whose HR one is.
    pub units: Vec<UnitOption>,
    /// This month.
    pub month: String,
}

/// A run that changed.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RunChanged {
    /// Id.
    pub id: Id,
    /// State now.
    pub state: RunState,
}

pub(crate) fn list<A: Asks>(call: &Call, query: RunsQuery) -> Answer<RunsView> {
    let who = call.acting()?;
    let filter = RunFilter { state: query.state, month: query.month.clone(), cursor: query.cursor };
    let (runs, next) = call.read(|read| view::runs::<A>(read, &who, &filter))?;
    let row = |run: &RunCard| {
        let state = call.text(&format!("people-run-{}", run.state.as_str()));
        let unit = run.unit_name.get(call.lang).to_owned();
        vec![
            run.month.clone().into(),
            unit.into(),
            state.into(),
            run.line_count.into(),
            run.due.clone().into(),
            run.paid.clone().into(),
            run.deferred.clone().into(),
        ]
    };
    let columns = ["people-col-month", "people-col-unit", "people-col-state", "people-col-lines", "people-col-due", "people-col-paid", "people-col-deferred"];
    let sheet = Sheet::new("pay-runs", &columns).rows(runs.iter().map(row));
    let may_prepare = !view::nodes_of(&who, rights::HR).is_empty();
    Ok(Reply::page("people/runs.html", RunsView { runs, state: query.state, month: query.month, may_prepare }).next(next).sheet(sheet))
}

pub(crate) fn new<A: Asks>(call: &Call, _: Nothing) -> Answer<NewRunView> {
    let who = call.acting()?;
    let nodes = view::nodes_of(&who, rights::HR);
    let names = call.read(|read| -> Outcome<_, Never> { Ok(A::units(read, &nodes)?) })?;
    let label = |node: &Node| names.get(node).cloned().unwrap_or_else(|| Bilingual::new(node.as_str(), node.as_str()));
    let units = nodes.iter().map(|node| UnitOption { value: node.clone(), label: label(node) }).collect();
    Ok(Reply::page("people/new_run.html", NewRunView { units, month: Month::of(call.now().day()).to_string() }))
}

pub(crate) fn prepare<A: Asks>(call: &Call, form: RunForm) -> Answer<RunChanged> {
    let (who, draft) = (call.acting()?, form.draft());
    call.write("people.prepare_run", move |tx| {
        let terms = A::terms(tx, &draft.unit)?;
        let run = crate::prepare_run(tx, &who, &terms, &draft)?.run;
        Ok(Reply::created(format!("/people/pay/{}", run.id), RunChanged { id: run.id, state: run.state }).say("people-said-prepared"))
    })
}

pub(crate) fn show<A: Asks>(call: &Call, _: Nothing) -> Answer<RunView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read(|read| view::run_view::<A>(read, &who, &id))?;
    Ok(Reply::page("people/run.html", view))
}

/// The payroll file: `?format=csv` or `xlsx`; the view for JSON. Only once it was handed over.
pub(crate) fn file<A: Asks>(call: &Call, _: Nothing) -> Answer<RunView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read(|read| -> Outcome<RunView, PayRefusal> {
        let view = view::run_view::<A>(read, &who, &id).map_err(|failure| failure.map(|never| match never {}))?;
        who.may(rights::PAY, &view.run.unit)?;
        if view.run.state == RunState::Exported { Ok(view) } else { Err(Failure::Refused(PayRefusal::State { state: view.run.state.as_str().into() })) }
    })?;
    let sheet = payroll(call, &view);
    Ok(Reply::page("people/run.html", view).sheet(sheet))
}

fn payroll(call: &Call, view: &RunView) -> Sheet {
    let columns = [
        "people-col-name",
        "people-col-number",
        "people-col-kind",
        "people-col-from",
        "people-col-to",
        "people-col-days",
        "people-col-base",
        "people-col-due",
        "people-col-paid",
        "people-col-deferred",
    ];
    let row = |line: &LineView| {
        let kind = call.text(&format!("people-kind-{}", line.kind.as_str()));
        let who = [line.name.clone().into(), line.masked_number.clone().into(), kind.into(), line.from_on.into(), line.to_on.into(), line.days.into()];
        let money = [&line.base, &line.due, &line.paid, &line.deferred].map(|amount| amount.clone().into());
        who.into_iter().chain(money).collect()
    };
    let mut sum: Vec<webkit::Cell> = vec![call.text("people-sum").into()];
    sum.extend([webkit::Cell::Empty, webkit::Cell::Empty, webkit::Cell::Empty, webkit::Cell::Empty, view.run.line_count.into(), webkit::Cell::Empty]);
    sum.extend([&view.run.due, &view.run.paid, &view.run.deferred].map(|amount| amount.clone().into()));
    let name = format!("payroll-{}-{}", view.run.month, view.run.id);
    Sheet::new(name, &columns).rows(view.lines.iter().map(row)).row(sum).row(vec!["SHA-256".into(), view.hash.clone().into()])
}

pub(crate) fn confirm<A: Asks>(call: &Call, _: Nothing) -> Answer<RunChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("people.confirm_run", move |tx| {
        let unit = crate::run_with_lines(tx, &who, &id).map_err(|failure| failure.map(|never| match never {}))?.run.unit;
        let (book, terms) = (A::book(tx)?, A::terms(tx, &unit)?);
        let run = crate::confirm_run(tx, &book, &who, &terms, &id)?.run;
        Ok(changed(run, "people-said-confirmed"))
    })
}

fn changed(run: crate::Run, said: &str) -> Reply<RunChanged> {
    Reply::done(format!("/people/pay/{}", run.id), RunChanged { id: run.id, state: run.state }).say(said)
}

pub(crate) fn export(call: &Call, _: Nothing) -> Answer<RunChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("people.export_run", move |tx| Ok(changed(crate::export_run(tx, &who, &id)?, "people-said-exported")))
}

pub(crate) fn discard(call: &Call, _: Nothing) -> Answer<RunChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("people.discard_run", move |tx| Ok(changed(crate::discard_run(tx, &who, &id)?, "people-said-discarded")))
}

pub(crate) fn reverse(call: &Call, form: ReasonForm) -> Answer<RunChanged> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("people.reverse_run", move |tx| Ok(changed(crate::reverse_run(tx, &who, &id, &form.reason)?, "people-said-reversed")))
}
