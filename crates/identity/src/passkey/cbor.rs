//! The part of CBOR (RFC 8949) that authenticators write: definite lengths, whole numbers, bytes, texts, lists, maps. Pure.
//!
//! Invariant: bounded depth and size; what is read says how many bytes it took, and a key stands in a map once.

const DEEPEST: usize = 6;
const MOST: usize = 64;

/// Something that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cbor<'a> {
    Number(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    List(Vec<Cbor<'a>>),
    Map(Vec<(Cbor<'a>, Cbor<'a>)>),
    /// true, false, null: nothing that we ask for.
    Simple(u64),
}

impl<'a> Cbor<'a> {
    /// Reads one thing and gives what comes after it.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        read(bytes, DEEPEST)
    }

    /// What stands in a map under a text.
    pub(crate) fn named(&self, name: &str) -> Option<&Self> {
        self.under(&Cbor::Text(name))
    }

    /// What stands in a map under a number.
    pub(crate) fn numbered(&self, number: i64) -> Option<&Self> {
        self.under(&Cbor::Number(number))
    }

    fn under(&self, key: &Cbor<'_>) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().find(|(other, _)| other == key).map(|(_, value)| value)
    }

    /// The bytes, if it is bytes.
    pub(crate) fn bytes(&self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub(crate) fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}

fn read(bytes: &[u8], depth: usize) -> Option<(Cbor<'_>, &[u8])> {
    let depth = depth.checked_sub(1)?;
    let (kind, value, rest) = head(bytes)?;
    match kind {
        0 => Some((Cbor::Number(i64::try_from(value).ok()?), rest)),
        1 => Some((Cbor::Number(-1 - i64::try_from(value).ok()?), rest)),
        2 => split(rest, value).map(|(bytes, rest)| (Cbor::Bytes(bytes), rest)),
        3 => split(rest, value).and_then(|(bytes, rest)| Some((Cbor::Text(std::str::from_utf8(bytes).ok()?), rest))),
        4 => list(rest, value, depth),
        5 => map(rest, value, depth),
        7 => Some((Cbor::Simple(value), rest)),
        _ => None,
    }
}

/// Kind, value or length, and what comes after.
fn head(bytes: &[u8]) -> Option<(u8, u64, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (kind, short) = (first >> 5, first & 31);
    let width = match short {
        0..=23 => return Some((kind, u64::from(short), rest)),
        24..=27 => 1usize << (short - 24),
        _ => return None,
    };
    let (number, rest) = rest.split_at_checked(width)?;
    Some((kind, number.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)), rest))
}

fn split(bytes: &[u8], length: u64) -> Option<(&[u8], &[u8])> {
    bytes.split_at_checked(usize::try_from(length).ok()?)
}

fn count(length: u64) -> Option<usize> {
    usize::try_from(length).ok().filter(|length| *length <= MOST)
}

fn list(mut rest: &[u8], length: u64, depth: usize) -> Option<(Cbor<'_>, &[u8])> {
    let mut items = Vec::new();
    for _ in 0..count(length)? {
        let (item, after) = read(rest, depth)?;
        items.push(item);
        rest = after;
    }
    Some((Cbor::List(items), rest))
}

fn map(mut rest: &[u8], length: u64, depth: usize) -> Option<(Cbor<'_>, &[u8])> {
    let mut pairs: Vec<(Cbor<'_>, Cbor<'_>)> = Vec::new();
    for _ in 0..count(length)? {
        let (key, after) = read(rest, depth)?;
        let (value, after) = read(after, depth)?;
        if pairs.iter().any(|(other, _)| *other == key) {
            return None;
        }
        pairs.push((key, value));
        rest = after;
    }
    Some((Cbor::Map(pairs), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_of_the_standard() {
        let table: [(&[u8], Cbor<'_>); 9] = [
            (&[0x00], Cbor::Number(0)),
            (&[0x18, 0x64], Cbor::Number(100)),
            (&[0x19, 0x03, 0xe8], Cbor::Number(1000)),
            (&[0x39, 0x01, 0x00], Cbor::Number(-257)),
            (&[0x26], Cbor::Number(-7)),
            (&[0x44, 1, 2, 3, 4], Cbor::Bytes(&[1, 2, 3, 4])),
            (&[0x62, 0xc3, 0xbc], Cbor::Text("ü")),
            (&[0x82, 0x01, 0x02], Cbor::List(vec![Cbor::Number(1), Cbor::Number(2)])),
            (&[0xa1, 0x61, 0x61, 0xf5], Cbor::Map(vec![(Cbor::Text("a"), Cbor::Simple(21))])),
        ];
        for (bytes, expected) in table {
            assert_eq!(Cbor::read(bytes), Some((expected, &[][..])), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_cut_off_endless_deep_or_double_is_not_read() {
        let deep = [0x81u8; 7];
        let table: [&[u8]; 9] = [
            &[],
            &[0x18],
            &[0x44, 1, 2],
            &[0x5f, 0x41, 1, 0xff],
            &[0xbf, 0xff],
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0xa2, 0x01, 0x02, 0x01, 0x03],
            &[0x61, 0xff],
            &deep,
        ];
        for bytes in table {
            assert_eq!(Cbor::read(bytes), None, "{bytes:?}");
        }
    }
}
