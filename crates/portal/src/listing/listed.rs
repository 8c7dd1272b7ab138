//! Apps that are shown: found by words and by capability; each with what it uses now.

use capabilities::AppState;
use programme::Case;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::Read;
use webkit::{Answer, Call, Nothing, Reply, Sheet};
use words::{Acting, Failure, Fault, Id, Instant, Never, Outcome};

use super::put_up::{UsedView, uses};
use super::{FORM, LISTING};
use crate::public::found_in;

/// Apps of a page.
const PAGE: usize = 24;

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    /// Listed last first.
    #[default]
    Newest,
    /// By name.
    Name,
}

/// Which apps.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct ListedQuery {
    /// Words of name, what it does or capability.
    #[schemars(length(max = 100))]
    q: String,
    /// A capability that it uses.
    #[schemars(length(max = 60))]
    capability: String,
    /// In which order.
    sort: Order,
    /// Id of the last app of the page before.
    #[schemars(length(max = 60))]
    cursor: String,
}

/// An app in the list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ListedRow {
    /// Case of its listing.
    id: Id,
    /// Name.
    title: String,
    /// What it does.
    summary: String,
    /// Web site.
    url: Option<String>,
    /// Names in addresses of what it used when it was put up.
    capabilities: Vec<String>,
    /// Put up at.
    since: Instant,
}

/// The list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ListedView {
    /// Words in force.
    q: String,
    /// Filter in force.
    capability: String,
    /// Order in force.
    sort: Order,
    /// Capabilities that some app uses.
    capabilities: Vec<String>,
    /// How many were found.
    found: usize,
    /// Those of this page.
    apps: Vec<ListedRow>,
}

/// An app.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AppShownView {
    /// In short.
    app: ListedRow,
    /// State of its listing.
    state: String,
    /// Who develops it, for those signed in.
    developer: Option<String>,
    /// What it uses now.
    uses: Vec<UsedView>,
    /// Is it one's own?
    mine: bool,
}

fn text(answers: &Map<String, Value>, key: &str) -> String {
    answers.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn row(case: &Case, answers: &Map<String, Value>) -> ListedRow {
    let used = answers.get("capabilities").and_then(Value::as_array).into_iter().flatten();
    ListedRow {
        id: case.id.clone(),
        title: text(answers, "title"),
        summary: text(answers, "summary"),
        url: Some(text(answers, "url")).filter(|url| url.starts_with("https://")),
        capabilities: used.filter_map(Value::as_str).map(str::to_owned).collect(),
        since: case.opened_at,
    }
}

/// Listings whose apps are open, newest first.
fn all(read: &Read) -> Result<Vec<ListedRow>, Fault> {
    let sheets = programme::sheets(read, LISTING, FORM)?;
    let cases: Vec<Case> = programme::cases_of(read, LISTING)?.into_iter().filter(|case| case.state == "listed").collect();
    let app_of = |case: &Case| sheets.get(&case.id).and_then(|answers| Id::parse(&text(answers, "app")).ok());
    let apps = capabilities::apps_among(read, &cases.iter().filter_map(app_of).collect::<Vec<_>>())?;
    let open = |case: &&Case| app_of(case).and_then(|id| apps.get(&id).map(|app| app.state == AppState::Open)).unwrap_or(false);
    Ok(cases.iter().filter(open).filter_map(|case| Some(row(case, sheets.get(&case.id)?))).collect())
}

pub(super) fn list(call: &Call, query: ListedQuery) -> Answer<ListedView> {
    let mut found = call.read::<_, Never>(|read| Ok(all(read)?))?;
    let mut capabilities: Vec<String> = found.iter().flat_map(|one| one.capabilities.clone()).collect();
    capabilities.sort_unstable();
    capabilities.dedup();
    let fits = |one: &ListedRow| {
        let used = one.capabilities.join(" ");
        (query.capability.is_empty() || one.capabilities.contains(&query.capability)) && found_in(&[&one.title, &one.summary, &used], &query.q)
    };
    found.retain(fits);
    if query.sort == Order::Name {
        found.sort_by_cached_key(|one| words::fold(&one.title));
    }
    let (count, sheet) = (found.len(), sheet(call, &found));
    let begin = found.iter().position(|one| one.id.as_str() == query.cursor).map_or(0, |at| at + 1);
    found.drain(..begin);
    let next = (found.len() > PAGE).then(|| found[PAGE - 1].id.to_string());
    found.truncate(PAGE);
    let view = ListedView { q: query.q, capability: query.capability, sort: query.sort, capabilities, found: count, apps: found };
    Ok(Reply::page("portal/listed_apps.html", view).next(next).sheet(sheet))
}

fn sheet(call: &Call, found: &[ListedRow]) -> Sheet {
    let columns = ["portal-col-name", "portal-listing-does", "portal-listing-uses", "portal-listing-url", "portal-listing-since"];
    Sheet::new(call.text("portal-listing"), &columns).rows(found.iter().map(|one| {
        vec![one.title.as_str().into(), one.summary.as_str().into(), one.capabilities.join(", ").into(), one.url.as_deref().into(), one.since.into()]
    }))
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<AppShownView> {
    let id = call.id("id")?;
    Ok(Reply::page("portal/listed_app.html", call.read::<_, Never>(|read| view(read, call.who(), &id))?))
}

fn view(read: &Read, who: Option<&Acting>, id: &Id) -> Outcome<AppShownView, Never> {
    let case = programme::case(read, id)?;
    let mine = who.is_some_and(|who| who.person == case.lead);
    let sheets = programme::answers(read, id)?;
    let answers =
        sheets.into_iter().find(|sheet| sheet.form == FORM).map(|sheet| sheet.answers).filter(|_| case.definition == LISTING).ok_or(Failure::Absent)?;
    let app = Id::parse(&text(&answers, "app")).map_err(|_| Failure::Absent)?;
    let open = capabilities::apps_among(read, std::slice::from_ref(&app))?.get(&app).is_some_and(|app| app.state == AppState::Open);
    let shown = open && case.state == "listed";
    if !mine && !shown {
        return Err(Failure::Absent);
    }
    let developer = match who {
        Some(_) => identity::person_names(read, std::slice::from_ref(&case.lead))?.remove(&case.lead),
        None => None,
    };
    Ok(AppShownView { app: row(&case, &answers), state: case.state, developer, uses: uses(read, &app)?, mine })
}
