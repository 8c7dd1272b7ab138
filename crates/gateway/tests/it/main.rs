//! The gateway on its wire: plain sockets before it, plain sockets behind it.

mod apart;
mod calls;
mod http2;
mod input;
mod keys;
mod limits;
mod metering;
mod mutual;
mod records;
mod signed;
mod smuggling;
mod sockets;
mod straight;
mod tls;
mod tokens;
mod upstreams;
mod world;
