//! Use cases of capabilities on a real database, and their pages through the door.

mod certificates;
mod events;
mod feed;
mod gateways;
mod keys;
mod oauth;
mod pages;
mod payers;
mod quota;
mod recording;
mod subscriptions;
mod tokens;
mod usage;
mod versions;
mod world;
