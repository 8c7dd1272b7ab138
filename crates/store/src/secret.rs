//! The master key of the installation, and what is sealed or hashed with it.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use words::Fault;

use crate::Read;

/// Keys derived from the master key, one per purpose.
pub(crate) struct Secrets {
    sealing: LessSafeKey,
    hashing: hmac::Key,
    master: [u8; 32],
}

impl Secrets {
    pub(crate) fn from_master(master: [u8; 32]) -> Result<Self, Fault> {
        let root = hmac::Key::new(hmac::HMAC_SHA256, &master);
        let sealing = key(hmac::sign(&root, b"hechuang sealing v1").as_ref())?;
        let hashing = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, b"hechuang hashing v1").as_ref());
        Ok(Self { sealing, hashing, master })
    }

    /// Reads `DATA/master.key` (64 hex digits, mode 0600) or makes it.
    pub(crate) fn at(folder: &Path) -> Result<Self, Fault> {
        let file = folder.join("master.key");
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut fresh = [0u8; 32];
                fill(&mut fresh)?;
                let text = hex::encode(fresh);
                write_private(&file, text.as_bytes())?;
                text
            }
            Err(error) => return Err(Fault::new(format!("{}: {error}", file.display()))),
        };
        let bytes = hex::decode(text.trim()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        Self::from_master(bytes.ok_or_else(|| Fault::new(format!("{}: not a key of 64 hex digits", file.display())))?)
    }

    pub(crate) fn hasher(&self, purpose: &str) -> Hasher {
        Hasher::of_key(&self.hasher_key(purpose))
    }

    fn hasher_key(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0u8; 32];
        key.copy_from_slice(hmac::sign(&self.hashing, format!("hechuang hasher v1 {purpose}").as_bytes()).as_ref());
        key
    }

    /// Straight from the master key: nothing that is hashed for anybody can come out as such a key.
    pub(crate) fn sealer(&self, purpose: &str) -> Result<Sealer, Fault> {
        Sealer::of_key(&self.sealer_key(purpose))
    }

    fn sealer_key(&self, purpose: &str) -> [u8; 32] {
        let root = hmac::Key::new(hmac::HMAC_SHA256, &self.master);
        let mut key = [0u8; 32];
        key.copy_from_slice(hmac::sign(&root, format!("hechuang sealer v1 {purpose}").as_bytes()).as_ref());
        key
    }

    pub(crate) fn master(&self) -> &[u8; 32] {
        &self.master
    }

    pub(crate) fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        seal_with(&self.sealing, plain)
    }

    pub(crate) fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        open_with(&self.sealing, sealed)
    }
}

pub(crate) fn key(bytes: &[u8]) -> Result<LessSafeKey, Fault> {
    UnboundKey::new(&CHACHA20_POLY1305, bytes).map(LessSafeKey::new).map_err(|_| Fault::new("a key of the wrong length"))
}

pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), Fault> {
    SystemRandom::new().fill(bytes).map_err(|_| Fault::new("the operating system gives no randomness"))
}

/// Nonce (12 bytes), then ciphertext and tag. The nonce is always from the operating system, also in simulations.
pub(crate) fn seal_with(key: &LessSafeKey, plain: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut nonce = [0u8; NONCE_LEN];
    fill(&mut nonce)?;
    let mut body = plain.to_vec();
    let sealed = key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut body);
    sealed.map_err(|_| Fault::new("sealing failed"))?;
    Ok([nonce.as_slice(), &body].concat())
}

pub(crate) fn open_with(key: &LessSafeKey, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
    let broken = || Fault::new("a sealed value cannot be opened: wrong master key, or it was altered");
    let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
    let mut body = body.to_vec();
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
    let plain = key.open_in_place(nonce, Aad::empty(), &mut body).map_err(|_| broken())?;
    Ok(plain.to_vec())
}

/// Hashes bearer secrets of one purpose: what is kept instead of them, and what a data plane looks them up by. Cheap to clone.
///
/// Each purpose has a key of its own, so whoever holds the hasher of one can test nothing of another.
#[derive(Clone)]
pub struct Hasher(hmac::Key);

