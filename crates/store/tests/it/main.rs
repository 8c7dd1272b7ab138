//! The ground on a real temporary database; the same tests run on PostgreSQL when `HECHUANG_TEST_DATABASE` is set.

mod faults;
mod moments;

use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};
use store::testing::{Temp, temp_with};
use store::{Event, Job, JobKind, JobRun, Migration, Part, Reaction, Table, Tell, Tx, params};
use words::{Acting, Failure, Fault, Id, Instant, Never, Node, Outcome, Refusal, Span};

const SHELF: Part = Part {
    name: "shelf",
    migrations: &[Migration {
        name: "1_shelf",
        sql: "create table shelf_book (id text primary key, title text not null, copies bigint not null, cover blob);\ncreate table shelf_note (n bigint not null);\n",
    }],
    tables: &[Table { name: "shelf_book", key: &["id"] }],
    free: &[("shelf_note", "scratch of the test")],
    jobs: &[JobKind { name: "shelf.note", run: note }, JobKind { name: "shelf.fail", run: fail }],
    checks: &[],
};

static FAILS: AtomicI64 = AtomicI64::new(0);

fn note(tx: &mut Tx, run: &JobRun) -> Result<(), Fault> {
    let n: i64 = run.body()?;
    tx.execute("insert into shelf_note (n) values ($1)", &params![n]).map(drop)
}

fn fail(tx: &mut Tx, _: &JobRun) -> Result<(), Fault> {
    tx.execute("insert into shelf_note (n) values (99)", &[])?;
    FAILS.fetch_add(1, Ordering::SeqCst);
    Err(Fault::new("as told"))
}

#[derive(Serialize, Deserialize)]
struct BookAdded {
    book: Id,
    title: String,
}

impl Tell for BookAdded {
    const KIND: &'static str = "shelf.book_added";
    fn node(&self) -> Node {
        Node::group()
    }
    fn subject(&self) -> String {
        self.book.to_string()
    }
}

fn when_book_added_note_it(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let told: BookAdded = event.data()?;
    let copies: i64 = tx.row("select copies from shelf_book where id = $1", &params![&told.book])?.ok_or_else(|| Fault::new("no book"))?.get("copies")?;
    tx.execute("insert into shelf_note (n) values ($1)", &params![copies]).map(drop)
}

#[derive(Debug, PartialEq, Eq)]
struct NoTitle;

impl Refusal for NoTitle {
    fn code(&self) -> &'static str {
        "shelf-no-title"
    }
}

fn add_book(tx: &mut Tx, title: &str) -> Outcome<Id, NoTitle> {
    let id = tx.id("bok");
    tx.insert("shelf_book", &[("id", (&id).into()), ("title", title.into()), ("copies", 3.into()), ("cover", vec![1u8, 2].into())])?;
    tx.tell(&Acting::system("test"), &BookAdded { book: id.clone(), title: title.into() })?;
    if title.is_empty() { Err(NoTitle.into()) } else { Ok(id) }
}

fn shelf() -> Temp {
    temp_with(&[&SHELF], vec![Reaction { name: "when_book_added_note_it", on: BookAdded::KIND, run: when_book_added_note_it }], Vec::new())
}

fn add(temp: &Temp, title: &'static str) -> Outcome<Id, NoTitle> {
    temp.db.write("shelf.add_book", move |tx| add_book(tx, title))
}

fn count(temp: &Temp, sql: &str) -> i64 {
    let sql = sql.to_owned();
    temp.db.read::<_, Never>(|read| Ok(read.row(&sql, &[])?.expect("a row").get("n")?)).expect("a count")
}

fn notes(temp: &Temp) -> i64 {
    count(temp, "select count(*) as n from shelf_note")
}

#[test]
fn state_event_and_reaction_leave_together() {
    let temp = shelf();
    let id = add(&temp, "狂人日记").unwrap();
    temp.settle();
    assert_eq!(notes(&temp), 1);
    let events = temp.db.read::<_, Never>(|read| Ok(read.events_of(id.as_str(), 0, 10)?)).unwrap();
    assert_eq!(events.len(), 1);
    assert!(events[0].rows.contains(&format!("shelf_book/{id}")));
    temp.settle();
    assert_eq!(notes(&temp), 1, "a reaction runs once for each event");
    temp.assert_clean();
}

