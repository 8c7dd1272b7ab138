//! Registers and facts on a real temporary database; on PostgreSQL too when `HECHUANG_TEST_DATABASE` is set.

mod facts;
mod pages;
mod place;
mod records;
mod sheets;
