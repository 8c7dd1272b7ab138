#![doc = include_str!("../README.md")]

mod address;
mod answer;
mod app;
mod call;
mod check;
mod coerce;
mod door;
mod edge;
mod face;
mod filters;
mod form;
mod gate;
mod grid;
mod icons;
mod input;
mod kept;
mod metrics;
mod multipart;
mod numbers;
mod openapi;
mod outward;
mod pages;
mod problem;
mod rate;
mod reply;
mod router;
mod routes;
mod seal;
mod sheet;
mod sql;
mod statics;
pub mod testing;
mod texts;
mod web;

pub use address::encoded;
pub use app::{App, AppMistake, AppOptions, Beside};
pub use call::Call;
pub use door::{Arrived, Ask};
pub use gate::{Chrome, Credential, Gate, SERVE, SESSION_COOKIE, Visitor};
pub use grid::{Grid, GridMistake, MOST_COLUMNS};
pub use input::{Dynamic, Given, Input, Nothing, Takes, Upload, UploadedFile};
pub use numbers::{compact, percent};
pub use openapi::openapi;
pub use outward::{outward_tls, outward_tls_beside};
pub use problem::{FieldError, Problem};
pub use rate::Rate;
pub use reply::{Answer, Cookie, Reply};
pub use routes::{Access, Method, RouteInfo, Routes};
pub use sheet::{Cell, Sheet};
pub use statics::Static;
pub use texts::{Sentences, Texts};

/// What this crate brings to the store: the kept replies of `Idempotency-Key`.
pub const PART: store::Part = store::Part {
    migrations: &[store::Migration { name: "20261122_idempotency", sql: include_str!("../migrations/20261122_idempotency.sql") }],
    free: &[("webkit_idempotency", "a sealed copy of a reply, for repeating it; what the reply reports is in covered rows")],
    ..store::Part::named("webkit")
};

/// Texts of the shell, of the general problems and of the field mistakes.
pub const TEXTS: Texts = Texts { zh: include_str!("../locales/zh.ftl"), en: include_str!("../locales/en.ftl") };

/// The shell, the macros and the problem pages.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("base.html", include_str!("../templates/base.html")),
    ("ui.html", include_str!("../templates/ui.html")),
    ("webkit/problem.html", include_str!("../templates/webkit/problem.html")),
    ("webkit/problems.html", include_str!("../templates/webkit/problems.html")),
    ("webkit/problem_kind.html", include_str!("../templates/webkit/problem_kind.html")),
];
