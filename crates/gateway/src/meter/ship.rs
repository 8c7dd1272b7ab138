//! The thread that ships what the lanes wrote: its own epoch as it grows, and whatever processes that ended left in the folder.
//!
//! Invariant: what is shipped was read back whole and in order; a segment is deleted only after everything in it was taken in, and some are kept even then.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use metering::{LogId, Shipment};
use serde::{Deserialize, Serialize};
use words::{Fault, Id};

use super::folder::{self, Epoch};
use super::read::{At, Reader};

/// How often the lanes are looked at.
const EVERY: Duration = Duration::from_millis(100);
/// Pause after the taker did not answer.
const AWAY: Duration = Duration::from_millis(500);
/// Entries shipped at a time.
const BATCH: usize = 4_000;
/// Bytes and number of segments that are kept although they were taken in: a database that is restored from a backup asks for them again.
const KEPT: u64 = 256 << 20;
const KEPT_FILES: usize = 64;
/// In so many idle rounds the folder is tidied once.
const TIDY: u32 = 30;

/// Who takes in what was written.
pub trait Taker: Send {
    /// Number of the entry that is wanted next of a log, and whether it is closed.
    fn position(&mut self, log: &LogId) -> Result<(i64, bool), Fault>;
    /// Takes entries in.
    fn take(&mut self, shipment: Arc<Shipment>) -> Result<Taken, Fault>;
    /// Gives up the entries before `next`: they can never come.
    fn lose(&mut self, log: &LogId, next: i64) -> Result<(), Fault>;
    /// Nothing comes after entry `last`.
    fn close(&mut self, log: &LogId, last: i64) -> Result<(), Fault>;
}

/// What became of a shipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// It is in; this entry is wanted next.
    Next(i64),
    /// Entries before it are missing; this one is wanted.
    Gap(i64),
    /// Its log is closed.
    Closed,
}

/// The thread.
pub(super) struct Shipping {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Shipping {
    pub(super) fn start(folder: PathBuf, gateway: Id, own: i64, taker: Box<dyn Taker>) -> Result<Self, Fault> {
        let (stop, stopped) = channel();
        let shipper = Shipper { folder, gateway, own: Some(own), taker, courses: BTreeMap::new(), over: BTreeMap::new(), idle: 0, away: false };
        let thread = crate::thread("gateway-shipper".into(), move || shipper.run(&stopped))?;
        Ok(Self { stop, thread })
    }

    /// The epoch has ended: ships the rest once and returns; what cannot be shipped now is shipped by the next start.
    pub(super) fn end(self) {
        drop(self.stop);
        let _ = self.thread.join();
    }
}

struct Shipper {
    folder: PathBuf,
    gateway: Id,
    /// The epoch that is being written; nothing once it has ended.
    own: Option<i64>,
    taker: Box<dyn Taker>,
    courses: BTreeMap<(i64, i64), Course>,
    /// Epochs whose processes have ended, held so that nobody else ships them.
    over: BTreeMap<i64, Epoch>,
    idle: u32,
    away: bool,
}

/// How far a lane is shipped.
#[derive(Default)]
struct Course {
    /// Number of the entry that is wanted; nothing before the taker was asked.
    wanted: Option<i64>,
    reader: Option<(i64, Reader)>,
    /// Sent and not answered yet.
    sent: Option<Arc<Shipment>>,
    closed: bool,
    /// It was said that it cannot be read further.
    told: bool,
}

impl Shipper {
    fn run(mut self, stopped: &Receiver<()>) {
        loop {
            let pause = match self.round() {
                Ok(true) => Duration::ZERO,
                Ok(false) => EVERY,
                Err(fault) => {
                    if !std::mem::replace(&mut self.away, true) {
                        tracing::warn!(%fault, "calls cannot be shipped; they stay in the log of the gateway until they can");
                    }
                    AWAY
                }
            };
            if let Err(RecvTimeoutError::Disconnected) = stopped.recv_timeout(pause) {
                break;
            }
        }
        self.own = None;
        while let Ok(true) = self.round() {}
    }

    /// Ships a batch of each lane; says whether there may be more at once.
    fn round(&mut self) -> Result<bool, Fault> {
        let segments = folder::segments(&self.folder).map_err(Fault::new)?;
        let mut more = false;
        for ((epoch, lane), firsts) in &segments {
            if self.own == Some(*epoch) || self.is_over(*epoch) {
                more |= self.ship(*epoch, *lane, firsts)?;
            }
        }
        self.away = false;
        self.idle = if more { 0 } else { self.idle + 1 };
        if self.idle % TIDY == 1 {
            self.tidy(&segments).map_err(Fault::new)?;
        }
        Ok(more)
    }

    /// Has the process that wrote this epoch ended? Then it is ours from now on.
    fn is_over(&mut self, epoch: i64) -> bool {
        if self.over.contains_key(&epoch) {
            return true;
        }
        match folder::take_over(&self.folder, epoch) {
            Some(taken) => self.over.insert(epoch, taken).is_none(),
            None => false,
        }
    }

