//! Use cases on a real temporary database.

mod events;
mod exactly_once;
mod looked_up;
mod world;
