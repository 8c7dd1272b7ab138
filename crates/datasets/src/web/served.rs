//! Data sets as capabilities: what gateways bring calls of apps to. Which app calls is said by the gateway, and by nobody else.

use std::sync::Arc;

use webkit::{Access, Answer, Call, Dynamic, FieldError, Nothing, Problem, Reply, Routes, SERVE};
use words::{Failure, Id, Never};

use crate::asks::Asks;
use crate::keep::Kept;
use crate::query::Query;
use crate::refusal::RowsRefusal;
use crate::set::Dataset;
use crate::sql;
use crate::table::Table;
use crate::view::{CountView, RowsView, SchemaView};

pub(super) fn add<A: Asks>(routes: Routes) -> Routes {
    routes
        .get("/served/datasets/{slug}/rows", "datasets.served.rows", Access::Right(SERVE), rows::<A>)
        .refusals(RowsRefusal::CODES)
        .get("/served/datasets/{slug}/count", "datasets.served.count", Access::Right(SERVE), count::<A>)
        .get("/served/datasets/{slug}/schema", "datasets.served.schema", Access::Right(SERVE), schema)
}

/// What a call is about.
struct Asked {
    app: Id,
    set: Dataset,
    table: Arc<Table>,
    sample: bool,
}

/// The app that the gateway names, and what it may see: a sandbox app sees a sample.
fn asked<A: Asks>(call: &Call) -> Result<Asked, Problem> {
    let app = call.header("x-hechuang-app").and_then(|app| Id::parse(app).ok()).ok_or_else(Problem::absent)?;
    let keep = call.app::<Kept>()?.clone();
    call.read::<_, Never>(|read| {
        let live = A::is_live(read, &app)?.ok_or(Failure::Absent)?;
        let set = sql::set(read, call.path_text("slug"))?.ok_or(Failure::Absent)?;
        let whole = keep.table(read, &set)?;
        let table = if live { whole } else { Arc::new(whole.sample()) };
        Ok(Asked { app: app.clone(), set, table, sample: !live })
    })
}

fn query(asked: &Asked, given: &Dynamic) -> Result<Query, Problem> {
    let read = Query::read(&asked.table.columns, asked.set.version, given);
    read.map_err(|wrong| Problem::invalid(wrong.into_iter().map(|(name, code)| FieldError::new(format!("/{name}"), code)).collect()))
}

fn rows<A: Asks>(call: &Call, given: Dynamic) -> Answer<RowsView> {
    let asked = asked::<A>(call)?;
    let query = query(&asked, &given)?;
    let (rows, count, next) = query.answer(&asked.table, asked.set.version);
    let number = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let view = RowsView { dataset: asked.set.slug.clone(), version: asked.set.version, sample: asked.sample, count, rows, next };
    if number == 0 {
        return Ok(Reply::json(view));
    }
    let request = call.header("x-request-id").unwrap_or(&call.request_id).to_owned();
    let (slug, app) = (asked.set.slug, asked.app);
    call.write::<_, RowsRefusal>("datasets.meter", move |tx| {
        A::meter(tx, &slug, &app, &request, number)?;
        Ok(Reply::json(view.clone()))
    })
}

fn count<A: Asks>(call: &Call, given: Dynamic) -> Answer<CountView> {
    let asked = asked::<A>(call)?;
    let count = query(&asked, &given)?.count(&asked.table);
    Ok(Reply::json(CountView { dataset: asked.set.slug, version: asked.set.version, sample: asked.sample, count }))
}

fn schema(call: &Call, _: Nothing) -> Answer<SchemaView> {
    let set = call.read::<_, Never>(|read| sql::set(read, call.path_text("slug"))?.ok_or(Failure::Absent))?;
    Ok(Reply::json(SchemaView::of(set)))
}
