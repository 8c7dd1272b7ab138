//! Usage that a capability meters itself (message parts, minutes, bytes), as it is told. Pure.
//!
//! Invariant: what is whole has a moment that is not too far ahead, units within bounds, and texts that fit; what is not says why.

use serde::{Deserialize, Serialize};
use words::{Id, Instant};

/// Events in one batch at most.
pub const MOST_EVENTS: usize = 1_000;
/// Most units of one event: more is a mistake of whoever counts.
pub const MOST_UNITS: i64 = 1_000_000_000_000;
/// An event may lie so many seconds ahead, since clocks differ.
const AHEAD_S: i64 = 300;
/// Of an event that is laid aside so many characters are kept.
pub(crate) const KEPT_CHARS: usize = 4_000;

/// Usage as it was told: what it is of and whose it is is not believed yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageEvent {
    /// Who says so; with the id it names the event.
    pub source: String,
    /// Id within its source.
    pub id: String,
    /// What is counted: `message.parts`.
    pub meter: String,
    /// Whose usage: an app.
    pub subject: String,
    /// When it was used; nothing if that could not be read.
    pub at: Option<Instant>,
    /// In which kind, if the capability tells kinds apart.
    pub dims: String,
    /// How much; nothing if that could not be read.
    pub units: Option<i64>,
    /// The event as it came, for whoever looks at it.
    pub body: String,
    /// SHA-256 of what it says (hex): the same id with another is a conflict.
    pub body_hash: String,
}

/// Why an event waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It has no moment, or one that lies ahead.
    Time,
    /// It has no units, or they are out of bounds.
    Units,
    /// Its kind is no short text.
    Kind,
    /// The sender declares no such meter.
    Meter,
    /// There is no such app.
    Subject,
    /// The app had not subscribed at that time, so nobody would pay.
    Unsubscribed,
}

impl Doubt {
    /// All of them, in the order of the checks.
    pub const ALL: [Self; 6] = [Self::Time, Self::Units, Self::Kind, Self::Meter, Self::Subject, Self::Unsubscribed];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Units => "units",
            Self::Kind => "kind",
            Self::Meter => "meter",
            Self::Subject => "subject",
            Self::Unsubscribed => "unsubscribed",
        }
    }
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventOutcome {
    /// It counts.
    Taken,
    /// It waits for a person.
    Quarantined,
    /// A person said that it does not count.
    Discarded,
}

impl EventOutcome {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Quarantined => "quarantined",
            Self::Discarded => "discarded",
        }
    }

    /// From storage.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Taken, Self::Quarantined, Self::Discarded].into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// What became of an event that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFate {
    /// Its source.
    pub source: String,
    /// Its id.
    pub id: String,
    /// A duplicate has the outcome that it had.
    pub outcome: EventOutcome,
    /// Why it waits, if it came now.
    pub doubt: Option<Doubt>,
    /// It was known already.
    pub duplicate: bool,
}

/// Can it be told from others at all?
pub(crate) fn is_named(event: &UsageEvent) -> bool {
    let fine = |text: &str| (1..=300).contains(&text.len()) && !text.chars().any(char::is_control);
    fine(&event.source) && fine(&event.id)
}

/// Its moment and units, if it is whole.
pub(crate) fn whole(event: &UsageEvent, now: Instant) -> Result<(Instant, i64), Doubt> {
    let at = event.at.filter(|at| *at <= now.plus_seconds(AHEAD_S)).ok_or(Doubt::Time)?;
    let units = event.units.filter(|units| (0..=MOST_UNITS).contains(units)).ok_or(Doubt::Units)?;
    let fine = |text: &str, most: usize| text.len() <= most && !text.chars().any(char::is_control);
    if !fine(&event.dims, 200) {
        return Err(Doubt::Kind);
    }
    if !fine(&event.meter, 100) {
        return Err(Doubt::Meter);
    }
    if Id::parse(&event.subject).is_err() { Err(Doubt::Subject) } else { Ok((at, units)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_788_226_200_000_000;

    fn event() -> UsageEvent {
        UsageEvent {
            source: "sms.example/meter".into(),
            id: "1".into(),
            meter: "sms.parts".into(),
            subject: Id::new("app", 1, [1; 10]).to_string(),
            at: Some(Instant::from_micros(NOW)),
            dims: String::new(),
            units: Some(2),
            body: "{}".into(),
            body_hash: "0".into(),
        }
    }

    #[test]
    fn what_is_not_whole_says_why() {
        let now = Instant::from_micros(NOW);
        let late = Some(now.plus_seconds(AHEAD_S + 1));
        assert_eq!(whole(&event(), now), Ok((now, 2)));
        for (wrong, doubt) in [
            (UsageEvent { at: None, ..event() }, Doubt::Time),
            (UsageEvent { at: late, units: None, ..event() }, Doubt::Time),
            (UsageEvent { units: None, ..event() }, Doubt::Units),
            (UsageEvent { units: Some(-1), ..event() }, Doubt::Units),
            (UsageEvent { units: Some(MOST_UNITS + 1), ..event() }, Doubt::Units),
            (UsageEvent { dims: "a\nb".into(), ..event() }, Doubt::Kind),
            (UsageEvent { dims: "x".repeat(201), ..event() }, Doubt::Kind),
            (UsageEvent { meter: "m".repeat(101), ..event() }, Doubt::Meter),
            (UsageEvent { subject: "nobody".into(), ..event() }, Doubt::Subject),
        ] {
            assert_eq!(whole(&wrong, now), Err(doubt), "{wrong:?}");
        }
        let ahead = UsageEvent { at: Some(now.plus_seconds(AHEAD_S)), units: Some(0), ..event() };
        assert_eq!(whole(&ahead, now).map(|(_, units)| units), Ok(0), "clocks differ, and nothing may be used");
    }

    #[test]
    fn what_has_no_name_cannot_be_told_from_others() {
        let named = |source: &str, id: &str| is_named(&UsageEvent { source: source.into(), id: id.into(), ..event() });
        assert!(named("a", "b") && !named("", "b") && !named("a", "") && !named("a\u{0}", "b") && !named("a", &"b".repeat(301)));
    }
}
