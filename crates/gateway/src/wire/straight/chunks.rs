//! A body in chunks (RFC 9112 §7.1), taken apart strictly: what is odd about it is never passed on. Pure.
//!
//! Invariant: sizes are hexadecimal digits, lines end in CR LF, and nothing is guessed; extensions and trailers are left out.

use bytes::{Buf, Bytes, BytesMut};

/// Longest line of a size with its extensions, and of a trailer.
const LINE: usize = 4 << 10;
/// Most bytes of trailers.
const TRAILERS: usize = 16 << 10;

/// Where the reading stands.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    at: At,
    trailers: usize,
}

#[derive(Debug, Default)]
enum At {
    /// Before the line of a size.
    #[default]
    Size,
    /// So many bytes of the chunk are left.
    Data(u64),
    /// Behind the bytes of a chunk.
    Behind,
    /// Behind the last chunk.
    Trailers,
    /// Behind all of it.
    Over,
}

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// More has to come.
    More,
    Data(Bytes),
    /// The body is over; what is left in the buffer is not of it.
    End,
}

/// It is not a body in chunks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Odd;

impl Chunks {
    /// The next piece of what is in the buffer.
    pub(super) fn next(&mut self, buffer: &mut BytesMut) -> Result<Piece, Odd> {
        loop {
            match &mut self.at {
                At::Size => match line(buffer)? {
                    None => return Ok(Piece::More),
                    Some(line) => self.at = size(&line).map(|size| if size == 0 { At::Trailers } else { At::Data(size) })?,
                },
                At::Data(_) if buffer.is_empty() => return Ok(Piece::More),
                At::Data(left) => {
                    let count = buffer.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
                    *left -= count as u64;
                    if *left == 0 {
                        self.at = At::Behind;
                    }
                    return Ok(Piece::Data(buffer.split_to(count).freeze()));
                }
                At::Behind => match (buffer.first(), buffer.get(1)) {
                    (Some(b'\r'), Some(b'\n')) => {
                        buffer.advance(2);
                        self.at = At::Size;
                    }
                    (None, _) | (Some(b'\r'), None) => return Ok(Piece::More),
                    _ => return Err(Odd),
                },
                At::Trailers => match line(buffer)? {
                    None => return Ok(Piece::More),
                    Some(line) if line.is_empty() => self.at = At::Over,
                    Some(line) => {
                        self.trailers += line.len();
                        if self.trailers > TRAILERS {
                            return Err(Odd);
                        }
                    }
                },
                At::Over => return Ok(Piece::End),
            }
        }
    }
}

/// Takes a line with its CR LF; nothing if it is not whole.
fn line(buffer: &mut BytesMut) -> Result<Option<BytesMut>, Odd> {
    let Some(end) = buffer.iter().take(LINE).position(|byte| *byte == b'\n') else {
        return if buffer.len() < LINE { Ok(None) } else { Err(Odd) };
    };
    let line = buffer.split_to(end + 1);
    let text = line.strip_suffix(b"\r\n").ok_or(Odd)?;
    let clean = text.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~' | 0x80..));
    let length = text.len();
    let mut line = line;
    line.truncate(length);
    if clean { Ok(Some(line)) } else { Err(Odd) }
}

/// The digits before the end or an extension.
fn size(line: &[u8]) -> Result<u64, Odd> {
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
    let fine = (1..=15).contains(&digits.len()) && digits.iter().all(u8::is_ascii_hexdigit);
    let text = std::str::from_utf8(digits).ok().filter(|_| fine).ok_or(Odd)?;
    u64::from_str_radix(text, 16).map_err(|_| Odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All of the body, given in pieces of so many bytes, and what was left behind it.
    fn read(text: &str, step: usize) -> Result<(String, String), Odd> {
        let (mut chunks, mut buffer, mut body) = (Chunks::default(), BytesMut::new(), Vec::new());
        for piece in text.as_bytes().chunks(step) {
            buffer.extend_from_slice(piece);
            loop {
                match chunks.next(&mut buffer)? {
                    Piece::More => break,
                    Piece::Data(data) => body.extend_from_slice(&data),
                    Piece::End => break,
                }
            }
        }
        assert!(matches!(chunks.at, At::Over), "{text:?} is not whole");
        Ok((String::from_utf8_lossy(&body).into_owned(), String::from_utf8_lossy(&buffer).into_owned()))
    }

    #[test]
    fn pieces_of_any_size_give_the_same_body() {
        let text = "5\r\nhello\r\nA;name=\"a\"\r\n, my world\r\n000\r\nx-sum: 1\r\n\r\nHTTP/1.1";
        for step in 1..text.len() {
            assert_eq!(read(text, step), Ok(("hello, my world".to_owned(), "HTTP/1.1".to_owned())), "{step}");
        }
    }

    #[test]
    fn what_is_odd_is_refused() {
        for text in [
            "0x5\r\nhello\r\n0\r\n\r\n",
            " 5\r\nhello\r\n0\r\n\r\n",
            "5 \r\nhello\r\n0\r\n\r\n",
            "+5\r\nhello\r\n0\r\n\r\n",
            "-1\r\n",
            "5\nhello\r\n0\r\n\r\n",
            "5\r\nhello!\r\n0\r\n\r\n",
            "5\r\nhello\n0\r\n\r\n",
            "5\r\nhello0\r\n\r\n",
            "fffffffffffffffff\r\nhello\r\n",
            "\r\n",
            ";a\r\n",
            "5;a\0\r\nhello\r\n0\r\n\r\n",
            "0\r\nx-a: 1\n\r\n",
        ] {
            assert_eq!(read(text, text.len()), Err(Odd), "{text:?}");
            assert_eq!(read(text, 1), Err(Odd), "{text:?}");
        }
        let long = format!("5;{}", "a".repeat(LINE));
        assert_eq!(read(&long, 100), Err(Odd), "a line has an end");
        let trailers = format!("0\r\n{}", format!("x-a: {}\r\n", "b".repeat(1_000)).repeat(20));
        assert_eq!(read(&trailers, 100), Err(Odd), "and so have trailers");
    }
}
