//! What the pages of callbacks take.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::endpoint::EndpointDraft;
use crate::message::DeliveryState;

/// An endpoint.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct EndpointForm {
    /// Address: `https://…`.
    #[schemars(length(min = 1, max = 500))]
    pub url: String,
    /// What it is for.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub about: String,
    /// Kinds it wants; all if none.
    #[serde(default)]
    #[schemars(length(max = 100))]
    pub kinds: Vec<String>,
}

impl EndpointForm {
    pub(crate) fn draft(self) -> EndpointDraft {
        EndpointDraft { url: self.url.trim().to_owned(), about: self.about, kinds: self.kinds }
    }
}

/// On or off.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(crate) struct SwitchForm {
    /// On?
    pub on: bool,
}

/// Which deliveries.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct DeliveriesQuery {
    /// All if not said.
    pub state: Option<DeliveryState>,
    /// Where to go on.
    #[schemars(length(max = 60))]
    pub cursor: Option<String>,
}
