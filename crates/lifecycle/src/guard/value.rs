//! Values of guards: exact decimals, money, days, moments, calendar durations, texts and lists.
//!
//! Asks nothing, tells nothing. Invariant: no floats, and no arithmetic that could wrap: what does not fit is `None`.

use std::cmp::Ordering;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Amount, Asset, Day, Instant, Span, days_between};

const MAX_SCALE: u8 = 18;

/// An exact decimal number: `digits / 10^scale`, always in lowest terms, at most 18 places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Dec {
    digits: i128,
    scale: u8,
}

impl Dec {
    /// `digits / 10^scale`; `None` if finer than 18 places.
    pub fn new(mut digits: i128, mut scale: u8) -> Option<Self> {
        while scale > 0 && digits % 10 == 0 {
            digits /= 10;
            scale -= 1;
        }
        (scale <= MAX_SCALE).then_some(Self { digits, scale })
    }

    /// A whole number.
    pub const fn int(digits: i64) -> Self {
        Self { digits: digits as i128, scale: 0 }
    }

    /// Reads `12`, `-0.70`; nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = whole.strip_prefix('-').unwrap_or(whole);
        let fine = !digits.is_empty() && !text.ends_with('.') && digits.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit());
        fine.then_some(())?;
        Self::new(format!("{whole}{part}").parse().ok()?, u8::try_from(part.len()).ok()?)
    }

    /// Is it a whole number?
    pub const fn is_whole(self) -> bool {
        self.scale == 0
    }

    /// The whole number, if it is one and fits.
    pub fn as_int(self) -> Option<i64> {
        if self.scale == 0 { i64::try_from(self.digits).ok() } else { None }
    }

    /// Sum.
    pub fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        Self::new(self.at(scale)?.checked_add(other.at(scale)?)?, scale)
    }

    /// Difference.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { digits: other.digits.checked_neg()?, scale: other.scale })
    }

    /// Product.
    pub fn times(self, other: Self) -> Option<Self> {
        Self::new(self.digits.checked_mul(other.digits)?, self.scale + other.scale)
    }

    /// As whole units, halves away from zero: for showing only.
    fn rounded(self) -> Option<i64> {
        words::Rounding::HalfUp.divide(self.digits, 10i128.checked_pow(u32::from(self.scale))?)
    }

    fn at(self, scale: u8) -> Option<i128> {
        self.digits.checked_mul(10i128.checked_pow(u32::from(scale - self.scale))?)
    }
}

impl Ord for Dec {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        match (self.at(scale), other.at(scale)) {
            (Some(a), Some(b)) => a.cmp(&b),
            // Only a number with fewer places can overflow when it is scaled up, and then it is the larger in size.
            (None, _) => self.digits.cmp(&0),
            (_, None) => 0.cmp(&other.digits),
        }
    }
}

impl PartialOrd for Dec {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Dec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = usize::from(self.scale);
        let digits = format!("{:0>width$}", self.digits.unsigned_abs(), width = scale + 1);
        let (whole, part) = digits.split_at(digits.len() - scale);
        let sign = if self.digits < 0 { "-" } else { "" };
        if scale > 0 { write!(f, "{sign}{whole}.{part}") } else { write!(f, "{sign}{whole}") }
    }
}

impl Serialize for Dec {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Dec {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Dec::parse(&text).ok_or_else(|| serde::de::Error::custom("expected a decimal number such as 0.70"))
    }
}

impl JsonSchema for Dec {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Dec".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$", "examples": ["0.7"] })
    }
}

/// What an expression can be worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// `int` and `decimal`.
    Number(Dec),
    /// So many smallest units (an exact decimal, since pay × 0.70 need not be whole fen) of an asset.
    Money {
        /// Smallest units.
        minor: Dec,
        /// Unit.
        asset: Asset,
    },
    /// A calendar day.
    Date(Day),
    /// A moment.
    Moment(Instant),
    /// A calendar duration.
    Duration(Span),
    /// Time in a state: compared with a duration by the calendar, the last day included (R-06, 民法典 §1259).
    Elapsed {
        /// Day of entry.
        since: Day,
        /// Day of asking.
        today: Day,
    },
    /// Text or option of an enum.
    Text(String),
    /// Several of one type.
    List(Vec<Value>),
}

