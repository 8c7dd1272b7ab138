//! Callbacks on a real database, sent to a receiver on this machine, and their pages through the door.

mod pages;
mod receiver;
mod sending;
mod world;
