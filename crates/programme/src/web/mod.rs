//! Pages and API of cases: lists, forms, the case page and what is done there. Parse, do, show.
//!
//! Asks the use cases; tells nothing by itself. Invariant: whoever may not see a case gets 404; what blocks a move is said in whole sentences.

mod case_page;
mod case_parts;
mod check;
mod comments;
mod declare;
mod definitions;
mod drawing;
mod fields;
mod form;
mod form_page;
mod history;
mod imports;
mod letters;
mod list;
mod lists;
mod moves;
mod office;
mod papers;
mod people;
mod preview;
mod spoken;
mod team;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Call, Routes, Texts};
use words::{Bilingual, Fault, Id, Node};

use identity::NodeKind;

pub(crate) use declare::{PROJECT, first_form};
pub use fields::FieldView;
pub use preview::{StepPreview, preview_form};

/// Sentences of this crate, and those of the guards, which are spoken here.
pub const TEXTS: Texts = Texts {
    zh: concat!(include_str!("../../locales/zh.ftl"), "\n", include_str!("../../../lifecycle/locales/zh.ftl")),
    en: concat!(include_str!("../../locales/en.ftl"), "\n", include_str!("../../../lifecycle/locales/en.ftl")),
};

/// The pages.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("programme/parts.html", include_str!("../../templates/parts.html")),
    ("programme/cases.html", include_str!("../../templates/cases.html")),
    ("programme/comments.html", include_str!("../../templates/comments.html")),
    ("programme/comment_list.html", include_str!("../../templates/comment_list.html")),
    ("programme/project.html", include_str!("../../templates/project.html")),
    ("programme/new.html", include_str!("../../templates/new.html")),
    ("programme/form.html", include_str!("../../templates/form.html")),
    ("programme/check.html", include_str!("../../templates/check.html")),
    ("programme/receipt.html", include_str!("../../templates/receipt.html")),
    ("programme/similar.html", include_str!("../../templates/similar.html")),
    ("programme/suggest.html", include_str!("../../templates/suggest.html")),
    ("programme/case.html", include_str!("../../templates/case.html")),
    ("programme/case_moves.html", include_str!("../../templates/case_moves.html")),
    ("programme/case_team.html", include_str!("../../templates/case_team.html")),
    ("programme/case_work.html", include_str!("../../templates/case_work.html")),
    ("programme/case_office.html", include_str!("../../templates/case_office.html")),
    ("programme/case_record.html", include_str!("../../templates/case_record.html")),
    ("programme/case_comments.html", include_str!("../../templates/case_comments.html")),
    ("programme/history.html", include_str!("../../templates/history.html")),
    ("programme/paper.html", include_str!("../../templates/paper.html")),
    ("programme/letter.html", include_str!("../../templates/letter.html")),
    ("programme/moved.html", include_str!("../../templates/moved.html")),
    ("programme/imports.html", include_str!("../../templates/imports.html")),
    ("programme/import.html", include_str!("../../templates/import.html")),
    ("programme/import_state.html", include_str!("../../templates/import_state.html")),
    ("programme/definitions.html", include_str!("../../templates/definitions.html")),
    ("programme/definition.html", include_str!("../../templates/definition.html")),
];

/// All routes of this crate.
pub fn routes() -> Routes {
    let routes = list::add(Routes::new("programme"));
    let routes = moves::add(check::add(form::add(declare::add(routes))));
    let routes = papers::add(team::add(people::add(case_page::add(routes))));
    let routes = history::add(comments::add(routes));
    definitions::add(imports::add(office::add(letters::add(routes))))
}

/// Nothing to show but that it is done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DoneView {
    /// Always true.
    pub done: bool,
}

impl DoneView {
    pub(super) fn yes() -> Self {
        Self { done: true }
    }
}

/// A choice of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OptionView {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub label: Bilingual,
}

impl OptionView {
    pub(super) fn new(value: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { value: value.into(), label: Bilingual::new(zh, en) }
    }

    pub(super) fn of(value: impl Into<String>, label: Bilingual) -> Self {
        Self { value: value.into(), label }
    }
}

/// Open places of a kind, to choose from.
pub(super) fn places(read: &Read, kind: NodeKind) -> Result<Vec<OptionView>, Fault> {
    let open = identity::open_places(read, kind)?.into_iter();
    Ok(open.map(|node| OptionView::of(node.path.as_str(), node.title)).collect())
}

/// Name of somebody; their id if it is not known.
pub(super) fn person_name(read: &Read, person: &Id) -> Result<String, Fault> {
    Ok(identity::person_names(read, std::slice::from_ref(person))?.remove(person).unwrap_or_else(|| person.to_string()))
}

/// The revision that the caller has seen; what is no number is never the present one.
pub(super) fn seen_revision(call: &Call) -> Option<i64> {
    call.if_match().filter(|text| !text.is_empty() && *text != "*").map(|text| text.parse().unwrap_or(-1))
}

/// Address of a case's page.
pub(super) fn case_url(id: &Id) -> String {
    format!("/cases/{id}")
}

/// A path of the tree in a form.
pub(super) fn node_of(text: &str) -> Option<Node> {
    let fine = text.len() <= 240 && text.split('/').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
    fine.then(|| Node::at(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_whole_in_both_languages() {
        assert_eq!(TEXTS.check(), Vec::<String>::new());
    }

    #[test]
    fn nothing_inline_is_in_the_pages() {
        for (name, source) in TEMPLATES {
            for inline in [" style=", " onclick=", " onchange=", "javascript:", "<script", "<style"] {
                assert!(!source.contains(inline), "{name} has {inline}");
            }
        }
    }

    #[test]
    fn paths_are_read_with_care() {
        assert_eq!(node_of("group/zj").map(|node| node.to_string()), Some("group/zj".into()));
        for odd in ["", "/", "group//x", "group/浙江", "../x"] {
            assert_eq!(node_of(odd), None, "{odd}");
        }
    }
}
