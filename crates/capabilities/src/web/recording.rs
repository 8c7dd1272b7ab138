//! Handlers of what is recorded of calls.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::{Access, Answer, Call, Reply, Routes};
use words::{Id, Instant};

pub(super) fn add(routes: Routes) -> Routes {
    routes.put("/apps/{id}/recording", "capabilities.recording.change", Access::Person, change).refusals(&[
        "capabilities-recording-own",
        "capabilities-app-closed",
        "capabilities-recording-hours",
    ])
}

/// How long calls are recorded.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
struct RecordingForm {
    /// Hours from now on; 0 ends it and forgets what was kept.
    #[schemars(range(min = 0, max = 72))]
    hours: i64,
}

/// How long calls are recorded.
#[derive(Debug, Serialize, JsonSchema)]
struct RecordingView {
    /// App.
    id: Id,
    /// Until then.
    until: Instant,
}

fn change(call: &Call, form: RecordingForm) -> Answer<RecordingView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("capabilities.record_calls", move |tx| {
        let until = crate::record_calls(tx, &who, &id, form.hours)?;
        let said = if form.hours == 0 { "capabilities-said-recording-ended" } else { "capabilities-said-recording" };
        Ok(Reply::done(format!("/apps/{id}"), RecordingView { id: id.clone(), until }).say(said))
    })
}