impl Hasher {
    /// The hasher of a purpose, from the master key in a data folder; the database is not needed.
    pub fn at(folder: &Path, purpose: &str) -> Result<Self, Fault> {
        Ok(Secrets::at(folder)?.hasher(purpose))
    }

    /// From the key of a purpose that was handed over ([`Read::hasher_key`]).
    pub fn of_key(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// Keyed SHA-256 of a secret.
    pub fn hash(&self, text: &[u8]) -> [u8; 32] {
        let mut hash = [0u8; 32];
        hash.copy_from_slice(hmac::sign(&self.0, text).as_ref());
        hash
    }

    /// The same as lower-case hex, as it is stored.
    pub fn hex(&self, text: &[u8]) -> String {
        hex::encode(self.hash(text))
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hasher(…)")
    }
}

/// Seals secrets of one purpose, and opens them: for a data plane, which has to know them while what it keeps on its disk must not tell them. Cheap to clone.
///
/// Each purpose has a key of its own, so whoever holds the sealer of one opens nothing of another.
#[derive(Clone)]
pub struct Sealer(Arc<LessSafeKey>);

impl Sealer {
    /// The sealer of a purpose, from the master key in a data folder; the database is not needed.
    pub fn at(folder: &Path, purpose: &str) -> Result<Self, Fault> {
        Secrets::at(folder)?.sealer(purpose)
    }

    /// The sealer of a key that was handed over.
    pub fn of_key(own: &[u8; 32]) -> Result<Self, Fault> {
        key(own).map(|key| Self(Arc::new(key)))
    }

    /// Seals a secret.
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        seal_with(&self.0, plain)
    }

    /// Opens what was sealed.
    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        open_with(&self.0, sealed)
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(…)")
    }
}

/// Writes a file that only its owner may read.
pub fn write_private(file: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let wrote = options.open(file).and_then(|mut open| open.write_all(bytes).and_then(|()| open.sync_all()));
    wrote.map_err(|error| Fault::new(format!("{}: {error}", file.display())))
}

impl Read {
    /// Seals a secret with the master key, for keeping in a `blob`.
    pub fn seal_secret(&self, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        self.secrets.seal(plain)
    }

    /// Opens what was sealed.
    pub fn unseal_secret(&self, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        self.secrets.open(sealed)
    }

    /// Keyed SHA-256 (hex) of a bearer secret: what the database keeps instead of it.
    pub fn keyed_hash(&self, text: &str) -> String {
        hex::encode(hmac::sign(&self.secrets.hashing, text.as_bytes()))
    }

    /// The key of the hasher of a purpose, for handing over, sealed, to a program that looks bearer secrets up elsewhere. It tests nothing of another purpose.
    pub fn hasher_key(&self, purpose: &str) -> [u8; 32] {
        self.secrets.hasher_key(purpose)
    }

    /// The same of its sealer.
    pub fn sealer_key(&self, purpose: &str) -> [u8; 32] {
        self.secrets.sealer_key(purpose)
    }

    /// The sealer of a purpose.
    pub fn sealer(&self, purpose: &str) -> Result<Sealer, Fault> {
        self.secrets.sealer(purpose)
    }

    /// The hasher of a purpose.
    pub fn hasher(&self, purpose: &str) -> Hasher {
        self.secrets.hasher(purpose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealer_opens_what_was_sealed_for_its_purpose_and_nothing_else() {
        let secrets = Secrets::from_master([7; 32]).unwrap();
        let (one, other) = (secrets.sealer("one").unwrap(), secrets.sealer("other").unwrap());
        let sealed = one.seal(b"a secret").unwrap();
        assert_eq!(one.open(&sealed).unwrap(), b"a secret");
        assert!(other.open(&sealed).is_err() && secrets.open(&sealed).is_err());
        assert!(!sealed.windows(8).any(|eight| eight == b"a secret"));
        let mut altered = sealed;
        altered[20] ^= 1;
        assert!(one.open(&altered).is_err());
    }
}
