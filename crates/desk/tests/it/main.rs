//! The desk on a real temporary database; on PostgreSQL too when `HECHUANG_TEST_DATABASE` is set.

mod documents;
mod inbox;
mod mail;
mod notices;
mod pages;
mod place;
mod search;
mod signatures;
mod talk;
mod todos;
