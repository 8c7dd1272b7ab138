//! Texts that come from outside: trimmed, bounded, without control characters.
//!
//! Pure. Invariant: what passes holds no control character but the line break, and nothing that turns the direction of writing.

/// Longest reason, in characters.
pub(crate) const REASON: usize = 2_000;
/// Longest title, in characters.
pub(crate) const TITLE: usize = 200;

/// Turns the direction of what follows: a name could show another ending than it has.
pub(crate) fn turns(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text, trimmed, with `\n` line breaks; nothing if it is empty, longer than `longest` characters, or holds what must not be there.
pub(crate) fn filled(text: &str, longest: usize) -> Option<String> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    let fine = !text.is_empty() && text.chars().count() <= longest && !text.chars().any(|c| (c.is_control() && c != '\n' && c != '\t') || turns(c));
    fine.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_and_bounded() {
        assert_eq!(filled("  好\r\n的 ", 4).as_deref(), Some("好\n的"));
        for (text, longest) in [("", 4), (" \n ", 4), ("太长了", 2), ("a\u{0}b", 9), ("a\u{202e}b", 9)] {
            assert_eq!(filled(text, longest), None, "{text:?}");
        }
    }
}
