//! How the log lies on disk: a segment is a head and frames; a frame is what one write hands to the kernel: its length, its checksum, entries. Pure.
//!
//! Invariant: what is read back is a beginning of what was written; a torn or altered frame ends the reading, whatever its bytes are.

use std::sync::Arc;

use metering::{Admitted, Ending, Entry, Refused, Settled};
use words::Id;

const MAGIC: &[u8; 8] = b"HCMETER1";
/// Longest frame that is believed.
const LARGEST: usize = 64 << 20;
/// Bytes before the payload of a frame: length and checksum.
pub(crate) const FRAME_HEAD: usize = 8;

const KEY: u8 = 1;
const PLACE: u8 = 2;
const ADMITTED: u8 = 3;
const SETTLED: u8 = 4;
const REFUSED: u8 = 5;

/// What stands at the beginning of a segment. It seeds the checksums of its frames, so none of another segment fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub gateway: Id,
    pub epoch: i64,
    pub lane: i64,
    /// Number of its first entry.
    pub first: i64,
}

impl Head {
    /// Its bytes, and the seed.
    pub(crate) fn encode(&self) -> (Vec<u8>, u32) {
        let mut body = Vec::with_capacity(64);
        for number in [self.epoch, self.lane, self.first] {
            put_number(&mut body, unsigned(number));
        }
        put_text(&mut body, self.gateway.as_str());
        let seed = crc32fast::hash(&body);
        let mut bytes = MAGIC.to_vec();
        bytes.extend(u32::try_from(body.len()).unwrap_or(0).to_le_bytes());
        bytes.extend(seed.to_le_bytes());
        bytes.extend(body);
        (bytes, seed)
    }

    /// Reads it: the head, its seed, its length. Nothing if it is not whole.
    pub(crate) fn decode(bytes: &[u8]) -> Option<(Self, u32, usize)> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (body, seed, length) = checked(rest, crc32fast::hash)?;
        let mut from = body;
        let (epoch, lane, first) = (signed(&mut from)?, signed(&mut from)?, signed(&mut from)?);
        let gateway = Id::fixed(text(&mut from)?);
        Some((Self { gateway, epoch, lane, first }, seed, MAGIC.len() + length))
    }
}

/// Length, checksum, payload: the payload, the checksum, and how long all of it is. Nothing if it is not whole.
fn checked(bytes: &[u8], sum: impl Fn(&[u8]) -> u32) -> Option<(&[u8], u32, usize)> {
    let length = u32::from_le_bytes(*bytes.first_chunk()?) as usize;
    let wanted = u32::from_le_bytes(*bytes.get(4..)?.first_chunk()?);
    let payload = bytes.get(FRAME_HEAD..FRAME_HEAD.checked_add(length)?)?;
    (sum(payload) == wanted).then_some((payload, wanted, FRAME_HEAD + length))
}

fn frame_sum(seed: u32, payload: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new_with_initial(seed);
    sum.update(payload);
    sum.finalize()
}

/// Fills in length and checksum of a frame whose payload begins at [`FRAME_HEAD`].
pub(crate) fn seal(frame: &mut [u8], seed: u32) {
    let Some((head, payload)) = frame.split_at_mut_checked(FRAME_HEAD) else { return };
    head[..4].copy_from_slice(&u32::try_from(payload.len()).unwrap_or(u32::MAX).to_le_bytes());
    head[4..].copy_from_slice(&frame_sum(seed, payload).to_le_bytes());
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// LEB128: seven bits a byte.
pub(crate) fn put_number(to: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        to.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

/// Length and bytes.
pub(crate) fn put_text(to: &mut Vec<u8>, text: &str) {
    put_number(to, text.len() as u64);
    to.extend_from_slice(text.as_bytes());
}

/// Reads LEB128.
pub(crate) fn number(from: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn signed(from: &mut &[u8]) -> Option<i64> {
    i64::try_from(number(from)?).ok()
}

fn bytes<'a>(from: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = from.split_at_checked(count)?;
    *from = rest;
    Some(taken)
}

fn text<'a>(from: &mut &'a [u8]) -> Option<&'a str> {
    let length = usize::try_from(number(from)?).ok()?;
    std::str::from_utf8(bytes(from, length)?).ok()
}

/// A key and its app get the next number of the segment.
pub(crate) fn put_key(to: &mut Vec<u8>, app: &str, key: &str) {
    to.push(KEY);
    put_text(to, app);
    put_text(to, key);
}

/// A meter and a kind get the next number of the segment.
pub(crate) fn put_place(to: &mut Vec<u8>, meter: &str, dims: &str) {
    to.push(PLACE);
    put_text(to, meter);
    put_text(to, dims);
}

/// A call goes upstream.
pub(crate) fn put_admitted(to: &mut Vec<u8>, at_us: i64, key: u64, place: u64, request: &[u8; 16]) {
    to.push(ADMITTED);
    put_number(to, unsigned(at_us));
    put_number(to, key);
    put_number(to, place);
    to.extend_from_slice(request);
}

/// A call has ended; `back` says how many entries before this one it was admitted.
pub(crate) fn put_settled(to: &mut Vec<u8>, back: i64, end: &End) {
    let how = match end.how {
        How::Answered => Ok(0),
        How::CallerGone => Ok(1),
        How::CutOff => Ok(2),
        How::Refused(code) => Err(code),
    };
    put_ended(to, back, how, [u64::from(end.status), end.bytes_in, end.bytes_out, end.wait_us, end.total_us]);
}

