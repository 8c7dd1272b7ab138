//! Whom the gateway trusts towards upstreams: the certificates of the system (or of the file that `SSL_CERT_FILE` names), and those of the operator's own file.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;
use words::Fault;

/// Makes connections to upstreams over TLS; each of them is verified.
#[derive(Clone)]
pub(crate) struct Trust(pub TlsConnector);

impl Trust {
    /// The system's certificates and those of this file.
    pub(crate) fn with(own: Option<&Path>) -> Result<Self, Fault> {
        let mut roots = RootCertStore::empty();
        let system = std::env::var("SSL_CERT_FILE").unwrap_or_else(|_| "/etc/ssl/certs/ca-certificates.crt".into());
        // A machine without them can call no public upstream over TLS; plain ones and those of the own file it can.
        for certificate in CertificateDer::pem_file_iter(&system).into_iter().flatten().flatten() {
            let _ = roots.add(certificate);
        }
        if let Some(file) = own {
            let wrong = |what: &dyn std::fmt::Display| Fault::new(format!("{}: {what}", file.display()));
            for certificate in CertificateDer::pem_file_iter(file).map_err(|error| wrong(&error))? {
                roots.add(certificate.map_err(|error| wrong(&error))?).map_err(|error| wrong(&error))?;
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(Fault::new)?;
        let mut config = config.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }
}

/// The name that an upstream's certificate has to bear: that of its address, never what it calls itself.
pub(crate) fn server_name(host: &str) -> Option<ServerName<'static>> {
    ServerName::try_from(host.to_owned()).ok()
}
