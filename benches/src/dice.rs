//! Numbers that look random and are the same in every run.

/// A small generator (xorshift); not for secrets.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The same numbers for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number from 0 to `sides` − 1.
    pub fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides.max(1)
    }

    /// Two different numbers below `sides`, which is at least 2.
    pub fn pair(&mut self, sides: usize) -> (usize, usize) {
        let (one, step) = (self.below(sides), 1 + self.below(sides.max(2) - 1));
        (one, (one + step) % sides.max(2))
    }
}
