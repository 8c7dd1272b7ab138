//! A key of an app. Its text is shown once; what is kept is a prefix to know it by and a keyed hash to find it by. Pure.

use words::{Id, Instant};

use crate::app::Environment;
use crate::net::Net;

/// Purpose of the hasher that keys are looked up by.
pub const HASHER: &str = "capabilities key";
/// How keys begin: sandbox, live.
pub const KEY_PREFIXES: [&str; 2] = ["hcs_", "hcl_"];
/// Most keys of an app that work at the same time.
pub const KEYS: usize = 10;
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const SHOWN: usize = 8;

/// A key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Id.
    pub id: Id,
    /// Its app.
    pub app: Id,
    /// What its owner calls it.
    pub name: String,
    /// How its text begins: `hcs_0h2kqp9x`.
    pub prefix: String,
    /// Keyed SHA-256 of its text, hex.
    pub hash: String,
    /// The only capabilities it may call; all if none.
    pub capabilities: Vec<String>,
    /// The only addresses it may be used from; all if none.
    pub nets: Vec<Net>,
    /// Does not work from then on.
    pub ends_at: Option<Instant>,
    /// Revoked at.
    pub revoked_at: Option<Instant>,
    /// The key that it took the place of.
    pub replaces: Option<Id>,
    /// Made at.
    pub made_at: Instant,
}

impl Key {
    /// Does it work at this moment, as far as the key itself is concerned?
    pub fn works(&self, now: Instant) -> bool {
        self.revoked_at.is_none() && self.ends_at.is_none_or(|end| now < end)
    }
}

/// A key to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyDraft {
    /// What its owner calls it.
    pub name: String,
    /// The only capabilities it may call; all if none.
    pub capabilities: Vec<String>,
    /// The only addresses it may be used from, as text; all if none.
    pub nets: Vec<String>,
    /// Works for so many days; without end if none.
    pub days: Option<i64>,
}

/// The text of a new key out of 32 random bytes, and the part of it that stays visible.
pub(crate) fn text_of(environment: Environment, random: &[u8; 32]) -> (String, String) {
    let start = match environment {
        Environment::Sandbox => KEY_PREFIXES[0],
        Environment::Live => KEY_PREFIXES[1],
    };
    let text = format!("{start}{}", secret(random));
    let shown = text[..start.len() + SHOWN].to_owned();
    (text, shown)
}

/// 160 random bits as text. 5 bits of each byte: 40 characters from 32 bytes would need packing, and 32 characters are plenty.
pub(crate) fn secret(random: &[u8; 32]) -> String {
    random.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_where_it_works_and_shows_eight_characters() {
        let (text, shown) = text_of(Environment::Sandbox, &[7; 32]);
        assert_eq!((text.len(), shown.as_str()), (36, "hcs_77777777"));
        assert!(text_of(Environment::Live, &[0; 32]).0.starts_with("hcl_0000"));
    }
}
