//! The log of one thread. What calls append during a turn of the loop goes to the kernel in one write at its end; whoever waits for it goes on then.
//!
//! Only its thread touches it, so there is no lock. Invariant: `written` answers only after the kernel has taken what was appended; nothing is ever left out: what could
//! not be written is kept and written again, and no new call is let in meanwhile.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasherDefault, Hasher};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::sync::Notify;
use words::Id;

use super::folder;
use super::format::{self, End, FRAME_HEAD, Head};
use super::sync::Durable;
use crate::route::Capability;
use crate::snapshot::{Key, Name};

/// A segment that is longer is followed by another.
const LONG: u64 = 16 << 20;
/// So soon what the disk refused is tried again.
const AGAIN: Duration = Duration::from_millis(20);
/// How often refusals that were counted are written down, and how many kinds at most wait for it.
const REFUSALS_EVERY: Duration = Duration::from_secs(1);
const REFUSALS: usize = 2_000;

/// Nothing more can be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

/// A number that something has in this segment, and the thing itself, so that its address stays its own.
type Known<K, T> = HashMap<K, (Arc<T>, u64), BuildHasherDefault<Address>>;

/// Addresses in memory are looked up by; nobody outside can choose them.
#[derive(Default)]
struct Address(u64);

impl Hasher for Address {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number.cast_unsigned());
    }

    /// The high bits are the mixed ones.
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

/// What a thread begins its lane with.
pub(crate) struct Seed {
    pub folder: PathBuf,
    pub gateway: Id,
    pub epoch: i64,
    pub lane: i64,
    pub durable: Arc<Durable>,
}

/// The log of one thread.
pub(crate) struct Lane {
    state: RefCell<State>,
    /// Rung when there is something to be written.
    bell: Notify,
    pub durable: Arc<Durable>,
}

struct State {
    folder: PathBuf,
    head: Head,
    file: Option<Arc<File>>,
    seed: u32,
    offset: u64,
    frame: Vec<u8>,
    next: i64,
    round: u64,
    failing: bool,
    waiting: Vec<Waker>,
    keys: Known<usize, Key>,
    places: Known<(usize, i64, usize), Capability>,
    refusals: BTreeMap<(Option<Name>, &'static str), u64>,
}

impl Lane {
    pub(crate) fn new(seed: Seed) -> Self {
        let head = Head { gateway: seed.gateway, epoch: seed.epoch, lane: seed.lane, first: 1 };
        let state = State {
            folder: seed.folder,
            head,
            file: None,
            seed: 0,
            offset: 0,
            frame: Vec::with_capacity(16 << 10),
            next: 1,
            round: 1,
            failing: false,
            waiting: Vec::new(),
            keys: HashMap::default(),
            places: HashMap::default(),
            refusals: BTreeMap::new(),
        };
        Self { state: RefCell::new(state), bell: Notify::new(), durable: seed.durable }
    }

    /// A call is let in: number of its entry, and the round in which it is written.
    pub(crate) fn admit(&self, key: &Arc<Key>, place: (&Arc<Capability>, i64, usize), at_us: i64, request: &[u8; 16]) -> Result<(i64, u64), Full> {
        let mut state = self.state.borrow_mut();
        if state.failing || self.durable.has_failed() {
            return Err(Full);
        }
        self.begin(&mut state);
        let (key, place) = (state.key(key), state.place(place));
        format::put_admitted(&mut state.frame, at_us, key, place, request);
        Ok(state.entry())
    }

    /// A call has ended: the round in which that is written.
    pub(crate) fn settle(&self, of: i64, end: &End) -> u64 {
        let mut state = self.state.borrow_mut();
        self.begin(&mut state);
        let back = state.next - of;
        format::put_settled(&mut state.frame, back, end);
        state.entry().1
    }

    /// The gateway refused a call before anything of it was passed on.
    pub(crate) fn refuse(&self, app: Option<&Name>, reason: &'static str) {
        let mut state = self.state.borrow_mut();
        *state.refusals.entry((app.cloned(), reason)).or_default() += 1;
        if state.refusals.len() >= REFUSALS {
            drop(state);
            self.note_refusals(super::now_us());
        }
    }

    /// Appends what was refused since the last time.
    pub(crate) fn note_refusals(&self, at_us: i64) {
        let mut state = self.state.borrow_mut();
        if state.refusals.is_empty() || state.failing {
            return;
        }
        self.begin(&mut state);
        for ((app, reason), count) in std::mem::take(&mut state.refusals) {
            let app = app.map(|app| app.id());
            format::put_refused(&mut state.frame, at_us, app.as_ref().map_or("", Id::as_str), reason, count);
            state.entry();
        }
    }

    /// A frame begins with the first entry of a turn, and the bell is rung for whoever will write it.
    fn begin(&self, state: &mut State) {
        if state.frame.is_empty() {
            state.frame.extend_from_slice(&[0; FRAME_HEAD]);
            let first = u64::try_from(state.next).unwrap_or(0);
            format::put_number(&mut state.frame, first);
            self.bell.notify_one();
        }
    }

    /// Waits until the kernel has a round; does not wait for a disk that refuses.
    pub(crate) async fn written(&self, round: u64) -> Result<(), Full> {
        std::future::poll_fn(|cx| match self.poll_written(round, cx) {
            Poll::Pending if self.state.borrow().failing => Poll::Ready(Err(Full)),
            polled => polled.map(Ok),
        })
        .await
    }

    /// Does the kernel have this round?
    pub(crate) fn poll_written(&self, round: u64, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state.borrow_mut();
        if round < state.round {
            return Poll::Ready(());
        }
        state.waiting.push(cx.waker().clone());
        Poll::Pending
    }

