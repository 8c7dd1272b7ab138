//! TLS of the gateway: the certificate that callers see, taken in again when its files change, and whom it trusts towards upstreams.
//!
//! Invariant: a certificate that cannot be used, or does not fit its key, never takes the place of one that works.

mod certificate;
mod client;
mod trust;

use std::net::SocketAddr;
use std::path::PathBuf;

pub(crate) use certificate::{Certificate, server_config};
pub use certificate::{CertificateAt, inspect};
pub(crate) use trust::{Trust, server_name};

/// Where calls come in over TLS, and what callers are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Certificate with those that vouch for it, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
}
