//! Quotes, orders and upgrades of the simulation: a few people use the tariffs in the first days, others at the end; the enterprise branch decides.

use tariffs::{Asks, Question, UpgradeDraft};
use words::{Failure, Fault, Id};

use super::World;
use super::act;
use crate::ground::Ground;

/// Firm, contract, Mbit/s, the move that decides the application (none: it stays open), who asks.
type Firm = (&'static str, &'static str, i64, &'static str, &'static str);

/// Firms of the demo; all invented.
const FIRMS: [Firm; 5] = [
    ("示范·杭州青禾软件", "SF-ZX-001", 10, "grant", "public"),
    ("示范·成都云栈科技", "SF-ZX-002", 200, "grant", "backer"),
    ("示范·重庆启物联", "SF-ZX-003", 2, "grant", "member-he"),
    ("示范·广州蓝港物流", "SF-ZX-004", 50, "decline", "lead"),
    ("示范·北京同程餐饮", "SF-ZX-005", 20, "", "public"),
];

pub(super) fn in_the_first_days(world: &World) -> Result<(), Fault> {
    order(world, "public", "idd", |question| (question.target, question.minutes) = ("d01".into(), 12))?;
    order(world, "backer", "roaming", |question| (question.target, question.days, question.megabytes, question.minutes) = ("r05".into(), 6, 800, 25))?;
    order(world, "member-lin", "renwo", |question| (question.plan, question.megabytes) = (Some("yong".into()), 24_000))?;
    FIRMS[..2].iter().try_for_each(|firm| upgrade(world, firm))
}

pub(super) fn at_the_end(world: &World) -> Result<(), Fault> {
    order(world, "public", "sme", |question| (question.plan, question.target, question.months) = (Some("50".into()), "street".into(), 12))?;
    order(world, "lead", "idd", |question| (question.target, question.minutes, question.seconds, question.calls) = ("d22".into(), 3, 20, 4))?;
    order(world, "member-he", "renwo", |question| (question.plan, question.megabytes) = (Some("fan".into()), 5_120))?;
    let taken_back = order(world, "backer", "sme", |question| (question.plan, question.target, question.months) = (Some("100".into()), "chain".into(), 6))?;
    let who = world.acting_as("backer")?;
    world.write("tariffs.withdraw_order", move |tx| tariffs::withdraw_order(tx, &who, &taken_back))?;
    // Kept, not ordered.
    keep(world, "lead", "roaming", |question| (question.target, question.days, question.megabytes) = ("r45".into(), 2, 300))?;
    FIRMS[2..].iter().try_for_each(|firm| upgrade(world, firm))
}

fn keep(world: &World, whose: &str, book: &'static str, asked: impl FnOnce(&mut Question)) -> Result<Id, Fault> {
    let who = world.acting_as(whose)?;
    let mut question = Question::on(world.clock.now().day());
    asked(&mut question);
    world.write("tariffs.keep_quote", move |tx| {
        let books = <Ground as Asks>::books(tx)?;
        Ok(tariffs::keep_quote(tx, &who, books.get(book).ok_or(Failure::Absent)?, &question)?.id)
    })
}

fn order(world: &World, whose: &str, book: &'static str, asked: impl FnOnce(&mut Question)) -> Result<Id, Fault> {
    let (who, quote) = (world.acting_as(whose)?, keep(world, whose, book, asked)?);
    world.write("tariffs.place_order", move |tx| {
        let books = <Ground as Asks>::books(tx)?;
        Ok(tariffs::place_order(tx, &who, books.get(book).ok_or(Failure::Absent)?, &quote)?.id)
    })
}

/// Asked for by the firm, and decided by the enterprise branch in its case.
fn upgrade(world: &World, (firm, contract, mbps, then, whose): &Firm) -> Result<(), Fault> {
    let who = world.acting_as(whose)?;
    let contract_until = world.clock.now().day().plus_days(500);
    let draft = UpgradeDraft { firm: (*firm).into(), contract: (*contract).into(), contract_until, mbps: *mbps };
    let asked = world.write("tariffs.apply_upgrade", move |tx| {
        let (terms, books) = (<Ground as Asks>::line(tx)?, <Ground as Asks>::books(tx)?);
        tariffs::apply_upgrade(tx, &who, &terms, books.get("line"), &draft)
    })?;
    world.settle_jobs()?;
    if then.is_empty() {
        return Ok(());
    }
    let branch = world.acting_as("unit-gov")?;
    let case = world.read(|read| tariffs::upgrade(read, &asked.id)?.case.ok_or(Failure::Absent))?;
    let reason = if *then == "decline" { "示范：所在楼宇的接入端口暂不支持更高档位，扩容后可再申请" } else { "" };
    act::make_move(world, &branch, &case, then, reason)?;
    world.settle_jobs()
}
