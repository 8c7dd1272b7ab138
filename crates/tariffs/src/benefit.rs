//! Who benefits of a measure to a date (S-165): counted from what was quoted and ordered here, and from upgrades granted.
//!
//! Invariant: counts are of the rows that the drill-down shows; the figures that the plan states stand beside them and are never mixed in.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Day, Fault};

use crate::sql;

/// Key of the book whose beneficiaries are firms with an upgrade.
pub(crate) const LINE: &str = "line";

/// Counts of a measure to a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Benefit {
    /// Quotes kept.
    pub quotes: i64,
    /// People who kept one.
    pub quoted: i64,
    /// Orders that stand.
    pub orders: i64,
    /// People with an order that stands.
    pub customers: i64,
    /// Upgrades granted.
    pub upgrades: i64,
    /// Firms that have one.
    pub firms: i64,
    /// Who benefits: customers and firms.
    pub beneficiaries: i64,
    /// What standing orders save, and upgrades a month, fen.
    pub saved_minor: i64,
}

/// Counts of each of these books.
pub fn benefits(read: &Read, books: &[&str], day: Day) -> Result<Vec<Benefit>, Fault> {
    let (quotes, orders, upgrades) = (sql::count_quotes(read, day)?, sql::count_orders(read, day)?, sql::count_upgrades(read, day)?);
    let count = |book: &&str| {
        let (quotes, quoted) = quotes.get(*book).copied().unwrap_or_default();
        let (orders, customers, saved) = orders.get(*book).copied().unwrap_or_default();
        let (upgrades, firms, more) = if *book == LINE { upgrades } else { (0, 0, 0) };
        Benefit { quotes, quoted, orders, customers, upgrades, firms, beneficiaries: customers + firms, saved_minor: saved.saturating_add(more) }
    };
    Ok(books.iter().map(count).collect())
}
