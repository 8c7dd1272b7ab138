//! `kill -9` at random moments while people declare: nothing that was acknowledged is lost, nothing is done twice, and the log verifies.
//!
//! Part of the long run: `cargo test -p hechuang --test it -- --ignored kill`.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use testkit::{Program, ask};

const ROUNDS: u32 = 2;
const CALLERS: u32 = 4;
const BASE: &str = r#"{"base":"group/hzrd/hz-space","channel":"self"}"#;

/// A declaration: its key, and the id and number that were acknowledged, if they were.
type Declared = (String, Option<(String, String)>);

#[test]
#[ignore = "starts the program and kills it"]
fn kill_loses_nothing_and_doubles_nothing() {
    let mut program = Program::demo(env!("CARGO_BIN_EXE_hechuang"));
    let token = program.credential("lead", "token");
    let mut all: Vec<Declared> = Vec::new();
    for round in 0..ROUNDS {
        all.extend(declare_until_killed(&mut program, &token, round));
        let (clean, said) = program.command(&["verify"]);
        assert!(clean, "round {round}: {said}");
        program.start();
    }
    let acknowledged = all.iter().filter(|(_, got)| got.is_some()).count();
    assert!(acknowledged > 20, "only {acknowledged} were acknowledged");
    let (mut ids, mut numbers) = (BTreeSet::new(), Vec::new());
    for (key, before) in &all {
        let (id, number) = declare(program.port(), &token, key).unwrap_or_else(|| panic!("{key} is not taken any more"));
        if let Some(before) = before {
            assert_eq!((&id, &number), (&before.0, &before.1), "{key}: what was acknowledged is there, once");
        }
        let headers = [("authorization", format!("Bearer {token}")), ("accept", "application/json".to_owned())];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let page = ask(program.port(), "GET", &format!("/api/v1/cases/{id}"), &headers, "").expect("the case");
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(ids.insert(id), "{key}: a case of its own");
        numbers.push(number.rsplit('-').next().and_then(|last| last.parse::<i64>().ok()).expect("a number"));
    }
    numbers.sort_unstable();
    let gaps: Vec<i64> = numbers.windows(2).filter(|two| two[1] != two[0] + 1).map(|two| two[0]).collect();
    assert!(gaps.is_empty(), "a deed that was done twice, or half, took a number after {gaps:?}");
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

/// Several callers declare until the process is gone.
fn declare_until_killed(program: &mut Program, token: &str, round: u32) -> Vec<Declared> {
    let (done, over, port) = (Mutex::new(Vec::new()), AtomicBool::new(false), program.port());
    let chance = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| u64::from(since.subsec_nanos()) % 1_500);
    std::thread::scope(|scope| {
        for caller in 0..CALLERS {
            let (done, over) = (&done, &over);
            scope.spawn(move || {
                for n in 0..10_000 {
                    if over.load(Ordering::SeqCst) {
                        break;
                    }
                    let key = format!("kill-{round}-{caller}-{n}");
                    let got = declare(port, token, &key);
                    done.lock().expect("the list").push((key, got));
                }
            });
        }
        std::thread::sleep(Duration::from_millis(1_500 + chance));
        program.kill();
        over.store(true, Ordering::SeqCst);
    });
    done.into_inner().expect("the list")
}

/// Id and number of the case, if the declaration was acknowledged.
fn declare(port: u16, token: &str, key: &str) -> Option<(String, String)> {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json"), ("accept", "application/json"), ("idempotency-key", key)];
    let got = ask(port, "POST", "/api/v1/projects", &headers, BASE).ok()?;
    assert!(got.status == 201, "{key}: {} {}", got.status, got.body);
    let case: Value = got.json();
    Some((case["id"].as_str()?.to_owned(), case["number"].as_str()?.to_owned()))
}
