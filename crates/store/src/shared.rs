//! A secret that two programs of a house share: each proves to the other that it knows it, and what must not be read on the way is sealed under it.
//!
//! Invariant: the text itself never travels and is never shown; a token of one purpose opens nothing of another.

use std::path::Path;

use ring::aead::LessSafeKey;
use ring::hmac;
use words::Fault;

use crate::secret;

/// Fewest characters: what a machine drew, not what a person remembers.
const SHORTEST: usize = 32;

/// A secret that two programs share.
pub struct SharedSecret {
    proving: hmac::Key,
    sealing: LessSafeKey,
}

impl SharedSecret {
    /// From its text; space around it does not count.
    pub fn of(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        if text.len() < SHORTEST {
            return Err(Fault::new(format!("the secret has fewer than {SHORTEST} characters; `openssl rand -hex 32` makes one")));
        }
        let root = hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes());
        let key = |purpose: &[u8]| hmac::sign(&root, purpose);
        let proving = hmac::Key::new(hmac::HMAC_SHA256, key(b"hechuang shared proving v1").as_ref());
        Ok(Self { proving, sealing: secret::key(key(b"hechuang shared sealing v1").as_ref())? })
    }

    /// From a file that only its owner may read.
    pub fn at(file: &Path) -> Result<Self, Fault> {
        let wrong = |what: &dyn std::fmt::Display| Fault::new(format!("{}: {what}", file.display()));
        let text = std::fs::read_to_string(file).map_err(|error| wrong(&error))?;
        if is_open(file).map_err(|error| wrong(&error))? {
            return Err(wrong(&"others may read it: run `chmod 600` on it"));
        }
        Self::of(&text).map_err(|fault| wrong(&fault.message))
    }

    /// What whoever knows the secret shows for a purpose.
    pub fn token(&self, purpose: &str) -> String {
        hex::encode(hmac::sign(&self.proving, purpose.as_bytes()))
    }

    /// Does this token show it? Takes the same time whatever differs.
    pub fn fits(&self, purpose: &str, token: &str) -> bool {
        hex::decode(token).is_ok_and(|token| hmac::verify(&self.proving, purpose.as_bytes(), &token).is_ok())
    }

    /// Seals what only those may read who know the secret.
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        secret::seal_with(&self.sealing, plain)
    }

    /// Opens what was sealed; fails if it was sealed under another secret, or altered.
    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        secret::open_with(&self.sealing, sealed).map_err(|_| Fault::new("it was sealed under another secret, or altered"))
    }
}

/// May others than its owner and group read it? A secret that an orchestrator mounts often belongs to a group.
fn is_open(file: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::metadata(file)?.permissions().mode() & 0o007 != 0)
}

impl std::fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SharedSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const TEXT: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_token_is_for_one_purpose_and_one_secret() {
        let (ours, other) = (SharedSecret::of(TEXT).unwrap(), SharedSecret::of(&TEXT.replace('0', "1")).unwrap());
        let token = ours.token("shows");
        assert!(ours.fits("shows", &token) && SharedSecret::of(&format!(" {TEXT}\n")).unwrap().fits("shows", &token));
        assert!(!ours.fits("proves", &token) && !other.fits("shows", &token));
        assert!(["", "00", "nonsense", TEXT].iter().all(|token| !ours.fits("shows", token)));
        let sealed = ours.seal(b"key").unwrap();
        assert_eq!(ours.open(&sealed).unwrap(), b"key");
        assert!(other.open(&sealed).is_err() && ours.open(&sealed[1..]).is_err() && ours.open(b"").is_err());
        assert_eq!(format!("{ours:?}"), "SharedSecret(…)");
    }

    #[test]
    fn a_file_that_others_may_read_is_no_secret() {
        let file = std::env::temp_dir().join(format!("hechuang_shared_{}", std::process::id()));
        std::fs::write(&file, TEXT).unwrap();
        for (mode, fine) in [(0o600, true), (0o640, true), (0o644, false)] {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(SharedSecret::at(&file).is_ok(), fine, "{mode:o}");
        }
        std::fs::write(&file, "short").unwrap();
        assert!(SharedSecret::at(&file).is_err() && SharedSecret::at(Path::new("/nonexistent")).is_err());
        std::fs::remove_file(file).unwrap();
    }
}
