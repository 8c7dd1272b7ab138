//! Use cases, pages and the capability on a real database.

mod pages;
mod sending;
mod texts;
mod world;
