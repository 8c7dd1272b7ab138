//! Cases through the door: pages and JSON on a real temporary database with the plan's own pack.

mod conflict;
mod declare;
mod imports;
mod lists;
mod office;
mod rectify;
mod talk;
mod team;
mod world;
