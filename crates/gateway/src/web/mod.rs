//! The page of the gateway that runs beside the pages: how far it has followed, what it shows, how its upstreams are.

use schemars::JsonSchema;
use serde::Serialize;
use webkit::{Access, Answer, Call, Nothing, Reply, Routes};

use crate::watch::{Beheld, GatewayView};

/// Templates of the pages.
pub const TEMPLATES: &[(&str, &str)] = &[("gateway/show.html", include_str!("../../templates/show.html"))];

/// What there is to see.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GatewayPageView {
    /// The gateway of this process; nothing if there is none.
    gateway: Option<GatewayView>,
}

/// Pages of the gateway.
pub fn routes() -> Routes {
    Routes::new("gateway").get("/admin/gateway", "gateway.show", Access::Right(capabilities::rights::RUN), show).template("gateway/show.html")
}

fn show(call: &Call, _: Nothing) -> Answer<GatewayPageView> {
    let gateway = call.door().value::<Beheld>().and_then(|beheld| beheld.0.as_ref()).map(crate::Watch::view);
    Ok(Reply::page("gateway/show.html", GatewayPageView { gateway }))
}
