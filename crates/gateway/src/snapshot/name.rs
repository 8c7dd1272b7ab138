//! An id in 24 bytes and without a piece of memory of its own: there are some for each key, and a million keys. Pure.
//!
//! Invariant: what comes back is the text that was given, whatever it was.

use words::Id;

use super::bits::{Bits, put_text};

/// Longest prefix that is packed.
const PREFIX: usize = 7;
const TEXT: u8 = 0;

/// An id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Name {
    /// One of ours: prefix, filled up with zeros, and what its 26 digits say.
    Made { prefix: [u8; PREFIX], number: [u8; 16] },
    /// Any other text.
    Text(Box<str>),
}

impl Name {
    /// Of an id.
    pub(crate) fn of(id: &Id) -> Self {
        Self::made(id).unwrap_or_else(|| Self::Text(id.as_str().into()))
    }

    fn made(id: &Id) -> Option<Self> {
        let (number, (start, _)) = (id.bytes()?, id.as_str().split_once('_')?);
        let mut prefix = [0; PREFIX];
        prefix.get_mut(..start.len())?.copy_from_slice(start.as_bytes());
        let made = Self::Made { prefix, number };
        (made.id() == *id).then_some(made)
    }

    /// The id.
    pub(crate) fn id(&self) -> Id {
        match self {
            Self::Made { prefix, number: [a, b, c, d, e, f, random @ ..] } => {
                let at_ms = i64::from_be_bytes([0, 0, *a, *b, *c, *d, *e, *f]);
                Id::new(std::str::from_utf8(used(prefix)).unwrap_or_default(), at_ms, *random)
            }
            Self::Text(text) => Id::fixed(&**text),
        }
    }

    /// The last bytes are random and nobody outside can choose them; other texts (there are hardly any) are mixed by FNV-1a.
    pub(super) fn hash(&self) -> u64 {
        let word = match self {
            Self::Made { number: [.., a, b, c, d, e, f, g, h], .. } => u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]),
            Self::Text(text) => text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)),
        };
        word.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// As it lies on the disk.
    pub(super) fn put(&self, to: &mut Vec<u8>) {
        match self {
            Self::Made { prefix, number } => {
                let prefix = used(prefix);
                to.push(prefix.len() as u8);
                to.extend_from_slice(prefix);
                to.extend_from_slice(number);
            }
            Self::Text(text) => {
                to.push(TEXT);
                put_text(to, text);
            }
        }
    }

    /// From there.
    pub(super) fn take(from: &mut Bits<'_>) -> Option<Self> {
        let length = from.byte()?;
        if length == TEXT {
            return Some(Self::Text(from.text()?.into()));
        }
        let mut prefix = [0; PREFIX];
        prefix.get_mut(..usize::from(length))?.copy_from_slice(from.bytes(length.into())?);
        Some(Self::Made { prefix, number: *from.array()? })
    }
}

fn used(prefix: &[u8; PREFIX]) -> &[u8] {
    prefix.split(|byte| *byte == 0).next().unwrap_or_default()
}

impl From<&Id> for Name {
    fn from(id: &Id) -> Self {
        Self::of(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back_and_ours_are_small() {
        assert_eq!(size_of::<Name>(), 24);
        let made = [Id::new("app", 1_790_000_000_000, [0xa7; 10]), Id::new("absence", 7, [0; 10])];
        let other = [
            "app_a",
            "",
            "_",
            "app_0le5v0w3c9zs1k2q8m4d7x5r2t",
            "toolongs_06e5v0w3c9zs1k2q8m4d7x5r2t",
            "app_zze5v0w3c9zs1k2q8m4d7x5r2t",
            "\0_06e5v0w3c9zs1k2q8m4d7x5r2t",
            "项目",
        ];
        for id in made.iter().cloned().chain(other.map(Id::fixed)) {
            let name = Name::of(&id);
            assert_eq!((name.id(), matches!(name, Name::Made { .. })), (id.clone(), made.contains(&id)), "{id}");
            let mut bytes = Vec::new();
            name.put(&mut bytes);
            let mut from = Bits::of(&bytes);
            assert_eq!((Name::take(&mut from), from.is_empty()), (Some(name), true), "{id}");
        }
    }
}
