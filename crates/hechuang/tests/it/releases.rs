//! Data folders of every earlier release are opened with today's program; one of a later release is left alone.
//!
//! `tests/releases/README.md` says how they are made and what to do when this fails.

use std::path::{Path, PathBuf};
use std::process::Command;

use hechuang::built_in::{self, BuiltIn};
use hechuang::{config, lived, wiring};
use packs::Ending;
use serde_json::{Value, json};
use store::{Clock, Db, Place};
use testkit::Database;
use webkit::testing::Client;
use words::{Failure, Instant, Never};

use crate::ground::empty;
use crate::luck::BINARY;

/// Endings of the ideas that a released folder holds, the first idea of each.
const ENDINGS: [Ending; 6] = [Ending::Draft, Ending::EntryReview, Ending::Rejected, Ending::Incubating, Ending::Closed, Ending::GraduatedInternal];

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("hechuang-release-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    fn config(&self, database: &str) -> config::Config {
        let flags = [("server.data", self.0.display().to_string()), ("server.database", database.to_owned())];
        config::load(None, &flags).expect("settings").0
    }

    /// As `serve` opens it, a moment after the last thing that happened there.
    fn open(&self, database: &str) -> Db {
        let mut options = wiring::options(&self.config(database));
        options.clock = Clock::frozen(Instant::parse("2026-01-01T00:00:00Z").expect("a moment"));
        let db = Db::open(options).unwrap_or_else(|fault| panic!("{fault}; see crates/hechuang/tests/releases/README.md"));
        wiring::ensure_pack(&db).expect("a pack");
        db
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn released() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/releases");
    let files = std::fs::read_dir(folder).expect("the folder").flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|ending| ending == "gz")).collect();
    found.sort();
    found
}

fn unpack(file: &Path, folder: &Path) {
    std::fs::create_dir_all(folder).expect("a folder");
    let unpacked = Command::new("tar").arg("-xzf").arg(file).arg("-C").arg(folder).status().expect("tar runs");
    assert!(unpacked.success(), "{}", file.display());
}

/// The data folder of the newest release, for tests that want a small lived programme at once.
pub fn unpack_newest(folder: &Path) {
    unpack(released().last().expect("a release"), folder);
}

#[test]
fn the_folder_of_every_release_opens_verifies_and_is_used() {
    let all = released();
    assert!(!all.is_empty(), "there is the folder of at least one release");
    for file in all {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let folder = Folder::new(&name);
        unpack(&file, &folder.0);
        let db = folder.open("");
        is_whole(&name, &db);
        is_used(&name, &folder, &db, "");
        if let Some(database) = Database::fresh() {
            moves_to(&name, &folder, &db, &database);
        }
    }
}

/// A newer program brings a newer pack: it waits for two people, is told once, and is used once it is in force.
#[test]
fn the_newer_pack_of_a_newer_program_is_put_in_force_by_two_people() {
    let folder = Folder::new("newer-pack");
    unpack_newest(&folder.0);
    let db = folder.open("");
    let embedded = packs::embedded().expect("the built-in pack").about.version.clone();
    let before = db.read::<_, Never>(|read| Ok(packs::current(read)?.pack.about.version.clone())).map_err(Failure::into_fault).expect("a pack");
    assert_ne!(before, embedded, "raise the number of the built-in pack when its content changes");
    for _ in 0..2 {
        assert_eq!(built_in::offer(&db, false).expect("offered"), BuiltIn::Waits { version: embedded.clone() });
    }
    let waiting = db.read::<_, Never>(|read| Ok(packs::imports(read, None)?)).map_err(Failure::into_fault).expect("imports");
    assert_eq!(waiting.len(), 1, "once");
    let app = wiring::app(db.clone(), &folder.config(""), None).expect("the door");
    let credentials: Vec<Value> = serde_json::from_slice(&std::fs::read(folder.0.join("demo-credentials.json")).expect("credentials")).expect("a list");
    let sign_in = |persona: &str| {
        let found = credentials.iter().find(|one| one["persona"] == persona).expect("a persona");
        let mut client = Client::new(&app);
        client
            .post("/login", &[("login", found["login"].as_str().expect("a login")), ("password", found["password"].as_str().expect("a password"))])
            .expect(303);
        client
    };
    let (mut office, mut leading) = (sign_in("office"), sign_in("leading"));
    let page = format!("/admin/packs/imports/{}", waiting[0].id);
    assert!(office.get("/admin").expect(200).body.contains(&page), "the administration says that it waits");
    assert!(office.get(&page).expect(200).body.contains(&embedded));
    office.post(&format!("{page}/proposal"), &[("reason", "随程序更新")]).expect(303);
    assert_eq!(office.post(&format!("{page}/confirmation"), &[]).status, 409, "another person");
    leading.post(&format!("{page}/confirmation"), &[]).expect(303);
    db.run_due().expect("jobs");
    assert_eq!(built_in::offer(&db, false).expect("offered"), BuiltIn::Known);
    let known = db.read::<_, Never>(|read| Ok(packs::current(read)?.pack.about.version.clone())).map_err(Failure::into_fault).expect("a pack");
    assert_eq!(known, embedded);
    let line = db.read::<_, programme::CaseRefusal>(|read| programme::newest_definition(read, "capability.version")).map_err(Failure::into_fault);
    assert_eq!(line.expect("known now").0, 1);
    assert!(!office.get("/admin").expect(200).body.contains(&page));
    is_whole("newer-pack", &db);
}

