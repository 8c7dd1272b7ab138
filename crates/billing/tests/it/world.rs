//! A world with a meter, the books of the pack, and an office of three.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use billing::{Asks, Billing, Invoice, Month, Opening, PaidBy, Payee, ShareTerms, Subscription, Sum, Terms, Totals, Used};
use ledger::Book;
use rating::Books;
use store::testing::{Temp, temp};
use store::{Migration, Part, Read, Tx, params};
use words::{Acting, Failure, Fault, Grant, Id, Instant, Never, Node, Outcome, Refusal};

macro_rules! files {
    ($folder:literal: $($name:literal),*) => { &[$(($name, include_str!(concat!("../../../../packs/shuangchuang/", $folder, "/", $name)))),*] };
}

/// The ledger's book of the pack.
pub static BOOK: LazyLock<Arc<Book>> = LazyLock::new(|| {
    let files = files!["ledger": "accounts.toml", "assets.toml", "fund.toml", "hemi.toml", "pay.toml", "rewards.toml", "billing.toml"];
    Arc::new(Book::parse(files).unwrap_or_else(|mistakes| panic!("{mistakes:?}")))
});

/// The price book of the pack, and one with tax on top.
pub static BOOKS: LazyLock<Arc<Books>> = LazyLock::new(|| {
    let mut files: Vec<(&str, &str)> = files!["books": "capability.toml"].to_vec();
    files.push(("plain.toml", PLAIN));
    Arc::new(Books::parse(&files).unwrap_or_else(|mistakes| panic!("{mistakes:?}")))
});

const PLAIN: &str = r#"
[book]
key = "plain"
zh = "朴素"
en = "Plain"
currency = "CNY/2"
tax = "excluded"

[[tax]]
from = "2014-06-01"
rate = "6%"
demo = true

[[tax]]
from = "2026-10-01"
rate = "9%"
demo = true

[[version]]
key = "1"
zh = "一"
en = "One"
from = "2017-01-01"

[[version.entry]]
key = "calls"
zh = "调用"
en = "Calls"
meter = "calls"
demo = true
charge = { model = "per_unit", price = "0.333" }

[[version.entry]]
key = "maps"
zh = "地图"
en = "Maps"
meter = "maps"
demo = true
charge = { model = "graduated", tiers = [{ above = 0, up_to = 10, price = "1" }, { above = 10, price = "2.5", flat = "3" }] }

[[version.entry]]
key = "fee"
zh = "月费"
en = "Fee"
plan = "fee"
demo = true
charge = { model = "flat", price = "30", prorate = true }
"#;

pub fn terms() -> Terms {
    Terms {
        grace_hours: 24,
        late_months: 2,
        due_days: 30,
        reminder_days: vec![3, 10],
        suspend_days: Some(20),
        kept_plans: vec!["kept".into()],
        alert_percents: vec![80, 100],
        share: ShareTerms { share_bp: 7_000, guarantee_minor: 0, cap_minor: None, withheld_bp: 0 },
    }
}

pub struct Ground;

impl Asks for Ground {
    fn used(read: &Read, subject: &str, from: Instant, to: Instant) -> Result<Vec<Used>, Fault> {
        let sql = "select meter, dims, hour, billable, free, units from meter_used where subject = $1 and hour >= $2 and hour < $3 order by hour, meter, dims limit 100000";
        let used = |row: &store::Row| {
            Ok(Used {
                meter: row.get("meter")?,
                dims: row.get("dims")?,
                target: String::new(),
                hour: row.get("hour")?,
                billable: row.get("billable")?,
                free: row.get("free")?,
                units: row.get("units")?,
            })
        };
        read.rows(sql, &params![subject, from, to])?.iter().map(used).collect()
    }

    fn metered(read: &Read, from: Instant, to: Instant) -> Result<Totals, Fault> {
        let sql = "select cast(coalesce(sum(billable), 0) as bigint) as billable, cast(coalesce(sum(free), 0) as bigint) as free,
             cast(coalesce(sum(units), 0) as bigint) as units from meter_used where hour >= $1 and hour < $2";
        let row = read.row(sql, &params![from, to])?.ok_or_else(|| Fault::new("no sums"))?;
        let (billable, free) = (Sum { count: row.get("billable")?, units: row.get("units")? }, Sum { count: row.get("free")?, units: row.get("free")? });
        let (ignored, quarantined) = (Sum { count: 7, units: 7 }, Sum { count: 2, units: 2 });
        let accepted = billable.plus(free).plus(ignored).plus(quarantined);
        Ok(Totals { accepted, billable, free, ignored: vec![("sandbox".into(), ignored)], quarantined })
    }

    fn books(_: &Read) -> Result<Arc<Books>, Fault> {
        Ok(BOOKS.clone())
    }

    fn book(_: &Read) -> Result<Arc<Book>, Fault> {
        Ok(BOOK.clone())
    }

    fn terms(_: &Read) -> Result<Terms, Fault> {
        Ok(terms())
    }

