//! Everything a gateway must know, as one stream of the lines that also lie on disk: a million keys travel in small pieces, and neither side holds them twice.
//!
//! Invariant: what breaks off is nothing: without its last line, which counts the others, the stream is not believed.

use std::io::{BufRead, BufReader, Read};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use capabilities::Change;
use http_body::{Body, Frame};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use words::Fault;

use super::Side;
use crate::snapshot::{Line, decode, encode};

/// Bytes of a piece, about, and how many wait for the other side.
const PIECE: usize = 64 << 10;
const WAITING: usize = 4;
/// So long a piece waits; whoever reads slower gets nothing, since the database is being read meanwhile.
const PATIENCE: Duration = Duration::from_secs(30);
/// Changes handed on at a time.
const BATCH: usize = 2_000;
/// Longest line that is believed.
const LONGEST: u64 = 64 << 20;

/// The pieces as a body.
pub(super) struct Pieces(Receiver<Bytes>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}

/// Both ends of a stream.
pub(super) fn stream() -> (Sender<Bytes>, Pieces) {
    let (pieces, taken) = channel(WAITING);
    (pieces, Pieces(taken))
}

/// Reads everything and sends it. What breaks ends the stream before its last line.
pub(super) fn send(side: &mut dyn Side, pieces: Sender<Bytes>) -> Result<(), Fault> {
    let mut out = Out { pieces, piece: Vec::with_capacity(PIECE * 2), lines: 0, broken: None };
    let number = side.everything(&mut |changes| changes.into_iter().for_each(|change| out.line(&Line::One { change })))?;
    let lines = out.lines;
    out.line(&Line::End { number, lines });
    out.pass();
    out.broken.map_or(Ok(()), Err)
}

struct Out {
    pieces: Sender<Bytes>,
    piece: Vec<u8>,
    lines: u64,
    broken: Option<Fault>,
}

impl Out {
    fn line(&mut self, line: &Line) {
        if self.broken.is_some() {
            return;
        }
        match encode(line) {
            Ok(bytes) => self.piece.extend(bytes),
            Err(error) => self.broken = Some(Fault::new(error)),
        }
        self.lines += 1;
        if self.piece.len() >= PIECE {
            self.pass();
        }
    }

    /// Hands the piece on, and waits a while for room.
    fn pass(&mut self) {
        let (mut piece, begun) = (Bytes::from(std::mem::take(&mut self.piece)), Instant::now());
        while self.broken.is_none() {
            piece = match self.pieces.try_send(piece) {
                Ok(()) => return,
                Err(TrySendError::Full(piece)) if begun.elapsed() < PATIENCE => piece,
                Err(_) => {
                    self.broken = Some(Fault::new("the gateway went away, or reads too slowly"));
                    return;
                }
            };
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Reads the stream; gives the number of the newest change in it.
pub(super) fn receive(from: impl Read, take: &mut dyn FnMut(Vec<Change>)) -> Result<i64, Fault> {
    let torn = || Fault::new("what the server sent broke off, or was altered");
    let (mut from, mut line, mut batch, mut count) = (BufReader::with_capacity(PIECE, from), Vec::new(), Vec::new(), 0);
    loop {
        line.clear();
        from.by_ref().take(LONGEST).read_until(b'\n', &mut line).map_err(Fault::new)?;
        let whole = line.strip_suffix(b"\n").ok_or_else(torn)?;
        match decode(whole) {
            Some(Line::One { change }) => {
                batch.push(change);
                count += 1;
            }
            Some(Line::End { number, lines }) if lines == count => {
                take(batch);
                return Ok(number);
            }
            _ => return Err(torn()),
        }
        if batch.len() >= BATCH {
            take(std::mem::take(&mut batch));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::tests::key;

    fn sent(count: u8) -> Vec<u8> {
        let one = (1..=count).map(|n| Line::One { change: key(&[n; 32], "app_a") });
        let all = one.chain([Line::End { number: 9, lines: u64::from(count) }]);
        all.flat_map(|line| encode(&line).unwrap()).collect()
    }

    #[test]
    fn what_breaks_off_or_was_altered_is_nothing() {
        let (bytes, mut got) = (sent(3), Vec::new());
        assert_eq!(receive(&bytes[..], &mut |mut changes| got.append(&mut changes)), Ok(9));
        assert_eq!(got.len(), 3);
        let mut nothing = |_: Vec<Change>| {};
        for end in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            assert!(receive(&bytes[..end], &mut nothing).is_err(), "{end}");
        }
        let first = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        assert!(receive(&bytes[first..], &mut nothing).is_err(), "a line is missing");
        let text = String::from_utf8(bytes).unwrap().replace("app_a", "app_b");
        assert!(receive(text.as_bytes(), &mut nothing).is_err());
    }
}
