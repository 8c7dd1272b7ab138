//! What a call said and what it was answered, where the owner of its app asked for that: bounded, and masked before anything travels or is kept. Pure.
//!
//! Invariant: a body is kept only if all of it could be read and masked; what is not masked can be neither written down nor shown.

mod mask;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::Id;

/// A gateway takes so much of a body along; of a longer one only its length is told.
pub const TAKEN: usize = 64 * 1024;
/// So much of a masked text is kept, bytes.
const KEPT: usize = 8 * 1024;
/// Most header lines of each side, and most characters of a value.
const LINES: usize = 100;
const VALUE: usize = 1_000;

/// A call as a gateway took it along. It has no way out but [`Unmasked::mask`].
pub struct Unmasked {
    /// Its request id.
    pub request: Id,
    /// Its app.
    pub app: Id,
    /// `GET /things?a=1`.
    pub line: String,
    /// What it said.
    pub asked: Said,
    /// What it was answered by its upstream.
    pub answered: Said,
}

/// One side of a call as it was taken along.
#[derive(Default)]
pub struct Said {
    /// Header lines.
    pub head: Vec<(String, String)>,
    /// How long its body was, bytes; of one that broke off, what came of it.
    pub length: u64,
    /// The body, if all of it came, and it was short enough and a text (UTF-8).
    pub body: Option<String>,
}

/// A call as it is kept, with what is secret or personal struck out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Its request id.
    pub request: Id,
    /// Its app.
    pub app: Id,
    /// What is left of it.
    pub said: RecordedView,
}

/// A header line as it is kept and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LineView {
    /// Its name.
    pub name: String,
    /// Its value; `***` if that is secret or personal.
    pub value: String,
}

/// One side of a call as it is kept and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SaidView {
    /// Header lines.
    pub head: Vec<LineView>,
    /// Media type of its body.
    pub kind: String,
    /// How long its body was, bytes.
    pub length: u64,
    /// The body, masked; nothing if it was too long, broke off, or is no JSON, form or plain text.
    pub body: Option<String>,
    /// Is that only its beginning?
    pub cut: bool,
}

/// What is kept of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordedView {
    /// `GET /things?a=1`.
    pub line: String,
    /// What it said.
    pub asked: SaidView,
    /// What it was answered by its upstream.
    pub answered: SaidView,
}

impl Unmasked {
    /// Strikes out what is secret or personal.
    pub fn mask(&self) -> Recorded {
        let said = RecordedView { line: bounded(&mask::address(&self.line)), asked: SaidView::of(&self.asked), answered: SaidView::of(&self.answered) };
        Recorded { request: self.request.clone(), app: self.app.clone(), said }
    }
}

impl SaidView {
    fn of(said: &Said) -> Self {
        let named = |name: &str| said.head.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str());
        let kind = named("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let plain = named("content-encoding").is_none_or(|coding| coding.eq_ignore_ascii_case("identity"));
        let masked = said.body.as_deref().filter(|_| plain).and_then(|body| mask::body(&kind, body));
        let (body, cut) = masked.map_or((None, false), |text| {
            let end = (0..=text.len().min(KEPT)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            (Some(text[..end].to_owned()), end < text.len())
        });
        let line = |(name, value): &(String, String)| LineView { name: name.clone(), value: bounded(&mask::header(name, value)) };
        Self { head: said.head.iter().take(LINES).map(line).collect(), kind: bounded(&kind), length: said.length, body, cut }
    }
}

fn bounded(text: &str) -> String {
    text.chars().take(VALUE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lines: &[(&str, &str)], body: &str) -> SaidView {
        let head = lines.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        SaidView::of(&Said { head, length: body.len() as u64, body: Some(body.to_owned()) })
    }

    #[test]
    fn a_side_is_masked_in_each_of_its_parts() {
        let view = said(&[("content-type", "Application/JSON; charset=utf-8"), ("Authorization", "Bearer hcs_a"), ("x-trace", "7")], "{\"pwd\":\"x\"}");
        assert_eq!((view.kind.as_str(), view.body.as_deref(), view.cut), ("application/json", Some("{\n  \"pwd\": \"***\"\n}"), false));
        assert_eq!(view.head.iter().map(|line| line.value.as_str()).collect::<Vec<_>>(), ["Application/JSON; charset=utf-8", "***", "7"]);
        let packed = said(&[("content-type", "text/plain"), ("content-encoding", "gzip")], "x");
        assert_eq!((packed.body, packed.length), (None, 1));
        let call =
            Unmasked { request: Id::fixed("r"), app: Id::fixed("a"), line: "GET /x?token=t&b=2".into(), asked: Said::default(), answered: Said::default() };
        assert_eq!(call.mask().said.line, "GET /x?token=***&b=2");
    }

    #[test]
    fn what_is_long_is_cut_between_characters() {
        let view = said(&[("content-type", "text/plain"), ("x-long", &"b".repeat(2_000))], &"双创".repeat(2_000));
        assert_eq!((view.cut, view.length, view.body.map(|body| body.len()), view.head[1].value.len()), (true, 12_000, Some(8_190), VALUE));
        let many = vec![("x", "y"); LINES + 1];
        assert_eq!(said(&many, "").head.len(), LINES);
    }
}
