#![doc = include_str!("../README.md")]

mod book;
mod check;
mod cost;
mod find;
mod lots;
mod mistake;
mod model;
mod price;
mod prorate;
mod rate;
mod rated;
mod refusal;
mod tally;
mod usage;

pub use book::{Allowance, Book, Books, Commitment, Coupon, Destination, Entry, Head, Source, TaxMode, TaxRate, Version};
pub use lots::{Drawn, Lot, draw};
pub use mistake::{BookMistake, MISTAKES};
pub use model::{Model, Row, Tier, TwoZones};
pub use price::{Percent, Price};
pub use prorate::prorate;
pub use rate::{bill, rate};
pub use rated::{Line, LineKind, Rated, Step, TaxLine};
pub use refusal::{CODES, RateRefusal};
pub use tally::{Count, Counts, Tally};
pub use usage::{Period, Terms, Usage};
