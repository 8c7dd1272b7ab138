//! What is missing, as sentences in the caller's language.
//!
//! Pure but for the texts. Invariant: an English page shows English labels.

use std::collections::BTreeMap;

use webkit::{Call, Problem};
use words::Lang;

use crate::missing::MissingView;

/// One sentence: alternatives are joined by "or".
pub(super) fn sentence(call: &Call, missing: &MissingView) -> String {
    if !missing.any_of.is_empty() {
        let ways: Vec<String> = missing.any_of.iter().map(|way| joined(call, way)).collect();
        return ways.join(&call.text("missing-or"));
    }
    let args: &BTreeMap<String, String> = match call.lang {
        Lang::Zh => &missing.zh,
        Lang::En => &missing.en,
    };
    let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    call.text_with(&missing.code, &args)
}

fn joined(call: &Call, all: &[MissingView]) -> String {
    all.iter().map(|one| sentence(call, one)).collect::<Vec<_>>().join(&call.text("missing-joiner"))
}

/// A refusal of a move carries labels in both languages (`what`, `what_en`): the caller's are put in their place.
pub(super) fn in_language(call: &Call, mut problem: Problem) -> Problem {
    if call.lang == Lang::Zh {
        return problem;
    }
    for error in &mut problem.errors {
        let english: Vec<(String, String)> = error.args.iter().filter_map(|(name, value)| Some((name.strip_suffix("_en")?.to_owned(), value.clone()))).collect();
        for (name, value) in english {
            if let Some(arg) = error.args.iter_mut().find(|(other, _)| *other == name) {
                arg.1 = value;
            }
        }
    }
    problem
}
