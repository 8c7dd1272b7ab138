//! What this crate brings to the whole.

use store::{Check, Migration, Part, Table};

use crate::ops::verify;

/// Tables, migrations and checks of the packs.
pub const PART: Part = Part {
    name: "packs",
    migrations: &[
        Migration { name: "20261122_packs", sql: include_str!("../migrations/20261122_packs.sql") },
        Migration { name: "20261128_packs_import", sql: include_str!("../migrations/20261128_packs_import.sql") },
    ],
    tables: &[
        Table { name: "packs_version", key: &["id"] },
        Table { name: "packs_file", key: &["version_id", "path"] },
        Table { name: "packs_head", key: &["name"] },
        Table { name: "packs_change", key: &["id"] },
        Table { name: "packs_reign", key: &["id"] },
        Table { name: "packs_import", key: &["id"] },
        Table { name: "packs_import_file", key: &["import_id", "path"] },
    ],
    free: &[],
    jobs: &[],
    checks: &[Check { name: "packs content and stamp", run: verify }],
};
