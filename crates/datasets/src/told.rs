//! What this crate tells upstairs. One struct a kind; fields are only ever added.

use store::told;
use words::{Id, Node};

told! {
    /// A data set is hosted.
    DatasetHosted = "datasets.hosted", dataset, |told| told.node.clone(), {
        /// Data set.
        dataset: Id,
        /// Where.
        node: Node,
        /// Its name in addresses.
        slug: String,
        /// SHA-256 of what is kept of its file.
        sha256: String,
        /// Rows.
        rows: i64,
    };
    /// A new file took the place of the old one.
    DataReplaced = "datasets.replaced", dataset, |told| told.node.clone(), {
        /// Data set.
        dataset: Id,
        /// Where.
        node: Node,
        /// Number of the new file.
        version: i64,
        /// SHA-256 of what is kept of it.
        sha256: String,
        /// Rows.
        rows: i64,
    };
}
