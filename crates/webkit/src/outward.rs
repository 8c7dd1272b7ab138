//! Requests of this program to others: the certificates that the system trusts, and the one crypto library of the house.

use std::path::Path;
use std::sync::Arc;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use words::Fault;

/// The same, and trusted are the certificates of this file too, if there is one.
pub fn outward_tls_beside(file: Option<&Path>) -> Result<TlsConfig, Fault> {
    let Some(file) = file else { return Ok(outward_tls()) };
    let pem = std::fs::read(file).map_err(|error| Fault::new(format!("{}: {error}", file.display())))?;
    Ok(with_roots(RootCerts::from(known().chain(certificates(&pem)).collect::<Vec<_>>())))
}

/// TLS towards others. Trusted are the certificates of the system, or of the file that `SSL_CERT_FILE` names.
pub fn outward_tls() -> TlsConfig {
    with_roots(RootCerts::from(known().collect::<Vec<_>>()))
}

fn with_roots(roots: RootCerts) -> TlsConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    TlsConfig::builder().unversioned_rustls_crypto_provider(provider).root_certs(roots).build()
}

fn known() -> impl Iterator<Item = Certificate<'static>> {
    let file = std::env::var("SSL_CERT_FILE").unwrap_or_else(|_| "/etc/ssl/certs/ca-certificates.crt".into());
    certificates(&std::fs::read(file).unwrap_or_default())
}

fn certificates(pem: &[u8]) -> impl Iterator<Item = Certificate<'static>> + use<> {
    let found: Vec<_> = parse_pem(pem).flatten().collect();
    found.into_iter().filter_map(|item| match item {
        PemItem::Certificate(certificate) => Some(certificate),
        _ => None,
    })
}
