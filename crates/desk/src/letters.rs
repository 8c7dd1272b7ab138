//! The few sentences that this crate itself sends, out of the `.ftl` files, in both languages.
//!
//! Invariant: every key used here is in both files (a test looks).

use words::Bilingual;

const ZH: &str = include_str!("../locales/zh.ftl");
const EN: &str = include_str!("../locales/en.ftl");

/// The text under `desk-letter-<key>` without anything to put in.
pub(crate) fn plain(key: &str) -> Bilingual {
    Bilingual::new(line(ZH, key), line(EN, key))
}

/// The same with `{ $about }` filled in.
pub(crate) fn text(key: &str, about: &Bilingual) -> Bilingual {
    let fill = |text: &str, about: &str| text.replace("{ $about }", about);
    Bilingual::new(fill(line(ZH, key), &about.zh), fill(line(EN, key), &about.en))
}

fn line(file: &'static str, key: &str) -> &'static str {
    let of = |line: &'static str| line.strip_prefix("desk-letter-")?.strip_prefix(key)?.trim_start().strip_prefix('=').map(str::trim);
    file.lines().find_map(of).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_is_there_in_both_languages() {
        for key in ["commented", "why-follow", "objection-upheld", "objection-rejected", "why-objected", "open", "due", "why"] {
            let both = text(key, &Bilingual::new("甲", "A"));
            assert!(!both.zh.is_empty() && !both.en.is_empty() && !both.zh.contains('{'), "{key}: {both:?}");
        }
    }
}
