//! The straight way of a call over HTTP/1.1: what is simple is read, passed on and answered here, from buffer to buffer, over connections of the thread's own. Whatever is not simple is
//! handed to hyper with all that was read, for the rest of its connection. The phases of a call are the same on both ways.
//!
//! Invariant: a head is taken here only if it can be read in one way; what goes on is framed anew, and so is what comes back.

mod answer;
mod asked;
mod carry;
mod chunks;
mod clock;
mod flow;
mod head;
mod link;
mod reply;
mod send;
mod speak;

pub(super) use flow::Flow;
pub(super) use head::Dated;
pub(super) use link::{Waiting, keep_sweeping};
pub(super) use speak::{Left, speak};
