//! Many callers, each asking again as soon as it is answered, for a given time; what they got done, and how long each waited.

use std::time::{Duration, Instant};

use words::Fault;

use crate::{Dice, Done};

/// Callers in threads of their own.
#[derive(Debug, Clone, Copy)]
pub struct Crowd {
    /// How many.
    pub callers: usize,
    /// How long they are counted, after a fifth of it (at most a second) to get warm.
    pub time: Duration,
}

/// What a crowd got done.
#[derive(Debug, Clone)]
pub struct Timing {
    /// Deeds that were answered, those of the warm-up included.
    pub all: u64,
    /// A second, counted.
    pub rate: f64,
    /// What a caller waited, sorted.
    waits: Vec<Duration>,
}

impl Crowd {
    /// Every caller does the deed over and over with dice of its own.
    pub fn run(self, deed: impl Fn(&mut Dice) -> Done + Sync) -> Done<Timing> {
        self.run_with(|_| Ok(()), |(), dice| deed(dice))
    }

    /// The same with something that each caller has for itself: a connection.
    pub fn run_with<T>(self, own: impl Fn(usize) -> Done<T> + Sync, deed: impl Fn(&mut T, &mut Dice) -> Done + Sync) -> Done<Timing> {
        let warm = (self.time / 5).min(Duration::from_secs(1));
        let begun = Instant::now();
        let (own, deed) = (&own, &deed);
        let caller = |n: usize| -> Done<(u64, Vec<Duration>)> {
            let mut mine = own(n)?;
            let (mut dice, mut all, mut waits) = (Dice::seeded(n as u64 + 1), 0, Vec::new());
            while begun.elapsed() < warm + self.time {
                let asked = Instant::now();
                deed(&mut mine, &mut dice)?;
                all += 1;
                if asked.duration_since(begun) >= warm {
                    waits.push(asked.elapsed());
                }
            }
            Ok((all, waits))
        };
        let answers = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..self.callers).map(|n| scope.spawn(move || caller(n))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(Fault::new("a caller panicked")))).collect::<Done<Vec<_>>>()
        })?;
        let counted = begun.elapsed().saturating_sub(warm);
        Ok(Timing::of(answers, counted))
    }
}

impl Timing {
    fn of(answers: Vec<(u64, Vec<Duration>)>, counted: Duration) -> Self {
        let all = answers.iter().map(|(all, _)| all).sum();
        let mut waits: Vec<Duration> = answers.into_iter().flat_map(|(_, waits)| waits).collect();
        waits.sort_unstable();
        Self { all, rate: waits.len() as f64 / counted.as_secs_f64(), waits }
    }

    /// From single waits.
    pub fn of_waits(waits: Vec<Duration>, counted: Duration) -> Self {
        Self::of(vec![(waits.len() as u64, waits)], counted)
    }

    /// How long the caller at this hundredth waited.
    pub fn percentile(&self, percent: usize) -> Duration {
        let at = self.waits.len() * percent / 100;
        self.waits.get(at.min(self.waits.len().saturating_sub(1))).copied().unwrap_or_default()
    }

    /// `23,456 a second; p50 9.1 ms, p99 20.0 ms`
    pub fn text(&self) -> String {
        let ms = |percent| self.percentile(percent).as_secs_f64() * 1_000.0;
        format!("{} a second; p50 {:.1} ms, p99 {:.1} ms", thousands(self.rate), ms(50), ms(99))
    }
}

/// `23456.7` as `23,456`.
pub fn thousands(number: f64) -> String {
    let digits = format!("{}", number.max(0.0) as u64);
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
