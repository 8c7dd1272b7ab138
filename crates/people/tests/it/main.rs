//! Use cases of positions and pay on a real database, with the book of the pack.

mod deferred;
mod pages;
mod position;
mod run;
mod world;
