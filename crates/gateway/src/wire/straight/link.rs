//! Connections of the straight way to upstreams, and those that wait for the next call. One store of them a thread, so there is no lock.
//!
//! Invariant: a connection waits only when nothing of an answer is left on it; one over which something came meanwhile is not used again.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use tokio::io::AsyncReadExt;

use super::super::Worker;
use super::super::pool::{IDLE, Link, WAITING};

/// Room for an answer that is short.
const ROOM: usize = 16 << 10;

/// A connection with what was read from it and not used yet.
pub(super) struct Wire {
    pub link: Link,
    pub buffer: BytesMut,
}

impl Wire {
    pub(super) fn over(link: Link) -> Self {
        Self { link, buffer: BytesMut::with_capacity(ROOM) }
    }

    /// Reads as much as is there and there is room for: the number of bytes; 0 at its end.
    pub(super) fn poll_more(&mut self, room: usize, cx: &mut Context<'_>) -> Poll<std::io::Result<usize>> {
        self.buffer.reserve(room);
        pin!(self.link.read_buf(&mut self.buffer)).poll(cx)
    }

    /// Is it still there, and silent? It costs a call of the kernel only if something has happened.
    fn is_quiet(&mut self) -> bool {
        self.buffer.is_empty() && self.poll_more(ROOM, &mut Context::from_waker(Waker::noop())).is_pending()
    }
}

/// Connections that wait, by `https://host:port`, each with the moment since when, the last one taken first.
#[derive(Default)]
pub(crate) struct Waiting(HashMap<Arc<str>, VecDeque<(Wire, Instant)>>);

impl Waiting {
    pub(super) fn take(&mut self, origin: &str, now: Instant) -> Option<Wire> {
        let waiting = self.0.get_mut(origin)?;
        while let Some((mut wire, since)) = waiting.pop_back() {
            if now.saturating_duration_since(since) <= IDLE && wire.is_quiet() {
                return Some(wire);
            }
        }
        None
    }

    pub(super) fn give_back(&mut self, origin: &Arc<str>, wire: Wire, now: Instant) {
        if let Some(waiting) = self.0.get_mut(origin) {
            if waiting.len() < WAITING {
                waiting.push_back((wire, now));
            }
        } else {
            self.0.insert(origin.clone(), VecDeque::from([(wire, now)]));
        }
    }

    fn sweep(&mut self, now: Instant) {
        for waiting in self.0.values_mut() {
            while waiting.front().is_some_and(|(_, since)| now.saturating_duration_since(*since) > IDLE) {
                waiting.pop_front();
            }
        }
        self.0.retain(|_, waiting| !waiting.is_empty());
    }
}

/// Closes connections that have waited too long, as long as the thread lives.
pub(crate) async fn keep_sweeping(worker: Rc<Worker>) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        worker.waiting.borrow_mut().sweep(Instant::now());
    }
}
