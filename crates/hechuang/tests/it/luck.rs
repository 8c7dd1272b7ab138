//! People who declare at a served program while something befalls it; afterwards nothing that was acknowledged is lost and nothing was done twice.

use std::collections::BTreeSet;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hechuang::{config, wiring};
use identity::TokenDraft;
use serde_json::Value;
use testkit::{Database, Got, Program, ask};
use words::{Acting, Failure, Id, Outcome};

use crate::releases::unpack_newest;

/// The program under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_hechuang");
const BASE: &str = r#"{"base":"group/hzrd/hz-space","channel":"self"}"#;

/// A declaration: its key, and the id and number that were acknowledged, if they were.
pub type Declared = (String, Option<(String, String)>);

/// The program serving the folder of the newest release: ready at once, with people and projects in it.
pub struct Served {
    /// The program.
    pub program: Program,
    database: String,
}

impl Served {
    /// On SQLite, not started yet.
    pub fn new() -> Self {
        Self::of(Program::new(BINARY))
    }

    /// In the folder of this program.
    pub fn of(program: Program) -> Self {
        unpack_newest(program.folder());
        Self { program, database: String::new() }
    }

    /// The same restored into a PostgreSQL database.
    pub fn on(database: &Database) -> Self {
        let Self { program: source, .. } = Self::new();
        let backup = source.folder().join("backup.jsonl").display().to_string();
        let (written, said) = source.command(&["backup", &backup]);
        assert!(written, "{said}");
        let program = Program::new_on(BINARY, &database.url());
        let (restored, said) = program.command(&["restore", &backup]);
        assert!(restored, "{said}");
        let credentials = "demo-credentials.json";
        std::fs::copy(source.folder().join(credentials), program.folder().join(credentials)).expect("credentials");
        Self { program, database: database.url() }
    }

    /// A bearer token for a persona, made as they would, in the database itself: those of the release have run out one day.
    pub fn token(&self, persona: &str) -> String {
        let person = Id::fixed(self.program.credential(persona, "person"));
        let flags = [("server.data", self.program.folder().display().to_string()), ("server.database", self.database.clone())];
        let db = wiring::open(&config::load(None, &flags).expect("settings").0).expect("the database");
        let roles = wiring::roles(&db);
        let make = move |tx: &mut store::Tx| -> Outcome<String, identity::AccessRefusal> {
            let mut owner: Acting = identity::acting_for(tx, &roles, &person)?;
            owner.proved_at = Some(tx.now());
            let draft = TokenDraft { name: "test".into(), scopes: Vec::new(), days: 30 };
            identity::make_token(tx, &owner, &person, &draft).map(|(_, token)| token)
        };
        db.write("identity.make_token", make).map_err(Failure::into_fault).expect("a token")
    }
}

/// Asks with a bearer token.
pub fn ask_as(port: u16, token: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> io::Result<Got> {
    let bearer = format!("Bearer {token}");
    let mut all = vec![("authorization", bearer.as_str()), ("content-type", "application/json"), ("accept", "application/json")];
    all.extend(headers);
    ask(port, method, path, &all, body)
}

/// One declaration under a key.
pub fn declare(port: u16, token: &str, key: &str) -> io::Result<Got> {
    ask_as(port, token, "POST", "/api/v1/projects", &[("idempotency-key", key)], BASE)
}

/// Id and number of the case that a reply acknowledges.
pub fn acknowledged(got: &Got) -> Option<(String, String)> {
    let case: Value = got.json();
    (got.status == 201).then(|| (case["id"].as_str().expect("an id").to_owned(), case["number"].as_str().expect("a number").to_owned()))
}

/// How many were acknowledged so far, for whoever brings the trouble.
pub struct Tally(AtomicUsize);

impl Tally {
    /// Waits until so many more were acknowledged.
    pub fn wait_for(&self, more: usize) {
        let (wanted, begun) = (self.0.load(Ordering::SeqCst) + more, Instant::now());
        while self.0.load(Ordering::SeqCst) < wanted {
            assert!(begun.elapsed() < Duration::from_secs(180), "nothing is acknowledged any more");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// What counts as fit to be tried again: a 503 with one of these codes, and, if `may_break`, no reply at all.
#[derive(Clone, Copy)]
pub struct Excused<'a> {
    /// Codes.
    pub codes: &'a [&'a str],
    /// May the connection break?
    pub may_break: bool,
}

/// Callers at these ports declare until `meanwhile` is over; everything is acknowledged or excused.
pub fn declare_while(ports: &[u16], token: &str, name: &str, excused: Excused<'_>, meanwhile: impl FnOnce(&Tally)) -> Vec<Declared> {
    let (done, over, tally) = (Mutex::new(Vec::new()), AtomicBool::new(false), Tally(AtomicUsize::new(0)));
    std::thread::scope(|scope| {
        for (caller, port) in ports.iter().enumerate() {
            let (done, over, tally) = (&done, &over, &tally);
            scope.spawn(move || {
                for n in 0..100_000 {
                    if over.load(Ordering::SeqCst) {
                        break;
                    }
                    let key = format!("{name}-{caller}-{n}");
                    let got = acknowledged_or_excused(declare(*port, token, &key), &key, excused);
                    match &got {
                        Some(_) => drop(tally.0.fetch_add(1, Ordering::SeqCst)),
                        None => std::thread::sleep(Duration::from_millis(50)),
                    }
                    done.lock().expect("the list").push((key, got));
                }
            });
        }
        // However it ends, the callers end too.
        let ended = catch_unwind(AssertUnwindSafe(|| meanwhile(&tally)));
        over.store(true, Ordering::SeqCst);
        ended.unwrap_or_else(|panic| resume_unwind(panic));
    });
    done.into_inner().expect("the list")
}

fn acknowledged_or_excused(got: io::Result<Got>, key: &str, excused: Excused<'_>) -> Option<(String, String)> {
    match got {
        Ok(got) if got.status == 201 => acknowledged(&got),
        Ok(got) => {
            let code = got.json()["code"].as_str().unwrap_or_default().to_owned();
            assert!(got.status == 503 && excused.codes.contains(&code.as_str()), "{key}: {} {}", got.status, got.body);
            None
        }
        Err(error) => {
            assert!(excused.may_break, "{key}: {error}");
            None
        }
    }
}

/// Everything is sent again under its key: what was acknowledged is there as it was, each key has one case, and no number is missing between them.
pub fn nothing_is_lost_or_doubled(port: u16, token: &str, all: &[Declared]) {
    let (mut ids, mut numbers) = (BTreeSet::new(), Vec::new());
    for (key, before) in all {
        let got = declare(port, token, key).expect("a reply");
        let (id, number) = acknowledged(&got).unwrap_or_else(|| panic!("{key} is not taken any more: {}", got.body));
        if let Some(before) = before {
            assert_eq!((&id, &number), (&before.0, &before.1), "{key}: what was acknowledged is there, once");
        }
        let page = ask_as(port, token, "GET", &format!("/api/v1/cases/{id}"), &[], "").expect("the case");
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(ids.insert(id), "{key}: a case of its own");
        numbers.push(number.rsplit('-').next().and_then(|last| last.parse::<i64>().ok()).expect("a number"));
    }
    numbers.sort_unstable();
    let gaps: Vec<i64> = numbers.windows(2).filter(|two| two[1] != two[0] + 1).map(|two| two[0]).collect();
    assert!(gaps.is_empty(), "a deed that was done twice, or half, took a number after {gaps:?}");
}
