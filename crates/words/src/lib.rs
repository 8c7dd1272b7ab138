//! Ids, money, time, text, refusals and who acts.
//!
//! Floor 0 of the house: pure values that every other crate shares. No IO, no async, no framework, no clock and no randomness.

mod acting;
mod failure;
mod id;
mod lang;
mod money;
mod node;
mod reach;
mod text;
mod time;

pub use acting::{Acting, Grant, Right};
pub use failure::{Complaint, Denied, Failure, Fault, IfAny, Never, Outcome, Refusal, RefusedAs, Trouble};
pub use id::{Id, IdMistake};
pub use lang::{Bilingual, Lang};
pub use money::{Amount, Asset, MoneyMistake, Rounding, split_by_weights};
pub use node::Node;
pub use reach::Reach;
pub use text::{fold, search_terms};
pub use time::{Day, Instant, Span, TimeMistake, days_between, month_of};
