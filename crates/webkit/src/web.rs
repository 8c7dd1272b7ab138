//! Our own routes: the page of every problem code, and the OpenAPI document.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{Access, Answer, Call, Nothing, Problem, Reply, Routes};

/// A kind of problem.
#[derive(Debug, Serialize, JsonSchema)]
struct ProblemKindView {
    /// Stable code.
    code: String,
    /// What it says; arguments stand as an ellipsis.
    title: String,
    /// What can be done.
    detail: String,
}

/// All kinds of problems.
#[derive(Debug, Serialize, JsonSchema)]
struct ProblemKindsView {
    /// In the order of their codes.
    problems: Vec<ProblemKindView>,
}

pub(crate) fn routes() -> Routes {
    Routes::new("webkit")
        .get("/problems", "webkit.problems", Access::Public, list)
        .template("webkit/problems.html")
        .get("/problems/{code}", "webkit.problem", Access::Public, show)
        .template("webkit/problem_kind.html")
        .get("/openapi.json", "webkit.openapi", Access::Public, document)
}

fn list(call: &Call, _: Nothing) -> Answer<ProblemKindsView> {
    let problems = call.door().0.tongues.problem_codes().map(|code| kind(call, code)).collect();
    Ok(Reply::page("webkit/problems.html", ProblemKindsView { problems }))
}

fn show(call: &Call, _: Nothing) -> Answer<ProblemKindView> {
    let code = call.path_text("code");
    let known = call.door().0.tongues.problem_codes().any(|other| other == code);
    if known { Ok(Reply::page("webkit/problem_kind.html", kind(call, code))) } else { Err(Problem::absent()) }
}

fn document(call: &Call, _: Nothing) -> Answer<Value> {
    Ok(Reply::json(call.door().openapi()?))
}

fn kind(call: &Call, code: &str) -> ProblemKindView {
    let tongues = &call.door().0.tongues;
    let text = |key: String| {
        let args: Vec<(String, String)> = tongues.arguments(&key).map(|name| (name.clone(), "…".to_owned())).collect();
        tongues.text(call.lang, &key, &args).unwrap_or_default()
    };
    ProblemKindView { code: code.to_owned(), title: text(format!("problem-{code}")), detail: text(format!("problem-{code}-detail")) }
}
