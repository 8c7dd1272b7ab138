//! The gateway on its wire: plain sockets before it, plain sockets behind it.

mod calls;
mod keys;
mod limits;
mod metering;
mod smuggling;
mod world;