    fn names(_: &Read, parties: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        Ok(parties.iter().map(|party| (party.clone(), format!("客户{}", &party.as_str()[party.as_str().len() - 4..]))).collect())
    }

    fn subjects(_: &Read, subjects: &[String]) -> Result<BTreeMap<String, String>, Fault> {
        Ok(subjects.iter().map(|subject| (subject.clone(), format!("应用 {subject}"))).collect())
    }

    /// The seventh member acts for the firm.
    fn parties_of(_: &Read, who: &Acting) -> Result<Vec<Id>, Fault> {
        Ok(if who.person == person(7) { vec![firm()] } else { Vec::new() })
    }

    fn contacts(_: &Read, party: &Id) -> Result<Vec<Id>, Fault> {
        Ok(vec![if *party == firm() { person(7) } else { party.clone() }])
    }
}

static PART: Part = Billing::<Ground>::PART;
static LEDGER: Part = ledger::PART;
static METER: Part = Part {
    migrations: &[Migration {
        name: "20260101_meter",
        sql: "create table meter_used (subject text not null, meter text not null, dims text not null, hour bigint not null, billable bigint not null, free bigint not null, units bigint not null, primary key (subject, hour, meter, dims));\n",
    }],
    free: &[("meter_used", "a test")],
    ..Part::named("meter")
};

/// On the first of September 2026, with everything that runs by itself.
pub fn world() -> Temp {
    let world = temp(&[&webkit::PART, &desk::PART, &LEDGER, &METER, &PART]);
    done(&world, |tx| Ok::<_, Failure<Never>>(billing::start_billing(tx)?));
    world
}

pub fn at(text: &str) -> Instant {
    Instant::parse(text).expect("a moment")
}

pub fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

/// The first hour of the month, so many hours later.
pub fn hour(of: &str, nth: i64) -> Instant {
    month(of).start().plus_seconds(nth * 3_600)
}

pub fn person(n: usize) -> Id {
    Id::new("per", 1_000 + n as i64, [n as u8; 10])
}

/// A firm.
pub fn firm() -> Id {
    person(70)
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

/// All rights, as finance and operators hold them.
pub fn office(n: usize) -> Acting {
    acting(person(90 + n), billing::rights::ALL)
}

pub fn tried<T: Send + 'static, R: Refusal>(world: &Temp, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> Result<T, Failure<R>> {
    world.db.write("test", case)
}

#[track_caller]
pub fn done<T: Send + 'static, R: Refusal>(world: &Temp, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> T {
    tried(world, case).map_err(Failure::into_fault).expect("done")
}

#[track_caller]
pub fn refusal<T: std::fmt::Debug, R>(outcome: Result<T, Failure<R>>) -> R {
    match outcome {
        Err(Failure::Refused(refusal)) => refusal,
        Err(_) => panic!("another failure"),
        Ok(value) => panic!("{value:?}"),
    }
}

pub fn seen<T>(world: &Temp, look: impl FnOnce(&Read) -> Result<T, Fault>) -> T {
    world.db.read::<_, Never>(|read| Ok(look(read)?)).map_err(Failure::into_fault).expect("seen")
}

pub fn balance(world: &Temp, path: &str) -> i64 {
    seen(world, |read| ledger::available(read, path))
}

pub fn app(n: usize) -> String {
    format!("app_{n:04}")
}

pub fn opening(n: usize, customer: usize, mode: PaidBy) -> Opening {
    Opening {
        id: Id::new("sub", 5_000 + n as i64, [n as u8; 10]),
        customer: person(customer),
        subject: app(n),
        meters: vec!["calls".into()],
        book: "capability".into(),
        plan: None,
        billing: mode,
        payee: Some(Payee { party: person(80) }),
        discount: None,
        from: hour("2026-09", 0),
    }
}

pub fn open(world: &Temp, opening: Opening) -> Subscription {
    done(world, move |tx| billing::open_subscription::<Ground>(tx, &Acting::system("reaction"), &opening))
}

/// An app was used in an hour; a second time, more.
pub fn meter(world: &Temp, subject: &str, meter: &'static str, hour: Instant, units: i64) {
    let subject = subject.to_owned();
    let sql = "insert into meter_used (subject, meter, dims, hour, billable, free, units) values ($1, $2, 'capability=echo', $3, $4, 1, $4)
         on conflict (subject, hour, meter, dims) do update set billable = meter_used.billable + excluded.billable, units = meter_used.units + excluded.units";
    done(world, move |tx| Ok::<_, Failure<Never>>(tx.execute(sql, &params![&subject, meter, hour, units])?));
}

/// A month goes by with its grace.
pub fn bill(world: &Temp, of: &str) {
    world.run_until(month(of).end().plus_seconds(25 * 3_600));
    for job in seen(world, |read| Ok([read.jobs("due", 50)?, read.jobs("failed", 50)?].concat())) {
        assert_eq!(job.last_error, "", "{} {}", job.name, job.key);
    }
}

pub fn invoices(world: &Temp, customer: usize) -> Vec<Invoice> {
    seen(world, |read| billing::invoices_of(read, &person(customer)))
}
