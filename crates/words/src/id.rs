//! Prefixed, time-ordered text ids: `prj_06e5v0w3c9zs1k2q8m4d7x5r2t`.
//!
//! The 26 characters after the prefix are a UUIDv7 in Crockford's base 32, so ids sort by the moment they were made.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// An id of anything. Typed ids of a crate wrap it when two kinds could be mixed up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Id(String);

/// A text that is no id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdMistake;

impl Id {
    /// Makes an id from the milliseconds since 1970 and 10 random bytes (the six low bits of byte 0 and byte 2 give way to UUIDv7's marks).
    pub fn new(prefix: &str, at_ms: i64, random: [u8; 10]) -> Self {
        let mut bytes = [0u8; 16];
        bytes[..6].copy_from_slice(&at_ms.to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&random);
        bytes[6] = (bytes[6] & 0x0f) | 0x70;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let mut number = u128::from_be_bytes(bytes);
        let mut digits = [0u8; 26];
        for digit in digits.iter_mut().rev() {
            *digit = ALPHABET[(number & 31) as usize];
            number >>= 5;
        }
        let mut text = String::with_capacity(prefix.len() + 27);
        text.push_str(prefix);
        text.push('_');
        text.extend(digits.iter().map(|&digit| digit as char));
        Self(text)
    }

    /// Takes a text that came from outside; refuses what cannot be an id with one of our prefixes.
    pub fn parse(text: &str) -> Result<Self, IdMistake> {
        let (prefix, digits) = text.split_once('_').ok_or(IdMistake)?;
        let fine = (2..=8).contains(&prefix.len())
            && prefix.bytes().all(|b| b.is_ascii_lowercase())
            && digits.len() == 26
            && digits.bytes().all(|b| ALPHABET.contains(&b));
        if fine { Ok(Self(text.to_owned())) } else { Err(IdMistake) }
    }

    /// An id that we chose ourselves (packs, the clock, the system); not checked.
    pub fn fixed(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The 16 bytes that [`Id::new`] made it of; nothing if it is one that we chose ourselves.
    pub fn bytes(&self) -> Option<[u8; 16]> {
        let digits = self.0.split_once('_').map(|(_, digits)| digits).filter(|digits| digits.len() == 26)?;
        let value = |byte: u8| ALPHABET.iter().position(|other| *other == byte).and_then(|value| u128::try_from(value).ok());
        let number = digits.bytes().try_fold(0u128, |number, byte| Some(number << 5 | value(byte)?))?;
        Some(number.to_be_bytes())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Id> for String {
    fn from(id: Id) -> String {
        id.0
    }
}

impl AsRef<str> for Id {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_parse_back() {
        let early = Id::new("prj", 1_000, [255; 10]);
        let late = Id::new("prj", 1_001, [0; 10]);
        assert!(early < late);
        assert_eq!(Id::parse(late.as_str()), Ok(late.clone()));
        let mut bytes = [0; 16];
        (bytes[4], bytes[5], bytes[6], bytes[8]) = (3, 233, 0x70, 0x80);
        assert_eq!((late.bytes(), Id::fixed("prj_x").bytes()), (Some(bytes), None));
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in [
            "",
            "prj",
            "prj_",
            "PRJ_06e5v0w3c9zs1k2q8m4d7x5r2t",
            "prj_06e5v0w3c9zs1k2q8m4d7x5r2",
            "prj_' or 1=1 --aaaaaaaaaaaaaa",
            "prj_0le5v0w3c9zs1k2q8m4d7x5r2t",
        ] {
            assert_eq!(Id::parse(text), Err(IdMistake), "{text}");
        }
    }
}
