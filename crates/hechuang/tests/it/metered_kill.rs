//! `kill -9` of server and gateway while developers call: every call that was seen to succeed is metered once, what is metered and was not seen was in flight at a kill,
//! the quota is not exceeded, and everything verifies.
//!
//! Part of the long run: `cargo test -p hechuang --test it -- --ignored kill`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant as Moment};

use hechuang::{config, lived, wiring};
use identity::AccessRefusal;
use metering::CallRow;
use packs::{ChangeDraft, ChangeKind};
use serde_json::json;
use store::{Clock, Db, Tx};
use testkit::{Database, Postgres, Program, ask};
use words::{Acting, Failure, Id, Instant, Never, Node, Outcome};

use crate::luck::{BINARY, ask_as};

const CALLERS: usize = 6;
/// Calls that are seen to succeed between two kills.
pub const BETWEEN: usize = 40;
/// Calls a month of the plan under test.
const QUOTA: i64 = 5_000;
/// What the plan under test says instead of what the pack says.
const PLANS: [(&str, &str); 1] = [("sandbox,10,20,10000", "sandbox,1000,2000,5000")];

/// The plans of the pack with other limits.
pub fn plans_with(changes: &[(&str, &str)]) -> String {
    let (_, bytes) = packs::embedded_files().iter().find(|(path, _)| *path == "tables/capability_plans.csv").expect("plans");
    changes.iter().fold(String::from_utf8(bytes.to_vec()).expect("a text"), |table, (old, new)| {
        assert!(table.contains(old), "{table} has no {old}");
        table.replace(old, new)
    })
}

/// What a caller saw.
#[derive(Default)]
pub struct Saw {
    /// Request ids of answers that came whole, with their status.
    whole: BTreeMap<String, u16>,
    /// Refused since nothing is left of the quota.
    dry: usize,
}

/// The program, and a developer of it.
pub struct World {
    pub program: Program,
    database: Option<String>,
    developer: String,
}

impl World {
    /// On SQLite: people of the demo and no projects; a plan with a small quota, which two people have put in force. Not started yet.
    pub fn new() -> Self {
        let program = Program::new(BINARY);
        settle(&program);
        Self { developer: program.credential("developer", "token"), program, database: None }
    }

    /// The same restored into a PostgreSQL database.
    pub fn on(database: &Database) -> Self {
        let source = Program::new(BINARY);
        settle(&source);
        let backup = source.folder().join("backup.jsonl").display().to_string();
        let (written, said) = source.command(&["backup", &backup]);
        assert!(written, "{said}");
        let program = Program::new_on(BINARY, &database.url());
        let (restored, said) = program.command(&["restore", &backup]);
        assert!(restored, "{said}");
        let credentials = "demo-credentials.json";
        std::fs::copy(source.folder().join(credentials), program.folder().join(credentials)).expect("credentials");
        Self { developer: program.credential("developer", "token"), program, database: Some(database.url()) }
    }

    /// A sandbox app: its id and its key.
    pub fn app(&self) -> (Id, String) {
        let body = json!({ "name": "kill", "environment": "sandbox" }).to_string();
        let made = ask_as(self.program.port(), &self.developer, "POST", "/api/v1/apps", &[], &body).expect("an app").json();
        let (app, key) = (Id::fixed(made["app"].as_str().unwrap_or_else(|| panic!("{made}"))), made["text"].as_str().expect("a key").to_owned());
        let (gateway, begun) = (self.gateway(&app), Moment::now());
        // A call of a path that is not there says when the key is known, and is not metered.
        while ask(gateway, "GET", "/echo/v1/nosuch", &[("x-api-key", &key)], "").expect("an answer").status == 401 {
            assert!(begun.elapsed() < Duration::from_secs(10), "the key is not known");
            std::thread::sleep(Duration::from_millis(20));
        }
        (app, key)
    }

