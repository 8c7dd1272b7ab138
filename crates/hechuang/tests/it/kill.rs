//! `kill -9` at random moments while people declare: nothing that was acknowledged is lost, nothing is done twice, and the log verifies.
//!
//! Part of the long run: `cargo test -p hechuang --test it -- --ignored kill`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use testkit::{Program, ask};

use crate::luck::{Declared, Excused, Served, declare_while, nothing_is_lost_or_doubled};

const ROUNDS: u32 = 2;

#[test]
#[ignore = "starts the program and kills it"]
fn kill_loses_nothing_and_doubles_nothing() {
    let mut served = Served::new();
    let token = served.token("lead");
    let program = &mut served.program;
    program.start();
    let mut all: Vec<Declared> = Vec::new();
    for round in 0..ROUNDS {
        let chance = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| u64::from(since.subsec_nanos()) % 50);
        let (ports, excused) = ([program.port(); 4], Excused { codes: &[], may_break: true });
        all.extend(declare_while(&ports, &token, &format!("kill-{round}"), excused, |tally| {
            tally.wait_for(15);
            std::thread::sleep(Duration::from_millis(chance));
            program.kill();
        }));
        let (clean, said) = program.command(&["verify"]);
        assert!(clean, "round {round}: {said}");
        program.start();
    }
    nothing_is_lost_or_doubled(program.port(), &token, &all);
    program.kill();
    let (clean, said) = program.command(&["verify"]);
    assert!(clean, "{said}");
}

#[test]
#[ignore = "starts the program and kills it"]
fn an_import_that_is_killed_goes_on_and_doubles_nothing() {
    const ROWS: usize = 400;
    let mut program = Program::demo(env!("CARGO_BIN_EXE_hechuang"));
    let token = program.credential("office", "token");
    let rows: String = (0..ROWS).map(|n| format!("\nlead,历史项目第{n}号,hz-space,K-{n}")).collect();
    let body = serde_json::json!({ "text": format!("lead,title,base,reference{rows}\n") }).to_string();
    let call = |port: u16, method: &str, path: &str, body: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json"), ("accept", "application/json")];
        let got = ask(port, method, &format!("/api/v1{path}"), &headers, body).expect("an answer");
        assert!(got.status < 300, "{path}: {} {}", got.status, got.body);
        got.json()
    };
    let checked = call(program.port(), "POST", "/projects/imports", &body);
    assert_eq!(checked["counts"]["ready"].as_u64(), Some(ROWS as u64), "{checked}");
    let address = format!("/projects/imports/{}", checked["id"].as_str().expect("an id"));
    call(program.port(), "POST", &format!("{address}/take"), "{}");
    let mut before = 0;
    let mut state = checked;
    for _ in 0..600 {
        if state["state"] == "done" {
            break;
        }
        std::thread::sleep(Duration::from_millis(400));
        program.kill();
        program.start();
        state = call(program.port(), "GET", &address, "");
        let taken = state["counts"]["taken"].as_u64().expect("a count");
        assert!(taken >= before, "what was in stays in");
        before = taken;
    }
    assert_eq!((state["state"].as_str(), before), (Some("done"), ROWS as u64), "{state}");
    program.kill();
    let (clean, said) = program.command(&["verify"]);
    assert!(clean, "{said}");
}
