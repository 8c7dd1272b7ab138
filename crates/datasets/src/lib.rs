#![doc = include_str!("../README.md")]

mod asks;
mod cell;
mod checks;
mod keep;
mod openapi;
mod ops;
mod query;
mod refusal;
pub mod rights;
mod schema;
mod set;
mod sql;
mod table;
pub mod told;
mod view;
mod web;

use std::marker::PhantomData;

use store::{Check, Migration, Part};

pub use asks::{Asks, Publication, Standing};
pub use keep::Kept;
pub use ops::host_dataset::host_dataset;
pub use ops::replace_data::replace_data;
pub use refusal::{DatasetRefusal, RowsRefusal};
pub use schema::{Column, ColumnKind, Personal, read_columns};
pub use set::{Dataset, DatasetDraft};
pub use table::{ROWS, SAMPLE, Table};
pub use view::{ColumnView, CountView, DatasetCard, DatasetView, DatasetsView, FileView, PlaceView, RowsView, SchemaView, dataset, found, hosted_by};

/// Templates of the pages.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("datasets/list.html", include_str!("../templates/list.html")),
    ("datasets/new.html", include_str!("../templates/new.html")),
    ("datasets/show.html", include_str!("../templates/show.html")),
];

/// Texts.
pub const TEXTS: webkit::Texts = webkit::Texts { zh: include_str!("../locales/zh.ftl"), en: include_str!("../locales/en.ftl") };

/// What this crate brings to the store.
pub const PART: Part = Part {
    migrations: &[Migration { name: "20261130_datasets", sql: include_str!("../migrations/20261130_datasets.sql") }],
    tables: &[store::Table { name: "datasets_set", key: &["id"] }],
    checks: &[Check { name: "files of data sets", run: checks::files }],
    ..Part::named("datasets")
};

/// The crate wired to what it asks: `Datasets::<Ground>::routes()`.
pub struct Datasets<A>(PhantomData<fn() -> A>);

impl<A: Asks> Datasets<A> {
    /// What this crate brings to the store.
    pub const PART: Part = PART;

    /// Pages, API, and what is served to gateways.
    pub fn routes() -> webkit::Routes {
        web::routes::<A>()
    }
}

#[cfg(test)]
mod tests {
    /// Every sentence of this crate compiles on the database under test.
    #[test]
    fn every_sentence_is_in_both_dialects() {
        static PART: store::Part = super::PART;
        store::testing::temp(&[&PART]).prepares(super::sql::ALL);
    }
}