    /// Where the gateway listens since the last start.
    fn gateway(&self, app: &Id) -> u16 {
        let seen = ask_as(self.program.port(), &self.developer, "GET", &format!("/api/v1/apps/{app}"), &[], "").expect("the app").json();
        seen["gateway"].as_str().and_then(|address| address.rsplit_once(':')).and_then(|(_, port)| port.parse().ok()).expect("an address")
    }

    fn db(&self) -> Db {
        wiring::open(&settings(&self.program, self.database.as_deref())).expect("the database")
    }
}

/// What a world begins with.
fn settle(program: &Program) {
    let settings = settings(program, None);
    lived::demo_until(&settings, Clock::system().now(), |_| false).expect("people");
    let office = ["office", "office-second"].map(|who| Id::fixed(program.credential(who, "person")));
    let db = wiring::open(&settings).expect("the database");
    let roles = wiring::roles(&db);
    let change = move |tx: &mut Tx| -> Outcome<(), AccessRefusal> {
        let who = |tx: &Tx, person: &Id| -> Outcome<Acting, AccessRefusal> { Ok(identity::acting_for(tx, &roles, person)?) };
        let (first, second) = (who(tx, &office[0])?, who(tx, &office[1])?);
        let draft = ChangeDraft {
            kind: ChangeKind::Table,
            node: Node::group(),
            target: "capability_plans".into(),
            body: plans_with(&PLANS),
            from: tx.now().day(),
            reason: "small quotas".into(),
        };
        let change = packs::propose_change(tx, &first, draft).map_err(Failure::into_fault)?;
        packs::confirm_change(tx, &second, &change.id).map_err(Failure::into_fault)?;
        Ok(())
    };
    db.write("packs.change", change).map_err(Failure::into_fault).expect("plans");
}

fn settings(program: &Program, database: Option<&str>) -> config::Config {
    let flags = [("server.data", program.folder().display().to_string()), ("server.database", database.unwrap_or_default().to_owned())];
    config::load(None, &flags).expect("settings").0
}

/// Callers call until `meanwhile` is over; an answer that broke off says nothing.
pub fn call_while(ports: &[u16], key: &str, saw: &Mutex<Saw>, meanwhile: impl FnOnce(&dyn Fn() -> usize)) {
    let (over, whole) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for caller in 0..CALLERS {
            let (over, whole, port) = (&over, &whole, ports[caller % ports.len()]);
            scope.spawn(move || {
                for n in 0.. {
                    if over.load(Ordering::SeqCst) {
                        break;
                    }
                    let path = ["/echo/v1/anything", "/echo/v1/bytes/150000", "/echo/v1/status/503", "/echo/v1/delay/3"][(caller + n) % 4];
                    let Ok(got) = ask(port, "GET", path, &[("x-api-key", key)], "") else {
                        std::thread::sleep(Duration::from_millis(2));
                        continue;
                    };
                    let mut saw = saw.lock().expect("what was seen");
                    match got.status {
                        200 | 503 if got.json()["code"].is_null() => {
                            assert!(saw.whole.insert(got.header("x-request-id").to_owned(), got.status).is_none(), "an id of its own");
                            whole.fetch_add(1, Ordering::SeqCst);
                        }
                        429 => saw.dry += 1,
                        503 => {} // units could not be had in time
                        other => panic!("{other} {}", got.body),
                    }
                }
            });
        }
        meanwhile(&|| whole.load(Ordering::SeqCst));
        over.store(true, Ordering::SeqCst);
    });
}

/// A moment.
pub fn pause() {
    let mut byte = [0];
    let random = std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut byte)).is_ok();
    std::thread::sleep(Duration::from_millis(if random { u64::from(byte[0] / 4) } else { 20 }));
}

