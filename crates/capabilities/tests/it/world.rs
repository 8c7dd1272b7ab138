//! A world with some people; cases are stood in for by a counter.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};

use capabilities::{
    AppDraft, Approval, Asks, Billing, Capabilities, CapabilityDraft, Discount, Environment, KeyDraft, Listed, ListedPlan, ListedPlatform, NewKey, Plan,
    PlanSource, VersionCase, VersionDraft,
};
use store::testing::{Temp, temp};
use store::{Part, Read, Tx};
use words::{Acting, Bilingual, Failure, Fault, Grant, Id, Node, Outcome, Refusal, Span};

static BOOK: LazyLock<Arc<ledger::Book>> = LazyLock::new(|| {
    let files = [("capabilities.toml", include_str!("../../../../packs/shuangchuang/ledger/capabilities.toml"))];
    Arc::new(ledger::Book::parse(&files).expect("the book"))
});

pub struct Ground;

static CASES: AtomicI64 = AtomicI64::new(1);
/// Has `case_leaving` left incubation?
pub static LEFT: AtomicBool = AtomicBool::new(false);

/// Apps for which money is set aside.
pub static UNSETTLED: std::sync::Mutex<Vec<Id>> = std::sync::Mutex::new(Vec::new());

impl Asks for Ground {
    fn open_case(_: &mut Tx, _: &Acting, case: VersionCase) -> Result<Id, Fault> {
        assert!(case.title.ends_with(char::is_numeric), "{case:?}");
        Ok(Id::new("case", CASES.fetch_add(1, Ordering::SeqCst), [1; 10]))
    }
    fn open_subscription(_: &mut Tx, _: &Acting, _: capabilities::SubscriptionCase) -> Result<Id, Fault> {
        Ok(Id::new("case", CASES.fetch_add(1, Ordering::SeqCst), [2; 10]))
    }
    fn move_subscription(_: &mut Tx, _: &Acting, _: &Id, _: &str, reason: &str) -> Result<bool, Fault> {
        Ok(reason != "elsewhere")
    }
    fn really_known(_: &Read, person: &Id) -> Result<bool, Fault> {
        Ok(*person != self::person(66))
    }
    /// Free until December, half until March; a case that is left costs everything.
    fn discount(read: &Read, _: &Id, case: &Id) -> Result<Option<Discount>, Fault> {
        let step = |pay_percent, until: &str| Some(Discount { pay_percent, until: words::Day::parse(until).ok() });
        let today = read.now().day().to_string();
        Ok(match case.as_str() {
            "case_leaving" if LEFT.load(Ordering::SeqCst) => None,
            "case_leaving" | "case_incubating" if today.as_str() < "2026-12-01" => step(0, "2026-12-01"),
            "case_leaving" | "case_incubating" if today.as_str() < "2027-03-01" => step(50, "2027-03-01"),
            _ => None,
        })
    }
    fn incubating(read: &Read, person: &Id) -> Result<Vec<(Id, String, Discount)>, Fault> {
        let case = Id::fixed("case_incubating");
        Ok(Self::discount(read, person, &case)?.map(|discount| (case, "孵化中的项目".into(), discount)).into_iter().collect())
    }
    fn names(_: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        Ok(people.iter().map(|person| (person.clone(), format!("name of {person}"))).collect())
    }
    fn book(_: &Read) -> Result<Arc<ledger::Book>, Fault> {
        Ok(BOOK.clone())
    }
    fn plans(_: &Read) -> Result<Vec<Plan>, Fault> {
        let plan = |key: &str, environment, per_month| Plan {
            key: key.into(),
            name: Bilingual::new(key, key),
            environment,
            per_second: 10,
            burst: 20,
            per_month,
            ..Plan::default()
        };
        let any = |key: &str, approval, per_month| Plan { capability: Some("*".into()), approval, ..plan(key, Environment::Live, per_month) };
        Ok(vec![
            plan("sandbox", Environment::Sandbox, 100),
            plan("trial", Environment::Live, 1_000),
            plan("free", Environment::Live, 0),
            plan("more", Environment::Live, 5_000),
            any("open", Approval::Automatic, 100),
            Plan { book: Some("capability".into()), billing: Billing::Prepaid, ..any("payg", Approval::Owner, 500) },
            any("business", Approval::RealName, 0),
        ])
    }
    fn listed(_: &Read) -> Result<ListedPlan, Fault> {
        let platform = |slug: &str, zh: &str| ListedPlatform { slug: slug.into(), name: Bilingual::new(zh, slug) };
        let listed = |key: &str, zh: &str| Listed {
            key: key.into(),
            name: Bilingual::new(zh, key),
            about: None,
            platform: "comms".into(),
            source: PlanSource { line: 403, quote: "短信、语音、流量".into(), as_of: "2017-07".into() },
        };
        let platforms = vec![platform("comms", "基础通信能力开放平台"), platform("iot", "物联网开放平台")];
        Ok(ListedPlan { platforms, capabilities: vec![listed("cap.sms", "短信"), listed("cap.voice", "语音")] })
    }
    fn is_unsettled(_: &Tx, app: &Id) -> Result<bool, Fault> {
        Ok(UNSETTLED.lock().expect("apps").contains(app))
    }
    fn sunset(_: &Read) -> Result<Span, Fault> {
        Ok(Span::days(180))
    }
    fn overlap_hours(_: &Read) -> Result<i64, Fault> {
        Ok(24)
    }
}

