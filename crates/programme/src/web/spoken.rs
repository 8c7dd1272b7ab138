//! What is missing, as sentences in the caller's language.
//!
//! Pure but for the texts. Invariant: an English page shows English labels.

use std::collections::BTreeMap;

use lifecycle::Definition;
use store::Read;
use webkit::{Call, Problem};
use words::{Bilingual, Fault, Lang};

use crate::definitions;
use crate::missing::MissingView;

/// Labels of the states of linked cases, by their ids.
pub(super) type StateLabels = BTreeMap<String, Bilingual>;

/// Labels of the states of all definitions that a definition links to.
pub(super) fn state_labels(read: &Read, definition: &Definition) -> Result<StateLabels, Fault> {
    let uses = &definition.schema.uses;
    let linked = uses.definitions.keys().chain(uses.links.values().flat_map(|link| &link.definitions));
    let mut labels = BTreeMap::new();
    for id in linked {
        if let Ok((_, linked)) = definitions::newest(read, id) {
            labels.extend(linked.state_labels().iter().map(|(id, label)| (id.clone(), label.clone())));
        }
    }
    Ok(labels)
}

/// All that is missing for a move, one sentence each.
pub(super) fn sentences(call: &Call, labels: &StateLabels, missing: &[MissingView]) -> Vec<String> {
    missing.iter().map(|one| sentence(call, labels, one)).collect()
}

/// One sentence: alternatives are joined by "or".
fn sentence(call: &Call, labels: &StateLabels, missing: &MissingView) -> String {
    if !missing.any_of.is_empty() {
        let ways: Vec<String> = missing.any_of.iter().map(|way| sentences(call, labels, way).join(&call.text("missing-joiner"))).collect();
        return ways.join(&call.text("missing-or"));
    }
    let args: &BTreeMap<String, String> = match call.lang {
        Lang::Zh => &missing.zh,
        Lang::En => &missing.en,
    };
    let linked = missing.code == "missing-child-state";
    let said = |value: &'_ String| labels.get(value).filter(|_| linked).map_or_else(|| value.clone(), |label| label.get(call.lang).to_owned());
    let args: Vec<(&str, String)> = args.iter().map(|(name, value)| (name.as_str(), said(value))).collect();
    let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    call.text_with(&missing.code, &args)
}

/// A refusal of a move carries labels in both languages (`what`, `what_en`): the caller's are put in their place.
pub(super) fn in_language(call: &Call, mut problem: Problem) -> Problem {
    if call.lang == Lang::Zh {
        return problem;
    }
    for error in &mut problem.errors {
        let english: Vec<(String, String)> =
            error.args.iter().filter_map(|(name, value)| Some((name.strip_suffix("_en")?.to_owned(), value.clone()))).collect();
        for (name, value) in english {
            if let Some(arg) = error.args.iter_mut().find(|(other, _)| *other == name) {
                arg.1 = value;
            }
        }
    }
    problem
}
