//! Two months of a developer's usage, billed: the first invoice is paid by a bank statement, the second is open; what the owner of the capability earned is
//! settled and signed; a wallet is topped up and pays for a second app. What is called was published by a project.
//!
//! Moments lie in the last full months before the end, so that what is shown is recent; a short simulation has none of it.

use std::sync::Arc;

use billing::{BankRow, Details, Month, StatementDraft};
use capabilities::{AppDraft, CapabilityDraft, Environment, SubscriptionDraft, SubscriptionRefusal, VersionDraft, VersionRefusal};
use metering::{Admitted, Ending, Entry, LogId, Settled, Shipment, UsageEvent};
use words::{Failure, Fault, Id, Instant, Node, Outcome};

use super::{World, act};
use crate::ground::Ground;

/// Something that happens at its moment.
pub(super) type Step = (Instant, fn(&World) -> Result<(), Fault>);

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// What happens, the earliest first; nothing, if there is no time for it.
pub(super) fn schedule(from: Instant, until: Instant) -> Vec<Step> {
    // Four days after a month its invoices are there and its settlement is signed.
    let last = Month::of(until.plus_seconds(-4 * DAY).day()).back(1);
    let first = last.back(1);
    if from > first.start() {
        return Vec::new();
    }
    let at = |month: Month, seconds: i64| month.start().plus_seconds(seconds);
    vec![
        (at(first, 2 * DAY + 9 * HOUR), open),
        (at(last, -HOUR), use_month),
        (at(last, DAY + 3 * HOUR), settle_month),
        (at(last, 9 * DAY), pay_month),
        (at(last.next(), -HOUR), use_month),
        (at(last.next(), DAY + 3 * HOUR), settle_month),
        (until.plus_seconds(-3 * DAY), top_up),
        (until.plus_seconds(-3 * HOUR), tell_usage),
        (until.plus_seconds(-2 * HOUR), use_wallet),
    ]
}

/// Name of the capability in addresses.
const SLUG: &str = "hydrant";
/// The developer's live app and the one that a wallet pays for.
const BY_INVOICE: &str = "智慧社区小程序（正式）";
const BY_WALLET: &str = "社区访客登记";
/// A credit code that proves itself; of nobody.
const CREDIT_CODE: &str = "91350100M000100Y43";

/// What a project built is published; the developer goes live with an app that calls it and is billed by invoice, and says where bills go.
fn open(world: &World) -> Result<(), Fault> {
    world.write("lived.start_billing", |tx| Ok::<_, Failure<words::Never>>(billing::start_billing(tx)?))?;
    publish(world)?;
    subscribe(world, BY_INVOICE, "business")?;
    keep_details(world, "developer", "示范·广州社区互联科技有限公司")?;
    keep_details(world, "lead", "陈思远")
}

/// The lead registers a capability with its document; the operator lets it go live.
fn publish(world: &World) -> Result<(), Fault> {
    let (lead, operator) = (world.acting_as("lead")?, world.acting_as("capability-operator")?);
    let node = world.pack.node_of("zj").unwrap_or_else(Node::group);
    let capability = CapabilityDraft {
        slug: SLUG.into(),
        node,
        platform: Some("iot".into()),
        fact: None,
        zh: "消防栓状态（示范）".into(),
        en: "State of hydrants (demo)".into(),
        about_zh: "智慧消防栓项目开放的能力：查询一只消防栓的水压和状态。示范：沙箱由文档里的示例回答；正式上游是本机占位地址，没有接通，网关会答复 502。".into(),
        about_en: "Opened by the smart hydrant project: pressure and state of a hydrant. Demo: its sandbox answers with the examples of its document; its live upstream is a placeholder on this machine, so the gateway answers 502.".into(),
    };
    let version = VersionDraft {
        sandbox_upstream: "builtin:sample".into(),
        live_upstream: "http://127.0.0.1:9".into(),
        document: include_str!("hydrant.openapi.json").into(),
        timeout_ms: 5_000,
        body_limit: 65_536,
    };
    let who = lead.clone();
    let version = world.write("lived.publish", move |tx| -> Outcome<Id, VersionRefusal> {
        capabilities::register_capability(tx, &who, capability.clone()).map_err(|failure| Failure::Broken(failure.into_fault()))?;
        capabilities::add_version::<Ground>(tx, &who, SLUG, version.clone()).map(|version| version.id)
    })?;
    world.settle_jobs()?;
    act::make_move(world, &lead, &version, "publish", "")?;
    act::make_move(world, &lead, &version, "ask_live", "")?;
    act::make_move(world, &operator, &version, "go_live", "")
}

