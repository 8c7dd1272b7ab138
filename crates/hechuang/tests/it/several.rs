//! Several processes on one PostgreSQL, and a PostgreSQL that goes away: nothing is lost, nothing is done twice, every process goes on.
//!
//! The short ones run where `HECHUANG_TEST_DATABASE` names a server; the long ones start servers and programs: `--ignored several`.

use std::time::{Duration, Instant};

use hechuang::{config, wiring};
use serde_json::{Value, json};
use store::Clock;
use testkit::{Database, Postgres, Program};
use words::{Failure, Never};

use crate::luck::{Excused, Served, ask_as, declare_while, nothing_is_lost_or_doubled};

/// What one may be told while the database is away.
const AWAY: [&str; 3] = ["database-away", "outcome-unknown", "busy"];

#[test]
fn several_processes_begin_at_once_on_an_empty_database() {
    let Some(database) = Database::fresh() else { return }; // SQLite has one process that serves
    let folder = std::env::temp_dir().join(format!("hechuang-begin-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("master.key"), "5a".repeat(32)).expect("a key");
    let (settings, _) = config::load(None, &[("server.data", folder.display().to_string()), ("server.database", database.url())]).expect("settings");
    let opened: Vec<store::Db> = std::thread::scope(|scope| {
        let begun: Vec<_> = (0..3).map(|_| scope.spawn(|| wiring::open(&settings).expect("opens"))).collect();
        begun.into_iter().map(|one| one.join().expect("a database")).collect()
    });
    let versions = opened[0].read::<_, Never>(|read| Ok(packs::versions(read)?.len())).map_err(Failure::into_fault).expect("versions");
    assert_eq!(versions, 1, "the pack is installed once");
    opened[1].seal().expect("sealed");
    let report = opened[2].read::<_, Never>(|read| Ok(store::verify(read, wiring::PARTS)?)).map_err(Failure::into_fault).expect("verify");
    assert!(report.is_clean(), "{:?}", report.first());
    drop(opened);
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
#[ignore = "starts a server and two programs, and kills one"]
fn several_processes_work_on_one_database_and_one_is_killed() {
    let server = Postgres::start().expect("PostgreSQL");
    let database = Database::on(&server.url());
    let mut served = Served::on(&database);
    let (token, office, other) = (served.token("lead"), served.token("office"), served.token("office-second"));
    let first = &mut served.program;
    first.start();
    let mut second = first.beside();
    let ports = [first.port(), second.port(), first.port(), second.port()];
    let mut all = declare_while(&ports, &token, "both", Excused { codes: &["busy"], may_break: false }, |tally| tally.wait_for(40));
    notices_reach_the_other(first, &second, &office, &other);
    all.extend(declare_while(&ports, &token, "one", Excused { codes: &["busy"], may_break: true }, |tally| {
        tally.wait_for(15);
        first.kill();
        tally.wait_for(15);
    }));
    nothing_is_lost_or_doubled(second.port(), &token, &all);
    all_work_is_done(&database);
    second.kill();
    let (clean, said) = second.command(&["verify"]);
    assert!(clean, "{said}");
}

/// A parameter that two people change at one process holds at the other; so does a session that ends.
fn notices_reach_the_other(first: &Program, second: &Program, office: &str, other: &str) {
    let value = |program: &Program| {
        let got = ask_as(program.port(), office, "GET", "/api/v1/admin/params/objection_days", &[], "").expect("a reply");
        assert_eq!(got.status, 200, "{}", got.body);
        got.body
    };
    let before = value(second);
    let body = json!({ "body": "12", "from": Clock::system().now().day(), "reason": "试点期间延长异议期" }).to_string();
    let proposed = ask_as(first.port(), office, "POST", "/api/v1/admin/params/objection_days/changes", &[], &body).expect("a reply");
    assert_eq!(proposed.status, 201, "{}", proposed.body);
    let change: Value = proposed.json();
    let path = format!("/api/v1/admin/changes/{}/confirmation", change["id"].as_str().expect("an id"));
    let confirmed = ask_as(first.port(), other, "POST", &path, &[], "{}").expect("a reply");
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    let after = value(second);
    assert!(before != after && after.contains("\"12\""), "{after}");
}

#[test]
#[ignore = "starts a server and the program, and stops the server"]
fn several_losses_of_the_database_lose_nothing() {
    let server = Postgres::start().expect("PostgreSQL");
    let database = Database::on(&server.url());
    let mut served = Served::on(&database);
    let token = served.token("lead");
    let program = &mut served.program;
    program.start();
    let port = program.port();
    let pause = |ms| std::thread::sleep(Duration::from_millis(ms));
    let all = declare_while(&[port; 4], &token, "lost", Excused { codes: &AWAY, may_break: false }, |tally| {
        for _ in 0..5 {
            tally.wait_for(8);
            database.cut();
        }
        tally.wait_for(8);
        server.down().expect("it stops");
        pause(1_500);
        let ready = program.get("/readyz").expect("a reply");
        assert_eq!((ready.status, ready.body.contains("cannot be reached")), (503, true), "{}", ready.body);
        let page = testkit::ask(port, "GET", "/", &[("accept", "text/html")], "").expect("a reply");
        assert_eq!((page.status, page.body.contains("<html")), (503, true), "{}", page.body);
        server.up().expect("it starts");
        tally.wait_for(20);
    });
    assert_eq!(program.get("/readyz").expect("a reply").status, 200);
    nothing_is_lost_or_doubled(port, &token, &all);
    all_work_is_done(&database);
    program.kill();
    let (clean, said) = program.command(&["verify"]);
    assert!(clean, "{said}");
}

/// Soon nothing is due or failed, and everything is sealed.
fn all_work_is_done(database: &Database) {
    let begun = Instant::now();
    loop {
        let now = "cast(extract(epoch from now()) * 1000000 as bigint)";
        let left = database.ask(&format!(
            "select (select count(*) from store_job where state = 'failed' or due_at < {now}) + (select count(*) from store_event where seq is null)"
        ));
        if left == "0" {
            return;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "{left} jobs or events are left: {}",
            database.ask("select name, state, last_error from store_job where state = 'failed' limit 3")
        );
        std::thread::sleep(Duration::from_millis(500));
    }
}
