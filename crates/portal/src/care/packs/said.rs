//! Mistakes and differences as people read them: file, line and a whole sentence; names of entries.

use packs::PackMistake;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use webkit::Call;
use words::Bilingual;

/// A mistake of a pack.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct SaidMistake {
    /// File.
    file: String,
    /// Line, where it is known.
    line: Option<usize>,
    /// Code.
    code: String,
    /// Sentence in the language of the page.
    text: String,
}

/// The mistakes as sentences.
pub(super) fn said(call: &Call, mistakes: &[PackMistake]) -> Vec<SaidMistake> {
    mistakes.iter().map(|mistake| one(call, mistake)).collect()
}

fn one(call: &Call, mistake: &PackMistake) -> SaidMistake {
    // Those of definitions and books have sentences of their own.
    let key = if mistake.code.starts_with("mistake-") { mistake.code.clone() } else { format!("pack-mistake-{}", mistake.code) };
    let args: Vec<(&str, &str)> = mistake.args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let of = |name: &str| args.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let mut text = call.text_with(&key, &args);
    if let Some(place) = of("place").filter(|place| !place.is_empty()) {
        text = call.text_with("label-and-text", &[("label", place), ("text", &text)]);
    }
    if let Some(trace) = of("trace") {
        text = format!("{text} ({trace})");
    }
    SaidMistake { file: mistake.file.clone(), line: mistake.line, code: mistake.code.clone(), text }
}

/// What an entry is called, from its JSON; its key if it has no name.
pub(super) fn name_of(key: &str, value: &Value) -> Bilingual {
    let heads = ["form", "rubric", "head", "lifecycle", "name", "title"].iter().filter_map(|part| value.get(part));
    let named = |part: &Value| Some(Bilingual::new(part.get("zh")?.as_str()?, part.get("en")?.as_str()?));
    std::iter::once(value).chain(heads).find_map(named).unwrap_or_else(|| Bilingual::new(key, key))
}
