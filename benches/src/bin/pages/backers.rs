//! People back projects over the API while the panels of all projects are drawn.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use benches::{Client, Dice, Done, Figures, Timing, must};
use hechuang::lived::Crowd;
use words::{Fault, Id};

use crate::scene::Scene;
use crate::server::{Asked, Server};
use crate::{row, seconds};

/// Connections.
const BACKERS: usize = 4;
/// People who back, each within the most that one may stake in a project.
const PEOPLE: usize = 64;
/// Seats of a panel.
const SEATS: usize = 5;
const STAKES: &str = "select count(*) as n from hemi_stake";

/// Every project is screened, so its panel is drawn; people back open rounds meanwhile.
pub(crate) fn back_while_panels_are_drawn(scene: &Scene, crowd: &Crowd<'_>, server: &Server, figures: &mut Figures) -> Done {
    let backers = Backers::of(scene, crowd)?;
    let before = scene.count(STAKES)?;
    let over = AtomicBool::new(false);
    server.taken();
    let begun = Instant::now();
    let (drawn, waits) = std::thread::scope(|scope| {
        let (backers, over) = (&backers, &over);
        let others: Vec<_> = (0..BACKERS).map(|n| scope.spawn(move || backers.back(server, n, over))).collect();
        let drawn = draw_all(scene, crowd);
        over.store(true, Ordering::SeqCst);
        let waits = others.into_iter().map(|other| other.join().unwrap_or_else(|_| Err(Fault::new("a backer panicked"))));
        (drawn, waits.collect::<Done<Vec<_>>>())
    });
    drawn?;
    let (took, waits) = (begun.elapsed(), waits?.concat());
    let made = waits.len() as i64;
    let asked = Asked { server: Timing::of_waits(server.taken(), took), client: Timing::of_waits(waits, took) };
    figures.row(format!("{} panels: screened, frozen, drawn, experts told", crowd.projects().len()), seconds(took), "");
    row(figures, "placing a stake meanwhile", &asked, "p99 < 100 ms");
    must(scene.count(STAKES)? == before + made, format!("{made} stakes were answered, and not as many are there"))
}

/// Projects whose panel is full. Experts take so many reviews at a time, so those that were drawn last wait for somebody who is free.
pub(crate) fn full_panels(scene: &Scene) -> Done<Vec<Id>> {
    scene.ids(
        "select r.subject as id from review_round r join review_assignment a on a.round = r.id
         where r.gate = 'entry_review' and r.state = 'reviewing' group by r.subject having count(*) = 5 order by r.subject",
    )
}

struct Backers {
    rounds: Vec<Id>,
    headers: Vec<String>,
}

impl Backers {
    fn of(scene: &Scene, crowd: &Crowd<'_>) -> Done<Self> {
        let rounds = scene.ids("select id from hemi_round where state = 'open' order by id")?;
        must(!rounds.is_empty(), "no round is open")?;
        let people = crowd.people();
        let headers = people[people.len() - PEOPLE..].iter().map(|person| scene.token(person)).collect::<Done<_>>()?;
        Ok(Self { rounds, headers })
    }

    /// One connection after another of its people; what each stake took.
    fn back(&self, server: &Server, n: usize, over: &AtomicBool) -> Done<Vec<Duration>> {
        let mut clients: Vec<Client> = self.headers.iter().skip(n).step_by(BACKERS).map(|headers| server.client(headers)).collect::<Done<_>>()?;
        let (mut dice, mut waits) = (Dice::seeded(n as u64 + 1), Vec::new());
        while !over.load(Ordering::SeqCst) {
            let (who, round) = (dice.below(clients.len()), &self.rounds[dice.below(self.rounds.len())]);
            let asked = Instant::now();
            let got = clients[who].post(&format!("/api/v1/hemi/rounds/{round}/stakes"), r#"{"amount":1}"#)?;
            must(got.status == 201, format!("a stake: {} {}", got.status, got.body))?;
            waits.push(asked.elapsed());
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(waits)
    }
}

/// Screens all and waits until the worker has drawn the last panel. Time goes on a second with each project, for a draw waits for a later seal.
fn draw_all(scene: &Scene, crowd: &Crowd<'_>) -> Done {
    let drawn = "select count(*) as n from review_round where gate = 'entry_review' and state = 'reviewing'";
    let wanted = scene.count(drawn)? + crowd.projects().len() as i64;
    for project in crowd.projects() {
        crowd.screen(project)?;
        scene.world.clock.set(scene.now().plus_seconds(1));
    }
    let begun = Instant::now();
    while scene.count(drawn)? < wanted {
        must(begun.elapsed() < Duration::from_secs(300), "not all panels are drawn after five minutes")?;
        std::thread::sleep(Duration::from_millis(20));
        scene.world.clock.set(scene.now().plus_seconds(1));
    }
    must(full_panels(scene)?.len() * SEATS >= crowd.people().len() / 20, "hardly anybody sits on a panel")
}