/// The same, of an entry that was read back.
pub(crate) fn put_again(to: &mut Vec<u8>, back: i64, end: &Settled) {
    let how = match &end.ending {
        Ending::Answered => Ok(0),
        Ending::CallerGone => Ok(1),
        Ending::CutOff => Ok(2),
        Ending::Refused(code) => Err(code.as_ref()),
    };
    put_ended(to, back, how, [u64::from(end.status), end.bytes_in, end.bytes_out, end.wait_us, end.total_us]);
}

fn put_ended(to: &mut Vec<u8>, back: i64, how: Result<u8, &str>, numbers: [u64; 5]) {
    to.push(SETTLED);
    put_number(to, unsigned(back));
    match how {
        Ok(kind) => to.push(kind),
        Err(code) => {
            to.push(3);
            put_text(to, code);
        }
    }
    for value in numbers {
        put_number(to, value);
    }
}

/// Calls that were refused before anything of them was passed on.
pub(crate) fn put_refused(to: &mut Vec<u8>, at_us: i64, app: &str, reason: &str, count: u64) {
    to.push(REFUSED);
    put_number(to, unsigned(at_us));
    put_text(to, app);
    put_text(to, reason);
    put_number(to, count);
}

/// How a call ended, as it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    pub how: How,
    pub status: u16,
    pub bytes_in: u64,
    pub bytes_out: u64,
    pub wait_us: u64,
    pub total_us: u64,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Answered,
    CallerGone,
    CutOff,
    Refused(&'static str),
}

/// Reads the frames of a segment one after the other.
pub(crate) struct Decoder {
    seed: u32,
    keys: Vec<(Arc<str>, Arc<str>)>,
    places: Vec<(Arc<str>, Arc<str>)>,
}

/// What stands at a place of a segment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A frame: number of its first entry, its entries, its length.
    Frame(i64, Vec<Entry>, usize),
    /// Not all of a frame (yet).
    Short,
    /// No frame of this segment.
    Bad,
}

impl Decoder {
    pub(crate) fn new(seed: u32) -> Self {
        Self { seed, keys: Vec::new(), places: Vec::new() }
    }

    /// The frame at the beginning of these bytes.
    pub(crate) fn frame(&mut self, bytes: &[u8]) -> Found {
        let Some(length) = bytes.first_chunk().map(|length| u32::from_le_bytes(*length) as usize) else { return Found::Short };
        if length == 0 || length > LARGEST {
            return Found::Bad;
        }
        if bytes.len() < FRAME_HEAD + length {
            return Found::Short;
        }
        let seed = self.seed;
        let read = checked(bytes, |payload| frame_sum(seed, payload)).and_then(|(payload, _, length)| Some((self.entries(payload)?, length)));
        read.map_or(Found::Bad, |((first, entries), length)| Found::Frame(first, entries, length))
    }

    fn entries(&mut self, mut from: &[u8]) -> Option<(i64, Vec<Entry>)> {
        let first = signed(&mut from)?;
        let mut entries = Vec::new();
        while let Some((kind, rest)) = from.split_first() {
            from = rest;
            let seq = first + i64::try_from(entries.len()).ok()?;
            match *kind {
                KEY => self.keys.push((Arc::from(text(&mut from)?), Arc::from(text(&mut from)?))),
                PLACE => self.places.push((Arc::from(text(&mut from)?), Arc::from(text(&mut from)?))),
                ADMITTED => entries.push(Entry::Admitted(self.admitted(&mut from)?)),
                SETTLED => entries.push(Entry::Settled(settled(&mut from, seq)?)),
                REFUSED => entries.push(Entry::Refused(refused(&mut from)?)),
                _ => return None,
            }
        }
        Some((first, entries))
    }

    fn admitted(&self, from: &mut &[u8]) -> Option<Admitted> {
        let at_us = signed(from)?;
        let (app, key) = self.keys.get(usize::try_from(number(from)?).ok()?)?.clone();
        let (meter, dims) = self.places.get(usize::try_from(number(from)?).ok()?)?.clone();
        let raw: &[u8; 16] = bytes(from, 16)?.first_chunk()?;
        Some(Admitted { at_us, app, key, meter, dims, request: request_id(raw) })
    }
}

/// The request id whose bytes these are.
fn request_id(raw: &[u8; 16]) -> Id {
    let (mut at, mut random) = ([0; 8], [0; 10]);
    at[2..].copy_from_slice(&raw[..6]);
    random.copy_from_slice(&raw[6..]);
    Id::new("req", i64::from_be_bytes(at), random)
}

fn settled(from: &mut &[u8], seq: i64) -> Option<Settled> {
    let of = seq.checked_sub(signed(from)?)?;
    let ending = match bytes(from, 1)?.first()? {
        0 => Ending::Answered,
        1 => Ending::CallerGone,
        2 => Ending::CutOff,
        3 => Ending::Refused(Arc::from(text(from)?)),
        _ => return None,
    };
    let status = u16::try_from(number(from)?).ok()?;
    Some(Settled { of, ending, status, bytes_in: number(from)?, bytes_out: number(from)?, wait_us: number(from)?, total_us: number(from)? })
}

fn refused(from: &mut &[u8]) -> Option<Refused> {
    let at_us = signed(from)?;
    let app = Some(text(from)?).filter(|app| !app.is_empty()).map(Arc::from);
    Some(Refused { at_us, app, reason: Arc::from(text(from)?), count: number(from)? })
}
