//! Finding colleagues by name while a form is filled in.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Access, Answer, Call, FieldError, Problem, Reply, Routes};
use words::{Bilingual, Fault, Id, Never, Node};

pub(super) fn add(routes: Routes) -> Routes {
    routes.get("/people/suggest", "programme.people.suggest", Access::Person, suggest).template("programme/suggest.html")
}

/// Name or number, in whichever field it is typed; of several lines the last one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct SuggestQuery {
    /// The text.
    #[serde(default)]
    #[schemars(length(max = 4_000))]
    q: String,
    /// The same from a field called `person`.
    #[serde(default)]
    #[schemars(length(max = 4_000))]
    person: String,
    /// The same from a field called `members_add`.
    #[serde(default)]
    #[schemars(length(max = 4_000))]
    members_add: String,
}

/// A colleague.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ColleagueView {
    /// Who.
    person: Id,
    /// Name.
    name: String,
    /// Home unit.
    unit: Option<Bilingual>,
}

/// Colleagues whom the text fits.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct SuggestView {
    /// At most ten.
    people: Vec<ColleagueView>,
    /// Can one be chosen (there is a single field for it)?
    choose: bool,
    /// Was anything asked?
    asked: bool,
}

fn suggest(call: &Call, query: SuggestQuery) -> Answer<SuggestView> {
    let who = call.acting()?;
    call.rate(&format!("suggest:{}", who.person), 120)?;
    let text = [&query.person, &query.q, &query.members_add].into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_default();
    let wanted = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned();
    let people = call.read::<_, Never>(|read| Ok(colleagues(read, &wanted)?))?;
    Ok(Reply::page("programme/suggest.html", SuggestView { people, choose: !query.person.is_empty(), asked: !wanted.is_empty() }))
}

fn colleagues(read: &Read, wanted: &str) -> Result<Vec<ColleagueView>, Fault> {
    let found = identity::find_people(read, wanted, 10)?;
    let names = identity::person_names(read, &found)?;
    let homes = identity::home_units(read, &found, read.now().day())?;
    let nodes: Vec<Node> = homes.values().cloned().collect();
    let places: BTreeMap<_, _> = identity::nodes(read, &nodes)?;
    let view = |person: Id| ColleagueView {
        name: names.get(&person).cloned().unwrap_or_default(),
        unit: homes.get(&person).and_then(|home| places.get(home)).map(|node| node.title.clone()),
        person,
    };
    Ok(found.into_iter().map(view).collect())
}

/// Whom a text means: an id, a sign-in name, or what only one person has. The code says why not.
pub(super) fn who_is(read: &Read, text: &str) -> Result<Result<Id, &'static str>, Fault> {
    let text = text.trim();
    if let Ok(id) = Id::parse(text) {
        return Ok(if identity::is_here(read, &id)? { Ok(id) } else { Err("programme-no-person") });
    }
    if let Some(id) = identity::person_of_login(read, text)? {
        return Ok(Ok(id));
    }
    let found = identity::find_people(read, text, 2)?;
    Ok(match found.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err("programme-no-person"),
        _ => Err("programme-several-persons"),
    })
}

/// The same for a field of a form.
pub(super) fn named(call: &Call, pointer: &str, text: &str) -> Result<Id, Problem> {
    let found = call.read::<_, Never>(|read| Ok(who_is(read, text)?))?;
    found.map_err(|code| Problem::invalid(vec![FieldError::new(pointer, code).arg("name", text.trim())]))
}
