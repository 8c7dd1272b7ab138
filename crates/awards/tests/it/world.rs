//! A world with the ledger's book of the pack, a fund, and an office of two.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use awards::{Asks, Award, AwardDraft, AwardRefusal, Awards, GradeDraft, Level, NoticeState, Terms};
use ledger::{Book, Posting};
use store::testing::{Temp, temp};
use store::{Part, Read};
use words::{Acting, Bilingual, Failure, Fault, Grant, Id, Node, Outcome, Refusal};

macro_rules! files {
    ($($name:literal),*) => { &[$(($name, include_str!(concat!("../../../../packs/shuangchuang/ledger/", $name)))),*] };
}

/// The book of the pack.
pub static BOOK: LazyLock<Arc<Book>> =
    LazyLock::new(|| Arc::new(Book::parse(files!["accounts.toml", "assets.toml", "fund.toml", "hemi.toml", "pay.toml", "rewards.toml"]).expect("the book")));

pub fn terms() -> Terms {
    let level = |min_score, key: &str, amount_minor| Level { min_score, key: key.into(), name: Bilingual::new(format!("{key} 级"), key), amount_minor };
    let levels = vec![
        level(0, "none", 0),
        level(60, "encouragement", 5_000_000),
        level(80, "second", 50_000_000),
        level(90, "first", 100_000_000),
        level(95, "special", 200_000_000),
    ];
    Terms { cap_minor: 200_000_000, levels }
}

pub struct Ground;

impl Asks for Ground {
    fn book(_: &Read) -> Result<Arc<Book>, Fault> {
        Ok(BOOK.clone())
    }
    fn terms(_: &Read) -> Result<Terms, Fault> {
        Ok(terms())
    }
    fn schemes(_: &Read) -> Result<BTreeMap<String, words::Bilingual>, Fault> {
        Ok([("exit".to_owned(), words::Bilingual::new("出孵奖励", "Exit award"))].into())
    }
    fn names(_: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        Ok(people.iter().map(|person| (person.clone(), format!("成员{}", &person.as_str()[28..]))).collect())
    }
}

static PART: Part = Awards::<Ground>::PART;
static LEDGER: Part = ledger::PART;

/// With so many fen in the incentive fund.
pub fn world(fund: i64) -> Temp {
    let world = temp(&[&LEDGER, &PART]);
    if fund > 0 {
        // 60 % of an appropriation goes to the incentives.
        let posting = Posting::new("fund.appropriate", "fund:test", "test", &Id::fixed("test")).amount("total", fund / 6 * 10);
        done(&world, move |tx| ledger::post(tx, &BOOK, &Acting::system("test"), posting.clone()));
    }
    world
}

pub fn person(n: usize) -> Id {
    Id::new("per", 1_000 + n as i64, [n as u8; 10])
}

pub fn project(n: usize) -> Id {
    Id::new("case", 2_000 + n as i64, [n as u8; 10])
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

pub fn member(n: usize) -> Acting {
    acting(person(n), &[])
}

/// Both rights, as the office holds them.
pub fn office(n: usize) -> Acting {
    acting(person(90 + n), awards::rights::ALL)
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

pub fn payable(world: &Temp, n: usize) -> i64 {
    balance(world, &format!("payable:{}", person(n)))
}

pub fn draft(n: usize, scheme: &str, outcome: &str) -> AwardDraft {
    AwardDraft {
        id: None,
        project: project(n),
        number: format!("SC-{n}"),
        title: "智能巡检".into(),
        node: Node::at("group/zj/hz-space/case1"),
        outcome: outcome.into(),
        scheme: scheme.into(),
        lead: person(1),
        members: vec![person(1), person(2), person(3)],
    }
}

pub fn opened(world: &Temp, n: usize, scheme: &'static str) -> Award {
    done(world, move |tx| awards::open_award(tx, &office(1), draft(n, scheme, "success")))
}

pub fn grade(world: &Temp, award: &Id, score: i64, amount_minor: i64) -> Result<Award, Failure<AwardRefusal>> {
    let award = award.clone();
    let draft = GradeDraft { score, amount_minor, statement: "综合评价：技术突破明显，已在两省应用。".into() };
    refused(world, move |tx| awards::grade_award(tx, &office(1), &terms(), &award, &draft))
}

pub fn propose(world: &Temp, award: &Id, points: [i64; 3]) -> Result<Award, Failure<AwardRefusal>> {
    let award = award.clone();
    let shares: Vec<(Id, i64)> = (1..=3).map(person).zip(points).collect();
    refused(world, move |tx| awards::propose_shares(tx, &member(1), &award, &shares))
}

pub fn agree(world: &Temp, award: &Id, n: usize, proposal: i64) -> Result<Award, Failure<AwardRefusal>> {
    let award = award.clone();
    refused(world, move |tx| awards::agree_shares(tx, &member(n), &award, proposal))
}

pub fn notice(world: &Temp, award: &Id, notice: NoticeState) {
    let award = award.clone();
    done(world, move |tx| awards::note_notice(tx, &Acting::system("reaction"), &award, notice, None));
}

pub fn pay(world: &Temp, by: usize, award: &Id) -> Result<Award, Failure<AwardRefusal>> {
    let award = award.clone();
    refused(world, move |tx| awards::pay_award(tx, &BOOK, &office(by), &terms(), &award))
}

/// Graded, agreed, in clear notice.
pub fn ready(world: &Temp, n: usize, scheme: &'static str, score: i64, amount_minor: i64) -> Award {
    let award = opened(world, n, scheme);
    grade(world, &award.id, score, amount_minor).expect("graded");
    let proposal = propose(world, &award.id, [3_334, 3_333, 3_333]).expect("proposed").proposal;
    agree(world, &award.id, 2, proposal).expect("agreed");
    agree(world, &award.id, 3, proposal).expect("agreed");
    notice(world, &award.id, NoticeState::Clear);
    award
}
