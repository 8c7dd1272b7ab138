//! The program: configuration, wiring, commands, reactions, the lived simulation.
//!
//! Floor 5: knows everything below and how one thing leads to another; nobody knows it.

pub mod apart;
pub mod built_in;
pub mod commands;
pub mod config;
pub mod data_plane;
pub mod ground;
mod ground_billing;
mod ground_community;
mod ground_datasets;
mod ground_messages;
mod ground_search;
mod ground_subscribed;
pub mod house_gate;
pub mod lived;
mod places;
pub mod reactions;
pub mod wiring;
