//! Paths of accounts and their patterns: `hemi:stake:{project}:{person}`.
//!
//! Invariant: two kinds of accounts of a book never share a path, so a path has one kind, whatever the variables hold.

use std::collections::BTreeMap;

/// A part of a pattern between colons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    /// A word.
    Word(String),
    /// A variable.
    Hole(String),
}

/// A pattern of paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(pub(crate) Vec<Segment>);

/// May the text stand between two colons of a path?
pub(crate) fn is_part(text: &str) -> bool {
    (1..=80).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-/".contains(&b))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

impl Pattern {
    /// Reads a pattern; `None` if it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let segments = text.split(':').map(|part| match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => is_name(name).then(|| Segment::Hole(name.to_owned())),
            None => is_part(part).then(|| Segment::Word(part.to_owned())),
        });
        segments.collect::<Option<Vec<_>>>().map(Self)
    }

    /// Names of the holes, in order.
    pub(crate) fn holes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|segment| match segment {
            Segment::Hole(name) => Some(name.as_str()),
            Segment::Word(_) => None,
        })
    }

    /// Is there a path that both patterns fit?
    pub(crate) fn meets(&self, other: &Pattern) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|pair| match pair {
                (Segment::Word(a), Segment::Word(b)) => a == b,
                _ => true,
            })
    }

    /// Does every path of `other` fit this pattern?
    pub(crate) fn covers(&self, other: &Pattern) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|pair| match pair {
                (Segment::Word(a), Segment::Word(b)) => a == b,
                (Segment::Hole(_), _) => true,
                (Segment::Word(_), Segment::Hole(_)) => false,
            })
    }

    /// Is this a path of the pattern?
    pub(crate) fn fits(&self, path: &str) -> bool {
        let mut parts = path.split(':');
        self.0.iter().all(|segment| {
            parts.next().is_some_and(|part| matches!(segment, Segment::Hole(_)) && is_part(part) || matches!(segment, Segment::Word(word) if word == part))
        }) && parts.next().is_none()
    }

    /// Puts words into some holes.
    pub(crate) fn with(&self, words: &BTreeMap<&str, &str>) -> Pattern {
        let fill = |segment: &Segment| match segment {
            Segment::Hole(name) => words.get(name.as_str()).map_or_else(|| segment.clone(), |word| Segment::Word((*word).to_owned())),
            word => word.clone(),
        };
        Pattern(self.0.iter().map(fill).collect())
    }

    /// The path, if `word` knows every hole.
    pub(crate) fn path<'a>(&self, word: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
        let mut path = String::with_capacity(48);
        for segment in &self.0 {
            if !path.is_empty() {
                path.push(':');
            }
            match segment {
                Segment::Word(text) => path.push_str(text),
                Segment::Hole(name) => path.push_str(word(name)?),
            }
        }
        Some(path)
    }

    /// The pattern as it is written.
    pub(crate) fn text(&self) -> String {
        let parts = self.0.iter().map(|segment| match segment {
            Segment::Word(text) => text.clone(),
            Segment::Hole(name) => format!("{{{name}}}"),
        });
        parts.collect::<Vec<_>>().join(":")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text).unwrap()
    }

    #[test]
    fn patterns_meet_and_cover() {
        assert!(pattern("fund:{x}").meets(&pattern("fund:rd")));
        assert!(pattern("fund:{x}").covers(&pattern("fund:{y}")));
        assert!(!pattern("fund:rd").covers(&pattern("fund:{y}")));
        assert!(!pattern("hemi:wallet:{p}").meets(&pattern("hemi:pool")));
        for wrong in ["", ":", "a::b", "a:{B}", "a:{}", "a b", "a:{b", "和米"] {
            assert_eq!(Pattern::parse(wrong), None, "{wrong}");
        }
    }
}
