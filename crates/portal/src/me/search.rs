//! One search over everything that whoever asks may read: projects and cases, shared components, what is in the index, records of the registers and facts with their sources, people (for who
//! may see them), and what other domains find ([`Finders`]).
//!
//! Invariant: a two-character Chinese word is found where it stands; what is found twice is shown once.

use std::collections::{BTreeMap, BTreeSet};

use packs::Facts;
use programme::{CaseQuery, CaseRow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Answer, Call, Reply, encoded};
use words::{Acting, Bilingual, Fault, Id, Never};

use crate::sharing::{self, ComponentRow};

/// Hits of a kind on the page.
const MOST: usize = 20;
/// Hits of a kind that are looked at.
const LOOKED_AT: usize = 400;

/// What is looked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct SearchQuery {
    /// Words.
    #[serde(default)]
    #[schemars(length(max = 100))]
    q: String,
    /// Only hits of this kind.
    #[serde(default)]
    #[schemars(length(max = 40))]
    kind: String,
    /// Where the list of a kind goes on.
    #[schemars(length(max = 8))]
    cursor: Option<String>,
}

/// A hit.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HitView {
    /// What it is: the id of a case or document, or the address.
    #[serde(skip)]
    key: String,
    /// Title.
    title: Bilingual,
    /// Where it can be read.
    href: String,
    /// A piece of its text, or what it is.
    text: Option<Bilingual>,
}

/// What another domain found for whoever looks.
#[derive(Debug, Clone)]
pub struct Found {
    /// Title.
    pub title: Bilingual,
    /// Where it can be read.
    pub href: String,
    /// What it is.
    pub text: Bilingual,
}

/// Finds what whoever looks may see by these words, at most so many.
pub type Finder = fn(&Read, Option<&Acting>, &str, usize) -> Result<Vec<Found>, Fault>;

/// What else is searched, by kind, answered by whoever knows those domains. An app value; without it nothing else is found.
#[derive(Debug, Clone)]
pub struct Finders(pub Vec<(&'static str, Finder)>);

/// Hits of one kind.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct KindView {
    /// Kind; its name is the text `portal-found-<kind>`.
    kind: String,
    /// How many were found.
    found: i64,
    /// Twenty of them.
    hits: Vec<HitView>,
}

/// What was found.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SearchView {
    /// Words in force.
    q: String,
    /// The only kind that is shown, if one was chosen.
    kind: String,
    /// By kind.
    kinds: Vec<KindView>,
    /// How many hits there are.
    total: i64,
}

pub(super) fn show(call: &Call, query: SearchQuery) -> Answer<SearchView> {
    let q = query.q.trim().to_owned();
    let others = call.app::<Finders>().map(|finders| finders.0.clone()).unwrap_or_default();
    let mut kinds = if q.is_empty() { Vec::new() } else { call.read::<_, Never>(|read| Ok(found(read, call.who(), &q, &others)?))? };
    kinds.retain(|kind| query.kind.is_empty() || kind.kind == query.kind);
    let total = kinds.iter().map(|kind| kind.found).sum();
    let from = query.cursor.as_deref().filter(|_| !query.kind.is_empty()).and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
    let more = kinds.iter().any(|kind| !query.kind.is_empty() && kind.hits.len() > from + MOST);
    for kind in &mut kinds {
        kind.hits = std::mem::take(&mut kind.hits).into_iter().skip(from).take(MOST).collect();
    }
    let next = more.then(|| (from + MOST).to_string());
    Ok(Reply::page("portal/search.html", SearchView { q, kind: query.kind, kinds, total }).next(next))
}