    fn ship(&mut self, epoch: i64, lane: i64, firsts: &[i64]) -> Result<bool, Fault> {
        let log = LogId { gateway: self.gateway.clone(), epoch, lane };
        let mut course = self.courses.remove(&(epoch, lane)).unwrap_or_default();
        let done = self.step(&log, &mut course, firsts, self.own != Some(epoch));
        self.courses.insert((epoch, lane), course);
        done
    }

    fn step(&mut self, log: &LogId, course: &mut Course, firsts: &[i64], over: bool) -> Result<bool, Fault> {
        if course.closed {
            return Ok(false);
        }
        let wanted = match course.wanted {
            Some(wanted) => wanted,
            None => {
                let (wanted, closed) = self.taker.position(log)?;
                (course.wanted, course.closed) = (Some(wanted), closed);
                return Ok(!closed);
            }
        };
        if let Some(sent) = course.sent.clone() {
            let taken = self.taker.take(sent)?;
            course.sent = None;
            match taken {
                Taken::Next(next) if course.reader.as_ref().is_some_and(|(_, reader)| reader.wanted() == next) => course.wanted = Some(next),
                Taken::Next(next) | Taken::Gap(next) => (course.wanted, course.reader) = (Some(next), None),
                Taken::Closed => course.closed = true,
            }
            return Ok(!course.closed);
        }
        match self.look(log, course, wanted, firsts)? {
            Look::Entries(first, entries) => {
                course.sent = Some(Arc::new(Shipment { log: log.clone(), first, entries }));
                Ok(true)
            }
            Look::Nothing if over => {
                self.taker.close(log, wanted - 1)?;
                course.closed = true;
                Ok(false)
            }
            Look::Nothing => Ok(false),
            Look::Missing(next) => {
                tracing::error!(?log, from = wanted, next, "entries of the log of calls cannot be read and are given up");
                self.taker.lose(log, next)?;
                (course.wanted, course.reader) = (Some(next), None);
                Ok(true)
            }
        }
    }

    /// What comes next of a lane.
    fn look(&self, log: &LogId, course: &mut Course, wanted: i64, firsts: &[i64]) -> Result<Look, Fault> {
        let follower = |first: i64| firsts.iter().copied().find(|other| *other > first);
        let Some(begin) = firsts.iter().copied().rfind(|first| *first <= wanted) else {
            return Ok(firsts.first().map_or(Look::Nothing, |first| Look::Missing(*first)));
        };
        if course.reader.as_ref().is_none_or(|(first, _)| *first != begin) {
            let path = folder::segment(&self.folder, log.epoch, log.lane, begin);
            course.reader = match Reader::open(&path).map_err(Fault::new)? {
                Some((reader, head)) if head.first == begin && head.epoch == log.epoch && head.lane == log.lane => Some((begin, reader)),
                _ => return Ok(follower(begin).map_or(Look::Nothing, Look::Missing)),
            };
        }
        let Some((_, reader)) = &mut course.reader else { return Ok(Look::Nothing) };
        loop {
            match reader.next(BATCH).map_err(Fault::new)? {
                // Read only for the numbers that keys and places have: it was taken in before.
                At::Entries(first, entries) if first + i64::try_from(entries.len()).unwrap_or(0) <= wanted => {}
                At::Entries(first, entries) => return Ok(Look::Entries(first, entries)),
                // A segment that has a follower is not written any more: what cannot be read of it now never can.
                At::Bad if follower(begin).is_none() && !std::mem::replace(&mut course.told, true) => {
                    tracing::error!(?log, wanted, "the log of calls was altered; nothing behind this entry can be read");
                }
                At::End | At::Bad => return Ok(follower(begin).map_or(Look::Nothing, Look::Missing)),
            }
        }
    }

    /// Deletes the oldest segments that were taken in whole, but for some, and forgets epochs of which nothing is left.
    fn tidy(&mut self, segments: &BTreeMap<(i64, i64), Vec<i64>>) -> std::io::Result<()> {
        let mut done: Vec<(PathBuf, u64)> = Vec::new();
        for ((epoch, lane), firsts) in segments {
            let Some(course) = self.courses.get(&(*epoch, *lane)) else { continue };
            for (at, first) in firsts.iter().enumerate() {
                let whole = course.closed || firsts.get(at + 1).is_some_and(|next| course.wanted.is_some_and(|wanted| wanted >= *next));
                let path = folder::segment(&self.folder, *epoch, *lane, *first);
                if let (true, Ok(meta)) = (whole, std::fs::metadata(&path)) {
                    done.push((path, meta.len()));
                }
            }
        }
        let mut room = KEPT;
        for (at, (path, size)) in done.iter().rev().enumerate() {
            room = room.saturating_sub(*size);
            if room == 0 || at >= KEPT_FILES {
                std::fs::remove_file(path)?;
            }
        }
        for epoch in folder::epochs(&self.folder)? {
            let empty = !segments.keys().any(|(other, _)| *other == epoch);
            if empty && self.own != Some(epoch) && self.is_over(epoch) {
                folder::forget(&self.folder, epoch)?;
                self.over.remove(&epoch);
            }
        }
        Ok(())
    }
}

enum Look {
    Entries(i64, Vec<metering::Entry>),
    Nothing,
    Missing(i64),
}