#[test]
fn what_is_refused_leaves_nothing() {
    let temp = shelf();
    assert_eq!(add(&temp, ""), Err(Failure::Refused(NoTitle)));
    let panicked: Outcome<(), Never> = temp.db.write("shelf.panic", |tx| {
        tx.execute("insert into shelf_note (n) values (1)", &[])?;
        panic!("as told")
    });
    assert!(matches!(panicked, Err(Failure::Broken(_))));
    temp.settle();
    assert_eq!(count(&temp, "select count(*) as n from shelf_book") + count(&temp, "select count(*) as n from store_event") + notes(&temp), 0);
    assert!(add(&temp, "after the panic").is_ok());
    temp.assert_clean();
}

#[test]
fn parameters_keep_their_numbers() {
    let temp = shelf();
    let row =
        temp.db.read::<_, Never>(|read| Ok(read.row("select cast($2 as text) as second, cast($1 as text) as first", &params!["a", "b"])?)).unwrap().unwrap();
    assert_eq!((row.get::<String>("first").unwrap(), row.get::<String>("second").unwrap()), ("a".into(), "b".into()));
}

#[test]
fn verify_names_the_row_that_was_altered() {
    for (sql, place) in [
        ("update shelf_book set copies = 4", "shelf_book"),
        ("delete from shelf_book", "shelf_book"),
        ("insert into shelf_book (id, title, copies) values ('bok_x', 'smuggled', 1)", "shelf_book"),
        ("update store_event set data = '{}'", "store_event"),
        ("update store_event set actor = 'per_other'", "store_event"),
        ("delete from store_event", "store_seal"),
        ("update store_seal set hash = 'x'", "store_event"),
    ] {
        let temp = shelf();
        add(&temp, "one").unwrap();
        temp.assert_clean();
        temp.tamper(sql);
        let report = temp.verify();
        assert_eq!(report.first().expect(sql).place, place, "{sql}: {report:?}");
    }
}

#[test]
fn a_table_that_nobody_lists_is_noticed() {
    let temp = shelf();
    temp.tamper("create table stray (id text)");
    assert_eq!(temp.verify().first().map(|finding| finding.place.clone()), Some("stray".into()));
}

#[test]
fn timers_fire_at_their_second_and_can_be_moved() {
    let temp = shelf();
    let now = temp.clock.now();
    let later = |key: &'static str, seconds: i64| {
        let job = Job::new("shelf.note", key).at(now.plus_seconds(seconds)).body(&seconds);
        temp.db.write::<_, Never>("later", move |tx| Ok(tx.later(job.clone())?)).unwrap();
    };
    later("a", 60);
    later("b", 30);
    later("a", 90);
    temp.run_until(now.plus_seconds(30));
    assert_eq!(notes(&temp), 1);
    temp.run_until(now.plus_seconds(89));
    assert_eq!(notes(&temp), 1);
    temp.run_until(now.plus_seconds(90));
    assert_eq!(notes(&temp), 2);
}

#[test]
fn a_job_that_fails_leaves_nothing_and_stays_for_the_official() {
    let temp = shelf();
    temp.db.write::<_, Never>("later", |tx| Ok(tx.later(Job::new("shelf.fail", "x"))?)).unwrap();
    temp.run_until(temp.clock.now().plus(Span::parse("P3D").unwrap()).unwrap());
    assert_eq!(FAILS.load(Ordering::SeqCst), 8);
    assert_eq!(notes(&temp), 0);
    let failed = temp.db.read::<_, Never>(|read| Ok(read.jobs("failed", 10)?)).unwrap();
    assert_eq!((failed.len(), failed[0].last_error.as_str()), (1, "as told"));
    let id = failed[0].id.clone();
    assert!(temp.db.write::<_, Never>("retry", move |tx| Ok(tx.retry_job(&id)?)).unwrap());
}

#[test]
fn erasing_a_person_destroys_the_key_and_the_log_still_verifies() {
    let temp = shelf();
    let person = Id::fixed("per_1");
    let someone = person.clone();
    temp.db.write::<_, Never>("put", move |tx| Ok(tx.personal_put(&someone, "name", "陈思远")?)).unwrap();
    let name = |person: &Id| temp.db.read::<_, Never>(|read| Ok(read.personal(person, "name")?)).unwrap();
    assert_eq!(name(&person).as_deref(), Some("陈思远"));
    let someone = person.clone();
    temp.db.write::<_, Never>("erase", move |tx| Ok(tx.personal_erase(&someone)?)).unwrap();
    assert_eq!(name(&person), None);
    let someone = person.clone();
    assert!(temp.db.write::<_, Never>("put", move |tx| Ok(tx.personal_put(&someone, "name", "again")?)).is_err());
    temp.assert_clean();
}

