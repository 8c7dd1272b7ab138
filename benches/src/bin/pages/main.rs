//! Pages at the server, with 4,000 projects, 20,000 people and 1,000 experts that came about by the use cases themselves.
//!
//! First people back projects over the API while all panels are drawn; then 8 readers look at pages while the simulation judges one project after another.
//! Invariant: every answer is the page that was asked for, every panel is seated, every stake is in the books, and `verify` finds nothing.

mod backers;
mod readers;
mod scene;
mod server;

use std::time::{Duration, Instant};

use benches::{Ask, Done, Figures, Ground, thousands};
use hechuang::lived::{Crowd, Size};
use scene::Scene;
use server::{Asked, Server};

fn main() {
    if let Err(fault) = bench() {
        eprintln!("{fault}");
        std::process::exit(1);
    }
}

fn bench() -> Done {
    let ask = Ask::of_command_line()?;
    let ground = Ground::below(&ask.data)?;
    let size = if ask.quick { Size { people: 2_000, experts: 200, projects: 400 } } else { Size { people: 20_000, experts: 1_000, projects: 4_000 } };
    let mut figures = Figures::of(format!("pages: {} projects, {} people, {} experts", size.projects, size.people, size.experts));
    let begun = Instant::now();
    let scene = Scene::lived(ground.folder("pages"))?;
    figures.row("the generator: the demo's projects, lived through", seconds(begun.elapsed()), "");
    let begun_crowd = Instant::now();
    let mut crowd = Crowd::gather(&scene.world, size)?;
    figures.row(format!("the generator: {} people", thousands(size.people as f64)), seconds(begun_crowd.elapsed()), "");
    let begun_projects = Instant::now();
    crowd.declare(size.projects)?;
    figures.row("the generator: projects declared, teams signed, submitted", seconds(begun_projects.elapsed()), "");
    figures.row("the generator together", seconds(begun.elapsed()), "minutes");
    let server = Server::start(&scene.app)?;
    scene.db().start_worker()?;
    backers::back_while_panels_are_drawn(&scene, &crowd, &server, &mut figures)?;
    readers::read_while_projects_are_judged(&scene, &mut crowd, &server, ask.time, &mut figures)?;
    let begun = Instant::now();
    scene.must_be_clean()?;
    figures.row("verify afterwards: nothing found", seconds(begun.elapsed()), "");
    figures.print();
    Ok(())
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

fn row(figures: &mut Figures, what: &str, asked: &Asked, mark: &str) {
    let ms = |wait: Duration| wait.as_secs_f64() * 1_000.0;
    let (server, client) = (&asked.server, &asked.client);
    let text = format!("p50 {:.1} ms, p99 {:.1} ms (client: {})", ms(server.percentile(50)), ms(server.percentile(99)), client.text());
    figures.row(what, text, mark);
}