fn keep_details(world: &World, key: &str, title: &str) -> Result<(), Fault> {
    let (who, firm) = (world.acting_as(key)?, title.contains("公司"));
    let details = Details {
        title: title.into(),
        tax_number: if firm { CREDIT_CODE.into() } else { String::new() },
        address: "广州市天河区示范路 1 号 020-00000000".into(),
        bank: "示范银行广州分行".into(),
        account: "6222000011112222".into(),
    };
    world.write("lived.details", move |tx| billing::put_details::<Ground>(tx, &who, &who.person, &details).map(drop))
}

/// A new live app of the developer asks for a plan, and the owner of the capability agrees.
fn subscribe(world: &World, name: &str, plan: &'static str) -> Result<(), Fault> {
    let (who, lead) = (world.acting_as("developer")?, world.acting_as("lead")?);
    let draft = AppDraft { name: name.into(), environment: Environment::Live, payer: None };
    let asked = world.write("lived.subscription", move |tx| -> Outcome<Id, SubscriptionRefusal> {
        let (app, _) = capabilities::make_app(tx, &who, &draft, "正式密钥").map_err(|failure| Failure::Broken(failure.into_fault()))?;
        let draft = SubscriptionDraft { slug: SLUG.into(), plan: plan.into(), for_case: None, note: "在小程序里显示社区消防栓".into() };
        capabilities::subscribe::<Ground>(tx, &who, &app.id, &draft).map(|subscription| subscription.id)
    })?;
    world.settle_jobs()?;
    act::make_move(world, &lead, &asked, "approve", "")
}

fn app(world: &World, name: &str) -> Result<Id, Fault> {
    let who = world.acting_as("developer")?;
    let apps = world.read(|read| capabilities::my_apps(read, &who))?;
    apps.into_iter().find(|app| app.name == name).map(|app| app.id).ok_or_else(|| Fault::new(format!("the developer has no app {name}")))
}

/// Calls of a month's first twenty days come in; that is longer ago than single calls are kept.
fn use_month(world: &World) -> Result<(), Fault> {
    let from = world.clock.now().day().first_of_month().start().plus_seconds(2 * DAY + 10 * HOUR);
    ship(world, &app(world, BY_INVOICE)?, 1_400 + from.micros() / 86_400_000_000 % 97, from, 18 * DAY)
}

fn use_wallet(world: &World) -> Result<(), Fault> {
    let from = world.clock.now().plus_seconds(-2 * DAY);
    ship(world, &app(world, BY_WALLET)?, 1_240, from, 2 * DAY - HOUR)
}

/// The owner of the capability tells what it pushed besides; one event is of an app that is not there, and waits.
fn tell_usage(world: &World) -> Result<(), Fault> {
    let (lead, app, now) = (world.acting_as("lead")?, app(world, BY_INVOICE)?, world.clock.now());
    let event = |nth: i64| {
        let body = format!("curve-{now}-{nth}", now = now.micros());
        UsageEvent {
            source: "hydrant.example/push".into(),
            id: body.clone(),
            meter: format!("{SLUG}.megabytes"),
            subject: if nth == 5 { "app_00000000000000000000000000".into() } else { app.to_string() },
            at: Some(now.plus_seconds(-600 * nth)),
            dims: "HZ-0421".into(),
            units: Some(3 + nth),
            body_hash: store::sha256(&body),
            body: format!("{{\"id\":\"{body}\",\"source\":\"hydrant.example/push\",\"type\":\"{SLUG}.megabytes\",\"data\":{{\"units\":{}}}}}", 3 + nth),
        }
    };
    let events: Vec<UsageEvent> = (0..6).map(event).collect();
    world.write("lived.usage", move |tx| capabilities::take_usage::<Ground>(tx, &lead, SLUG, &events).map(drop))
}

