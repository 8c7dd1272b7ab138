//! Clock, ids and randomness are given by the `Db`, never taken: tests freeze them, the simulation replays them.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use words::{Id, Instant};

/// So far behind the machine's clock may be without a word: it is set right by a little all the time.
const TOLD_FROM: i64 = 1_000_000;

/// Tells the time. Never goes back: when the system's clock jumps back, time stands still until it catches up, and the log says so.
#[derive(Debug, Clone)]
pub struct Clock {
    last: Arc<AtomicI64>,
    behind: Arc<AtomicBool>,
    frozen: bool,
}

impl Clock {
    /// The clock of the machine.
    pub fn system() -> Self {
        Self { last: Arc::new(AtomicI64::new(0)), behind: Arc::default(), frozen: false }
    }

    /// A clock that stands still until it is set.
    pub fn frozen(at: Instant) -> Self {
        Self { last: Arc::new(AtomicI64::new(at.micros())), behind: Arc::default(), frozen: true }
    }

    /// The moment.
    pub fn now(&self) -> Instant {
        if self.frozen {
            return Instant::from_micros(self.last.load(Ordering::SeqCst));
        }
        let system = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
        let last = self.last.fetch_max(system, Ordering::SeqCst);
        self.tell(last - system);
        Instant::from_micros(last.max(system))
    }

    /// Says once that the machine's clock is behind, and once that it has caught up.
    fn tell(&self, behind: i64) {
        if behind > TOLD_FROM && !self.behind.swap(true, Ordering::SeqCst) {
            tracing::warn!(seconds = behind / 1_000_000, "the machine's clock is behind the log: time stands still until it has caught up");
        }
        if behind <= 0 && self.behind.load(Ordering::Relaxed) && self.behind.swap(false, Ordering::SeqCst) {
            tracing::info!("the machine's clock has caught up: time goes on");
        }
    }

    /// Moves a frozen clock forward; an earlier moment is ignored.
    pub fn set(&self, at: Instant) {
        if self.frozen {
            self.last.fetch_max(at.micros(), Ordering::SeqCst);
        }
    }

    /// Time goes on from this moment at the earliest: what the log has seen is over, also when the machine's clock was set back while nobody ran.
    pub(crate) fn not_before(&self, at: Instant) {
        let behind = at.micros() - self.now().micros();
        self.last.fetch_max(at.micros(), Ordering::SeqCst);
        if !self.frozen {
            self.tell(behind);
        }
    }

    /// Does it stand still between settings?
    pub fn is_frozen(&self) -> bool {
        self.frozen
    }
}

#[derive(Debug)]
struct Source {
    rng: StdRng,
    last_ms: i64,
    last: [u8; 10],
}

/// Randomness and ids. Ids of one process grow strictly, also within a millisecond.
#[derive(Debug, Clone)]
pub struct Entropy(Arc<Mutex<Source>>);

impl Entropy {
    /// Seeded by the operating system.
    pub fn system() -> Self {
        let mut seed = [0u8; 32];
        if ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut seed).is_err() {
            // Without randomness nothing here is safe; the process must not serve.
            panic!("the operating system gives no randomness");
        }
        Self::of(StdRng::from_seed(seed))
    }

    /// The same sequence for the same seed: tests and simulation only.
    pub fn seeded(seed: u64) -> Self {
        Self::of(StdRng::seed_from_u64(seed))
    }

    fn of(rng: StdRng) -> Self {
        Self(Arc::new(Mutex::new(Source { rng, last_ms: 0, last: [0; 10] })))
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0u8; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).rng.fill_bytes(&mut bytes);
        bytes
    }

    /// A new id, greater than every id made before by this source.
    pub fn id(&self, prefix: &str, now: Instant) -> Id {
        let mut source = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ms = now.millis();
        if ms > source.last_ms {
            source.last_ms = ms;
            let mut fresh = [0u8; 10];
            source.rng.fill_bytes(&mut fresh);
            fresh[6] &= 0x7f; // room to count up within the millisecond
            source.last = fresh;
        } else {
            let low = u32::from_be_bytes([source.last[6], source.last[7], source.last[8], source.last[9]]).wrapping_add(1);
            source.last[6..].copy_from_slice(&low.to_be_bytes());
        }
        Id::new(prefix, source.last_ms, source.last)
    }
}
