//! Reads a segment back, also while it is being written.
//!
//! Invariant: what comes out is a beginning of what was written, in order; what is torn or altered ends it.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use metering::Entry;

use super::format::{Decoder, Found, Head};

/// Bytes read at a time.
const PIECE: usize = 256 << 10;

/// A segment being read.
pub(crate) struct Reader {
    file: File,
    decoder: Decoder,
    /// Read and not understood yet.
    kept: Vec<u8>,
    offset: u64,
    /// Number of the entry that comes next.
    next: i64,
    bad: bool,
}

/// What comes next in a segment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// Entries, with the number of the first.
    Entries(i64, Vec<Entry>),
    /// Nothing, or not all of a frame: more may come while it is being written.
    End,
    /// Something that is no frame of this segment: nothing behind it can be read.
    Bad,
}

impl Reader {
    /// Opens a segment; nothing if its head is not whole.
    pub(crate) fn open(path: &Path) -> std::io::Result<Option<(Self, Head)>> {
        let file = File::open(path)?;
        let mut bytes = vec![0; 4_096];
        let count = file.read_at(&mut bytes, 0)?;
        let Some((head, seed, length)) = Head::decode(&bytes[..count]) else { return Ok(None) };
        let reader = Self { file, decoder: Decoder::new(seed), kept: Vec::new(), offset: length as u64, next: head.first, bad: false };
        Ok(Some((reader, head)))
    }

    /// Number of the entry that comes next.
    pub(crate) fn wanted(&self) -> i64 {
        self.next
    }

    /// The next entries: as many frames as make about so many.
    pub(crate) fn next(&mut self, about: usize) -> std::io::Result<At> {
        let (first, mut entries, mut used) = (self.next, Vec::new(), 0);
        while entries.len() < about && !self.bad {
            match self.decoder.frame(&self.kept[used..]) {
                Found::Frame(begins, more, length) if begins == self.next => {
                    self.next += i64::try_from(more.len()).unwrap_or(0);
                    entries.extend(more);
                    used += length;
                }
                Found::Short => {
                    self.kept.drain(..used);
                    used = 0;
                    if !self.read_more()? {
                        break;
                    }
                }
                _ => self.bad = true,
            }
        }
        self.kept.drain(..used);
        Ok(match (entries.is_empty(), self.bad) {
            (false, _) => At::Entries(first, entries),
            (true, true) => At::Bad,
            (true, false) => At::End,
        })
    }

