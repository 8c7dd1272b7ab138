//! The door with a tiny part behind it: both faces, input, refusals, protection, repetition.

mod door;
mod forms;
mod kept;
mod pages;
mod part;