    /// Does the disk refuse at the moment?
    pub(crate) fn is_failing(&self) -> bool {
        self.state.borrow().failing || self.durable.has_failed()
    }

    /// Hands to the kernel what was appended; says whether it took it.
    pub(crate) fn write(&self) -> bool {
        let mut state = self.state.borrow_mut();
        if state.frame.is_empty() {
            return true;
        }
        let done = state.write(&self.durable);
        if let Err(error) = &done
            && !state.failing
        {
            tracing::error!(%error, "calls cannot be written down: none is let in until they can");
        }
        let failed_before = std::mem::replace(&mut state.failing, done.is_err());
        if done.is_ok() {
            let round = state.round;
            state.round += 1;
            self.durable.written(round);
        }
        let waiting = if done.is_ok() || !failed_before { std::mem::take(&mut state.waiting) } else { Vec::new() };
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
        done.is_ok()
    }

    /// Writes at the end of every turn in which something was appended, until the thread ends.
    pub(crate) async fn keep_writing(&self) {
        loop {
            self.bell.notified().await;
            while !self.write() {
                tokio::time::sleep(AGAIN).await;
            }
        }
    }

    /// Writes refusals down once a second.
    pub(crate) async fn keep_counting(&self) {
        loop {
            tokio::time::sleep(REFUSALS_EVERY).await;
            self.note_refusals(super::now_us());
        }
    }
}

impl State {
    /// Number of the entry just put, and the round in which it is written.
    fn entry(&mut self) -> (i64, u64) {
        self.next += 1;
        (self.next - 1, self.round)
    }

    fn key(&mut self, key: &Arc<Key>) -> u64 {
        let fresh = self.keys.len() as u64;
        let known = self.keys.entry(Arc::as_ptr(key) as usize).or_insert_with(|| (key.clone(), fresh)).1;
        if known == fresh {
            format::put_key(&mut self.frame, key.app.id().as_str(), key.id.id().as_str());
        }
        known
    }

    fn place(&mut self, (capability, major, operation): (&Arc<Capability>, i64, usize)) -> u64 {
        let fresh = self.places.len() as u64;
        let known = self.places.entry((Arc::as_ptr(capability) as usize, major, operation)).or_insert_with(|| (capability.clone(), fresh)).1;
        if known == fresh {
            format::put_place(&mut self.frame, &capability.meter, capability.dims(major, operation));
        }
        known
    }

    fn write(&mut self, durable: &Durable) -> std::io::Result<()> {
        let file = match &self.file {
            Some(file) => file.clone(),
            None => self.open(durable)?,
        };
        format::seal(&mut self.frame, self.seed);
        file.write_all_at(&self.frame, self.offset)?;
        self.offset += self.frame.len() as u64;
        self.frame.clear();
        if self.offset > LONG {
            self.turn_over();
        }
        Ok(())
    }

    /// The segment of the frame that is to be written.
    fn open(&mut self, durable: &Durable) -> std::io::Result<Arc<File>> {
        let (bytes, seed) = self.head.encode();
        let path = folder::segment(&self.folder, self.head.epoch, self.head.lane, self.head.first);
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        file.write_all_at(&bytes, 0)?;
        File::open(&self.folder)?.sync_all()?;
        let file = Arc::new(file);
        (self.seed, self.offset, self.file) = (seed, bytes.len() as u64, Some(file.clone()));
        durable.begin(file.clone());
        Ok(file)
    }

    /// The next frame begins another segment, in which nothing has a number yet.
    fn turn_over(&mut self) {
        self.file = None;
        self.head.first = self.next;
        self.keys.clear();
        self.places.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::{At, Reader};
    use super::*;

    fn lane(name: &str) -> (Lane, PathBuf) {
        let folder = std::env::temp_dir().join(format!("hechuang_lane_{name}_{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let seed = Seed { folder: folder.clone(), gateway: Id::new("gtw", 1, [1; 10]), epoch: 1, lane: 0, durable: Arc::default() };
        (Lane::new(seed), folder)
    }

    const END: End = End { how: format::How::Answered, status: 200, bytes_in: 1, bytes_out: 2, wait_us: 3, total_us: 4 };

    #[test]
    fn a_disk_that_refuses_keeps_new_calls_out_and_loses_nothing() {
        let (lane, folder) = lane("full");
        let path = folder::segment(&folder, 1, 0, 1);
        std::os::unix::fs::symlink("/dev/full", &path).unwrap();
        let round = lane.settle(0, &END);
        assert!(!lane.write() && !lane.write());
        let capabilities::Change::Key(line) = crate::snapshot::tests::key(&[1; 32], "app_1") else { panic!() };
        let key = Arc::new(Key::of(line).unwrap());
        let capability = Arc::new(Capability::of(&capabilities::CapabilityLine { id: Id::fixed("cap_1"), slug: "echo".into(), versions: Vec::new() }, None));
        assert_eq!(lane.admit(&key, (&capability, 1, 0), 5, &[7; 16]), Err(Full));
        assert_eq!(lane.settle(0, &END), round, "what is in flight is still written down");
        std::fs::remove_file(&path).unwrap();
        assert!(lane.write() && lane.admit(&key, (&capability, 1, 0), 5, &[7; 16]).is_ok());
        assert!(lane.write());
        let (mut reader, _) = Reader::open(&path).unwrap().unwrap();
        let mut count = 0;
        while let At::Entries(_, entries) = reader.next(100).unwrap() {
            count += entries.len();
        }
        assert_eq!(count, 3);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