    fn read_more(&mut self) -> std::io::Result<bool> {
        let (length, mut piece) = (self.kept.len(), std::mem::take(&mut self.kept));
        piece.resize(length + PIECE, 0);
        let count = self.file.read_at(&mut piece[length..], self.offset);
        piece.truncate(length + count.as_ref().map_or(0, |count| *count));
        self.kept = piece;
        let count = count?;
        self.offset += count as u64;
        Ok(count > 0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;
    use words::Id;

    use super::*;
    use crate::meter::format::{self, End, FRAME_HEAD, How};

    /// Frames of a segment as a lane writes them, from numbers that stand for calls; and the entries of each.
    fn written(calls: &[(u8, u16, u64)]) -> (Vec<u8>, Vec<Vec<u8>>, usize) {
        let head = Head { gateway: Id::new("gtw", 1, [1; 10]), epoch: 3, lane: 1, first: 41 };
        let (bytes, seed) = head.encode();
        let (mut frames, mut next, mut known) = (Vec::new(), 41i64, std::collections::BTreeSet::new());
        for (key, status, size) in calls {
            let mut frame = vec![0; FRAME_HEAD];
            format::put_number(&mut frame, next as u64);
            // Keys get their numbers in the order in which they come.
            let number = known.len() as u64;
            if known.insert((*key, number)) {
                format::put_key(&mut frame, &format!("app_{key}"), &format!("key_{key}"));
                format::put_place(&mut frame, "echo.calls", "v1 GET /anything");
            }
            format::put_admitted(&mut frame, 1_788_226_200_000_000 + next, number, number, &[*key; 16]);
            let how = [How::Answered, How::CallerGone, How::CutOff, How::Refused("gateway-upstream-slow")][usize::from(status % 4)];
            format::put_settled(&mut frame, 1, &End { how, status: *status, bytes_in: *size, bytes_out: size / 3, wait_us: *size, total_us: *size });
            format::put_refused(&mut frame, 5, "", "gateway-key-missing", *size);
            next += 3;
            format::seal(&mut frame, seed);
            frames.push(frame);
        }
        (bytes, frames, calls.len() * 3)
    }

    fn read_back(bytes: &[u8], pieces: usize) -> Option<(Vec<Entry>, At)> {
        let path = std::env::temp_dir().join(format!("hechuang_segment_{}_{:?}", std::process::id(), std::thread::current().id()));
        std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
        let opened = Reader::open(&path).unwrap();
        let read = opened.map(|(mut reader, head)| {
            let mut entries = Vec::new();
            loop {
                match reader.next(pieces).unwrap() {
                    At::Entries(first, more) => {
                        assert_eq!(first, head.first + entries.len() as i64);
                        entries.extend(more);
                    }
                    ended => return (entries, ended),
                }
            }
        });
        std::fs::remove_file(path).unwrap();
        read
    }

    fn calls() -> impl Strategy<Value = Vec<(u8, u16, u64)>> {
        proptest::collection::vec((any::<u8>(), 0u16..600, any::<u64>()), 0..40)
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(calls in calls(), pieces in 1usize..20) {
            let (mut bytes, frames, count) = written(&calls);
            bytes.extend(frames.concat());
            let (entries, ended) = read_back(&bytes, pieces).expect("a head");
            prop_assert_eq!((entries.len(), ended), (count, At::End));
            for (entry, (_, _, size)) in entries.iter().skip(1).step_by(3).zip(&calls) {
                prop_assert!(matches!(entry, Entry::Settled(end) if end.bytes_in == *size && end.of >= 41));
            }
        }

        #[test]
        fn a_torn_tail_leaves_whole_frames(calls in calls(), cut in any::<prop::sample::Index>()) {
            let (bytes, frames, _) = written(&calls);
            let whole = [bytes.clone(), frames.concat()].concat();
            let torn = &whole[..cut.index(whole.len() + 1)];
            let Some((entries, ended)) = read_back(torn, 100) else { prop_assert!(torn.len() < bytes.len()); return Ok(()) };
            let (all, _) = read_back(&whole, 100).expect("a head");
            let room = torn.len() - bytes.len();
            let kept = frames.iter().scan(0, |end, frame| { *end += frame.len(); Some(*end) }).take_while(|end| *end <= room).count();
            prop_assert_eq!((&entries[..], ended), (&all[..kept * 3], At::End));
        }

        #[test]
        fn a_flipped_bit_ends_the_reading_and_alters_nothing_before(calls in calls(), place in any::<prop::sample::Index>(), bit in 0u8..8) {
            let (bytes, frames, _) = written(&calls);
            let whole = [bytes, frames.concat()].concat();
            let mut flipped = whole.clone();
            let at = place.index(whole.len());
            flipped[at] ^= 1 << bit;
            let (all, _) = read_back(&whole, 100).expect("a head");
            if let Some((entries, _)) = read_back(&flipped, 100) {
                prop_assert!(entries.len() < all.len() || calls.is_empty(), "a flipped bit went unnoticed");
                prop_assert_eq!(&entries[..], &all[..entries.len()]);
            }
        }

        #[test]
        fn whatever_bytes_there_are_nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut decoder = Decoder::new(7);
            decoder.frame(&bytes);
            let mut sealed = [vec![0; FRAME_HEAD], bytes.clone()].concat();
            format::seal(&mut sealed, 7);
            decoder.frame(&sealed);
            Head::decode(&bytes);
        }
    }
}
