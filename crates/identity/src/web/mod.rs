//! Pages and JSON of this crate: coming in, one's own account, and the administration of people, units and roles.
//!
//! Asks the use cases; tells nothing by itself. Invariant: what is secret (token, codes, link) is shown once and never redirected to.

mod firms;
mod grants;
mod import;
mod me;
mod outside;
mod passkeys;
mod people;
mod person;
mod person_deeds;
mod providers;
mod setup;
mod sign_in;
mod units;

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Call, FieldError, Problem, Routes, Texts};
use words::{Bilingual, Day, Fault, Id, Node};

use crate::grant::RoleRights;
use crate::tree::NodeView;
use crate::{asks, person as nouns, rights};

/// A persona of a demonstration, who is entered without a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DemoPersona {
    /// The person.
    pub person: Id,
    /// Their name.
    pub name: Bilingual,
    /// What they do in the story.
    pub role: Bilingual,
}

/// Put into the app in a demonstration only: then the sign-in page offers them.
#[derive(Debug, Clone, Default)]
pub struct DemoPersonas(pub Vec<DemoPersona>);

/// Put into the app: the role that the first administrator gets.
#[derive(Debug, Clone)]
pub struct FirstRole(pub String);

/// Templates of this crate.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("identity/forms.html", include_str!("../../templates/forms.html")),
    ("identity/provider.html", include_str!("../../templates/provider.html")),
    ("identity/passkey.html", include_str!("../../templates/passkey.html")),
    ("identity/sign_in.html", include_str!("../../templates/sign_in.html")),
    ("identity/reauth.html", include_str!("../../templates/reauth.html")),
    ("identity/setup.html", include_str!("../../templates/setup.html")),
    ("identity/security.html", include_str!("../../templates/security.html")),
    ("identity/shown_once.html", include_str!("../../templates/shown_once.html")),
    ("identity/profile.html", include_str!("../../templates/profile.html")),
    ("identity/people.html", include_str!("../../templates/people.html")),
    ("identity/person_new.html", include_str!("../../templates/person_new.html")),
    ("identity/person.html", include_str!("../../templates/person.html")),
    ("identity/person_form.html", include_str!("../../templates/person_form.html")),
    ("identity/real_name.html", include_str!("../../templates/real_name.html")),
    ("identity/real_names.html", include_str!("../../templates/real_names.html")),
    ("identity/firms.html", include_str!("../../templates/firms.html")),
    ("identity/firm.html", include_str!("../../templates/firm.html")),
    ("identity/revealed.html", include_str!("../../templates/revealed.html")),
    ("identity/import.html", include_str!("../../templates/import.html")),
    ("identity/units.html", include_str!("../../templates/units.html")),
    ("identity/grants.html", include_str!("../../templates/grants.html")),
    ("identity/grant_new.html", include_str!("../../templates/grant_new.html")),
];

/// Sentences of this crate.
pub const TEXTS: Texts = Texts { zh: include_str!("../../locales/zh.ftl"), en: include_str!("../../locales/en.ftl") };

/// All routes of this crate.
pub fn routes() -> Routes {
    let routes = Routes::new("identity");
    let routes = setup::add(sign_in::add(routes));
    let routes = firms::add(outside::add(providers::add(passkeys::add(me::add(routes)))));
    let routes = person_deeds::add(person::add(import::add(people::add(routes))));
    grants::add(units::add(routes))
}

/// Nothing to show but that it is done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DoneView {
    /// Always true.
    pub done: bool,
}

impl DoneView {
    pub(crate) fn yes() -> Self {
        Self { done: true }
    }
}

/// A place to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlaceOption {
    /// Path.
    pub path: Node,
    /// What people call it.
    pub title: Bilingual,
    /// How deep it lies, for indenting.
    pub depth: usize,
}

/// A role to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RoleOption {
    /// Name as in the packs.
    pub role: String,
    /// What people call it.
    pub title: Bilingual,
}

/// Somebody, with the name to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PersonRef {
    /// Who.
    pub id: Id,
    /// Their name.
    pub name: String,
}

