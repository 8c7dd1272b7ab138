//! The meter of the bench, and the books of the pack.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use billing::{Asks, ShareTerms, Sum, Terms, Totals, Used};
use ledger::Book;
use rating::Books;
use store::{Migration, Part, Read, Row, params};
use words::{Acting, Fault, Id, Instant};

pub static METER: Part = Part {
    migrations: &[Migration {
        name: "20260101_meter",
        sql: "create table meter_used (subject text not null, hour bigint not null, units bigint not null, primary key (subject, hour));\n",
    }],
    free: &[("meter_used", "a bench")],
    ..Part::named("meter")
};

static BOOK: LazyLock<Result<Arc<Book>, String>> = LazyLock::new(|| {
    let files = [
        ("accounts.toml", include_str!("../../../../packs/shuangchuang/ledger/accounts.toml")),
        ("assets.toml", include_str!("../../../../packs/shuangchuang/ledger/assets.toml")),
        ("billing.toml", include_str!("../../../../packs/shuangchuang/ledger/billing.toml")),
    ];
    Book::parse(&files).map(Arc::new).map_err(|mistakes| format!("{mistakes:?}"))
});

static BOOKS: LazyLock<Result<Arc<Books>, String>> = LazyLock::new(|| {
    let files = [("capability.toml", include_str!("../../../../packs/shuangchuang/books/capability.toml"))];
    Books::parse(&files).map(Arc::new).map_err(|mistakes| format!("{mistakes:?}"))
});

pub struct Meter;

impl Asks for Meter {
    fn used(read: &Read, subject: &str, from: Instant, to: Instant) -> Result<Vec<Used>, Fault> {
        let sql = "select hour, units from meter_used where subject = $1 and hour >= $2 and hour < $3 order by hour";
        let used = |row: &Row| {
            let units = row.get("units")?;
            Ok(Used { meter: "calls".into(), dims: String::new(), target: String::new(), hour: row.get("hour")?, billable: units, free: 0, units })
        };
        read.rows(sql, &params![subject, from, to])?.iter().map(used).collect()
    }

    fn metered(read: &Read, from: Instant, to: Instant) -> Result<Totals, Fault> {
        let sql = "select cast(coalesce(sum(units), 0) as bigint) as n from meter_used where hour >= $1 and hour < $2";
        let units: i64 = read.row(sql, &params![from, to])?.map_or(Ok(0), |row| row.get("n"))?;
        let billable = Sum { count: units, units };
        Ok(Totals { accepted: billable, billable, ..Totals::default() })
    }

    fn books(_: &Read) -> Result<Arc<Books>, Fault> {
        BOOKS.clone().map_err(Fault::new)
    }

    fn book(_: &Read) -> Result<Arc<Book>, Fault> {
        BOOK.clone().map_err(Fault::new)
    }

    fn terms(_: &Read) -> Result<Terms, Fault> {
        let share = ShareTerms { share_bp: 7_000, guarantee_minor: 0, cap_minor: None, withheld_bp: 0 };
        let (reminder_days, alert_percents) = (vec![3, 10], vec![80, 100]);
        Ok(Terms { grace_hours: 24, late_months: 2, due_days: 30, reminder_days, suspend_days: Some(20), kept_plans: Vec::new(), alert_percents, share })
    }

    fn names(_: &Read, _: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        Ok(BTreeMap::new())
    }

    fn subjects(_: &Read, _: &[String]) -> Result<BTreeMap<String, String>, Fault> {
        Ok(BTreeMap::new())
    }

    fn parties_of(_: &Read, _: &Acting) -> Result<Vec<Id>, Fault> {
        Ok(Vec::new())
    }

    fn contacts(_: &Read, party: &Id) -> Result<Vec<Id>, Fault> {
        Ok(vec![party.clone()])
    }
}
