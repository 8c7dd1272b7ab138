#![doc = include_str!("../README.md")]

mod app;
mod asks;
mod capability;
mod catalogue;
mod certificate;
mod checks;
mod cloud_binding;
mod cloud_event;
mod document;
mod errors;
mod feed;
mod gateway;
mod key;
mod meter;
mod net;
mod oauth;
mod openapi;
mod ops;
pub mod payer;
mod plan;
mod recorded;
mod refusal;
mod reservation;
pub mod rights;
mod sampled;
mod sql;
mod sql_certificate;
mod sql_feed;
mod sql_gateway;
mod sql_meter;
mod sql_oauth;
mod sql_quota;
mod sql_recording;
mod sql_reservation;
mod sql_subscription;
mod sql_token;
mod statistics;
mod subscription;
pub mod told;
mod upstream;
mod usage;
mod version;
mod view;
mod view_events;
mod view_subscription;
mod way;
mod web;

use std::marker::PhantomData;

use store::{Check, JobKind, Migration, Part, Table};

pub use app::{App, AppDraft, AppState, Environment};
pub use asks::{Asks, CallsAt, GatewayAt, Paying, SubscriptionCase, Unpaid, VersionCase};
pub use capability::{Capability, CapabilityDraft};
pub use catalogue::{Availability, CatalogueEntry, Listed, ListedPlan, ListedPlatform, OwnerKind, PlanSource, Price};
pub use certificate::{CERTIFICATE_BYTES, Certificate, certificate_name};
pub use document::{Document, DocumentMistake, Operation};
pub use errors::GATEWAY_CODES;
pub use feed::{
    AppLine, CapabilityLine, Change, KeyLine, Proof, SignerLine, SubscriptionLine, VersionLine, changes_since, everything, newest_change, note_app, note_plans,
};
pub use gateway::{GatewayReport, GatewaySeen};
pub use key::{CLIENT_PREFIXES, Extra, HASHER, KEY_PREFIXES, Key, KeyDraft, KeyKind, SEALER, SIGNING_PREFIXES};
pub use meter::Meter;
pub use net::Net;
pub use oauth::{ACCESS_SECONDS, AUDIENCE, AccessClaims, Issuer, TOKEN_TYPE, TokenRefusal};
pub use openapi::compare::Breaking;
pub use openapi::reference::{AnswerView, ContentView, FieldView, ReferenceView};
pub use openapi::rules::{BodyRule, OperationRules, ParameterRule, Rules};
pub use ops::add_version::{VersionDraft, add_served_version, add_version};
pub use ops::carry_subscription::{carry_subscription, refresh_discounts};
pub use ops::carry_version::{carry_version, move_upstreams};
pub use ops::change_subscription::{cancel_subscription, change_plan, drop_change, end_subscriptions_of, name_checked};
pub use ops::choose_payer::choose_payer;
pub use ops::choose_plan::choose_plan;
pub use ops::close_app::{close_app, close_apps_of};
pub use ops::ensure_builtin::{Builtin, ensure_builtin};
pub use ops::hand_over::hand_over_apps;
pub use ops::issue_access_token::{Issued, issue_access_token};
pub use ops::lease_units::{Lease, lease_units, return_units};
pub use ops::make_app::make_app;
pub use ops::make_key::{NewKey, make_key};
pub use ops::mint_token::{NewToken, TOKEN_PREFIX, TOKEN_SECONDS, mint_token};
pub use ops::note_gateway::{gateways, note_gateway};
pub use ops::prove_client::{Client, ClientShown, prove_client};
pub use ops::record_calls::{RECORDED_CALLS, RECORDED_DAYS, RECORDING_HOURS, keep_records, record_calls};
pub use ops::register_capability::register_capability;
pub use ops::reserve_units::{free_units, reserve_units};
pub use ops::revise_version::revise_version;
pub use ops::revoke_key::revoke_key;
pub use ops::roll_key::roll_key;
pub use ops::subscribe::subscribe;
pub use ops::take_usage::{decide_usage, take_paid_usage, take_usage};
pub use ops::{app_owner, apps_among, apps_of, capability, keys_of};
pub use plan::{Approval, Billing, Plan, plan_for, plan_of, plans_for};
pub use recorded::{LineView, Recorded, RecordedView, Said, SaidView, TAKEN, Unmasked};
pub use refusal::{AppRefusal, CapabilityRefusal, KeyRefusal, PayerRefusal, PlanRefusal, RecordingRefusal, VersionRefusal};
pub use reservation::{Reservation, ReservationDraft, ReservationRefusal};
pub use statistics::{CapabilityFigures, Figures, PlatformFigures, StatisticsView, statistics};
pub use subscription::{Discount, Subscription, SubscriptionDraft, SubscriptionMove, SubscriptionRefusal, SubscriptionState};
pub use upstream::{Address, Upstream};
pub use usage::{
    CallView, CallerView, CallersView, CallsView, CountsView, DayView, KindView, MonthView, ReasonView, UsageView, app_calls, app_usage, callers, one_call,
};
pub use version::{Version, VersionState};
pub use view::{
    AppCard, AppView, CapabilityCard, CapabilityView, KeyView, OperationView, Party, PlanView, VersionView, available, capabilities, capability_view, my_apps,
};
pub use view_events::{EventView, EventsView, FateView, GuessView, MeterUseView, MeterView, QuarantineView, QuarantinedPageView, QuarantinedView, TakenView};
pub use view_subscription::{IncubatingView, SubscribeView, SubscribersView, SubscriptionPageView, SubscriptionView};
pub use way::{PathRewrite, Rewrite, RouteRule};

