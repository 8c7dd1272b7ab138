//! A number that a message goes to: E.164. Pure.

use std::fmt;

/// A number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(String);

impl Number {
    /// Reads `+8613800138000`, `0086…`, or eleven digits of a mobile of this country; spaces and dashes do not count.
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let digits = match plain.strip_prefix('+').or_else(|| plain.strip_prefix("00")) {
            Some(digits) => digits.to_owned(),
            None if plain.len() == 11 && plain.starts_with('1') => format!("86{plain}"),
            None => return None,
        };
        let fine = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
        let mobile = |rest: &str| rest.len() == 11 && rest.starts_with('1');
        (fine && digits.strip_prefix("86").is_none_or(mobile)).then(|| Self(format!("+{digits}")))
    }

    /// `+8613800138000`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Is it of this country?
    pub fn is_domestic(&self) -> bool {
        self.0.starts_with("+86")
    }

    /// `+86138****8000`: what may be shown for good.
    pub fn masked(&self) -> String {
        let (end, start) = (self.0.len() - 4, (self.0.len().saturating_sub(8)).min(6));
        format!("{}****{}", &self.0[..start], &self.0[end..])
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_one_form() {
        for (text, number) in [
            ("+86 138-0013-8000", Some("+8613800138000")),
            ("13800138000", Some("+8613800138000")),
            ("008613800138000", Some("+8613800138000")),
            ("+85291234567", Some("+85291234567")),
            ("+861380013800", None),
            ("10086", None),
            ("+012345678", None),
            ("+86", None),
            ("+1 212 555 0100", Some("+12125550100")),
            ("１３８００１３８０００", None),
            ("+1234567890123456", None),
        ] {
            assert_eq!(Number::parse(text).as_ref().map(Number::as_str), number, "{text}");
        }
        let masked = |text: &str| Number::parse(text).map(|number| number.masked());
        assert_eq!(masked("13800138000").as_deref(), Some("+86138****8000"));
        assert_eq!(masked("+6512345").as_deref(), Some("****2345"), "a short one shows its end alone");
    }
}
