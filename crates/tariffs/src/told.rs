//! What this crate tells upstairs. One struct a kind; fields are only ever added.

use store::told;
use words::{Day, Id, Node};

told! {
    /// Somebody keeps a quote.
    QuoteKept = "tariffs.quote_kept", quote, |_| Node::group(), {
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
    OrderPlaced = "tariffs.order_placed", order, |_| Node::group(), {
        /// Order.
        order: Id,
        /// Its quote.
        quote: Id,
        /// Book.
        book: String,
    };
    /// An order was taken back.
    OrderWithdrawn = "tariffs.order_withdrawn", order, |_| Node::group(), {
        /// Order.
        order: Id,
        /// Book.
        book: String,
    };
    /// A firm asks for the free upgrade of its leased line; a case is to be opened.
    UpgradeAsked = "tariffs.upgrade_asked", upgrade, |_| Node::group(), {
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
    UpgradeCaseNoted = "tariffs.upgrade_case_noted", upgrade, |_| Node::group(), {
        /// Upgrade.
        upgrade: Id,
        /// Case.
        case: Id,
    };
    /// The upgrade was granted, declined or taken back.
    UpgradeDecided = "tariffs.upgrade_decided", upgrade, |_| Node::group(), {
        /// Upgrade.
        upgrade: Id,
        /// How.
        state: String,
        /// Mbit/s afterwards.
        to_mbps: i64,
    };
}
