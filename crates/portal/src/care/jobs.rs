//! Jobs that wait and jobs that failed; a failed one goes back into the queue.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::JobRow;
use webkit::{Answer, Call, Nothing, Reply, Sheet};
use words::{Failure, Id, Instant, Never, Node};

use crate::rights;
use crate::told::JobRetried;

/// Jobs on the page.
const MOST: i64 = 200;

/// Which jobs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// Given up after several tries.
    #[default]
    Failed,
    /// Waiting for their moment, or for the next try.
    Due,
}

/// Which jobs.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct JobsQuery {
    /// Failed ones if not said.
    #[serde(default)]
    state: State,
}

/// A job.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct JobView {
    /// Id.
    id: Id,
    /// Kind.
    name: String,
    /// What it is about.
    key: String,
    /// When it is due.
    due_at: Instant,
    /// How often it was tried.
    attempts: i64,
    /// What went wrong last (English, for the operator).
    last_error: String,
}

/// The list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct JobsView {
    /// State in force.
    state: State,
    /// Oldest first, at most 200.
    jobs: Vec<JobView>,
    /// When the next job is due.
    next_due: Option<Instant>,
}

pub(super) fn list(call: &Call, query: JobsQuery) -> Answer<JobsView> {
    let who = call.acting()?;
    who.may(rights::JOBS, &Node::group())?;
    let state = if query.state == State::Failed { "failed" } else { "due" };
    let (found, next_due) = call.read::<_, Never>(|read| Ok((read.jobs(state, MOST)?, read.next_due()?)))?;
    let row = |job: JobRow| JobView { id: job.id, name: job.name, key: job.key, due_at: job.due_at, attempts: job.attempts, last_error: job.last_error };
    let jobs: Vec<JobView> = found.into_iter().map(row).collect();
    let sheet = Sheet::new("jobs", &["portal-col-job", "portal-col-key", "portal-col-due", "portal-col-attempts", "portal-col-error"])
        .rows(jobs.iter().map(|job| vec![(&job.name).into(), (&job.key).into(), job.due_at.into(), job.attempts.into(), (&job.last_error).into()]));
    Ok(Reply::page("portal/jobs.html", JobsView { state: query.state, jobs, next_due }).sheet(sheet))
}

/// The job after the deed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RetriedView {
    /// Job.
    id: Id,
}

pub(super) fn retry(call: &Call, _: Nothing) -> Answer<RetriedView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write::<_, Never>("portal.retry_job", move |tx| {
        who.may(rights::JOBS, &Node::group())?;
        if !tx.retry_job(&id)? {
            return Err(Failure::Absent);
        }
        tx.tell(&who, &JobRetried { job: id.clone() })?;
        Ok(Reply::done("/admin/jobs", RetriedView { id: id.clone() }).say("portal-job-retried"))
    })
}
