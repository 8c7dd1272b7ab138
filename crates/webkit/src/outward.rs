//! Requests of this program to others: the certificates that the system trusts, and the one crypto library of the house.

use std::sync::Arc;

use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

/// TLS towards others. Trusted are the certificates of the system, or of the file that `SSL_CERT_FILE` names.
pub fn outward_tls() -> TlsConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    TlsConfig::builder().unversioned_rustls_crypto_provider(provider).root_certs(roots()).build()
}

fn roots() -> RootCerts {
    let file = std::env::var("SSL_CERT_FILE").unwrap_or_else(|_| "/etc/ssl/certs/ca-certificates.crt".into());
    let pem = std::fs::read(file).unwrap_or_default();
    let known = parse_pem(&pem).flatten().filter_map(|item| match item {
        PemItem::Certificate(certificate) => Some(certificate),
        _ => None,
    });
    RootCerts::from(known.collect::<Vec<_>>())
}
