//! A world with the ledger's book of the pack and some people.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use hemi::{Asks, Bar, Hemi, OnFailure, Round, RoundDraft, SeasonDraft, Terms};
use ledger::Book;
use store::testing::{Temp, temp};
use store::{Part, Read};
use words::{Acting, Day, Failure, Fault, Grant, Id, Node, Outcome, Refusal};

macro_rules! files {
    ($($name:literal),*) => { &[$(($name, include_str!(concat!("../../../../packs/shuangchuang/ledger/", $name)))),*] };
}

/// The book of the pack.
pub static BOOK: LazyLock<Arc<Book>> =
    LazyLock::new(|| Arc::new(Book::parse(files!["accounts.toml", "assets.toml", "fund.toml", "hemi.toml", "pay.toml", "rewards.toml"]).expect("the book")));

pub const TERMS: Terms = Terms { grant_each: 1000, multiplier: 2, on_failure: OnFailure::Burn, stake_min: 10, stake_max: 500 };

pub struct Ground;

impl Asks for Ground {
    fn book(_: &Read) -> Result<Arc<Book>, Fault> {
        Ok(BOOK.clone())
    }
    fn terms(_: &Read) -> Result<Terms, Fault> {
        Ok(TERMS)
    }
    fn names(_: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        Ok(people.iter().map(|person| (person.clone(), format!("name of {person}"))).collect())
    }
    fn staff(_: &Read) -> Result<Vec<Id>, Fault> {
        Ok((1..=4).map(person).collect())
    }
}

static PART: Part = Hemi::<Ground>::PART;
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

fn acting(person: Id, role: &str, node: Node, rights: &[&str]) -> Acting {
    let rights: BTreeSet<String> = rights.iter().map(|right| (*right).to_owned()).collect();
    Acting {
        person,
        grants: vec![Grant { role: role.into(), node, rights, deputy_for: None, office: false, but: Default::default() }],
        proved_at: None,
        scopes: None,
    }
}

/// An employee whose unit is elsewhere in the tree than the projects.
pub fn staff(n: usize) -> Acting {
    acting(person(n), "staff", Node::at("group/zj"), &[hemi::rights::BACK])
}

pub fn office() -> Acting {
    acting(person(99), "programme.office", Node::group(), &[hemi::rights::RUN])
}

/// Writes; a refusal comes back as it is.
pub fn refused<T: Send + 'static, R: Refusal>(world: &Temp, case: impl FnMut(&mut store::Tx) -> Outcome<T, R> + Send + 'static) -> Result<T, Failure<R>> {
    world.db.write("test", case)
}

/// Writes and expects success.
pub fn done<T: Send + 'static, R: Refusal>(world: &Temp, case: impl FnMut(&mut store::Tx) -> Outcome<T, R> + Send + 'static) -> T {
    refused(world, case).map_err(Failure::into_fault).expect("done")
}

pub fn balance(world: &Temp, path: &str) -> i64 {
    world.db.read::<_, words::Never>(|read| Ok(ledger::available(read, path)?)).expect("a balance")
}

pub fn wallet(world: &Temp, n: usize) -> i64 {
    balance(world, &format!("hemi:wallet:{}", person(n)))
}

pub fn season_draft(from: &str, to: &str) -> SeasonDraft {
    SeasonDraft {
        zh: format!("{from} 季"), en: format!("Season {from}"), starts_on: Day::parse(from).expect("a day"), ends_on: Day::parse(to).expect("a day")
    }
}

/// Opens the first season and grants it to people 1 to n.
pub fn granted(world: &Temp, n: usize) -> Id {
    let season = done(world, |tx| hemi::open_season(tx, &office(), &TERMS, season_draft("2026-09-01", "2026-11-30")));
    let (id, people): (Id, Vec<Id>) = (season.id.clone(), (1..=n).map(person).collect());
    done(world, move |tx| hemi::grant_season(tx, &office(), &id, &people));
    world.settle();
    season.id
}

/// A round of project n that is open; person 1 is its lead, person 2 reviews it.
pub fn open_round(world: &Temp, n: usize, terms: Terms) -> Round {
    let draft = RoundDraft {
        id: None,
        project: project(n),
        number: format!("SC-{n}"),
        title: format!("项目{n}"),
        node: Node::at(format!("group/zj/hz-space/case{n}")),
        team: vec![person(1)],
    };
    let round = done(world, move |tx| hemi::make_round(tx, &office(), &terms, draft.clone()));
    done(world, move |tx| hemi::bar_person(tx, &BOOK, &Acting::system("test"), &project(n), &person(2), Bar::Reviewer));
    let id = round.id.clone();
    done(world, move |tx| hemi::open_round(tx, &office(), &id))
}

pub fn stake(world: &Temp, who: usize, round: &Id, amount: i64) -> Result<hemi::Stake, Failure<hemi::StakeRefusal>> {
    let round = round.clone();
    refused(world, move |tx| hemi::make_stake(tx, &BOOK, &staff(who), &round, amount))
}
