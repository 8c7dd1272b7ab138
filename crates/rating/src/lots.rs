//! Prepaid lots: which of them pay, in a fixed order, and what stays open.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::Day;

/// Money paid before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lot {
    /// Id.
    pub id: String,
    /// Smaller pays first.
    pub priority: i64,
    /// Last day; never ends, if missing.
    pub expires_on: Option<Day>,
    /// What is left, smallest units.
    pub left_minor: i64,
}

/// Who pays what.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Drawn {
    /// Lot and amount, in the order of drawing.
    pub parts: Vec<(String, i64)>,
    /// What no lot could pay.
    pub open_minor: i64,
}

/// Draws an amount from lots by priority, then the first to expire, then id. What is expired, empty or below zero pays nothing.
pub fn draw(lots: &[Lot], amount_minor: i64, day: Day) -> Drawn {
    let mut order: Vec<&Lot> = lots.iter().filter(|lot| lot.left_minor > 0 && lot.expires_on.is_none_or(|last| day <= last)).collect();
    // A lot without an end comes after those that end.
    order.sort_by(|a, b| (a.priority, a.expires_on.is_none(), a.expires_on, &a.id).cmp(&(b.priority, b.expires_on.is_none(), b.expires_on, &b.id)));
    let mut drawn = Drawn { parts: Vec::new(), open_minor: amount_minor.max(0) };
    for lot in order {
        let part = lot.left_minor.min(drawn.open_minor);
        if part > 0 {
            drawn.parts.push((lot.id.clone(), part));
            drawn.open_minor -= part;
        }
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lot(id: &str, priority: i64, last: &str, left_minor: i64) -> Lot {
        Lot { id: id.into(), priority, expires_on: Day::parse(last).ok(), left_minor }
    }

    #[test]
    fn lots_pay_by_priority_then_expiry_and_never_when_expired() {
        let lots = [
            lot("open", 1, "", 500),
            lot("late", 1, "2017-12-31", 200),
            lot("soon", 1, "2017-06-30", 100),
            lot("gift", 0, "2017-06-29", 50),
            lot("none", 0, "", 0),
        ];
        let day = |text| Day::parse(text).unwrap();
        let part = |id: &str, minor| (id.to_owned(), minor);
        let drawn = draw(&lots, 320, day("2017-06-29"));
        assert_eq!(drawn, Drawn { parts: vec![part("gift", 50), part("soon", 100), part("late", 170)], open_minor: 0 });
        let drawn = draw(&lots, 1_000, day("2017-07-01"));
        assert_eq!(drawn, Drawn { parts: vec![part("late", 200), part("open", 500)], open_minor: 300 });
        assert_eq!(draw(&lots, -5, day("2017-07-01")), Drawn::default());
    }
}