/// A subscription, for whoever is above.
pub fn subscription(read: &store::Read, id: &words::Id) -> words::Outcome<Subscription, words::Never> {
    sql_subscription::one(read, id)?.ok_or(words::Failure::Absent)
}

/// Capabilities that everybody may see: a version of them answers.
pub fn callable(read: &store::Read) -> Result<Vec<Capability>, words::Fault> {
    let versions = sql::version_states(read)?;
    let answers =
        |one: &Capability| versions.get(&one.id).is_some_and(|all| all.iter().any(|(_, state)| !matches!(state, VersionState::Draft | VersionState::Retired)));
    Ok(sql::capabilities(read)?.into_iter().filter(answers).collect())
}

/// The state of each capability's newest version that others can call, by its name in addresses; nothing while there is none.
pub fn states(read: &store::Read) -> Result<std::collections::BTreeMap<String, Option<VersionState>>, words::Fault> {
    let versions = sql::version_states(read)?;
    let newest = |id: &words::Id| versions.get(id)?.iter().map(|(_, state)| *state).find(|state| *state != VersionState::Draft);
    Ok(sql::capabilities(read)?.into_iter().map(|one| (one.slug, newest(&one.id))).collect())
}

/// Subscriptions of an app, newest first.
pub fn subscriptions_of(read: &store::Read, app: &words::Id) -> Result<Vec<Subscription>, words::Fault> {
    sql_subscription::of_app(read, app)
}

/// Templates of the pages.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("capabilities/list.html", include_str!("../templates/list.html")),
    ("capabilities/new.html", include_str!("../templates/new.html")),
    ("capabilities/show.html", include_str!("../templates/show.html")),
    ("capabilities/version_new.html", include_str!("../templates/version_new.html")),
    ("capabilities/revise.html", include_str!("../templates/revise.html")),
    ("capabilities/changes.html", include_str!("../templates/changes.html")),
    ("capabilities/reference.html", include_str!("../templates/reference.html")),
    ("capabilities/try.html", include_str!("../templates/try.html")),
    ("capabilities/subscribe.html", include_str!("../templates/subscribe.html")),
    ("capabilities/subscription.html", include_str!("../templates/subscription.html")),
    ("capabilities/subscribers.html", include_str!("../templates/subscribers.html")),
    ("capabilities/parts.html", include_str!("../templates/parts.html")),
    ("capabilities/apps.html", include_str!("../templates/apps.html")),
    ("capabilities/app.html", include_str!("../templates/app.html")),
    ("capabilities/key_once.html", include_str!("../templates/key_once.html")),
    ("capabilities/_usage.html", include_str!("../templates/_usage.html")),
    ("capabilities/usage.html", include_str!("../templates/usage.html")),
    ("capabilities/calls.html", include_str!("../templates/calls.html")),
    ("capabilities/call.html", include_str!("../templates/call.html")),
    ("capabilities/statistics.html", include_str!("../templates/statistics.html")),
    ("capabilities/callers.html", include_str!("../templates/callers.html")),
    ("capabilities/events.html", include_str!("../templates/events.html")),
    ("capabilities/quarantine.html", include_str!("../templates/quarantine.html")),
    ("capabilities/quarantined.html", include_str!("../templates/quarantined.html")),
];

