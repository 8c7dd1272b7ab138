//! The rights that pages of this crate ask for. They belong to the crates below, but for the last; the portal only opens doors by them.

use words::Right;

/// Read the books.
pub const LEDGER_READ: Right = "ledger.read";
/// Close a month.
pub const LEDGER_CLOSE: Right = "ledger.close";
/// Take the journal away.
pub const LEDGER_EXPORT: Right = "ledger.export";
/// Read the event log.
pub const AUDIT: Right = "audit.read";
/// Put failed jobs back into the queue.
pub const JOBS: Right = "jobs.manage";
/// Propose and confirm changes of parameters.
pub const PARAMS: Right = "params.change";
/// See installed packs and compare them.
pub const PACKS: Right = "packs.manage";
/// Sit on panels.
pub const JUDGE: Right = "review.judge";
/// Offer components that others can use again, and read the documents of those of others. The only right that is the portal's own.
pub const SHARE: Right = "technology.share";