/// A gateway ships calls that were spread evenly over a time; every hundredth failed upstream.
fn ship(world: &World, app: &Id, calls: i64, from: Instant, seconds: i64) -> Result<(), Fault> {
    let keys = world.read(|read| Ok(capabilities::keys_of(read, app)?))?;
    let key: Arc<str> = keys.first().map(|key| Arc::from(key.id.as_str())).ok_or_else(|| Fault::new("the app has no key"))?;
    // Of its own, so that the choices of the simulation stay what they were.
    let chance = store::Entropy::seeded(from.micros().unsigned_abs());
    let log = LogId { gateway: chance.id("gtw", from), epoch: 1, lane: 0 };
    let (meter, mut entries): (Arc<str>, Vec<Entry>) = (Arc::from(format!("{SLUG}.calls")), Vec::new());
    for nth in 0..calls {
        let at = from.plus_seconds(seconds * nth / calls);
        let kind = if nth % 7 == 0 { "v1 GET /hydrants" } else { "v1 GET /hydrants/{id}" };
        entries.push(Entry::Admitted(Admitted {
            at_us: at.micros(),
            app: Arc::from(app.as_str()),
            key: key.clone(),
            meter: meter.clone(),
            dims: Arc::from(kind),
            request: chance.id("req", at),
        }));
        let (of, wait_us) = (2 * nth + 1, 900 + u64::from(chance.bytes::<2>()[0]) * 16);
        let status = if nth % 100 == 99 { 503 } else { 200 };
        entries.push(Entry::Settled(Settled { of, ending: Ending::Answered, status, bytes_in: 0, bytes_out: 420, wait_us, total_us: wait_us + 300 }));
    }
    let mut first = 1;
    for some in entries.chunks(500) {
        let shipment = Shipment { log: log.clone(), first, entries: some.to_vec() };
        first += i64::try_from(some.len()).unwrap_or(0);
        world.write("lived.calls", move |tx| metering::take_shipment(tx, &shipment).map(drop))?;
    }
    Ok(())
}

/// The month before was billed: the operator prepares what owners are owed, finance signs, the operator makes the file for the bank.
fn settle_month(world: &World) -> Result<(), Fault> {
    let month = Month::of(world.clock.now().day()).back(1);
    let (operator, finance) = (world.acting_as("capability-operator")?, world.acting_as("finance")?);
    let who = operator.clone();
    world.write("lived.prepare_statements", move |tx| billing::prepare_statements::<Ground>(tx, &who, month).map(drop))?;
    for statement in world.read(|read| Ok(billing::statements_in(read, month)?))? {
        let who = finance.clone();
        world.write("lived.sign_statement", move |tx| billing::sign_statement::<Ground>(tx, &who, &statement.id).map(drop))?;
    }
    world.write("lived.send_payout", move |tx| billing::send_payout::<Ground>(tx, &operator).map(drop))
}

/// The bank reports: the invoice is paid, one row names nothing, one went out.
fn pay_month(world: &World) -> Result<(), Fault> {
    let developer = world.person("developer")?;
    let invoices = world.read(|read| Ok(billing::invoices_of(read, &developer)?))?;
    let invoice = invoices.first().ok_or_else(|| Fault::new("nothing was billed"))?;
    let memo = format!("能力调用费 {}", invoice.document.reference);
    take(world, &[("示范·广州社区互联科技", invoice.document.money.total, memo), ("示范·某某商贸", 300_000, "服务费".into()), ("", -1_250, "手续费".into())])
}

/// A second app is paid before: a top-up is asked for and comes.
fn top_up(world: &World) -> Result<(), Fault> {
    subscribe(world, BY_WALLET, "payg")?;
    let who = world.acting_as("developer")?;
    let subject = app(world, BY_WALLET)?.to_string();
    let asked = world.write("lived.top_up", move |tx| {
        billing::set_budget::<Ground>(tx, &who, &subject, Some(10_000), true)?;
        billing::ask_top_up::<Ground>(tx, &who, &who.person, 20_000)
    })?;
    take(world, &[("示范·广州社区互联科技", 20_000, asked.reference)])
}

/// Finance takes in a bank statement: who paid, fen, what they wrote.
fn take(world: &World, rows: &[(&str, i64, String)]) -> Result<(), Fault> {
    let (who, day) = (world.acting_as("finance")?, world.clock.now().day());
    let row = |(nth, (payer, amount_minor, memo)): (usize, &(&str, i64, String))| BankRow {
        row: nth + 2,
        number: format!("{day}-{:04}", nth + 1),
        day,
        amount_minor: *amount_minor,
        payer: (*payer).into(),
        account: if payer.is_empty() { String::new() } else { "6222000011112222".into() },
        memo: memo.clone(),
    };
    let rows: Vec<BankRow> = rows.iter().enumerate().map(row).collect();
    let draft =
        StatementDraft { name: format!("银行流水-{day}.csv"), hash: store::sha256(&format!("{rows:?}")), rows: i64::try_from(rows.len()).unwrap_or(0) };
    world.write("lived.bank_statement", move |tx| billing::take_statement::<Ground>(tx, &who, &draft, &rows).map(drop))
}