#[test]
fn in_the_demo_the_newer_pack_is_put_in_force_at_once() {
    let folder = Folder::new("newer-pack-demo");
    unpack_newest(&folder.0);
    let db = folder.open("");
    let embedded = packs::embedded().expect("the built-in pack").about.version.clone();
    assert_eq!(built_in::offer(&db, true).expect("offered"), BuiltIn::InForce { version: embedded });
    assert_eq!(built_in::offer(&db, true).expect("offered"), BuiltIn::Known);
    is_whole("newer-pack-demo", &db);
}

fn is_whole(name: &str, db: &Db) {
    db.seal().expect("sealed");
    let report = db.read::<_, Never>(|read| Ok(store::verify(read, wiring::PARTS)?)).map_err(Failure::into_fault).expect("verify");
    assert!(report.is_clean(), "{name}: {:?}", report.first());
}

/// The lead signs in with the password of that time, reads what they had, and declares something new.
fn is_used(name: &str, folder: &Folder, db: &Db, database: &str) {
    let app = wiring::app(db.clone(), &folder.config(database), None).expect("the door");
    let credentials: Vec<Value> = serde_json::from_slice(&std::fs::read(folder.0.join("demo-credentials.json")).expect("credentials")).expect("a list");
    let lead = credentials.iter().find(|one| one["persona"] == "lead").expect("the lead");
    let mut client = Client::new(&app);
    let signed_in = client.post("/login", &[("login", lead["login"].as_str().expect("a login")), ("password", lead["password"].as_str().expect("a password"))]);
    assert_eq!(signed_in.status, 303, "{name}: {}", signed_in.body);
    let cases = db.read::<_, Never>(|read| Ok(read.rows("select id from programme_case order by id", &[])?)).map_err(Failure::into_fault).expect("cases");
    assert!(cases.len() >= ENDINGS.len(), "{name}: {} cases", cases.len());
    let mut seen = 0;
    for row in &cases {
        let path = format!("/cases/{}", row.get::<String>("id").expect("an id"));
        let page = client.get(&path);
        assert!([200, 404].contains(&page.status), "{name} {path}: {}", page.body);
        seen += i32::from(page.status == 200);
    }
    assert!(seen >= 2, "{name}: the lead sees {seen} cases");
    for path in ["/", "/me", "/projects", "/programme", "/inbox"] {
        assert_eq!(client.get(path).status, 200, "{name} {path}");
    }
    let base = json!({ "base": "group/hzrd/hz-space", "channel": "self" });
    let declared = client.post_json("/api/v1/projects", &base);
    assert_eq!(declared.status, 201, "{name}: {}", declared.body);
    db.run_due().expect("jobs");
    is_whole(name, db);
}

/// By backup and restore, the way from SQLite to PostgreSQL.
fn moves_to(name: &str, folder: &Folder, db: &Db, database: &Database) {
    let file = folder.0.join("backup.jsonl");
    store::backup(db, &file).expect("a backup");
    let target = Db::open(store::Options { place: Place::Postgres(database.url()), ..wiring::options(&folder.config("")) }).expect("the target");
    store::restore(&target, &file).expect("restored");
    drop(target);
    let moved = folder.open(&database.url());
    is_whole(name, &moved);
    is_used(name, folder, &moved, &database.url());
}

#[test]
fn a_folder_of_a_newer_program_is_refused_with_a_code_of_its_own() {
    let temp = empty();
    temp.tamper("insert into store_migration (name, sha256, at) values ('people/20991231_future', 'x', 0)");
    let mut command = Command::new(BINARY);
    command.args(["verify", "--data"]).arg(temp.db.folder());
    if let Place::Postgres(url) = temp.place() {
        command.args(["--database", url]);
    }
    let out = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(5), "{said}");
    assert!(said.contains("a newer program") && said.contains("people/20991231_future"), "{said}");
}

#[test]
#[ignore = "a chore: cargo xtask release-folder VERSION"]
fn a_folder_is_lived() {
    let Some(folder) = std::env::var_os("HECHUANG_RELEASE_FOLDER") else {
        println!("not asked for: `cargo xtask release-folder VERSION` makes one");
        return;
    };
    let (settings, _) = config::load(None, &[("server.data", Path::new(&folder).display().to_string())]).expect("settings");
    let pack = packs::embedded().expect("the built-in pack");
    let wanted: Vec<String> = ENDINGS.iter().filter_map(|ending| pack.ideas.iter().find(|idea| idea.ending == *ending)).map(|idea| idea.key.clone()).collect();
    let until = Instant::parse("2026-11-28T04:00:00Z").expect("a moment");
    lived::demo_until(&settings, until, |idea| wanted.contains(&idea.key)).expect("a lived programme");
    // The last connection writes the log back into the file and takes it away.
    let log = Path::new(&folder).join("hechuang.db-wal");
    for _ in 0..100 {
        if !log.exists() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("{} stays", log.display());
}
