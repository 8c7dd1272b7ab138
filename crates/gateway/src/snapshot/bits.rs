//! Numbers and texts as the base holds them: read from a piece of memory, never beyond its end. Pure.

pub(super) use crate::meter::{put_number, put_text};

/// What is left to be read.
pub(super) struct Bits<'a>(&'a [u8]);

impl<'a> Bits<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| *byte)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        self.bytes(N)?.first_chunk()
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        crate::meter::number(&mut self.0)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    /// How many things follow; not more than could be there if each takes so many bytes, so that no number makes us take memory.
    pub(super) fn count(&mut self, each: usize) -> Option<usize> {
        usize::try_from(self.number()?).ok().filter(|count| *count <= self.0.len() / each)
    }

    pub(super) fn list<T>(&mut self, each: usize, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Box<[T]>> {
        let count = self.count(each)?;
        (0..count).map(|_| one(self)).collect()
    }
}
