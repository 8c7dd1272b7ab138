//! The door with a tiny part behind it: both faces, input, refusals, protection, repetition.

mod door;
mod edge;
mod forms;
mod kept;
mod pages;
mod part;
