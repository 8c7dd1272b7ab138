//! Parameters of the rules, with effective dates (`params.toml`): `params.at(day).span("return_window")`.
//!
//! Invariant: a value that is stored has been read by its parameter; asking for an unknown key or another kind is our fault, not the user's.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Amount, Bilingual, Day, Fault, Span};

use crate::fact::Source;

/// Kind of a parameter's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParamKind {
    /// Exact decimal or fraction: `0.70`, `2/3`.
    Ratio,
    /// `2000000.00 CNY`
    Money,
    /// ISO 8601: `P2Y`.
    Span,
    /// Integer.
    Int,
    /// `true` or `false`.
    Bool,
    /// One of `options`.
    Choice,
    /// Key of a table.
    Table,
    /// Free text.
    Text,
}

/// A parameter as in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// Key.
    pub key: String,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Kind of the value.
    pub kind: ParamKind,
    /// Value in the notation of its kind.
    pub value: String,
    /// Least value (ratio, money, int).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    /// Largest value (ratio, money, int).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
    /// What a choice may be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Only the group may change it.
    pub locked: bool,
    /// Rule of the checklist: `R-02`.
    pub rule: String,
    /// First day on which the value holds.
    pub effective: Day,
    /// 示范: the plan is silent, the value is our default.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demo: bool,
    /// What it means.
    pub meaning: Bilingual,
    /// Where the plan says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// A value that was read.
#[derive(Debug, Clone, PartialEq)]
pub enum ParamValue {
    /// Numerator and positive denominator, reduced.
    Ratio(i64, i64),
    /// Money.
    Money(Amount),
    /// Calendar duration.
    Span(Span),
    /// Integer.
    Int(i64),
    /// Yes or no.
    Bool(bool),
    /// Choice, table key or free text.
    Text(String),
}

/// Why a text is no value of a parameter: `not-a-value`, `too-small`, `too-large`, `not-an-option`.
pub type ValueCode = &'static str;

impl Param {
    /// Reads a text as a value of this parameter, within its limits.
    pub fn read(&self, text: &str) -> Result<ParamValue, ValueCode> {
        let value = self.read_kind(text).ok_or("not-a-value")?;
        if self.kind == ParamKind::Choice && !self.options.iter().any(|option| option == text) {
            return Err("not-an-option");
        }
        let bound = |bound: &Option<String>| bound.as_deref().and_then(|bound| self.read_kind(bound));
        if bound(&self.min).is_some_and(|min| less(&value, &min)) {
            return Err("too-small");
        }
        if bound(&self.max).is_some_and(|max| less(&max, &value)) {
            return Err("too-large");
        }
        Ok(value)
    }

    pub(crate) fn read_kind(&self, text: &str) -> Option<ParamValue> {
        Some(match self.kind {
            ParamKind::Ratio => read_ratio(text).map(|(num, den)| ParamValue::Ratio(num, den))?,
            ParamKind::Money => ParamValue::Money(Amount::parse_named(text).ok()?),
            ParamKind::Span => ParamValue::Span(Span::parse(text).ok()?),
            ParamKind::Int => ParamValue::Int(text.parse().ok()?),
            ParamKind::Bool => ParamValue::Bool(text.parse().ok()?),
            ParamKind::Choice | ParamKind::Table | ParamKind::Text => ParamValue::Text((!text.is_empty()).then(|| text.to_owned())?),
        })
    }
}