/// Texts; those of the engine `metering`, whose refusals are told here, are among them.
pub const TEXTS: webkit::Texts = webkit::Texts {
    zh: concat!(
        include_str!("../locales/zh.ftl"),
        "\n",
        include_str!("../locales/catalogue.zh.ftl"),
        "\n",
        include_str!("../locales/usage.zh.ftl"),
        "\n",
        include_str!("../locales/subscription.zh.ftl"),
        "\n",
        include_str!("../locales/events.zh.ftl"),
        "\n",
        include_str!("../../metering/locales/zh.ftl")
    ),
    en: concat!(
        include_str!("../locales/en.ftl"),
        "\n",
        include_str!("../locales/catalogue.en.ftl"),
        "\n",
        include_str!("../locales/usage.en.ftl"),
        "\n",
        include_str!("../locales/subscription.en.ftl"),
        "\n",
        include_str!("../locales/events.en.ftl"),
        "\n",
        include_str!("../../metering/locales/en.ftl")
    ),
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
            Migration { name: "20261201_subscription", sql: include_str!("../migrations/20261201_subscription.sql") },
            Migration { name: "20261202_credential", sql: include_str!("../migrations/20261202_credential.sql") },
            Migration { name: "20261203_meter", sql: include_str!("../migrations/20261203_meter.sql") },
            Migration { name: "20261203_oauth", sql: include_str!("../migrations/20261203_oauth.sql") },
            Migration { name: "20261206_gateway", sql: include_str!("../migrations/20261206_gateway.sql") },
            Migration { name: "20261207_certificate", sql: include_str!("../migrations/20261207_certificate.sql") },
            Migration { name: "20261207_reservation", sql: include_str!("../migrations/20261207_reservation.sql") },
            Migration { name: "20261208_recording", sql: include_str!("../migrations/20261208_recording.sql") },
            Migration { name: "20261209_payer", sql: include_str!("../migrations/20261209_payer.sql") },
        ],
        tables: &[
            Table { name: "capabilities_capability", key: &["id"] },
            Table { name: "capabilities_version", key: &["id"] },
            Table { name: "capabilities_app", key: &["id"] },
            Table { name: "capabilities_payer", key: &["app"] },
            Table { name: "capabilities_key", key: &["id"] },
            Table { name: "capabilities_credential", key: &["id"] },
            Table { name: "capabilities_certificate", key: &["id"] },
            Table { name: "capabilities_signer", key: &["id"] },
            Table { name: "capabilities_recording", key: &["app"] },
            Table { name: "capabilities_subscription", key: &["id"] },
            Table { name: "capabilities_meter", key: &["meter"] },
            Table { name: "capabilities_reservation", key: &["id"] },
            Table { name: "capabilities_subscribed_quota", key: &["app", "capability", "month"] },
            Table { name: "capabilities_subscribed_lease", key: &["id"] },
            Table { name: "capabilities_plan", key: &["app"] },
            Table { name: "capabilities_quota", key: &["app", "month"] },
            Table { name: "capabilities_lease", key: &["id"] },
        ],
        free: &[
            ("capabilities_head", "a counter; a wrong one makes gateways look again at rows that are covered"),
            ("capabilities_assertion", "hashes of assertions that were used, forgotten once they are over"),
            ("capabilities_token", "keyed hashes of tokens that live a minute and are forgotten an hour later; that one was made is an event"),
            ("capabilities_record", "contents of calls, masked and sealed under a key of the owner, forgotten after days; that they are recorded is an event"),
            ("capabilities_gateway", "what gateways said of themselves last, for a page; nothing follows from it"),
            ("capabilities_change", "which covered row a gateway has to look at; what it learns comes from that row"),
        ],
        jobs: &[
            JobKind { name: ops::sign_tokens::END, run: ops::sign_tokens::end_signer },
            JobKind { name: ops::mint_token::END, run: ops::mint_token::end_token },
            JobKind { name: ops::mint_token::FORGET, run: ops::mint_token::forget_token },
            JobKind { name: ops::record_calls::FORGET, run: ops::record_calls::forget_records },
            JobKind { name: ops::revise_version::TELL, run: ops::revise_version::tell_some },
            JobKind { name: ops::reserve_units::OVER, run: ops::reserve_units::over::<A> },
            JobKind { name: ops::carry_subscription::DISCOUNT, run: ops::carry_subscription::discount_again::<A> },
        ],
        checks: &[Check { name: "quotas of calls", run: checks::quotas }],
        ..Part::named("capabilities")
    };

    /// Pages and API.
    pub fn routes() -> webkit::Routes {
        web::routes::<A>()
    }
}
