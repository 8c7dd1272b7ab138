//! How many parts a text takes on the air. Pure.
//!
//! Invariant: exact. A text of the GSM alphabet has 160 characters in one part and 153 in each of several, where `€ ^ { } [ ] ~ \ |` take two and are never torn apart; any other text has 70
//! UTF-16 units in one part and 67 in each of several, where a pair of surrogates is never torn apart.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How characters are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Encoding {
    /// Seven bits a character (GSM 03.38, the default alphabet and its extension).
    #[serde(rename = "gsm7")]
    Gsm7,
    /// Sixteen bits a unit.
    #[serde(rename = "ucs2")]
    Ucs2,
}

impl Encoding {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gsm7 => "gsm7",
            Self::Ucs2 => "ucs2",
        }
    }

    /// From storage.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Gsm7, Self::Ucs2].into_iter().find(|one| one.as_str() == text)
    }

    /// Units in a message of one part, and in each part of several.
    fn room(self) -> (usize, usize) {
        match self {
            Self::Gsm7 => (160, 153),
            Self::Ucs2 => (70, 67),
        }
    }
}

/// What a text takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// How it is sent.
    pub encoding: Encoding,
    /// Septets or UTF-16 units of the whole.
    pub units: usize,
    /// Parts; none of nothing.
    pub count: usize,
}

/// The default alphabet of GSM 03.38, without the escape.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension: each takes an escape and a character.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

fn septets(c: char) -> Option<usize> {
    if BASIC.contains(c) {
        return Some(1);
    }
    EXTENDED.contains(c).then_some(2)
}

/// Counts the parts of a text.
pub fn parts(text: &str) -> Parts {
    let in_septets: Option<Vec<usize>> = text.chars().map(septets).collect();
    let (encoding, widths) = match in_septets {
        Some(widths) => (Encoding::Gsm7, widths),
        None => (Encoding::Ucs2, text.chars().map(char::len_utf16).collect()),
    };
    let units = widths.iter().sum();
    let (alone, each) = encoding.room();
    let count = match units {
        0 => 0,
        _ if units <= alone => 1,
        _ => filled(&widths, each),
    };
    Parts { encoding, units, count }
}

/// Parts of so much room each that these widths fill in their order, none torn apart.
fn filled(widths: &[usize], room: usize) -> usize {
    let (mut count, mut left) = (0, 0);
    for width in widths {
        if *width > left {
            (count, left) = (count + 1, room);
        }
        left -= width;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> (Encoding, usize, usize) {
        let parts = parts(text);
        (parts.encoding, parts.units, parts.count)
    }

    #[test]
    fn parts_are_counted_exactly() {
        use Encoding::{Gsm7, Ucs2};
        for (text, wanted) in [
            (String::new(), (Gsm7, 0, 0)),
            ("a".repeat(160), (Gsm7, 160, 1)),
            ("a".repeat(161), (Gsm7, 161, 2)),
            ("a".repeat(306), (Gsm7, 306, 2)),
            ("a".repeat(307), (Gsm7, 307, 3)),
            ("€".repeat(80), (Gsm7, 160, 1)),
            ("€".repeat(81), (Gsm7, 162, 2)),
            // 152 and then a character of two: it does not fit into the last place of the part.
            (format!("{}€{}", "a".repeat(152), "a".repeat(152)), (Gsm7, 306, 3)),
            (format!("{}€{}", "a".repeat(151), "a".repeat(153)), (Gsm7, 306, 2)),
            ("\u{4e00}".repeat(70), (Ucs2, 70, 1)),
            ("\u{4e00}".repeat(71), (Ucs2, 71, 2)),
            ("\u{4e00}".repeat(134), (Ucs2, 134, 2)),
            ("\u{4e00}".repeat(135), (Ucs2, 135, 3)),
            (format!("{}\u{4e00}", "a".repeat(69)), (Ucs2, 70, 1)),
            ("\u{1f600}".repeat(35), (Ucs2, 70, 1)),
            // A pair would be torn apart at the 67th unit.
            ("\u{1f600}".repeat(67), (Ucs2, 134, 3)),
            ("ô".into(), (Ucs2, 1, 1)),
            ("`".into(), (Ucs2, 1, 1)),
            ("àÇΔ\n¡§".into(), (Gsm7, 6, 1)),
        ] {
            assert_eq!(count(&text), wanted, "{} × {:?}", text.chars().count(), text.chars().next());
        }
        assert_eq!(BASIC.chars().count(), 127, "all of 128 but the escape");
    }
}