fn found(read: &Read, who: Option<&Acting>, q: &str, others: &[(&'static str, Finder)]) -> Result<Vec<KindView>, Fault> {
    let mut projects = cases(read, who, q, true)?;
    let (found, documents) = indexed(read, who, q)?;
    projects.extend(found);
    // A component is a case too, and is shown as what it is.
    let mut kinds = vec![("project", projects), ("component", components(read, who, q)?), ("case", cases(read, who, q, false)?), ("document", documents)];
    let programme = packs::current(read)?;
    kinds.extend(facts(&programme.pack.facts, q));
    kinds.push(("register", records(read, who, q)?));
    kinds.push(("fact", sourced(read, q)?));
    for (kind, find) in others {
        let hit = |one: Found| HitView { key: one.href.clone(), title: one.title, href: one.href, text: some(one.text) };
        kinds.push((kind, find(read, who, q, LOOKED_AT)?.into_iter().map(hit).collect()));
    }
    kinds.push(("person", people(read, who, q)?));
    let mut seen = BTreeSet::new();
    for (_, hits) in &mut kinds {
        hits.retain(|hit| seen.insert(hit.key.clone()));
    }
    let view = |(kind, hits): (&str, Vec<HitView>)| KindView { kind: kind.into(), found: hits.len() as i64, hits };
    Ok(kinds.into_iter().filter(|(_, hits)| !hits.is_empty()).map(view).collect())
}

/// Shared components, for whoever is signed in, as their list.
fn components(read: &Read, who: Option<&Acting>, q: &str) -> Result<Vec<HitView>, Fault> {
    if who.is_none() {
        return Ok(Vec::new());
    }
    let hit = |row: ComponentRow| HitView { key: row.id.to_string(), title: row.name, href: format!("/technology/{}", row.id), text: some(row.unit_name) };
    Ok(sharing::found(read, q)?.into_iter().take(LOOKED_AT).map(hit).collect())
}

/// Records of the registers.
fn records(read: &Read, who: Option<&Acting>, q: &str) -> Result<Vec<HitView>, Fault> {
    let names: BTreeMap<String, Bilingual> = register::kinds(read)?.into_iter().map(|kind| (kind.kind, kind.name)).collect();
    let found = register::find_records(read, q, register::readable_by(who), LOOKED_AT)?;
    let hit = |record: register::Record| HitView {
        key: record.id.to_string(),
        href: format!("/registers/{}/{}", record.kind, record.key),
        text: names.get(&record.kind).cloned(),
        title: record.title,
    };
    Ok(found.into_iter().map(hit).collect())
}

/// Facts with their sources; what a platform offers is found with the platforms.
fn sourced(read: &Read, q: &str) -> Result<Vec<HitView>, Fault> {
    let found = register::find_facts(read, q, LOOKED_AT)?;
    let hit = |group: register::FactGroup| {
        let fact = group.facts.first()?;
        let said = format!("{} {} · {}", fact.value, fact.unit, fact.place);
        let href = format!("/facts/{}", encoded(&group.key));
        Some(HitView { key: href.clone(), title: fact.title.clone(), href, text: some(Bilingual::new(&said, &said)) })
    };
    Ok(found.into_iter().filter(|group| !group.key.starts_with("platform.")).filter_map(hit).collect())
}

/// Cases by title, number and summary. Strangers find none here: what is public of them is in the index of notices.
fn cases(read: &Read, who: Option<&Acting>, q: &str, projects: bool) -> Result<Vec<HitView>, Fault> {
    let Some(who) = who else { return Ok(Vec::new()) };
    let found = programme::find_cases(read, &CaseQuery { words: q.to_owned(), limit: LOOKED_AT as i64, ..CaseQuery::default() })?;
    let wanted = |case: &programme::Case| case.definition.starts_with("incubation.") == projects && programme::may_see::<Never>(read, who, case).is_ok();
    let rows = programme::rows(read, found.into_iter().filter(wanted).collect())?;
    Ok(rows.into_iter().map(case_hit).collect())
}

fn case_hit(row: CaseRow) -> HitView {
    let about = |state: &str, base: &str| format!("{} · {state} · {base}", row.number);
    let text = Bilingual::new(about(&row.state.label.zh, &row.base_name.zh), about(&row.state.label.en, &row.base_name.en));
    HitView { key: row.id.to_string(), title: Bilingual::new(&row.title, &row.title), href: format!("/cases/{}", row.id), text: Some(text) }
}

/// What the index of `desk` holds and the reader may see, by the rule of the document or as somebody of the case: projects, and the rest.
fn indexed(read: &Read, who: Option<&Acting>, q: &str) -> Result<(Vec<HitView>, Vec<HitView>), Fault> {
    let plainly = desk::readable_by(who);
    let in_case = |id: &str| {
        let Some((who, id)) = who.zip(Id::parse(id).ok()) else { return false };
        programme::case(read, &id).is_ok_and(|case| programme::may_see::<Never>(read, who, &case).is_ok())
    };
    let hits = desk::search(read, q, |doc| plainly(doc) || in_case(&doc.id), LOOKED_AT)?;
    let (projects, rest): (Vec<desk::Hit>, Vec<desk::Hit>) = hits.into_iter().partition(|hit| hit.doc.kind == "project");
    let view = |hit: desk::Hit| {
        let (title, text) = (Bilingual::new(&hit.doc.title, &hit.doc.title), Bilingual::new(&hit.snippet, &hit.snippet));
        HitView { key: hit.doc.id, title, href: hit.doc.link, text: some(text) }
    };
    Ok((projects.into_iter().map(view).collect(), rest.into_iter().map(view).collect()))
}

/// What the plan names: bases, works, documents, platforms.
fn facts(facts: &Facts, q: &str) -> Vec<(&'static str, Vec<HitView>)> {
    let hit = |zh: &str, en: &str, href: String, text: Bilingual, quote: &str| {
        crate::public::found_in(&[zh, en, &text.zh, &text.en, quote], q).then(|| HitView {
            key: format!("{zh} {href}"),
            title: Bilingual::new(zh, en),
            href,
            text: some(text),
        })
    };
    let bases = facts.bases.iter().filter_map(|it| hit(&it.zh, &it.en, format!("/bases/{}", it.key), it.focus.clone(), &it.source.quote)).collect();
    let works =
        facts.works.iter().filter_map(|it| hit(&it.zh, &it.en, format!("/works?q={}", encoded(&it.zh)), it.content.clone(), &it.source.quote)).collect();
    let rules = facts.rulebook.iter().filter_map(|it| hit(&it.zh, &it.en, format!("/rulebook#{}", it.key), Bilingual::default(), &it.source.quote)).collect();
    let platforms = facts.platforms.iter().filter_map(|it| {
        let platform = it.parent.as_deref().unwrap_or(&it.key);
        hit(&it.zh, &it.en, format!("/platforms/{}", platform.trim_start_matches("platform.")), it.text.clone().unwrap_or_default(), &it.source.quote)
    });
    vec![("base", bases), ("work", works), ("rule", rules), ("platform", platforms.collect())]
}

/// A text that says something.
fn some(text: Bilingual) -> Option<Bilingual> {
    (!text.zh.is_empty()).then_some(text)
}

/// People, for who may see the register of people at the top.
fn people(read: &Read, who: Option<&Acting>, q: &str) -> Result<Vec<HitView>, Fault> {
    if !who.is_some_and(|who| who.can(identity::rights::PEOPLE, &words::Node::group())) {
        return Ok(Vec::new());
    }
    let ids = identity::find_people(read, q, MOST as i64)?;
    let names = identity::person_names(read, &ids)?;
    let hit = |(id, name): (Id, String)| HitView { key: id.to_string(), title: Bilingual::new(&name, &name), href: format!("/admin/people/{id}"), text: None };
    Ok(names.into_iter().map(hit).collect())
}