static LEDGER: Part = ledger::PART;
static PART: Part = Capabilities::<Ground>::PART;

pub fn world() -> Temp {
    temp(&[&webkit::PART, &LEDGER, &metering::PART, &PART])
}

pub fn person(n: u8) -> Id {
    Id::new("per", 1_000 + i64::from(n), [n; 10])
}

fn acting(person: Id, node: Node, rights: &[&str]) -> Acting {
    let rights: BTreeSet<String> = rights.iter().map(|right| (*right).to_owned()).collect();
    Acting {
        person,
        grants: vec![Grant { role: "some".into(), node, rights, office: false, but: BTreeSet::new(), deputy_for: None }],
        proved_at: None,
        scopes: None,
    }
}

/// Somebody who opens capabilities.
pub fn owner(n: u8) -> Acting {
    acting(person(n), Node::at("group/zj"), &[capabilities::rights::OWN])
}

/// The operator of the platform.
pub fn operator() -> Acting {
    acting(person(99), Node::group(), capabilities::rights::ALL)
}

/// As a gateway comes in.
pub fn gateway() -> Acting {
    acting(Id::fixed("gtw_house"), Node::group(), &[webkit::SERVE])
}

/// A firm.
pub fn firm() -> Id {
    Id::new("org", 1_000, [1; 10])
}

/// A member of the firm with these rights.
pub fn member(n: u8, rights: &[&str]) -> Acting {
    acting(person(n), capabilities::payer::firm_place(&firm()), rights)
}

/// Somebody without any right.
pub fn developer(n: u8) -> Acting {
    acting(person(n), Node::group(), &[])
}

/// Writes; a refusal comes back as it is.
pub fn refused<T: Send + 'static, R: Refusal>(world: &Temp, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> Result<T, Failure<R>> {
    world.db.write("test", case)
}

/// Writes and expects success.
pub fn done<T: Send + 'static, R: Refusal>(world: &Temp, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> T {
    refused(world, case).map_err(Failure::into_fault).expect("done")
}

pub fn sms() -> CapabilityDraft {
    CapabilityDraft {
        slug: "sms".into(),
        node: Node::at("group/zj"),
        platform: Some("comms".into()),
        fact: Some("cap.sms".into()),
        zh: "短信".into(),
        en: "Messages".into(),
        about_zh: "发短信".into(),
        about_en: "Sends messages".into(),
    }
}

pub const DOCUMENT: &str =
    r#"{"openapi":"3.1.0","info":{"title":"Messages","version":"1"},"paths":{"/messages":{"post":{"operationId":"send","summary":"Send"}}}}"#;

pub fn version() -> VersionDraft {
    VersionDraft {
        sandbox_upstream: "http://127.0.0.1:9001".into(),
        live_upstream: "http://127.0.0.1:9002/v1".into(),
        document: DOCUMENT.into(),
        timeout_ms: 1_000,
        body_limit: 10_000,
    }
}

/// An app of this developer with its first key.
pub fn app(world: &Temp, n: u8, environment: Environment) -> (capabilities::App, NewKey) {
    let draft = AppDraft { name: "小程序".into(), environment, payer: None };
    done(world, move |tx| capabilities::make_app(tx, &developer(n), &draft, "first"))
}

pub fn key_named(name: &str) -> KeyDraft {
    KeyDraft { name: name.into(), ..KeyDraft::default() }
}

pub fn seen<T>(world: &Temp, look: impl FnOnce(&Read) -> Result<T, Fault>) -> T {
    world.db.read::<_, words::Never>(|read| Ok(look(read)?)).map_err(Failure::into_fault).expect("seen")
}