impl Value {
    /// A whole number.
    pub const fn int(number: i64) -> Self {
        Value::Number(Dec::int(number))
    }

    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Value::Text(text.into())
    }

    /// Money.
    pub fn money(amount: &Amount) -> Self {
        Value::Money { minor: Dec::int(amount.minor), asset: amount.asset.clone() }
    }

    /// Reads the form of the packs: `2000000.00 CNY`, `P2Y`, `2026-11-22`, `0.70`, `7`; anything else is a text.
    pub fn read(text: &str) -> Self {
        if let Ok(amount) = Amount::parse_named(text) {
            return Self::money(&amount);
        }
        if let (true, Ok(span)) = (text.starts_with('P'), Span::parse(text)) {
            return Value::Duration(span);
        }
        if let Ok(day) = Day::parse(text) {
            return Value::Date(day);
        }
        Dec::parse(text).map_or_else(|| Self::text(text), Value::Number)
    }

    /// Order of two values of one kind; `None` if they cannot be compared (unlike kinds, unlike assets, out of the calendar).
    pub fn order(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
            (Value::Money { minor: a, asset: x }, Value::Money { minor: b, asset: y }) => (x == y).then(|| a.cmp(b)),
            (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
            (Value::Moment(a), Value::Moment(b)) => Some(a.cmp(b)),
            (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
            (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
            (Value::Elapsed { since, today }, Value::Duration(span)) => since.plus(*span).ok().map(|last| today.cmp(&last)),
            (Value::Duration(_), Value::Elapsed { .. }) => other.order(self).map(Ordering::reverse),
            _ => None,
        }
    }

    /// Sum, if the kinds allow it.
    pub fn plus(&self, other: &Value) -> Option<Value> {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => a.plus(*b).map(Value::Number),
            (Value::Money { minor: a, asset: x }, Value::Money { minor: b, asset: y }) if x == y => Some(Value::Money { minor: a.plus(*b)?, asset: x.clone() }),
            (Value::Date(day), Value::Duration(span)) => day.plus(*span).ok().map(Value::Date),
            (Value::Moment(moment), Value::Duration(span)) => moment.plus(*span).ok().map(Value::Moment),
            _ => None,
        }
    }

    /// Difference, if the kinds allow it.
    pub fn minus(&self, other: &Value) -> Option<Value> {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => a.minus(*b).map(Value::Number),
            (Value::Money { minor: a, asset: x }, Value::Money { minor: b, asset: y }) if x == y => {
                Some(Value::Money { minor: a.minus(*b)?, asset: x.clone() })
            }
            _ => None,
        }
    }

    /// Product, if the kinds allow it.
    pub fn times(&self, other: &Value) -> Option<Value> {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => a.times(*b).map(Value::Number),
            (Value::Money { minor, asset }, Value::Number(n)) | (Value::Number(n), Value::Money { minor, asset }) => {
                Some(Value::Money { minor: minor.times(*n)?, asset: asset.clone() })
            }
            _ => None,
        }
    }

    /// Whole days in a state, for [`Value::Elapsed`].
    pub fn days(&self) -> Option<i64> {
        match self {
            Value::Elapsed { since, today } => Some(days_between(*since, *today)),
            _ => None,
        }
    }
}

/// As people read it: money with its unit, moments by the Shanghai minute.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(b) => write!(f, "{b}"),
            Value::Number(n) => write!(f, "{n}"),
            Value::Money { minor, asset } => match minor.rounded() {
                Some(minor) => write!(f, "{} {}", Amount { minor, asset: asset.clone() }, asset.code),
                None => write!(f, "{minor} {asset}"),
            },
            Value::Date(day) => write!(f, "{day}"),
            Value::Moment(moment) => f.write_str(&moment.local_minute()),
            Value::Duration(span) => write!(f, "{span}"),
            Value::Elapsed { since, today } => write!(f, "{}", days_between(*since, *today)),
            Value::Text(text) => f.write_str(text),
            Value::List(list) => {
                for (at, value) in list.iter().enumerate() {
                    write!(f, "{}{value}", if at > 0 { ", " } else { "" })?;
                }
                Ok(())
            }
        }
    }
}
