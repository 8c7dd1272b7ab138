//! Use cases of backing on a real database, with the book of the pack.

mod pages;
mod round;
mod season;
mod world;
