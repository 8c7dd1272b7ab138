//! Pages through the door, over a temporary database with the built-in pack.

mod books;
mod care;
mod desk_of_reviewer;
mod packs;
mod public;
mod sharing;
mod signed_in;
mod world;
