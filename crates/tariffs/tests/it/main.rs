//! Use cases and pages of tariffs on a real database, with the price books of the pack.

mod pages;
mod quotes;
mod upgrades;
mod world;
