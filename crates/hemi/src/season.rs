//! A season: the same grant of 和米 to everyone, and as much to the reward pool as the worst case needs. Pure.

use words::{Day, Id, Instant};

use crate::refusal::SeasonRefusal;
use crate::round::Terms;

/// A season.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Season {
    /// Id.
    pub id: Id,
    /// Name, Chinese.
    pub zh: String,
    /// Name, English.
    pub en: String,
    /// First day.
    pub starts_on: Day,
    /// Last day, included.
    pub ends_on: Day,
    /// For each person, 和米.
    pub grant_each: i64,
    /// For the pool with each grant, 和米.
    pub pool_each: i64,
    /// Opened at.
    pub opened_at: Instant,
}

/// A season to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeasonDraft {
    /// Name, Chinese.
    pub zh: String,
    /// Name, English.
    pub en: String,
    /// First day.
    pub starts_on: Day,
    /// Last day, included.
    pub ends_on: Day,
}

impl SeasonDraft {
    /// Are names, days and numbers fit for a season?
    pub fn admit(&self, terms: &Terms) -> Result<(), SeasonRefusal> {
        if self.zh.trim().is_empty() || self.en.trim().is_empty() {
            return Err(SeasonRefusal::NameNeeded);
        }
        if self.ends_on < self.starts_on {
            return Err(SeasonRefusal::Period);
        }
        if terms.grant_each < 1 || terms.multiplier < 1 { Err(SeasonRefusal::Terms) } else { Ok(()) }
    }
}
