//! What this crate tells upstairs. One struct a kind; fields are only ever added.

use serde::{Deserialize, Serialize};
use store::Tell;
use words::{Day, Id, Node};

macro_rules! told {
    ($($(#[$doc:meta])+ $name:ident = $kind:literal by $subject:ident, { $($(#[$field_doc:meta])+ $field:ident: $type:ty),* $(,)? };)*) => {
        $($(#[$doc])+
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            $($(#[$field_doc])+ pub $field: $type),*
        }

        impl Tell for $name {
            const KIND: &'static str = $kind;
            fn node(&self) -> Node {
                Node::group()
            }
            fn subject(&self) -> String {
                self.$subject.to_string()
            }
        })*
    };
}

told! {
    /// Somebody keeps a quote.
    QuoteKept = "tariffs.quote_kept" by quote, {
        /// Quote.
        quote: Id,
        /// Book.
        book: String,
        /// Version that it was made by.
        version: String,
        /// What it saves, fen.
        saved: i64,
    };
    /// A quote was ordered.
    OrderPlaced = "tariffs.order_placed" by order, {
        /// Order.
        order: Id,
        /// Its quote.
        quote: Id,
        /// Book.
        book: String,
    };
    /// An order was taken back.
    OrderWithdrawn = "tariffs.order_withdrawn" by order, {
        /// Order.
        order: Id,
        /// Book.
        book: String,
    };
    /// A firm asks for the free upgrade of its leased line; a case is to be opened.
    UpgradeAsked = "tariffs.upgrade_asked" by upgrade, {
        /// Upgrade.
        upgrade: Id,
        /// Who asks for it.
        person: Id,
        /// Firm.
        firm: String,
        /// Number of the contract.
        contract: String,
        /// Its last day.
        contract_until: Day,
        /// Mbit/s now.
        mbps: i64,
        /// Mbit/s afterwards.
        to_mbps: i64,
    };
    /// The upgrade has its case.
    UpgradeCaseNoted = "tariffs.upgrade_case_noted" by upgrade, {
        /// Upgrade.
        upgrade: Id,
        /// Case.
        case: Id,
    };
    /// The upgrade was granted, declined or taken back.
    UpgradeDecided = "tariffs.upgrade_decided" by upgrade, {
        /// Upgrade.
        upgrade: Id,
        /// How.
        state: String,
        /// Mbit/s afterwards.
        to_mbps: i64,
    };
}
