//! What is wrong with a price book: file, entry, code. A checker never stops at the first mistake.

use std::fmt;

/// A mistake of a book.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BookMistake {
    /// Path in the pack.
    pub file: String,
    /// Which entry: `2017-05/idd.voice`.
    pub entry: String,
    /// Kebab case: `tier-gap`.
    pub code: &'static str,
    /// What else is to be said.
    pub args: Vec<(String, String)>,
}

impl BookMistake {
    pub(crate) fn new(file: &str, entry: &str, code: &'static str, args: &[(&str, &str)]) -> Self {
        let args = args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { file: file.to_owned(), entry: entry.to_owned(), code, args }
    }

    pub(crate) fn shape(file: &str, text: &str, mistake: &toml::de::Error) -> Self {
        let line = mistake.span().map_or(0, |span| text.bytes().take(span.start).filter(|b| *b == b'\n').count() + 1);
        Self::new(file, &format!("line {line}"), "bad-shape", &[("why", mistake.message())])
    }
}

impl fmt::Display for BookMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.file, self.entry, self.code)?;
        self.args.iter().try_for_each(|(name, value)| write!(f, " {name}={value:?}"))
    }
}

/// All codes, for those who list them.
pub const MISTAKES: &[&str] = &[
    "bad-key",
    "duplicate-key",
    "bad-shape",
    "no-currency",
    "bad-currency",
    "no-version",
    "version-empty",
    "version-gap",
    "version-overlap",
    "no-entry",
    "no-source",
    "no-meter",
    "bad-quantity",
    "bad-bounds",
    "tier-gap",
    "tier-overlap",
    "tier-empty",
    "not-monotone",
    "one-price-or-rows",
    "unknown-destination",
    "priced-twice",
    "count-differs",
    "bad-prefix",
    "ambiguous-prefix",
    "unknown-entry",
    "bad-coupon",
    "tax-order",
    "tax-gap",
];

#[cfg(test)]
mod tests {
    use super::MISTAKES;

    #[test]
    fn every_mistake_that_is_told_has_its_sentence() {
        let (checker, zh, en) = (include_str!("check.rs"), include_str!("../locales/zh.ftl"), include_str!("../locales/en.ftl"));
        for code in MISTAKES {
            assert!([zh, en].iter().all(|text| text.contains(&format!("mistake-rating-{code} ="))), "{code}");
            assert!(checker.contains(&format!("\"{code}\"")) || *code == "bad-shape", "{code} is never told");
        }
        let told = checker.split("self.tell(").skip(1).filter_map(|call| call.split('"').find(|word| word.contains('-') && !word.contains(' ')));
        told.for_each(|code| assert!(MISTAKES.contains(&code), "{code}"));
    }
}
