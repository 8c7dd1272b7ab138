//! Who is at the other end of a connection.

use std::net::IpAddr;

use store::Hasher;

/// Who is at the other end of a connection.
pub(crate) struct Peer {
    pub address: IpAddr,
    /// Its address as upstreams are told it.
    pub text: String,
    /// What the certificate that it proved to have is looked up by, if it showed one.
    pub certificate: Option<[u8; 32]>,
}

impl Peer {
    /// Who shows nothing.
    pub(super) fn at(address: IpAddr) -> Self {
        Self { address, text: address.to_string(), certificate: None }
    }

    /// Who has shown this certificate (DER).
    pub(super) fn with(self, certificate: Option<&[u8]>, hasher: &Hasher) -> Self {
        let fingerprint = |der: &[u8]| hex::encode(ring::digest::digest(&ring::digest::SHA256, der));
        let certificate = certificate.map(|der| hasher.hash(capabilities::certificate_name(&fingerprint(der)).as_bytes()));
        Self { certificate, ..self }
    }
}
