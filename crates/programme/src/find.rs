//! Makes cases findable and says which of them everybody may see. Asks the desk's index; tells nothing.
//!
//! Invariant: a draft is in nobody's way: it is not in the index until it is submitted.

use std::collections::BTreeSet;

use lifecycle::{Definition, StateKind};
use store::{Read, Tx};
use words::Fault;

use crate::case::Case;
use crate::pinned::case_forms;
use crate::{definitions, rights, sql};

/// Subjects of definitions whose cases are shown to everybody once they are admitted.
pub(crate) const SHOWN: [&str; 2] = ["project", "challenge"];

/// Is the case public: admitted by its first gate and not failed since, or concluded with success?
pub(crate) fn is_public(definition: &Definition, case: &Case) -> bool {
    if !SHOWN.contains(&definition.subject.as_str()) {
        return false;
    }
    if case.outcome.is_some() {
        return case.outcome.as_deref() == Some("success");
    }
    let place = |id: &str| definition.states.iter().position(|state| state.id == id);
    let gate = definition.states.iter().position(|state| state.kind == StateKind::Gate);
    gate.zip(place(&case.state)).is_some_and(|(gate, here)| here > gate)
}

/// Is the case still where it began?
fn is_draft(definition: &Definition, case: &Case) -> bool {
    definition.state(&case.state).is_none_or(|state| state.kind == StateKind::Start)
}

/// May a form still name the case? Later forms with a title (a milestone) speak of something else.
pub(crate) fn takes_title(read: &Read, case: &Case) -> Result<bool, Fault> {
    Ok(case.parent.is_none() && is_draft(&*definitions::definition(read, &case.definition, case.version)?, case))
}

/// Puts the case into the index as it is now, or takes it out while it is a draft.
pub(crate) fn index_case(tx: &mut Tx, case: &Case) -> Result<(), Fault> {
    let definition = definitions::definition(tx, &case.definition, case.version)?;
    if is_draft(&definition, case) || case.title.is_empty() || case.parent.is_some() {
        return desk::unindex(tx, case.id.as_str());
    }
    let public = is_public(&definition, case);
    let doc = desk::Doc {
        id: case.id.to_string(),
        kind: definition.subject.clone(),
        node: case.node.clone(),
        title: case.title.clone(),
        body: format!("{} {} {}", case.number, case.summary, texts(tx, case)?),
        link: if public { format!("/projects/{}", case.id) } else { format!("/cases/{}", case.id) },
        readers: if public { desk::PUBLIC.into() } else { rights::READ_ALL.into() },
        weight: if case.outcome.as_deref() == Some("success") { 2 } else { 1 },
    };
    desk::index(tx, &doc)
}

/// The public answers, so that one finds a project by what it is about.
fn texts(tx: &Tx, case: &Case) -> Result<String, Fault> {
    let forms = case_forms(tx, case)?;
    let mut found = BTreeSet::new();
    for sheet in sql::answers(tx, &case.id)? {
        let Some(form) = forms.form(&sheet.form) else { continue };
        for field in form.public_fields() {
            let given = sheet.answers.get(&field.key);
            let one = given.and_then(serde_json::Value::as_str).into_iter();
            let many = given.and_then(serde_json::Value::as_array).into_iter().flatten().filter_map(serde_json::Value::as_str);
            found.extend(one.chain(many).map(|text| field.option(text).map_or_else(|| text.to_owned(), |option| format!("{} {}", option.zh, option.en))));
        }
    }
    Ok(found.into_iter().collect::<Vec<_>>().join(" "))
}