impl ParamValue {
    /// In the notation of the packs; read again it is the same value.
    pub fn written(&self) -> String {
        match self {
            Self::Ratio(num, 1) => num.to_string(),
            Self::Ratio(num, den) => format!("{num}/{den}"),
            Self::Money(amount) => format!("{} {}", amount.to_string().replace(',', ""), amount.asset.code),
            Self::Span(span) => span.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Bool(yes) => yes.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// Is the first less than the second? False for kinds without an order and for different assets.
fn less(a: &ParamValue, b: &ParamValue) -> bool {
    match (a, b) {
        (ParamValue::Ratio(n, d), ParamValue::Ratio(m, e)) => i128::from(*n) * i128::from(*e) < i128::from(*m) * i128::from(*d),
        (ParamValue::Money(a), ParamValue::Money(b)) => a.asset == b.asset && a.minor < b.minor,
        (ParamValue::Int(a), ParamValue::Int(b)) => a < b,
        _ => false,
    }
}

/// Reads `0.70`, `2` or `2/3` as a reduced fraction.
pub fn read_ratio(text: &str) -> Option<(i64, i64)> {
    let (num, den): (i64, i64) = match text.split_once('/') {
        Some((num, den)) => (num.trim().parse().ok()?, den.trim().parse().ok()?),
        None => {
            let (whole, part) = text.split_once('.').unwrap_or((text, ""));
            let digits = !whole.is_empty() && whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) && part.len() <= 9;
            digits.then_some(())?;
            (format!("{whole}{part}").parse().ok()?, 10i64.checked_pow(u32::try_from(part.len()).ok()?)?)
        }
    };
    if den <= 0 || num < 0 {
        return None;
    }
    let divisor = greatest_divisor(num, den);
    Some((num / divisor, den / divisor))
}

fn greatest_divisor(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// All parameters as they hold at one node, each with its values by effective day.
#[derive(Debug, Clone, Default)]
pub struct Params(BTreeMap<String, Vec<(Day, ParamValue)>>);

/// Parameters on one day.
#[derive(Debug, Clone, Copy)]
pub struct ParamsAt<'a> {
    params: &'a Params,
    day: Day,
}

impl Params {
    /// The values in the file of the pack. What cannot be read is left out; the checker names it.
    pub fn of(params: &[Param]) -> Self {
        let read = |param: &Param| Some((param.key.clone(), vec![(param.effective, param.read(&param.value).ok()?)]));
        Self(params.iter().filter_map(read).collect())
    }

    /// Puts the changes of one node on top: from the first of them on, what comes from above is void here.
    pub(crate) fn put(&mut self, key: &str, changes: Vec<(Day, ParamValue)>) {
        let Some(first) = changes.iter().map(|(day, _)| *day).min() else { return };
        let values = self.0.entry(key.to_owned()).or_default();
        values.retain(|(day, _)| *day < first);
        values.extend(changes);
        values.sort_by_key(|(day, _)| *day);
    }

    /// As they hold on a day. Before the first effective day of a parameter its first value holds: nothing else is known.
    pub fn at(&self, day: Day) -> ParamsAt<'_> {
        ParamsAt { params: self, day }
    }

    /// All values of a parameter by day.
    pub fn history(&self, key: &str) -> &[(Day, ParamValue)] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }
}

impl<'a> ParamsAt<'a> {
    /// The value, if there is such a parameter.
    pub fn value(&self, key: &str) -> Option<&'a ParamValue> {
        let values = self.params.0.get(key)?;
        let held = values.iter().rev().find(|(day, _)| *day <= self.day).or(values.first());
        held.map(|(_, value)| value)
    }

    fn wanted(&self, key: &str, kind: &str) -> Fault {
        Fault::new(format!("parameter {key} is no {kind} of the pack"))
    }

    /// A ratio as numerator and denominator: `pay_ratio` = (7, 10).
    pub fn ratio(&self, key: &str) -> Result<(i64, i64), Fault> {
        match self.value(key) {
            Some(ParamValue::Ratio(num, den)) => Ok((*num, *den)),
            _ => Err(self.wanted(key, "ratio")),
        }
    }

    /// Money.
    pub fn money(&self, key: &str) -> Result<Amount, Fault> {
        match self.value(key) {
            Some(ParamValue::Money(amount)) => Ok(amount.clone()),
            _ => Err(self.wanted(key, "money")),
        }
    }

    /// A calendar duration.
    pub fn span(&self, key: &str) -> Result<Span, Fault> {
        match self.value(key) {
            Some(ParamValue::Span(span)) => Ok(*span),
            _ => Err(self.wanted(key, "span")),
        }
    }

    /// An integer.
    pub fn int(&self, key: &str) -> Result<i64, Fault> {
        match self.value(key) {
            Some(ParamValue::Int(n)) => Ok(*n),
            _ => Err(self.wanted(key, "integer")),
        }
    }

    /// Yes or no.
    pub fn flag(&self, key: &str) -> Result<bool, Fault> {
        match self.value(key) {
            Some(ParamValue::Bool(flag)) => Ok(*flag),
            _ => Err(self.wanted(key, "yes or no")),
        }
    }

    /// A choice, the key of a table, or a text.
    pub fn text(&self, key: &str) -> Result<&'a str, Fault> {
        match self.value(key) {
            Some(ParamValue::Text(text)) => Ok(text),
            _ => Err(self.wanted(key, "text")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_exact_and_reduced() {
        let table = [("0.70", Some((7, 10))), ("1", Some((1, 1))), ("2/3", Some((2, 3))), ("0.0", Some((0, 1)))];
        for (text, ratio) in table {
            assert_eq!(read_ratio(text), ratio, "{text}");
        }
        for text in ["", "-1", "1/0", "0.1234567890", "a", "1e2", "."] {
            assert_eq!(read_ratio(text), None, "{text}");
        }
    }
    #[test]
    fn what_is_written_can_be_read_again() {
        for param in &crate::embedded().unwrap().params {
            let value = param.read(&param.value).unwrap();
            assert_eq!(param.read(&value.written()), Ok(value), "{}", param.key);
        }
    }
}
