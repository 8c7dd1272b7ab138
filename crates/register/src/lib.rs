#![doc = include_str!("../README.md")]

mod catalogue;
mod fact;
mod ops;
mod record;
pub mod rights;
mod schema;
mod sql;
pub mod told;
mod web;

pub use catalogue::{CatalogueKind, CatalogueRecord, read_catalogue};
pub use fact::{Fact, FactDraft, FactGroup, FactRefusal};
pub use ops::declare_kind::{declare_kind, kind, kinds};
pub use ops::export::export_records;
pub use ops::fact::{fact_groups, facts, remove_fact, save_fact};
pub use ops::find::{find_facts, find_records};
pub use ops::import::{ImportPlan, MOST_ROWS, PlannedRow, RowFate, SheetPlaces, import_records, plan_import};
pub use ops::install_catalogue::{install_catalogue, install_facts};
pub use ops::save_record::{save_record, set_record_state};
pub use ops::show_records::{Past, RecordFilter, RecordPage, record, record_history, records};
pub use record::{Kind, PUBLIC, Record, RecordDraft, RecordRefusal, RecordState, readable_by};
pub use schema::Mistake;
pub use web::routes;
pub use web::{Place, Places};

/// Texts of the pages and refusals.
pub const TEXTS: webkit::Texts = webkit::Texts { zh: include_str!("../locales/zh.ftl"), en: include_str!("../locales/en.ftl") };

/// The pages.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("register/kinds.html", include_str!("../templates/register/kinds.html")),
    ("register/edit.html", include_str!("../templates/register/edit.html")),
    ("register/import.html", include_str!("../templates/register/import.html")),
    ("register/records.html", include_str!("../templates/register/records.html")),
    ("register/record.html", include_str!("../templates/register/record.html")),
    ("register/facts.html", include_str!("../templates/register/facts.html")),
    ("register/fact.html", include_str!("../templates/register/fact.html")),
    ("register/_facts.html", include_str!("../templates/register/_facts.html")),
];

/// What this crate brings to the store.
pub const PART: store::Part = store::Part {
    name: "register",
    migrations: &[store::Migration { name: "20261122_register", sql: include_str!("../migrations/20261122_register.sql") }],
    tables: &[
        store::Table { name: "register_kind", key: &["kind"] },
        store::Table { name: "register_record", key: &["id"] },
        store::Table { name: "register_fact", key: &["id"] },
    ],
    free: &[],
    jobs: &[],
    checks: &[],
};
