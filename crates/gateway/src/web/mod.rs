//! The page of the gateways: those that were seen, and of the one beside the pages how far it has followed, what it shows, how its upstreams are.

use capabilities::{GatewayReport, GatewaySeen};
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Access, Answer, Call, Nothing, Reply, Routes};
use words::{Id, Instant, Never, Outcome};

use crate::watch::{Beheld, GatewayView};

/// Templates of the pages.
pub const TEMPLATES: &[(&str, &str)] = &[("gateway/show.html", include_str!("../../templates/show.html"))];

/// What there is to see.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GatewayPageView {
    /// The gateway of this process; nothing if there is none.
    gateway: Option<GatewayView>,
    /// Every gateway that was seen, by name.
    gateways: Vec<SeenView>,
}

/// A gateway that was seen.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SeenView {
    /// Id.
    id: Id,
    /// What people call it.
    name: String,
    /// Where callers find it.
    address: String,
    /// In a process of its own?
    apart: bool,
    /// `running`, `silent` (killed, or cut off from the server), `stopped`.
    state: &'static str,
    /// Number of the newest change that is in force there.
    change: i64,
    /// How many keys it knows.
    keys: i64,
    /// Version of its program.
    version: String,
    /// Seconds its clock is ahead of the server's, if they are so far apart that a month or a key could end too late.
    clock_off_s: Option<i64>,
    /// When it began.
    began_at: Instant,
    /// When it was seen last.
    seen_at: Instant,
}

/// Clocks that are less apart than this do no harm, milliseconds.
const CLOCK_OFF: i64 = 2_000;

fn seen_view(seen: GatewaySeen, now: Instant) -> SeenView {
    let state = seen.state(now);
    let GatewayReport { id, name, address, apart, change, keys, version, began_us, .. } = seen.said;
    let clock_off_s = (seen.clock_off_ms.abs() >= CLOCK_OFF).then_some(seen.clock_off_ms / 1_000);
    SeenView { id, name, address, apart, state, change, keys, version, clock_off_s, began_at: Instant::from_micros(began_us), seen_at: seen.seen_at }
}

/// Pages of the gateway.
pub fn routes() -> Routes {
    Routes::new("gateway").get("/admin/gateway", "gateway.show", Access::Right(capabilities::rights::RUN), show).template("gateway/show.html")
}

fn show(call: &Call, _: Nothing) -> Answer<GatewayPageView> {
    let gateway = call.door().value::<Beheld>().and_then(|beheld| beheld.0.as_ref()).map(crate::Watch::view);
    let view = |read: &Read| -> Outcome<Vec<SeenView>, Never> {
        let now = read.now();
        Ok(capabilities::gateways(read)?.into_iter().map(|seen| seen_view(seen, now)).collect())
    };
    Ok(Reply::page("gateway/show.html", GatewayPageView { gateway, gateways: call.read(view)? }))
}
