//! Whoever gets messages may opt out of those of a sender. Pure.

use words::{Id, Instant};

/// Answers that opt out, folded.
const WORDS: [&str; 7] = ["TD", "T", "STOP", "UNSUBSCRIBE", "QUIT", "退订", "拒收"];

/// Does this answer opt out?
pub fn opts_out(text: &str) -> bool {
    let said: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_ascii_punctuation() && !"。！？，".contains(*c)).collect();
    WORDS.contains(&said.to_uppercase().as_str())
}

/// A number that opted out of a sender's messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOut {
    /// Id.
    pub id: Id,
    /// Its number, but for the middle.
    pub masked: String,
    /// What it answered; empty if the sender put it on the list.
    pub said: String,
    /// Since when.
    pub made_at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_answers_opt_out() {
        for (text, out) in
            [("TD", true), (" td. ", true), ("退订", true), ("退订！", true), ("Stop", true), ("stop it", false), ("好的", false), ("", false), ("TDD", false)]
        {
            assert_eq!(opts_out(text), out, "{text}");
        }
    }
}
