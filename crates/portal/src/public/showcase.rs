//! What came of projects: achievements and lessons that were published, and the public page of a project.
//!
//! Asks `desk` for notices. Invariant: shows nothing that was not published as a notice.

use desk::Notice;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Answer, Call, Nothing, Problem, Reply, Sheet};
use words::{Bilingual, Fault, Id, Never};

/// Results shown on a page.
const PAGE: usize = 24;
/// Notices looked through for one page.
const LOOKED_THROUGH: i64 = 200;

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// What a project achieved.
    Achievement,
    /// What others can learn from it.
    Lessons,
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        match name {
            "achievement" => Some(Kind::Achievement),
            "lessons" => Some(Kind::Lessons),
            _ => None,
        }
    }
}

/// Which results.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct ShowcaseQuery {
    /// Kind; both if not said.
    kind: Option<Kind>,
    /// Words of title or text.
    #[serde(default)]
    #[schemars(length(max = 100))]
    q: String,
    /// Where to go on.
    cursor: Option<String>,
}

/// A result in the list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ResultRow {
    /// The notice.
    id: Id,
    /// The project.
    case: String,
    /// Kind.
    kind: Kind,
    /// Title.
    title: Bilingual,
    /// A line of its text.
    opening: Bilingual,
    /// When it was published.
    published_at: words::Instant,
}

/// The list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ShowcaseView {
    /// Filter in force.
    kind: Option<Kind>,
    /// Words in force.
    q: String,
    /// Newest first.
    results: Vec<ResultRow>,
}

pub(super) fn list(call: &Call, query: ShowcaseQuery) -> Answer<ShowcaseView> {
    let (results, next) = call.read::<_, Never>(|read| Ok(results(read, &query)?))?;
    let sheet = sheet(call, &results);
    Ok(Reply::page("portal/showcase.html", ShowcaseView { kind: query.kind, q: query.q, results }).next(next).sheet(sheet))
}

/// A page of results, and where to go on. Looks through a bounded number of notices, so a page may hold fewer than there is room for.
fn results(read: &Read, query: &ShowcaseQuery) -> Result<(Vec<ResultRow>, Option<String>), Fault> {
    let notices = desk::notices(read, None, query.cursor.as_deref(), LOOKED_THROUGH)?;
    let full = notices.len() as i64 == LOOKED_THROUGH;
    let end = notices.last().map(|notice| notice.id.to_string());
    let mut rows: Vec<ResultRow> = notices.into_iter().filter_map(|notice| row(notice, query)).collect();
    let next = if rows.len() > PAGE { rows.get(PAGE - 1).map(|row| row.id.to_string()) } else { end.filter(|_| full) };
    rows.truncate(PAGE);
    Ok((rows, next))
}

fn row(notice: Notice, query: &ShowcaseQuery) -> Option<ResultRow> {
    let kind = Kind::of(&notice.kind).filter(|kind| query.kind.is_none_or(|wanted| wanted == *kind))?;
    let found = super::found_in(&[&notice.title.zh, &notice.title.en, &notice.body.zh, &notice.body.en], &query.q);
    let shown = notice.state.stands() && found;
    // The first public answer is the title once more.
    let opening = |text: &str| text.lines().nth(usize::from(kind == Kind::Achievement)).or(text.lines().next()).unwrap_or_default().to_owned();
    shown.then(|| ResultRow {
        opening: Bilingual::new(opening(&notice.body.zh), opening(&notice.body.en)),
        id: notice.id,
        case: notice.subject,
        kind,
        title: notice.title,
        published_at: notice.published_at,
    })
}

fn sheet(call: &Call, results: &[ResultRow]) -> Sheet {
    let kind = |kind: Kind| call.text(if kind == Kind::Achievement { "portal-showcase-achievement" } else { "portal-showcase-lessons" });
    Sheet::new(call.text("portal-nav-showcase"), &["portal-col-name", "portal-col-kind", "portal-col-published", "portal-col-content"]).rows(
        results.iter().map(|row| vec![row.title.get(call.lang).into(), kind(row.kind).into(), row.published_at.into(), row.opening.get(call.lang).into()]),
    )
}

/// Something published about a project.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PublishedView {
    /// The notice.
    notice: Notice,
    /// Its lines in Chinese.
    zh: Vec<String>,
    /// Its lines in English.
    en: Vec<String>,
}

/// The public page of a project.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ProjectView {
    /// The project.
    case: Id,
    /// Its number.
    number: String,
    /// Its title.
    title: String,
    /// Name of its base.
    base: Bilingual,
    /// State it is in.
    state: Bilingual,
    /// What was published, newest first.
    published: Vec<PublishedView>,
    /// May whoever looks open the case itself?
    may_open: bool,
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<ProjectView> {
    let id = call.id("case")?;
    let found = call.read::<_, Never>(|read| {
        let case = programme::case(read, &id)?;
        let may_open = call.who().is_some_and(|who| programme::may_see::<Never>(read, who, &case).is_ok());
        let published: Vec<PublishedView> = desk::notices_of(read, id.as_str())?.into_iter().filter(|notice| notice.state.stands()).map(published).collect();
        let row = programme::rows(read, vec![case])?.pop();
        Ok(row.filter(|_| !published.is_empty()).map(|row| project(row, published, may_open)))
    })?;
    Ok(Reply::page("portal/showcase_case.html", found.ok_or_else(Problem::absent)?))
}

fn project(row: programme::CaseRow, published: Vec<PublishedView>, may_open: bool) -> ProjectView {
    ProjectView { case: row.id, number: row.number, title: row.title, base: row.base_name, state: row.state.label, published, may_open }
}

fn published(notice: Notice) -> PublishedView {
    let lines = |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    PublishedView { zh: lines(&notice.body.zh), en: lines(&notice.body.en), notice }
}
