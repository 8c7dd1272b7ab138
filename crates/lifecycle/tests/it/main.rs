//! Tests of the crate's facade: the programme's own lifecycles, the deadlock the checker must find, decisions, texts, and arbitrary input.

mod arbitrary;
mod deadlock;
mod decisions;
mod migration;
mod pack;
mod texts;
