//! The community through its pages, on a real database.

mod questions;
