//! A world with the price books of the pack, on the sixth of June 2027.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use rating::{Book, Books};
use store::testing::{Temp, temp};
use store::{Part, Read};
use tariffs::{Asks, LineTerms, Question, Stated, Tariffs};
use words::{Acting, Bilingual, Day, Failure, Fault, Grant, Id, Instant, Node, Outcome, Refusal};

macro_rules! files {
    ($($name:literal),*) => { &[$(($name, include_str!(concat!("../../../../packs/shuangchuang/books/", $name)))),*] };
}

pub static BOOKS: LazyLock<Arc<Books>> =
    LazyLock::new(|| Arc::new(Books::parse(files!["idd.toml", "line.toml", "renwo.toml", "roaming.toml", "sme.toml"]).expect("the books")));

pub fn book(key: &str) -> &'static Book {
    BOOKS.get(key).expect("a book of the pack")
}

pub fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

pub fn terms() -> LineTerms {
    LineTerms { steps: vec![2, 4, 6, 10, 20, 50, 100, 200, 500, 1000], demo: true, floor_mbps: 10, limit_mbps: 200, from: day("2017-05-17") }
}

pub struct Ground;

impl Asks for Ground {
    fn books(_: &Read) -> Result<Arc<Books>, Fault> {
        Ok(BOOKS.clone())
    }

    fn stated(_: &Read, keys: &[String]) -> Result<Vec<Stated>, Fault> {
        let stated = |key: &String| Stated {
            key: key.clone(),
            name: Bilingual::new("惠及客户", "Customers"),
            value: Some("4850000".into()),
            number: Some(4_850_000),
            unit: Some(Bilingual::new("户", "customers")),
            compare: Some("about".into()),
            line: 999,
            quote: "惠及客户485万".into(),
            as_of: "2027-06-30".into(),
        };
        Ok(keys.iter().map(stated).collect())
    }

    fn line(_: &Read) -> Result<LineTerms, Fault> {
        Ok(terms())
    }

    fn names(_: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        Ok(people.iter().map(|person| (person.clone(), "刘晨".to_owned())).collect())
    }
}

static PART: Part = Tariffs::<Ground>::PART;

pub fn world() -> Temp {
    let world = temp(&[&PART]);
    world.clock.set(Instant::parse("2027-06-06T02:00:00Z").expect("a moment"));
    world
}

pub fn person(n: usize) -> Id {
    Id::new("per", 1_000 + n as i64, [n as u8; 10])
}

pub fn member(n: usize) -> Acting {
    acting(person(n), &[])
}

pub fn office() -> Acting {
    acting(person(90), tariffs::rights::ALL)
}

fn acting(person: Id, rights: &[&str]) -> Acting {
    let rights: BTreeSet<String> = rights.iter().map(|right| (*right).to_owned()).collect();
    Acting {
        person,
        grants: vec![Grant { role: "test".into(), node: Node::group(), rights, deputy_for: None, office: false, but: Default::default() }],
        proved_at: None,
        scopes: None,
    }
}

pub fn tried<T: Send + 'static, R: Refusal>(world: &Temp, case: impl FnMut(&mut store::Tx) -> Outcome<T, R> + Send + 'static) -> Result<T, Failure<R>> {
    world.db.write("test", case)
}

pub fn done<T: Send + 'static, R: Refusal>(world: &Temp, case: impl FnMut(&mut store::Tx) -> Outcome<T, R> + Send + 'static) -> T {
    tried(world, case).map_err(Failure::into_fault).expect("done")
}

pub fn refusal<T: std::fmt::Debug, R>(outcome: Result<T, Failure<R>>) -> R {
    match outcome {
        Err(Failure::Refused(refusal)) => refusal,
        Err(_) => panic!("another failure"),
        Ok(value) => panic!("{value:?}"),
    }
}

/// Twelve minutes to a destination.
pub fn call_to(target: &str, on: &str) -> Question {
    Question { target: target.into(), minutes: 12, ..Question::on(day(on)) }
}

pub fn kept(world: &Temp, n: usize, key: &'static str, question: Question) -> tariffs::Quote {
    done(world, move |tx| tariffs::keep_quote(tx, &member(n), book(key), &question))
}

pub fn ordered(world: &Temp, n: usize, key: &'static str, question: Question) -> tariffs::Order {
    let quote = kept(world, n, key, question).id;
    done(world, move |tx| tariffs::place_order(tx, &member(n), book(key), &quote))
}
