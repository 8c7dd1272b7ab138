//! Texts with places for values, and their blocks: papers that are signed and letters that are sent. Pure.

use schemars::JsonSchema;
use serde::Serialize;

/// A block of a text: `heading`, `paragraph` or `item` of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Block {
    /// `heading`, `paragraph`, `item`.
    pub kind: String,
    /// The text without marks.
    pub text: String,
}

/// The blocks of a plain Markdown text. The first heading is the title and is left out.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let block = |kind: &str, text: &str| Block { kind: kind.into(), text: text.trim().replace("**", "") };
    let mut found: Vec<Block> = Vec::new();
    let mut title = true;
    let mut open = false;
    for line in text.lines().map(str::trim) {
        let strong = line.strip_prefix("**").and_then(|rest| rest.strip_suffix("**"));
        let item = line
            .strip_prefix("- ")
            .or_else(|| line.split_once(". ").filter(|(number, _)| number.len() < 3 && number.parse::<u8>().is_ok()).map(|(_, rest)| rest));
        match (line.strip_prefix('#'), strong, item) {
            (Some(_), ..) if std::mem::take(&mut title) => {}
            (Some(heading), ..) => found.push(block("heading", heading.trim_start_matches('#'))),
            (_, Some(heading), _) => found.push(block("heading", heading)),
            (.., Some(item)) => found.push(block("item", item)),
            _ if line.is_empty() => {}
            _ => match found.last_mut().filter(|last| open && last.kind == "paragraph") {
                Some(last) => last.text.push_str(&format!(" {}", line.replace("**", ""))),
                None => found.push(block("paragraph", line)),
            },
        }
        open = !line.is_empty();
    }
    found
}

/// Puts values into `{{ name }}`; a name without a value shows as a dash.
pub(crate) fn filled(text: &str, values: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, next)) = after.split_once("}}") else { break };
        out.push_str(before);
        let value = values.iter().find(|(known, _)| *known == name.trim()).map(|(_, value)| value.as_str());
        out.push_str(value.filter(|value| !value.is_empty()).unwrap_or("—"));
        rest = next;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_filled_in() {
        assert_eq!(filled("a {{ x }} b {{y}} c", &[("x", "1".into())]), "a 1 b — c");
        assert_eq!(filled("open {{ x", &[]), "open {{ x");
    }

    #[test]
    fn a_text_falls_into_blocks() {
        let found: Vec<(String, String)> =
            blocks("# Title\n\none\ntwo\n\n**Why**\n\n- a\n1. b\n\n## Next\n\nthree **bold**").into_iter().map(|block| (block.kind, block.text)).collect();
        let wanted = [("paragraph", "one two"), ("heading", "Why"), ("item", "a"), ("item", "b"), ("heading", "Next"), ("paragraph", "three bold")];
        assert_eq!(found, wanted.map(|(kind, text)| (kind.to_owned(), text.to_owned())));
    }
}
