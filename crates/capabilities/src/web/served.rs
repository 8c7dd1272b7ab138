//! Samples as the sandbox of a capability that has no upstream yet: what gateways bring calls to.

use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Access, Answer, Call, Dynamic, Nothing, Reply, Routes, SERVE};

use crate::sampled;

/// What every answer of a sample says of itself.
const MARK: &str = "x-hechuang-sample";

pub(super) fn add(routes: Routes) -> Routes {
    let at = "/served/samples/{name}/{*path}";
    routes
        .get(at, "capabilities.sample.get", Access::Right(SERVE), get)
        .post(at, "capabilities.sample.post", Access::Right(SERVE), post)
        .put(at, "capabilities.sample.put", Access::Right(SERVE), put)
        .delete(at, "capabilities.sample.delete", Access::Right(SERVE), delete)
}

/// What the document shows.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
struct SampleView(serde_json::Value);

fn answer(call: &Call, method: &str) -> Answer<SampleView> {
    let sample = call.read(|read| sampled::sample(read, call.path_text("name"), method, call.path_text("path")))?;
    Ok(Reply::json(SampleView(sample.body)).status(sample.status).header(MARK, "true"))
}

fn get(call: &Call, _: Nothing) -> Answer<SampleView> {
    answer(call, "GET")
}

fn post(call: &Call, _: Dynamic) -> Answer<SampleView> {
    answer(call, "POST")
}

fn put(call: &Call, _: Dynamic) -> Answer<SampleView> {
    answer(call, "PUT")
}

fn delete(call: &Call, _: Nothing) -> Answer<SampleView> {
    answer(call, "DELETE")
}
