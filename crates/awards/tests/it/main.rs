//! Use cases of awards on a real database, with the book of the pack.

mod award;
mod pages;
mod world;