/// Kills so often; then everything that was seen is metered once.
fn is_killed(mut world: World, kills: usize) {
    world.program.start();
    let ((app, key), saw) = (world.app(), Mutex::new(Saw::default()));
    for _ in 0..kills {
        let port = world.gateway(&app);
        call_while(&[port], &key, &saw, |seen| {
            let begun = Moment::now();
            // Once the quota is used up, nothing is seen to succeed any more.
            while seen() < BETWEEN && begun.elapsed() < Duration::from_secs(8) {
                std::thread::sleep(Duration::from_millis(5));
            }
            pause();
            world.program.kill();
        });
        world.program.start();
    }
    is_metered_once(world, &app, saw.into_inner().expect("what was seen"), kills);
}

/// Everything that was seen is metered once, what was not seen was in flight at one of the kills, the quota is not exceeded, and all verifies.
pub fn is_metered_once(mut world: World, app: &Id, saw: Saw, kills: usize) {
    let db = world.db();
    let calls = wait_for_all(&db, app, &saw);
    world.program.kill();
    let (clean, said) = world.program.command(&["verify"]);
    assert!(clean, "{said}");
    let at_kill: BTreeSet<String> =
        read(&db, |read| metering::open_at_kill(read, Instant::from_micros(0), 10_000)).into_iter().map(|call| call.request.to_string()).collect();
    let metered: BTreeMap<String, &CallRow> = calls.iter().map(|call| (call.request.to_string(), call)).collect();
    assert_eq!(metered.len(), calls.len());
    for (id, status) in &saw.whole {
        let call = metered.get(id).unwrap_or_else(|| panic!("{id} was seen and is not metered"));
        assert_eq!((call.outcome.as_str(), call.status), ("answered", i64::from(*status)), "{id}");
    }
    let unseen: Vec<&&CallRow> = metered.values().filter(|call| !saw.whole.contains_key(call.request.as_str())).collect();
    assert!(unseen.len() <= kills * CALLERS, "{} calls are metered and were not seen; at most {} were in flight", unseen.len(), kills * CALLERS);
    assert!(unseen.iter().all(|call| call.outcome != metering::OPEN_AT_KILL || at_kill.contains(call.request.as_str())), "each is listed");
    let billed: i64 = read(&db, |read| metering::used(read, app.as_str(), Instant::from_micros(0), Instant::from_micros(i64::MAX / 2)))
        .iter()
        .map(|used| used.billable)
        .sum();
    assert_eq!(billed, calls.iter().filter(|call| call.outcome == "answered" && call.status < 500).count() as i64);
    assert!(calls.len() as i64 <= QUOTA, "{} calls passed of a quota of {QUOTA}", calls.len());
    println!(
        "{kills} kills: {} seen, {} metered, {} of these unseen ({} open at a kill), {} refused for the quota",
        saw.whole.len(),
        calls.len(),
        unseen.len(),
        at_kill.len(),
        saw.dry
    );
}

/// All calls of the app, once everything that was seen is among them.
fn wait_for_all(db: &Db, app: &Id, saw: &Saw) -> Vec<CallRow> {
    let begun = Moment::now();
    loop {
        let calls = read(db, |read| metering::latest_calls(read, app, None, 100_000));
        let known: BTreeSet<&str> = calls.iter().map(|call| call.request.as_str()).collect();
        let missing = saw.whole.keys().filter(|id| !known.contains(id.as_str())).count();
        if missing == 0 {
            return calls;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{missing} calls that were seen are not metered");
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn read<T>(db: &Db, look: impl FnOnce(&store::Read) -> Result<T, words::Fault>) -> T {
    db.read::<_, Never>(|read| Ok(look(read)?)).map_err(Failure::into_fault).expect("a look")
}

/// How often it is killed.
pub fn kills() -> usize {
    std::env::var("HECHUANG_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(20)
}

#[test]
#[ignore = "starts the program and kills it"]
fn kill_meters_every_call_once() {
    is_killed(World::new(), kills());
}

#[test]
#[ignore = "starts a server and the program, and kills the program"]
fn kill_meters_every_call_once_on_postgresql() {
    let server = Postgres::start().expect("PostgreSQL");
    let database = Database::on(&server.url());
    is_killed(World::on(&database), kills());
}