/// Open places under the caller's care: what a right reaches.
pub(crate) fn places_for(read: &Read, call: &Call, right: &str) -> Result<Vec<PlaceOption>, Fault> {
    let Some(who) = call.who() else { return Ok(Vec::new()) };
    let mine = |node: &NodeView| node.closed_on.is_none() && who.can(right, &node.path);
    Ok(asks::places(read)?.into_iter().filter(mine).map(option_of).collect())
}

fn option_of(node: NodeView) -> PlaceOption {
    PlaceOption { depth: node.path.as_str().matches('/').count(), path: node.path, title: node.title }
}

/// Roles that the packs know, by name.
pub(crate) fn role_options(call: &Call) -> Result<Vec<RoleOption>, Problem> {
    let roles = call.app::<RoleRights>()?.all();
    Ok(roles.iter().map(|(role, known)| RoleOption { role: role.clone(), title: known.title.clone() }).collect())
}

/// Whom a text names: an id, a staff number, a phone, an address, or a name that only one person has.
pub(crate) fn named_person(call: &Call, field: &str, text: &str) -> Result<Id, Problem> {
    if let Ok(id) = Id::parse(text.trim()) {
        return Ok(id);
    }
    // Only whoever looks after people may find out whom a phone or number belongs to.
    let looks_after = call.who().is_some_and(|who| who.grants.iter().any(|grant| who.can(rights::PEOPLE, &grant.node) || who.can(rights::GRANT, &grant.node)));
    let most = if looks_after { 2 } else { 0 };
    let found: Vec<Id> = call.read::<_, nouns::PersonRefusal>(|read| Ok(asks::find_people(read, text, most)?))?;
    match found.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(Problem::invalid(vec![FieldError::new(format!("/{field}"), "identity-person-unknown")])),
        _ => Err(Problem::invalid(vec![FieldError::new(format!("/{field}"), "identity-person-several")])),
    }
}

/// A place on this site to go on to; anything else leads home.
pub(crate) fn safe_next(next: Option<&str>) -> String {
    let fine =
        |next: &&str| next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') && !next.chars().any(char::is_control) && next.len() <= 2_000;
    next.filter(fine).unwrap_or("/me").to_owned()
}

/// What the browser calls itself.
pub(crate) fn agent(call: &Call) -> String {
    call.header("user-agent").unwrap_or_default().to_owned()
}

/// A path of the tree in a form or query.
pub(crate) fn node_in(field: &str, text: &str) -> Result<Node, Problem> {
    crate::tree::parse_path(text).map_err(|()| Problem::field(format!("/{field}"), "identity-node-unknown"))
}

/// A day in a form.
pub(crate) fn day_in(field: &str, text: &str) -> Result<Day, Problem> {
    Day::parse(text.trim()).map_err(|_| Problem::field(format!("/{field}"), "identity-day-wrong"))
}

/// Field mistakes of a draft, as a problem.
pub(crate) fn wrong(mistakes: crate::Mistakes) -> Problem {
    Problem::invalid(mistakes.all().iter().map(|(field, code)| FieldError::new(format!("/{field}"), *code)).collect())
}

/// A number of a page of a list, from 1.
pub(crate) fn page_number(page: Option<u32>) -> i64 {
    i64::from(page.unwrap_or(1).clamp(1, 10_000))
}

/// Where a list stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Paging {
    /// How many there are in all.
    pub total: i64,
    /// This page, from 1.
    pub page: i64,
    /// How many pages.
    pub pages: i64,
}

impl Paging {
    pub(crate) fn of(total: i64, page: i64, per_page: i64) -> Self {
        Self { total, page, pages: (total + per_page - 1) / per_page.max(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_on_only_to_this_site() {
        for (next, expected) in [
            (Some("/a?b=c"), "/a?b=c"),
            (Some("//evil"), "/me"),
            (Some("https://evil"), "/me"),
            (Some("/\\evil"), "/me"),
            (Some("/a\nb"), "/me"),
            (None, "/me"),
        ] {
            assert_eq!(safe_next(next), expected);
        }
    }

    #[test]
    fn texts_are_whole_in_both_languages() {
        assert_eq!(TEXTS.check(), Vec::<String>::new());
    }
}