#[test]
fn many_callers_at_once_lose_and_double_nothing() {
    let temp = shelf();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..25).for_each(|_| drop(add(&temp, "many").unwrap())));
        }
    });
    temp.settle();
    assert_eq!(count(&temp, "select count(*) as n from shelf_book"), 200);
    assert_eq!(notes(&temp), 200);
    temp.assert_clean();
    let seals = temp.db.read::<_, Never>(|read| Ok(read.head()?)).unwrap().unwrap();
    assert_eq!(seals.seq_to, 200);
}

#[test]
fn a_row_that_everybody_wants_is_changed_by_everybody() {
    let temp = shelf();
    let book = add(&temp, "一").expect("a book");
    std::thread::scope(|scope| {
        for _ in 0..24 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let book = book.clone();
                    let changed = temp.db.write::<_, Never>("shelf.copy", move |tx| {
                        let copies: i64 = tx.row("select copies from shelf_book where id = $1", &params![&book])?.expect("the book").get("copies")?;
                        // As long as a use case thinks.
                        std::thread::sleep(std::time::Duration::from_millis(2));
                        tx.change("shelf_book", "update shelf_book set copies = $2 where id = $1", &params![&book, copies + 1])?;
                        tx.tell(&Acting::system("test"), &BookAdded { book: book.clone(), title: "一".into() })?;
                        Ok(())
                    });
                    changed.expect("changed");
                }
            });
        }
    });
    assert_eq!(count(&temp, "select copies as n from shelf_book"), 3 + 24 * 5);
    temp.assert_clean();
}

#[test]
fn a_seal_after_the_freeze_can_be_waited_for() {
    let temp = shelf();
    let first = add(&temp, "freeze").unwrap();
    temp.settle();
    let event = temp.db.read::<_, Never>(|read| Ok(read.events_of(first.as_str(), 0, 1)?)).unwrap().remove(0);
    let seal = || temp.db.read::<_, Never>(|read| Ok(read.first_seal_after(&event.id)?)).unwrap();
    assert_eq!(seal(), None);
    add(&temp, "after").unwrap();
    temp.settle();
    assert_eq!(seal().map(|seal| seal.seq_from), Some(2));
}

#[test]
fn a_backup_restores_into_an_empty_place_and_damage_is_noticed() {
    let temp = shelf();
    add(&temp, "kept, with 'quotes' and\nlines").unwrap();
    temp.db.write::<_, Never>("put", |tx| Ok(tx.personal_put(&Id::fixed("per_1"), "name", "陈")?)).unwrap();
    temp.settle();
    let file = std::env::temp_dir().join(format!("hechuang-backup-{}", std::process::id()));
    let written = store::backup(&temp.db, &file).unwrap();

    let folder = std::env::temp_dir().join(format!("hechuang-restored-{}", std::process::id()));
    store::adopt_master_key(&file, &folder).unwrap();
    let db = store::Db::open(store::Options::at(&folder, vec![&SHELF])).unwrap();
    assert_eq!(store::restore(&db, &file).unwrap().rows, written.rows);
    let report = db.read::<_, Never>(|read| Ok(store::verify(read, &[&SHELF])?)).unwrap();
    assert!(report.is_clean(), "{:?}", report.first());
    let name = db.read::<_, Never>(|read| Ok(read.personal(&Id::fixed("per_1"), "name")?)).unwrap();
    assert_eq!(name.as_deref(), Some("陈"));
    assert!(store::restore(&db, &file).is_err(), "the target is not empty any more");

    let text = std::fs::read_to_string(&file).unwrap().replace("kept", "kapt");
    std::fs::write(&file, text).unwrap();
    assert!(store::restore(&temp.db, &file).unwrap_err().message.contains("damaged"));
    for path in [file.clone(), file.with_extension("keys")] {
        let _ = std::fs::remove_file(path);
    }
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn time_never_goes_back() {
    let clock = store::Clock::frozen(Instant::from_micros(10));
    clock.set(Instant::from_micros(5));
    assert_eq!(clock.now(), Instant::from_micros(10));
}
