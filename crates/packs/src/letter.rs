//! Letters of decision: Markdown in two languages with named placeholders (`letters.toml`, `letters/*.md`).
//!
//! Invariant (checked): both languages name the same values, and only those that `uses` lists.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::Lang;

/// What a letter is called and what it may name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LetterHead {
    /// `admit`
    pub key: String,
    /// Chinese title.
    pub zh: String,
    /// English title.
    pub en: String,
    /// Values it may name: `case.title`.
    pub uses: Vec<String>,
    /// Only the group may change it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
}

/// A letter with its texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Letter {
    /// Title and values.
    #[serde(flatten)]
    pub head: LetterHead,
    /// Markdown in Chinese.
    pub body_zh: String,
    /// Markdown in English.
    pub body_en: String,
}

impl Letter {
    /// The text in one language, placeholders as `{{ case.title }}`.
    pub fn body(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.body_zh,
            Lang::En => &self.body_en,
        }
    }
}

/// Names between `{{` and `}}`; filters (`| …`) are cut off.
pub fn placeholders(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((inside, next)) = after.split_once("}}") else { break };
        names.insert(inside.split('|').next().unwrap_or("").trim().to_owned());
        rest = next;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_once_each() {
        let names = placeholders("{{ case.title }} and {{next}} {{ case.title | upper }} {{ open");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["case.title", "next"]);
    }
}
