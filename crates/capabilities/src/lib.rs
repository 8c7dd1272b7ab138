#![doc = include_str!("../README.md")]

mod app;
mod asks;
mod capability;
mod checks;
mod document;
mod errors;
mod feed;
mod key;
mod net;
mod openapi;
mod ops;
mod plan;
mod refusal;
pub mod rights;
mod sql;
mod sql_feed;
mod sql_quota;
mod sql_token;
pub mod told;
mod upstream;
mod usage;
mod version;
mod view;
mod web;

use std::marker::PhantomData;

use store::{Check, JobKind, Migration, Part, Table};

pub use app::{App, AppDraft, AppState, Environment};
pub use asks::{Asks, CallsAt, GatewayAt, VersionCase};
pub use capability::{Capability, CapabilityDraft};
pub use document::{Document, DocumentMistake, Operation};
pub use errors::GATEWAY_CODES;
pub use feed::{AppLine, CapabilityLine, Change, KeyLine, VersionLine, changes_since, everything, newest_change, note_plans};
pub use key::{HASHER, KEY_PREFIXES, Key, KeyDraft};
pub use net::Net;
pub use openapi::reference::{AnswerView, ContentView, FieldView, ReferenceView};
pub use openapi::rules::{BodyRule, OperationRules, ParameterRule, Rules};
pub use ops::add_version::{VersionDraft, add_version};
pub use ops::carry_version::{carry_version, move_upstreams};
pub use ops::choose_plan::choose_plan;
pub use ops::close_app::{close_app, close_apps_of};
pub use ops::ensure_builtin::{Builtin, ensure_builtin};
pub use ops::lease_units::{Lease, lease_units, return_units};
pub use ops::make_app::make_app;
pub use ops::make_key::{NewKey, make_key};
pub use ops::mint_token::{NewToken, TOKEN_PREFIX, TOKEN_SECONDS, mint_token};
pub use ops::register_capability::register_capability;
pub use ops::revoke_key::revoke_key;
pub use ops::roll_key::roll_key;
pub use ops::{app_owner, apps_among, keys_of};
pub use plan::{Plan, plan_of};
pub use refusal::{AppRefusal, CapabilityRefusal, KeyRefusal, PlanRefusal, VersionRefusal};
pub use upstream::{Address, Upstream};
pub use usage::{
    CallView, CallerView, CallersView, CallsView, CountsView, DayView, KindView, MonthView, ReasonView, UsageView, app_calls, app_usage, callers, one_call,
};
pub use version::{Version, VersionState};
pub use view::{
    AppCard, AppView, CapabilityCard, CapabilityView, KeyView, OperationView, PlanView, VersionView, available, capabilities, capability_view, my_apps,
};

/// Templates of the pages.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("capabilities/list.html", include_str!("../templates/list.html")),
    ("capabilities/new.html", include_str!("../templates/new.html")),
    ("capabilities/show.html", include_str!("../templates/show.html")),
    ("capabilities/version_new.html", include_str!("../templates/version_new.html")),
    ("capabilities/reference.html", include_str!("../templates/reference.html")),
    ("capabilities/try.html", include_str!("../templates/try.html")),
    ("capabilities/parts.html", include_str!("../templates/parts.html")),
    ("capabilities/apps.html", include_str!("../templates/apps.html")),
    ("capabilities/app.html", include_str!("../templates/app.html")),
    ("capabilities/key_once.html", include_str!("../templates/key_once.html")),
    ("capabilities/_usage.html", include_str!("../templates/_usage.html")),
    ("capabilities/usage.html", include_str!("../templates/usage.html")),
    ("capabilities/calls.html", include_str!("../templates/calls.html")),
    ("capabilities/call.html", include_str!("../templates/call.html")),
    ("capabilities/callers.html", include_str!("../templates/callers.html")),
];

/// Texts.
pub const TEXTS: webkit::Texts = webkit::Texts {
    zh: concat!(include_str!("../locales/zh.ftl"), "\n", include_str!("../locales/usage.zh.ftl")),
    en: concat!(include_str!("../locales/en.ftl"), "\n", include_str!("../locales/usage.en.ftl")),
};

/// The crate wired to what it asks: `Capabilities::<Ground>::PART`, `Capabilities::<Ground>::routes()`.
pub struct Capabilities<A>(PhantomData<fn() -> A>);

impl<A: Asks> Capabilities<A> {
    /// What this crate brings to the store.
    pub const PART: Part = Part {
        migrations: &[
            Migration { name: "20261128_capabilities", sql: include_str!("../migrations/20261128_capabilities.sql") },
            Migration { name: "20261129_quota", sql: include_str!("../migrations/20261129_quota.sql") },
            Migration { name: "20261130_token", sql: include_str!("../migrations/20261130_token.sql") },
        ],
        tables: &[
            Table { name: "capabilities_capability", key: &["id"] },
            Table { name: "capabilities_version", key: &["id"] },
            Table { name: "capabilities_app", key: &["id"] },
            Table { name: "capabilities_key", key: &["id"] },
            Table { name: "capabilities_plan", key: &["app"] },
            Table { name: "capabilities_quota", key: &["app", "month"] },
            Table { name: "capabilities_lease", key: &["id"] },
        ],
        free: &[
            ("capabilities_head", "a counter; a wrong one makes gateways look again at rows that are covered"),
            ("capabilities_token", "keyed hashes of tokens that live a minute and are forgotten an hour later; that one was made is an event"),
            ("capabilities_change", "which covered row a gateway has to look at; what it learns comes from that row"),
        ],
        jobs: &[
            JobKind { name: ops::mint_token::END, run: ops::mint_token::end_token },
            JobKind { name: ops::mint_token::FORGET, run: ops::mint_token::forget_token },
        ],
        checks: &[Check { name: "quotas of calls", run: checks::quotas }],
        ..Part::named("capabilities")
    };

    /// Pages and API.
    pub fn routes() -> webkit::Routes {
        web::routes::<A>()
    }
}
