#![doc = include_str!("../README.md")]

mod checks;
mod courier;
mod endpoint;
mod message;
mod net;
mod ops;
mod refusal;
mod retry;
mod secret;
mod sql;
mod sql_delivery;
pub mod told;
mod view;
mod web;

use store::{Check, JobKind, Migration, Part, Table};
use words::{Bilingual, Reach};

pub use courier::{Courier, send_due};
pub use endpoint::{Endpoint, EndpointDraft, EndpointState};
pub use message::{DeliveryState, Message, TEST};
pub use ops::add_endpoint::add_endpoint;
pub use ops::change_endpoint::change_endpoint;
pub use ops::publish::{publish, settle_source};
pub use ops::resend::{resend, resend_failed};
pub use ops::roll_secret::roll_secret;
pub use ops::send_test::send_test;
pub use ops::switch_endpoint::{remove_endpoint, remove_endpoints_of, switch_endpoint};
pub use refusal::EndpointRefusal;
pub use view::{AttemptView, DeliveryView, EndpointView};
pub use web::routes;

/// What the wiring says of callbacks: a value of the app.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Which addresses may be called.
    pub reach: Reach,
    /// The kinds of events there are.
    pub kinds: Vec<Kind>,
}

/// A kind of event that can be asked for.
#[derive(Debug, Clone)]
pub struct Kind {
    /// `capability.version_deprecated`.
    pub kind: &'static str,
    /// What it is called.
    pub name: Bilingual,
}

/// Templates of the pages.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("callbacks/list.html", include_str!("../templates/list.html")),
    ("callbacks/endpoint.html", include_str!("../templates/endpoint.html")),
    ("callbacks/delivery.html", include_str!("../templates/delivery.html")),
    ("callbacks/secret_once.html", include_str!("../templates/secret_once.html")),
];

/// Texts.
pub const TEXTS: webkit::Texts = webkit::Texts { zh: include_str!("../locales/zh.ftl"), en: include_str!("../locales/en.ftl") };

/// What this crate brings to the store.
pub const PART: Part = Part {
    migrations: &[Migration { name: "20261130_callbacks", sql: include_str!("../migrations/20261130_callbacks.sql") }],
    tables: &[Table { name: "callbacks_endpoint", key: &["id"] }],
    free: &[
        ("callbacks_site", "the public address of this site, as the configuration says it at start"),
        ("callbacks_event", "a copy, for thirty days, of facts that the log holds"),
        ("callbacks_delivery", "how far a copy has got; kept as long as the copy"),
        ("callbacks_attempt", "what strangers' machines answered; kept as long as the copy"),
    ],
    jobs: &[JobKind { name: ops::sweep::JOB, run: ops::sweep::run }],
    checks: &[Check { name: "callbacks taken", run: checks::taken }],
    ..Part::named("callbacks")
};
