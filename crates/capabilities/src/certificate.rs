//! A client certificate that an app shows in the place of a key (RFC 8705). Whoever issued it: it is trusted by its fingerprint. Pure.
//!
//! Invariant: what is kept is public; a text in which there is a private key is not taken.

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use schemars::JsonSchema;
use serde::Serialize;
use words::Instant;
use x509_cert::der::Decode;

/// Longest text of a certificate, bytes.
pub const CERTIFICATE_BYTES: usize = 16 * 1024;
/// Longest subject that is shown, characters.
const SUBJECT: usize = 200;

/// A certificate, as far as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Certificate {
    /// SHA-256 of it (DER), hex.
    pub fingerprint: String,
    /// Whom it names: `CN=robot,O=…`.
    pub subject: String,
    /// Does not work before.
    pub begins_at: Instant,
    /// Does not work from then on.
    pub ends_at: Instant,
}

impl Certificate {
    /// The first one of a text in PEM.
    pub(crate) fn of_pem(text: &str) -> Option<Self> {
        if text.len() > CERTIFICATE_BYTES || text.contains("PRIVATE KEY") {
            return None;
        }
        Self::of_der(&CertificateDer::from_pem_slice(text.as_bytes()).ok()?)
    }

    /// Its bytes.
    pub fn of_der(der: &[u8]) -> Option<Self> {
        let read = x509_cert::Certificate::from_der(der).ok()?.tbs_certificate;
        let moment = |time: x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_micros()).ok().map(Instant::from_micros);
        // What is named with a line of its own would be more than one line on a page.
        let subject = read.subject.to_string().chars().filter(|one| !one.is_control()).take(SUBJECT).collect();
        // It holds for the whole of its last second (RFC 5280 §4.1.2.5).
        let (begins_at, ends_at) = (moment(read.validity.not_before)?, moment(read.validity.not_after)?.plus_seconds(1));
        Some(Self { fingerprint: fingerprint(der), subject, begins_at, ends_at })
    }
}

fn fingerprint(der: &[u8]) -> String {
    hex::encode(ring::digest::digest(&ring::digest::SHA256, der))
}

/// What gateways look a certificate with this fingerprint up by, before it is hashed. No text of a key begins like this.
pub fn certificate_name(fingerprint: &str) -> String {
    format!("certificate {fingerprint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = include_str!("../../gateway/tests/certificates/first.pem");
    const OVER: &str = include_str!("../../gateway/tests/certificates/expired.pem");
    const KEY: &str = include_str!("../../gateway/tests/certificates/first.key");

    #[test]
    fn a_certificate_says_who_and_how_long_and_a_private_key_is_not_taken() {
        let read = Certificate::of_pem(PEM).unwrap();
        assert_eq!((read.fingerprint.len(), read.subject.is_empty(), read.begins_at < read.ends_at), (64, false, true), "{read:?}");
        let over = Certificate::of_pem(OVER).unwrap();
        assert_eq!(over.ends_at.micros(), 1_609_459_201_000_000);
        assert_ne!(over.fingerprint, read.fingerprint);
        for text in ["", "certificate", KEY, &format!("{PEM}{KEY}"), &PEM[..PEM.len() / 2], &format!("{PEM}{}", " ".repeat(CERTIFICATE_BYTES))] {
            assert_eq!(Certificate::of_pem(text), None);
        }
        assert_eq!(Certificate::of_der(b"\x30\x03\x02\x01\x01"), None);
    }
}
