//! The first page: the programme in numbers, its map, the newest notices, how to start.

use desk::{Notice, NoticeState};
use packs::{DocumentStatus, Programme, WorkStatus};
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Nothing, Reply};
use words::Fault;

use super::map::{MapView, map_of};
use super::{FactView, with_programme};

/// Keys of the facts that stand on the first page.
const SHOWN: [&str; 2] = ["N-B", "N-F"];

/// A number of the first page and where it leads.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CardView {
    /// Text key of its name.
    label: &'static str,
    /// The number.
    number: i64,
    /// How many of them are done: built, issued.
    of: i64,
    /// Text key of what stands below.
    hint: &'static str,
    /// The list behind it.
    href: &'static str,
    /// Icon.
    icon: &'static str,
}

/// The first page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HomeView {
    /// Counted from the pack and the register of cases.
    cards: Vec<CardView>,
    /// Numbers that the plan gives.
    facts: Vec<FactView>,
    /// The map.
    map: MapView,
    /// Newest notices.
    notices: Vec<Notice>,
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<HomeView> {
    Ok(Reply::page("portal/home.html", with_programme(call, view)?))
}

fn view(read: &Read, programme: &Programme) -> Result<HomeView, Fault> {
    let facts = &programme.pack.facts;
    let numbers = facts.achievements.iter().filter(|fact| fact.value.is_some() && SHOWN.iter().any(|group| fact.group.as_deref() == Some(group)));
    Ok(HomeView { cards: cards(read, programme)?, facts: numbers.take(8).map(FactView::from).collect(), map: map_of(facts), notices: newest(read)? })
}

fn newest(read: &Read) -> Result<Vec<Notice>, Fault> {
    let mut notices = desk::notices(read, None, None, 20)?;
    notices.retain(|notice| matches!(notice.state, NoticeState::Open | NoticeState::Ended));
    notices.truncate(5);
    Ok(notices)
}

fn cards(read: &Read, programme: &Programme) -> Result<Vec<CardView>, Fault> {
    let facts = &programme.pack.facts;
    let projects: i64 = programme::count_by_state(read, "incubation.self")?.iter().filter(|(state, _)| state != "draft").map(|(_, count)| count).sum();
    let built = facts.works.iter().filter(|work| work.status == WorkStatus::Built).count();
    let open = facts.bases.iter().filter(|base| base.status == WorkStatus::Built).count();
    let issued = facts.rulebook.iter().filter(|document| document.status == DocumentStatus::Issued).count();
    let card = |label, number: usize, of: usize, hint, href, icon| CardView { label, number: number as i64, of: of as i64, hint, href, icon };
    Ok(vec![
        card("portal-nav-works", facts.works.len(), built, "portal-home-works-hint", "/works", "flag"),
        card("portal-nav-bases", facts.bases.len(), open, "portal-home-bases-hint", "/bases", "building"),
        card("portal-nav-rulebook", facts.rulebook.len(), issued, "portal-home-rulebook-hint", "/rulebook", "book"),
        CardView { number: projects, ..card("portal-home-projects", 0, 0, "portal-home-projects-hint", "/projects", "bulb") },
    ])
}
