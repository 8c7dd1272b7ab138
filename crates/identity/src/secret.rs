//! Secrets of a person: passwords (Argon2id), and the random texts that are shown once and kept as a keyed hash.
//!
//! Hashing takes tens of milliseconds, so it happens at the door and never inside a write closure.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use ring::rand::{SecureRandom, SystemRandom};
use words::{Fault, Instant};

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const HASH_BYTES: usize = 32;

/// Shortest password, in characters.
pub const PASSWORD_MIN: usize = 10;
/// Longest password, in bytes: a bound on the work a stranger can ask of us.
pub const PASSWORD_MAX_BYTES: usize = 512;
/// Passwords so common that length does not save them, and the names of the house.
const COMMON: &[&str] = &["1234567890", "0123456789", "0987654321", "1111111111", "password123", "qwertyuiop", "password1234", "hechuang2026", "1q2w3e4r5t"];

/// How a login proves itself.
#[derive(Clone, PartialEq, Eq)]
pub enum LoginSecret {
    /// Already hashed with Argon2id, in PHC form (`$argon2id$v=19$…`).
    Prehashed(String),
    /// No password yet: it comes with a set-up link or never (simulation, imports).
    Later,
}

impl LoginSecret {
    /// Hashes a password; slow on purpose, so call it before the transaction.
    pub fn of_password(password: &str, salt: &[u8; 16]) -> Result<Self, Fault> {
        let hash = argon2id(password.as_bytes(), salt, MEMORY_KIB, PASSES, LANES)?;
        let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
        Ok(Self::Prehashed(format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${hash}")))
    }

    /// What is stored: the PHC text, or an empty one that no password fits.
    pub fn stored(&self) -> &str {
        match self {
            Self::Prehashed(text) => text,
            Self::Later => "",
        }
    }
}

impl std::fmt::Debug for LoginSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LoginSecret(…)")
    }
}

/// Does the password fit? Takes equally long when there is nothing to compare with, so that a stranger learns nothing.
pub fn fits(stored: Option<&str>, password: &str) -> bool {
    let nothing = || (MEMORY_KIB, PASSES, LANES, vec![7u8; 16], Vec::new());
    let (memory, passes, lanes, salt, wanted) = stored.and_then(phc_parts).unwrap_or_else(nothing);
    let short = &password.as_bytes()[..password.len().min(PASSWORD_MAX_BYTES)];
    let hash = argon2id(short, &salt, memory, passes, lanes);
    hash.is_ok_and(|hash| short.len() == password.len() && same(&hash, &wanted))
}

/// Why a new password will not do, as a code for the field.
pub fn password_mistake(password: &str, login: &str) -> Option<&'static str> {
    if password.chars().count() < PASSWORD_MIN {
        return Some("identity-password-short");
    }
    if password.len() > PASSWORD_MAX_BYTES {
        return Some("identity-password-long");
    }
    let folded = words::fold(password);
    let one_letter = folded.chars().all(|c| folded.starts_with(c));
    let common = one_letter || COMMON.contains(&folded.as_str()) || (!login.is_empty() && folded.contains(&words::fold(login)));
    common.then_some("identity-password-common")
}

/// Compares without telling by its time how much was right.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    let differing = a.iter().zip(b).fold(0u8, |sum, (x, y)| std::hint::black_box(sum | (x ^ y)));
    a.len() == b.len() && differing == 0
}

/// A salt for a password, from the operating system: hashing happens where no transaction gives randomness.
pub fn fresh_salt() -> Result<[u8; 16], Fault> {
    let mut salt = [0; 16];
    SystemRandom::new().fill(&mut salt).map_err(|_| Fault::new("the operating system gives no randomness"))?;
    Ok(salt)
}

/// A random text for a URL, a cookie or a bearer token: 43 characters.
pub fn text_of(random: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(random)
}

/// A recovery code such as `k7m2-q9xd-4tra`: sixty bits.
pub fn recovery_text(random: &[u8; 12]) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let letters: Vec<char> = random.iter().map(|byte| LETTERS[usize::from(byte & 31)] as char).collect();
    letters.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What people type in place of a recovery code, made comparable.
pub fn recovery_fold(typed: &str) -> String {
    words::fold(typed).chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Does something that ends then still hold now?
pub fn holds(ends_at: Option<Instant>, now: Instant) -> bool {
    ends_at.is_none_or(|end| now < end)
}

fn argon2id(password: &[u8], salt: &[u8], memory: u32, passes: u32, lanes: u32) -> Result<Vec<u8>, Fault> {
    let params = Params::new(memory, passes, lanes, Some(HASH_BYTES)).map_err(Fault::new)?;
    let mut hash = vec![0; HASH_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(password, salt, &mut hash).map_err(Fault::new)?;
    Ok(hash)
}

/// Memory, passes, lanes, salt, hash.
type Phc = (u32, u32, u32, Vec<u8>, Vec<u8>);

fn phc_parts(text: &str) -> Option<Phc> {
    let mut parts = text.strip_prefix("$argon2id$v=19$")?.split('$');
    let (costs, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
    let mut numbers = costs.split(',').map(|part| part.split_once('=')?.1.parse().ok());
    let (memory, passes, lanes) = (numbers.next()??, numbers.next()??, numbers.next()??);
    Some((memory, passes, lanes, STANDARD_NO_PAD.decode(salt).ok()?, STANDARD_NO_PAD.decode(hash).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_and_no_other() {
        let secret = LoginSecret::of_password("correct horse battery", &[3; 16]).unwrap();
        assert!(secret.stored().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(fits(Some(secret.stored()), "correct horse battery"));
        assert!(!fits(Some(secret.stored()), "correct horse batterz"));
        assert!(!fits(Some(LoginSecret::Later.stored()), ""));
        assert!(!fits(None, "correct horse battery"));
    }

    #[test]
    fn weak_passwords_are_named() {
        let table = [
            ("short", "", Some("identity-password-short")),
            ("aaaaaaaaaaaa", "", Some("identity-password-common")),
            ("chensiyuan-1", "chensiyuan", Some("identity-password-common")),
            ("五个字不够", "", Some("identity-password-short")),
            ("一段足够长的中文口令", "", None),
            ("correct horse battery", "ada", None),
        ];
        for (password, login, expected) in table {
            assert_eq!(password_mistake(password, login), expected, "{password}");
        }
        assert_eq!(password_mistake(&"x1".repeat(300), ""), Some("identity-password-long"));
    }

    #[test]
    fn recovery_codes_are_forgiving_to_type() {
        let text = recovery_text(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        assert_eq!(text.len(), 14);
        assert_eq!(recovery_fold(&text), recovery_fold(&text.to_uppercase().replace('-', " ")));
    }
}
