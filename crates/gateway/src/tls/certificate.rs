//! The certificate that callers see. A thread looks at its files each second; connections that are made from then on see the new one.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use words::Fault;
use x509_cert::der::Decode;

use super::Tls;
use super::client::AnyIssuer;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(1);
/// So long before its end one is told.
const SOON_US: i64 = 14 * 24 * 3_600 * 1_000_000;

/// How it stands with a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CertificateAt {
    /// Its last moment, microseconds UTC.
    pub ends_at: i64,
    /// Why its files, which have changed, could not be taken in.
    pub mistake: Option<String>,
}

impl CertificateAt {
    /// What there is to mend at this moment, in words that anybody may read; nothing if all is well. What is wrong with the files is in the log.
    pub fn trouble(&self, now_us: i64) -> Option<String> {
        let day = jiff::Timestamp::from_microsecond(self.ends_at).map(|at| at.to_string()).unwrap_or_default();
        if self.is_over(now_us) {
            return Some(format!("its certificate has expired: {day}"));
        }
        if self.mistake.is_some() {
            return Some(format!("the new certificate cannot be used, the one before stays until {day}"));
        }
        (self.ends_at - now_us < SOON_US).then(|| format!("its certificate ends soon: {day}"))
    }

    /// `fine`, `soon`, `over` or `unread`.
    pub(crate) fn state(&self, now_us: i64) -> &'static str {
        match (self.is_over(now_us), &self.mistake) {
            (true, _) => "over",
            (false, Some(_)) => "unread",
            (false, None) if self.ends_at - now_us < SOON_US => "soon",
            (false, None) => "fine",
        }
    }

    /// Is its time over?
    pub fn is_over(&self, now_us: i64) -> bool {
        now_us >= self.ends_at
    }
}

/// Reads a certificate and its key, as `doctor` does.
pub fn inspect(certificate: &Path, key: &Path) -> Result<CertificateAt, String> {
    load(certificate, key).map(|(_, ends_at)| CertificateAt { ends_at, mistake: None })
}

/// What tells a file from what it was before.
type Stamp = Option<(SystemTime, u64)>;

/// The certificate in use.
#[derive(Debug)]
pub(crate) struct Certificate {
    certificate: PathBuf,
    key: PathBuf,
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    shown: Arc<CertifiedKey>,
    at: CertificateAt,
    stamps: [Stamp; 2],
}

impl Certificate {
    /// Takes in the files.
    pub(crate) fn of(tls: &Tls) -> Result<Self, Fault> {
        let stamps = [stamp(&tls.certificate), stamp(&tls.key)];
        let (shown, ends_at) = load(&tls.certificate, &tls.key).map_err(Fault::new)?;
        let known = Known { shown, at: CertificateAt { ends_at, mistake: None }, stamps };
        Ok(Self { certificate: tls.certificate.clone(), key: tls.key.clone(), known: Mutex::new(known) })
    }

    /// How it stands.
    pub(crate) fn at(&self) -> CertificateAt {
        self.known().at.clone()
    }

    /// Looks at the files until it is told to stop.
    pub(crate) fn watch(&self, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            self.look();
            std::thread::park_timeout(EVERY);
        }
    }

    fn look(&self) {
        let stamps = [stamp(&self.certificate), stamp(&self.key)];
        if self.known().stamps == stamps {
            return;
        }
        let loaded = load(&self.certificate, &self.key);
        let mut known = self.known();
        known.stamps = stamps;
        match loaded {
            Ok((shown, ends_at)) => {
                tracing::info!(certificate = %self.certificate.display(), "the gateway shows a new certificate");
                (known.shown, known.at) = (shown, CertificateAt { ends_at, mistake: None });
            }
            Err(mistake) => {
                tracing::error!(mistake, "the new certificate cannot be used; the one before stays");
                known.at.mistake = Some(mistake);
            }
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.known().shown.clone())
    }
}

/// What every connection over TLS begins with: HTTP/2 if the caller speaks it, else HTTP/1.1; a certificate of its own if it has one.
pub(crate) fn server_config(certificate: Arc<Certificate>) -> Result<Arc<ServerConfig>, Fault> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let callers = Arc::new(AnyIssuer(provider.clone()));
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(Fault::new)?;
    let mut config = config.with_client_cert_verifier(callers).with_cert_resolver(certificate);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.ticketer = rustls::crypto::ring::Ticketer::new().map_err(Fault::new)?;
    Ok(Arc::new(config))
}

/// Of a file that is a link to another (as renewing programs make them), the other counts.
fn stamp(file: &Path) -> Stamp {
    let found = std::fs::metadata(file).ok()?;
    Some((found.modified().ok()?, found.len()))
}

/// The certificate with its key, and its last moment.
fn load(certificate: &Path, key: &Path) -> Result<(Arc<CertifiedKey>, i64), String> {
    let wrong = |file: &Path, what: &dyn std::fmt::Display| format!("{}: {what}", file.display());
    let chain = CertificateDer::pem_file_iter(certificate).map_err(|error| wrong(certificate, &error))?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(|error| wrong(certificate, &error))?;
    let first = chain.first().ok_or_else(|| wrong(certificate, &"no certificate in it"))?;
    let ends_at = end_of(first).ok_or_else(|| wrong(certificate, &"it does not say when it ends"))?;
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(key, &error))?;
    let pair = CertifiedKey::from_der(chain, secret, &rustls::crypto::ring::default_provider()).map_err(|error| wrong(key, &error))?;
    Ok((Arc::new(pair), ends_at))
}

fn end_of(certificate: &CertificateDer<'_>) -> Option<i64> {
    let read = x509_cert::Certificate::from_der(certificate).ok()?;
    let end = read.tbs_certificate.validity.not_after.to_unix_duration();
    i64::try_from(end.as_micros()).ok()
}
