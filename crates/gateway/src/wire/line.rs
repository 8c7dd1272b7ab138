//! A connection that hyper speaks over. What was read from it before comes first; a head and a body that fit into a page are copied together and sent, which costs the kernel less
//! than gathering them.

use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

/// What is at most copied together.
const PAGE: usize = 4_096;

/// A connection.
pub(super) struct Line<S> {
    io: TokioIo<S>,
    /// What was read already.
    ahead: Bytes,
    page: Vec<u8>,
}

impl<S> Line<S> {
    pub(super) fn over(stream: S) -> Self {
        Self::behind(Bytes::new(), stream)
    }

    /// One of which this was read already.
    pub(super) fn behind(ahead: Bytes, stream: S) -> Self {
        Self { io: TokioIo::new(stream), ahead, page: Vec::new() }
    }
}

impl<S: AsyncRead + Unpin> Read for Line<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, mut buf: ReadBufCursor<'_>) -> Poll<Result<()>> {
        if self.ahead.is_empty() {
            return Pin::new(&mut self.io).poll_read(cx, buf);
        }
        let count = self.ahead.len().min(buf.remaining());
        buf.put_slice(&self.ahead[..count]);
        self.ahead.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> Write for Line<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[IoSlice<'_>]) -> Poll<Result<usize>> {
        let Self { io, page, .. } = &mut *self;
        match bufs {
            [one] => Pin::new(io).poll_write(cx, one),
            several if together(several, page) => Pin::new(io).poll_write(cx, page),
            several => Pin::new(io).poll_write_vectored(cx, several),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

/// Copies the pieces one behind the other, if a page has room for all.
fn together(bufs: &[IoSlice<'_>], page: &mut Vec<u8>) -> bool {
    page.clear();
    let fit = bufs.iter().map(|buf| buf.len()).sum::<usize>() <= PAGE;
    if fit {
        bufs.iter().for_each(|buf| page.extend_from_slice(buf));
    }
    fit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_put_together_if_they_fit() {
        let mut page = Vec::new();
        assert!(together(&[IoSlice::new(b"head"), IoSlice::new(b""), IoSlice::new(b"body")], &mut page));
        assert_eq!(page, b"headbody");
        let large = [7; PAGE];
        assert!(!together(&[IoSlice::new(b"head"), IoSlice::new(&large)], &mut page));
        assert!(together(&[IoSlice::new(&large)], &mut page));
        assert_eq!(page, large);
    }
}
