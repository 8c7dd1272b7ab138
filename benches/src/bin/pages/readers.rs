//! Readers look at pages while the simulation writes: it judges one project after another, and then goes on with new ones.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use benches::{Crowd as Callers, Done, Figures, must};
use hechuang::lived::Crowd;
use words::{Fault, Id};

use crate::backers::full_panels;
use crate::scene::Scene;
use crate::server::{Asked, Server};
use crate::{row, seconds};

const READERS: usize = 8;
/// What a reader waits before the next page: far less than any human does. Without it eight readers are a load that never lets up.
const PAUSE: Duration = Duration::from_millis(100);
/// One in so many of those whose panel is full is admitted before anybody looks, so that there is something public in the lists.
const ADMITTED: usize = 8;
/// Projects that are declared at a time.
const MORE: usize = 10;

/// Who looks at what.
struct Look {
    what: &'static str,
    /// Nobody: a stranger.
    who: Option<Id>,
    /// One of these, by chance.
    paths: Vec<String>,
    /// What stands on the page at least so often.
    holds: (&'static str, usize),
}

impl Look {
    fn at(what: &'static str, who: Option<Id>, path: &str, holds: (&'static str, usize)) -> Self {
        Self { what, who, paths: vec![path.to_owned()], holds }
    }
}

fn looks(scene: &Scene, crowd: &Crowd<'_>) -> Done<Vec<Look>> {
    let office = scene.world.person("office").map(Some)?;
    let (people, projects) = (crowd.people(), crowd.projects());
    let member = Some(people[people.len() - 1].clone());
    let page = |id: &Id| format!("/cases/{id}");
    let mut cases: Vec<String> = projects.iter().map(page).collect();
    // One in ten has a long life behind it.
    cases.extend(scene.world.cases.values().cycle().take(cases.len() / 10).map(page));
    let middle = projects.len() / 2;
    let lead = Some(crowd.lead_of(middle).clone());
    Ok(vec![
        Look::at("peer: a style sheet", None, "/static/own.css", ("{", 100)),
        Look::at("the board, as the office", office.clone(), "/board", ("/cases/", 12)),
        Look::at("the board, as an employee", member.clone(), "/board", ("<h1", 1)),
        Look::at("the list, as the office", office.clone(), "/projects", ("/cases/", 50)),
        Look::at("the list by words, as the office", office.clone(), "/projects?q=%E6%B6%88%E9%98%B2", ("/cases/", 2)),
        Look::at("the list, as an employee", member, "/projects", ("/projects/", 10)),
        Look::at("the list, as a stranger", None, "/projects", ("/projects/", 10)),
        Look { what: "a case, as the office", who: office.clone(), paths: cases, holds: ("<h1", 1) },
        Look::at("a case, as its lead", lead, &page(&projects[middle]), ("<h1", 1)),
        Look::at("the workbench, as the office", office, "/me", ("<h1", 1)),
    ])
}

/// First one reader alone, then all of them at one kind of page after the other while the simulation writes.
pub(crate) fn read_while_projects_are_judged(scene: &Scene, crowd: &mut Crowd<'_>, server: &Server, time: Duration, figures: &mut Figures) -> Done {
    let mine = |project: &Id| crowd.projects().contains(project);
    let mut waiting: Vec<Id> = full_panels(scene)?.into_iter().filter(mine).collect();
    figures.row("panels that are full, for experts take five reviews at a time", waiting.len().to_string(), "");
    for project in waiting.split_off(waiting.len() - waiting.len() / ADMITTED) {
        crowd.judge(&project)?;
    }
    let looks = looks(scene, crowd)?;
    let alone = Callers { callers: 1, time };
    for one in [&looks[1], &looks[3], &looks[7]] {
        row(figures, &format!("peer: {}, one reader alone, nobody writes", one.what), &look(scene, server, one, alone, Duration::ZERO)?, "");
    }
    let declared = crowd.projects().len();
    let (over, judged, begun) = (AtomicBool::new(false), AtomicUsize::new(0), Instant::now());
    let (read, wrote) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| write_until(crowd, &waiting, &over, &judged));
        let read = all_look(scene, server, &looks, time, figures);
        over.store(true, Ordering::SeqCst);
        (read, writer.join().unwrap_or_else(|_| Err(Fault::new("the simulation panicked"))))
    });
    read?;
    wrote?;
    let done = judged.load(Ordering::SeqCst);
    must(done > 0, "the simulation wrote nothing")?;
    let (took, declared) = (seconds(begun.elapsed()), crowd.projects().len() - declared);
    figures.row("judged meanwhile, some thirty use cases each, then others declared", format!("{done} and {declared} projects in {took}"), "");
    Ok(())
}

/// Readers of each page, against the mark; then a load of each.
fn all_look(scene: &Scene, server: &Server, looks: &[Look], time: Duration, figures: &mut Figures) -> Done {
    let (readers, load) = (Callers { callers: READERS, time: time / 2 }, Callers { callers: READERS, time: time / 4 });
    for one in looks {
        let mark = if one.what.starts_with("peer") { "" } else { "p99 < 50 ms" };
        row(figures, &format!("{READERS} readers: {}", one.what), &look(scene, server, one, readers, PAUSE)?, mark);
    }
    for one in looks {
        row(figures, &format!("{READERS} readers without a pause: {}", one.what), &look(scene, server, one, load, Duration::ZERO)?, "");
    }
    Ok(())
}

/// One project after the other is judged; once none waits any more, others are declared.
fn write_until(crowd: &mut Crowd<'_>, waiting: &[Id], over: &AtomicBool, judged: &AtomicUsize) -> Done {
    for project in waiting {
        if over.load(Ordering::SeqCst) {
            return Ok(());
        }
        crowd.judge(project)?;
        judged.fetch_add(1, Ordering::SeqCst);
    }
    while !over.load(Ordering::SeqCst) {
        crowd.declare(MORE)?;
    }
    Ok(())
}

fn look(scene: &Scene, server: &Server, look: &Look, callers: Callers, pause: Duration) -> Done<Asked> {
    let headers = match &look.who {
        Some(person) => scene.browser(person)?,
        None => "accept: text/html\r\n".to_owned(),
    };
    server.ask(callers, &headers, |client, dice| {
        let path = &look.paths[dice.below(look.paths.len())];
        let got = client.get(path)?;
        must(got.status == 200, format!("{path}: {} {}", got.status, got.body.chars().take(400).collect::<String>()))?;
        let (what, least) = look.holds;
        let found = got.body.matches(what).count();
        std::thread::sleep(pause);
        must(found >= least, format!("{path} as {}: {what} stands there {found} times, not {least}", look.what))
    })
}
