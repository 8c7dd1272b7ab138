//! A world with the ledger's book of the pack, a unit with HR, finance, and some members.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use ledger::Book;
use people::pay::Ratio;
use people::{Asks, Face, Grades, People, Position, PositionDraft, RunDraft, RunWithLines, Secondment, Signed, Terms, VentureState};
use store::testing::{Temp, temp};
use store::{Part, Read};
use words::{Acting, Bilingual, Day, Failure, Fault, Grant, Id, Node, Outcome, Refusal, Rounding, Span};

macro_rules! files {
    ($($name:literal),*) => { &[$(($name, include_str!(concat!("../../../../packs/shuangchuang/ledger/", $name)))),*] };
}

/// The book of the pack.
pub static BOOK: LazyLock<Arc<Book>> =
    LazyLock::new(|| Arc::new(Book::parse(files!["accounts.toml", "assets.toml", "fund.toml", "hemi.toml", "pay.toml", "rewards.toml"]).expect("the book")));

pub fn terms() -> Terms {
    let span = |text: &str| Span::parse(text).expect("a span");
    Terms {
        pay_ratio: Ratio { numerator: 70, denominator: 100, rounding: Rounding::HalfUp },
        minimum_wage: BTreeMap::from([("hangzhou".to_owned(), 249_000)]),
        hold_limit: span("P3Y"),
        return_window: span("P2Y"),
        return_either: true,
        return_warnings: 3,
        choice_days: 30,
        grades: Grades::rising(&["P4", "P5", "P6", "P7"]),
    }
}

pub const SIGNED: Signed = Signed { incubation: true, pay_variation: true, transfer_member: true, transfer_unit: true, return_right: true };

pub struct Ground;

impl Asks for Ground {
    fn book(_: &Read) -> Result<Arc<Book>, Fault> {
        Ok(BOOK.clone())
    }
    fn terms(_: &Read, _: &Node) -> Result<Terms, Fault> {
        Ok(terms())
    }
    fn faces(_: &Read, people: &[Id]) -> Result<BTreeMap<Id, Face>, Fault> {
        Ok(people.iter().map(|id| (id.clone(), Face { name: "=陈思远".into(), masked_number: "Z***01".into() })).collect())
    }
    fn units(_: &Read, nodes: &[Node]) -> Result<BTreeMap<Node, Bilingual>, Fault> {
        Ok(nodes.iter().map(|node| (node.clone(), Bilingual::new("浙江公司", "Zhejiang"))).collect())
    }
    fn signed(_: &Read, _: &Position) -> Result<Signed, Fault> {
        Ok(SIGNED)
    }
    fn venture(_: &Read, _: &Id) -> Result<VentureState, Fault> {
        Ok(VentureState::Running)
    }
    fn taker(_: &Read, _: &Id) -> Result<Option<Node>, Fault> {
        Ok(Some(Node::at("group/gov")))
    }
}

static PART: Part = People::<Ground>::PART;
static LEDGER: Part = ledger::PART;

pub fn world() -> Temp {
    temp(&[&LEDGER, &PART])
}

pub fn person(n: usize) -> Id {
    Id::new("per", 1_000 + n as i64, [n as u8; 10])
}

pub fn project(n: usize) -> Id {
    Id::new("case", 2_000 + n as i64, [n as u8; 10])
}

pub fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

pub fn home() -> Node {
    Node::at("group/zj")
}

fn acting(person: Id, node: Node, rights: &[&str]) -> Acting {
    let rights: BTreeSet<String> = rights.iter().map(|right| (*right).to_owned()).collect();
    Acting {
        person,
        grants: vec![Grant { role: "test".into(), node, rights, deputy_for: None, office: false, but: Default::default() }],
        proved_at: None,
        scopes: None,
    }
}

pub fn member(n: usize) -> Acting {
    acting(person(n), home(), &[people::rights::CHOOSE])
}

pub fn hr() -> Acting {
    acting(person(90), home(), &[people::rights::HR])
}

/// HR that has also been given the right to confirm: may still not confirm what it prepared.
pub fn hr_and_pay() -> Acting {
    acting(person(90), home(), &[people::rights::HR, people::rights::PAY])
}

pub fn finance(n: usize) -> Acting {
    acting(person(91 + n), Node::group(), &[people::rights::PAY])
}

pub fn office() -> Acting {
    acting(person(99), Node::group(), &[people::rights::RELEASE])
}

pub fn refused<T: Send + 'static, R: Refusal>(world: &Temp, case: impl FnMut(&mut store::Tx) -> Outcome<T, R> + Send + 'static) -> Result<T, Failure<R>> {
    world.db.write("test", case)
}

pub fn done<T: Send + 'static, R: Refusal>(world: &Temp, case: impl FnMut(&mut store::Tx) -> Outcome<T, R> + Send + 'static) -> T {
    refused(world, case).map_err(Failure::into_fault).expect("done")
}

pub fn refusal<T: std::fmt::Debug, R>(outcome: Result<T, Failure<R>>) -> R {
    match outcome {
        Err(Failure::Refused(refusal)) => refusal,
        Err(_) => panic!("another failure"),
        Ok(value) => panic!("{value:?}"),
    }
}

pub fn balance(world: &Temp, path: &str) -> i64 {
    world.db.read::<_, words::Never>(|read| Ok(ledger::available(read, path)?)).expect("a balance")
}

pub fn deferred(world: &Temp, n: usize) -> i64 {
    balance(world, &format!("deferred_pay:{}:{}", person(n), project(1)))
}

pub fn draft(n: usize, base_minor: i64) -> PositionDraft {
    PositionDraft {
        id: None,
        person: person(n),
        project: project(1),
        number: "SC-1".into(),
        title: "智能巡检".into(),
        project_node: Node::at("group/zj/hz-space/case1"),
        home: home(),
        city: "hangzhou".into(),
        grade: "P5".into(),
        base_minor,
        space: Some("hz-space".into()),
        retention_ends_on: Some(day("2028-09-01")),
    }
}

pub fn secondment(on: &str) -> Secondment {
    Secondment { on: day(on), signed: SIGNED, space: None, retention_ends_on: None }
}

/// Freezes and seconds member n of project 1.
pub fn seconded(world: &Temp, n: usize, base_minor: i64, on: &str) -> Position {
    let frozen = done(world, move |tx| people::freeze_position(tx, &hr(), draft(n, base_minor)));
    let on = on.to_owned();
    done(world, move |tx| people::second(tx, &BOOK, &hr(), &terms(), &frozen.id, secondment(&on)))
}

pub fn prepare(world: &Temp, month: &str) -> Result<RunWithLines, Failure<people::PayRefusal>> {
    let draft = RunDraft { unit: home(), month: month.into(), project: None };
    refused(world, move |tx| people::prepare_run(tx, &hr(), &terms(), &draft))
}

pub fn confirm(world: &Temp, run: &Id) -> Result<RunWithLines, Failure<people::PayRefusal>> {
    let run = run.clone();
    refused(world, move |tx| people::confirm_run(tx, &BOOK, &finance(1), &terms(), &run))
}

/// Moves the clock to the day at nine in the morning.
pub fn at(world: &Temp, text: &str) {
    world.run_until(day(text).start().plus_seconds(9 * 3600));
}

/// Prepares and confirms a month on its last day.
pub fn paid(world: &Temp, month: &str) -> RunWithLines {
    at(world, &people::pay::Month::parse(month).expect("a month").last().to_string());
    let run = prepare(world, month).expect("a run");
    confirm(world, &run.run.id).expect("confirmed")
}
