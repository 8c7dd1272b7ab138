//! Bytes to the caller, and what it does meanwhile: it may go, which ends its call, or say more, which waits for its turn.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::Body;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::super::body::{Out, PIECE_TIME};
use super::answer::Framing;
use super::asked::BODY;
use super::clock::Clock;

/// What a caller may say at most while its call goes on: a body that belongs to it, and a head.
const AHEAD: usize = BODY + (16 << 10);
/// Pieces up to this are copied together.
const COPIED: usize = 4 << 10;

/// The caller has gone, or takes nothing any more.
pub(super) struct Gone;

/// What a look at the caller showed.
enum Seen {
    Gone,
    More,
}

/// Does what is asked while the caller is there; what it says meanwhile is put `ahead`.
pub(super) async fn while_there<S: AsyncRead + Unpin, T>(io: &mut S, ahead: &RefCell<Vec<u8>>, mut task: Pin<&mut impl Future<Output = T>>) -> Result<T, Gone> {
    poll_fn(|cx| {
        loop {
            if let Poll::Ready(done) = task.as_mut().poll(cx) {
                return Poll::Ready(Ok(done));
            }
            match look(io, ahead, cx) {
                Poll::Ready(Seen::Gone) => return Poll::Ready(Err(Gone)),
                Poll::Ready(Seen::More) => {}
                Poll::Pending => return Poll::Pending,
            }
        }
    })
    .await
}

fn look<S: AsyncRead + Unpin>(io: &mut S, ahead: &RefCell<Vec<u8>>, cx: &mut Context<'_>) -> Poll<Seen> {
    let mut ahead = ahead.borrow_mut();
    if ahead.len() >= AHEAD {
        return Poll::Pending;
    }
    let mut room = [const { MaybeUninit::uninit() }; 2_048];
    let mut buf = ReadBuf::uninit(&mut room);
    match Pin::new(io).poll_read(cx, &mut buf) {
        Poll::Pending => Poll::Pending,
        Poll::Ready(Ok(())) if !buf.filled().is_empty() => {
            ahead.extend_from_slice(buf.filled());
            Poll::Ready(Seen::More)
        }
        Poll::Ready(_) => Poll::Ready(Seen::Gone),
    }
}

/// Sends all of these, one behind the other.
pub(super) async fn send<S: AsyncWrite + Unpin>(io: &mut S, pieces: [&[u8]; 3], clock: &mut Clock) -> Result<(), Gone> {
    let mut slices = pieces.map(IoSlice::new);
    let mut slices = &mut slices[..];
    // Leaves those out that are empty.
    IoSlice::advance_slices(&mut slices, 0);
    let mut until = None;
    while !slices.is_empty() {
        let written = poll_fn(|cx| {
            let polled = match &*slices {
                // One piece alone is cheaper for the kernel.
                [one, rest @ ..] if rest.iter().all(|piece| piece.is_empty()) => Pin::new(&mut *io).poll_write(cx, one),
                several => Pin::new(&mut *io).poll_write_vectored(cx, several),
            };
            match polled {
                Poll::Pending => clock.poll(*until.get_or_insert_with(|| Instant::now() + PIECE_TIME), cx).map(|()| 0),
                Poll::Ready(written) => Poll::Ready(written.unwrap_or(0)),
            }
        });
        match written.await {
            0 => return Err(Gone),
            count => IoSlice::advance_slices(&mut slices, count),
        }
        until = None;
    }
    poll_fn(|cx| match Pin::new(&mut *io).poll_flush(cx) {
        Poll::Pending => clock.poll(*until.get_or_insert_with(|| Instant::now() + PIECE_TIME), cx).map(|()| Err(Gone)),
        Poll::Ready(flushed) => Poll::Ready(flushed.map_err(|_| Gone)),
    })
    .await
}

/// What is to be done next with a body on its way.
enum Next {
    Piece(Option<Result<bytes::Bytes, ()>>),
    /// Nothing comes at the moment.
    Wait,
}

/// Sends what is in `out` and the body behind it. What is there at once leaves together.
pub(super) async fn stream<S: AsyncRead + AsyncWrite + Unpin>(
    io: &mut S,
    out: &mut Vec<u8>,
    (mut body, framing): (Out, Framing),
    ahead: &RefCell<Vec<u8>>,
    clock: &mut Clock,
) -> Result<(), Gone> {
    loop {
        let flush = !out.is_empty();
        let next = poll_fn(|cx| match Pin::new(&mut body).poll_frame(cx) {
            Poll::Ready(frame) => Poll::Ready(Next::Piece(frame.map(|frame| frame.map(|frame| frame.into_data().unwrap_or_default()).map_err(drop)))),
            Poll::Pending if flush => Poll::Ready(Next::Wait),
            Poll::Pending => Poll::Pending,
        });
        match while_there(io, ahead, std::pin::pin!(next)).await? {
            Next::Wait => send(io, [out, b"", b""], clock).await?,
            Next::Piece(Some(Ok(piece))) => {
                let end = put_size(out, piece.len(), framing);
                if piece.len() <= COPIED && out.len() <= COPIED {
                    out.extend_from_slice(&piece);
                    out.extend_from_slice(end);
                    continue;
                }
                send(io, [out, &piece, end], clock).await?;
            }
            Next::Piece(None) => {
                if framing == Framing::Chunked {
                    out.extend_from_slice(b"0\r\n\r\n");
                }
                return send(io, [out, b"", b""], clock).await;
            }
            // It was cut off: what came of it goes out, and the connection ends where more had to come.
            Next::Piece(Some(Err(()))) => {
                send(io, [out, b"", b""], clock).await?;
                return Err(Gone);
            }
        }
        out.clear();
    }
}

/// The line before a chunk; what comes behind it.
fn put_size(out: &mut Vec<u8>, length: usize, framing: Framing) -> &'static [u8] {
    if framing != Framing::Chunked || length == 0 {
        return b"";
    }
    out.extend_from_slice(format!("{length:x}\r\n").as_bytes());
    b"\r\n"
}
