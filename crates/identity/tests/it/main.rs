//! Use cases on a real temporary database, and pages through the door.

mod access;
mod authenticator;
mod deputies;
mod erase;
mod firms;
mod grants;
mod house;
mod import;
mod leaver;
mod outside;
mod pages;
mod passkeys;
mod provider;
mod providers;
mod tree;
