//! Texts made comparable: folding, and the terms under which a text is found.

use std::collections::BTreeSet;

/// Lower case, full-width letters and digits made half-width, white space made single blanks.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        let c = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            c => c,
        };
        if c.is_whitespace() {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else {
            folded.extend(c.to_lowercase());
        }
    }
    folded.trim_end().to_owned()
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2ffff}')
}

/// Terms of a text: each run of Han characters as its single characters and its overlapping pairs, everything else as words.
///
/// A query of two Chinese characters is exactly one pair, so two-character words are found; a longer one is the set of its pairs.
pub fn search_terms(text: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    let mut word = String::new();
    let mut before: Option<char> = None;
    for c in fold(text).chars().chain([' ']) {
        if is_han(c) {
            terms.insert(c.to_string());
            if let Some(first) = before {
                terms.insert([first, c].iter().collect());
            }
        }
        if c.is_alphanumeric() && !is_han(c) {
            word.push(c);
        } else if !word.is_empty() {
            terms.insert(std::mem::take(&mut word));
        }
        before = is_han(c).then_some(c);
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_two_character_word_is_a_term_of_the_text_that_has_it() {
        let terms = search_terms("基于NB-IoT的智慧消防栓");
        for word in ["智慧", "消防", "nb", "iot", "栓"] {
            assert!(terms.contains(word), "{word}");
        }
        assert!(!terms.contains("慧防"));
        assert!(search_terms("智慧消防").is_subset(&terms));
    }

    #[test]
    fn full_width_letters_and_blanks_are_folded() {
        assert_eq!(fold("　５Ｇ  联创 "), "5g 联创");
    }
}
