//! A gateway in a process of its own, as far as its two sides go: over a real socket, with the feed, the purse and the shelf of the test behind it.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use capabilities::{Change, GatewayReport, Lease, Recorded, Said, Unmasked};
use gateway::{Balancer, Demand, Feed, Handed, HostOptions, Need, Recorder, Remote, RemoteMistake, Reporter, Server, Side, Taken, Taker, Teller};
use metering::{LogId, Shipment};
use store::SharedSecret;
use tokio::runtime::Runtime;
use words::{Fault, Id};

use crate::world::*;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

type Reports = Arc<Mutex<Vec<GatewayReport>>>;
type Records = Arc<Mutex<Vec<Recorded>>>;

/// What answers for the house.
struct Behind {
    feed: TestFeed,
    teller: TestTeller,
    taker: TestTaker,
    reports: Reports,
    records: Records,
}

impl Feed for Behind {
    fn newest(&mut self) -> Result<i64, Fault> {
        self.feed.newest()
    }
    fn since(&mut self, number: i64) -> Result<(i64, Vec<Change>), Fault> {
        self.feed.since(number)
    }
    fn everything(&mut self, take: &mut dyn FnMut(Vec<Change>)) -> Result<i64, Fault> {
        self.feed.everything(take)
    }
}

impl Teller for Behind {
    fn lease(&mut self, needs: &[Need]) -> Result<Vec<Option<Lease>>, Fault> {
        self.teller.lease(needs)
    }
    fn take_back(&mut self, holder: &Id, month: &str, units: i64) -> Result<(), Fault> {
        self.teller.take_back(holder, month, units)
    }
}

impl Taker for Behind {
    fn position(&mut self, log: &LogId) -> Result<(i64, bool), Fault> {
        self.taker.position(log)
    }
    fn take(&mut self, shipment: Arc<Shipment>) -> Result<Taken, Fault> {
        self.taker.take(shipment)
    }
    fn lose(&mut self, log: &LogId, next: i64) -> Result<(), Fault> {
        self.taker.lose(log, next)
    }
    fn close(&mut self, log: &LogId, last: i64) -> Result<(), Fault> {
        self.taker.close(log, last)
    }
}

impl Recorder for Behind {
    fn record(&mut self, records: &[Recorded]) -> Result<(), Fault> {
        self.records.lock().expect("records").extend_from_slice(records);
        Ok(())
    }
}

impl Reporter for Behind {
    fn report(&mut self, report: &GatewayReport) -> Result<(), Fault> {
        self.reports.lock().expect("reports").push(report.clone());
        Ok(())
    }
}

fn secret() -> SharedSecret {
    SharedSecret::of(SECRET).expect("a secret")
}

fn handed() -> Handed {
    let keys = BTreeMap::from([(capabilities::HASHER.to_owned(), hex::encode([7; 32]))]);
    Handed { keys, pass: "hcg_pass".into(), help: "http://localhost".into() }
}

/// The internal API of a house that has what this world has.
struct Far {
    at: SocketAddr,
    reports: Reports,
    records: Records,
    _runtime: Runtime,
}

impl Far {
    fn of(world: &World) -> Self {
        let (told, purse, shelf, reports) = (world.told.clone(), world.purse.clone(), world.shelf.clone(), Reports::default());
        let (records, noted) = (Records::default(), reports.clone());
        let kept = records.clone();
        let sides = move |_: &Id| -> Box<dyn Side> {
            let (feed, teller) = (TestFeed(told.clone()), TestTeller(purse.clone()));
            Box::new(Behind { feed, teller, taker: TestTaker(shelf.clone()), reports: noted.clone(), records: kept.clone() })
        };
        let hosts = |headers: &axum::http::HeaderMap| headers["host"].to_str().is_ok_and(|host| host.starts_with("127.0.0.1"));
        let router =
            gateway::host(HostOptions { secret: Arc::new(secret()), handed: handed(), sides: Arc::new(sides), rates: Arc::default(), hosts: Arc::new(hosts) });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port");
        let at = listener.local_addr().expect("an address");
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { at, reports, records, _runtime: runtime }
    }
}

fn remote(at: &str, secret: &SharedSecret, gateway: &Id) -> Remote {
    Remote::new(Server::parse(&format!("http://{at}"), false).expect("a server"), secret, gateway.clone(), None).expect("a remote")
}

fn id(number: u8) -> Id {
    Id::new("gtw", 1, [number; 10])
}

#[test]
fn both_sides_prove_that_they_know_the_secret_and_nobody_else_gets_a_word() {
    let far = Far::of(&World::new(None));
    let at = far.at.to_string();
    assert_eq!(remote(&at, &secret(), &id(1)).hello(&secret()), Ok(handed()));
    let other = SharedSecret::of(&SECRET.replace('0', "1")).expect("a secret");
    let refused = |mistake: Result<Handed, RemoteMistake>| matches!(mistake, Err(RemoteMistake::Refused(_)));
    assert!(refused(remote(&at, &other, &id(1)).hello(&other)), "a gateway with another secret");
    assert!(refused(remote(&format!("localhost:{}", far.at.port()), &secret(), &id(1)).hello(&secret())), "a host that the server does not answer for");
    assert!(refused(remote(&at, &secret(), &Id::fixed("usr_1")).hello(&secret())), "no gateway");
    // Whoever only knows what a gateway shows cannot answer its question.
    let liar = TcpListener::bind("127.0.0.1:0").expect("a port");
    let lies = liar.local_addr().expect("an address").to_string();
    std::thread::spawn(move || {
        let (mut stream, _) = liar.accept().expect("a gateway");
        let _ = stream.read(&mut [0; 4_096]);
        let body = format!("{{\"proof\":\"{}\",\"handed\":\"00\"}}", "0".repeat(64));
        let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    });
    assert!(refused(remote(&lies, &secret(), &id(1)).hello(&secret())));
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").to_string();
    let nobody = remote(&closed, &secret(), &id(1));
    assert!(matches!(nobody.hello(&secret()), Err(RemoteMistake::Away(_))) && nobody.link().away_since().is_some());
    // Without the token nothing is said, whatever is asked; and it says nothing of others.
    for (path, token) in [("hello", ""), ("newest", "Bearer 00"), ("everything", "Bearer "), ("shipments", "Basic x"), ("records", "Bearer x")] {
        let mut stream = TcpStream::connect(far.at).expect("a connection");
        write!(
            stream,
            "POST /internal/gateway/{path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: {token}\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{{}}"
        )
        .expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("secret-refused"), "{path}: {answer}");
    }
}

#[test]
fn what_a_gateway_asks_of_a_server_it_gets_as_in_one_process() {
    let world = World::new(None);
    let (far, gateway) = (Far::of(&world), id(1));
    let mut remote = remote(&far.at.to_string(), &secret(), &gateway);
    let told = world.told.lock().expect("the feed").changes.clone();
    let mut got = Vec::new();
    assert_eq!((remote.newest(), remote.everything(&mut |mut some| got.append(&mut some))), (Ok(told.len() as i64), Ok(told.len() as i64)));
    assert_eq!(got, told);
    assert_eq!(remote.since(2), Ok((told.len() as i64, told[2..].to_vec())));
    world.told.lock().expect("the feed").away = true;
    assert!(remote.newest().is_err() && remote.everything(&mut |_| {}).is_err() && remote.link().away_since().is_some());
    world.told.lock().expect("the feed").away = false;
    assert!(remote.newest().is_ok() && remote.link().away_since().is_none());

    let (log, call) = (LogId { gateway: gateway.clone(), epoch: 1, lane: 0 }, refused_call());
    assert_eq!(remote.position(&log), Ok((1, false)));
    let shipment = |first, count| Arc::new(Shipment { log: log.clone(), first, entries: vec![call.clone(); count] });
    assert_eq!(remote.take(shipment(2, 1)), Ok(Taken::Gap(1)));
    assert_eq!(remote.take(shipment(1, 20_000)), Ok(Taken::Next(20_001)), "in several pieces");
    assert_eq!((remote.take(shipment(1, 20_000)), world.shelf.lock().expect("the shelf").entries.len()), (Ok(Taken::Next(20_001)), 20_000));
    assert_eq!((remote.lose(&log, 20_003), remote.position(&log)), (Ok(()), Ok((20_003, false))));
    assert_eq!((remote.close(&log, 20_002), remote.take(shipment(20_003, 1))), (Ok(()), Ok(Taken::Closed)));
    let of_another = Shipment { log: LogId { gateway: id(2), ..log.clone() }, first: 1, entries: vec![call.clone()] };
    assert!(remote.take(Arc::new(of_another)).is_err(), "a gateway speaks for itself only");

    let said = || Said { head: vec![("content-type".into(), "text/plain".into())], length: 60_000, body: Some("\u{1}".repeat(60_000)) };
    let call = Unmasked { request: Id::fixed("req_1"), app: Id::fixed("app_1"), line: "GET /".into(), asked: said(), answered: said() };
    let batch: Vec<_> = (0..20).map(|_| call.mask()).collect();
    assert_eq!((remote.record(&batch), &*far.records.lock().expect("records")), (Ok(()), &batch), "as many as a gateway brings at a time");
}

#[test]
fn gateways_that_are_asked_by_the_same_app_share_its_rate_by_demand() {
    let far = Far::of(&World::new(None));
    let mut gateways = [1, 2].map(|number| remote(&far.at.to_string(), &secret(), &id(number)));
    let asked = |calls| vec![Demand { holder: Id::fixed("app_a"), calls }];
    assert_eq!(gateways[0].balance(&asked(10)), Ok(Vec::new()), "the only one has all of it");
    let second = gateways[1].balance(&asked(30)).expect("parts");
    let first = gateways[0].balance(&asked(10)).expect("parts");
    assert!(second[0].part > first[0].part && u32::from(first[0].part) + u32::from(second[0].part) <= 1 << 16, "{first:?} {second:?}");
    let many = (0..10_000).map(|n| Demand { holder: Id::new("sub", n, [1; 10]), calls: 1 }).collect::<Vec<_>>();
    assert_eq!(gateways[0].balance(&many), Ok(Vec::new()), "as many as it may speak of");
}

fn refused_call() -> metering::Entry {
    metering::Entry::Refused(metering::Refused { at_us: 1, app: None, reason: "gateway-key-missing".into(), count: 1 })
}

#[test]
fn a_lease_whose_answer_is_lost_is_asked_for_again_and_costs_nothing() {
    let world = World::new(None);
    let far = Far::of(&world);
    world.purse.lock().expect("the purse").left = 100;
    let (app, losing) = (Id::fixed("app_sandbox"), Arc::new(AtomicBool::new(true)));
    let mut remote = remote(&lossy(far.at, losing.clone()).to_string(), &secret(), &id(1));
    let need = |holder: &str, units| Need { holder: Id::fixed(holder), units };
    assert!(remote.lease(&[need("app_sandbox", 20)]).is_err(), "the answer is lost");
    assert_eq!(world.purse.lock().expect("the purse").left, 80, "and yet it was leased");
    losing.store(false, Ordering::SeqCst);
    world.purse.lock().expect("the purse").gone = Some(Id::fixed("app_gone"));
    let mut asked = |needs: &[Need]| {
        let leases = remote.lease(needs).expect("leases");
        let units = leases.iter().map(|lease| lease.as_ref().map(|lease| if let Lease::Units { units, .. } = lease { *units } else { 0 })).collect();
        (units, world.purse.lock().expect("the purse").left)
    };
    let together: (Vec<Option<i64>>, i64) = asked(&[need("app_other", 5), need("app_sandbox", 20), need("app_gone", 7), need("app_third", 8)]);
    assert_eq!(together, (vec![Some(5), Some(20), None, Some(8)], 67), "what was answered already costs nothing, and each gets its own");
    assert_eq!(asked(&[need("app_sandbox", 10)]), (vec![Some(10)], 57), "another question is another lease");
    losing.store(true, Ordering::SeqCst);
    assert!(remote.take_back(&app, "2026-09", 5).is_err());
    assert_eq!(world.purse.lock().expect("the purse").returned, 5, "what comes back is sent once: it was taken, or it counts as used");
}

/// Passes everything on, and while it loses, no answer back.
fn lossy(to: SocketAddr, losing: Arc<AtomicBool>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for near in listener.incoming().map_while(Result::ok) {
            let (far, losing) = (TcpStream::connect(to).expect("the server"), losing.clone());
            let (mut out, mut back) = (near.try_clone().expect("a stream"), far.try_clone().expect("a stream"));
            std::thread::spawn(move || {
                let (mut near, mut far) = (near, far);
                let _ = std::io::copy(&mut near, &mut far);
                let _ = far.shutdown(Shutdown::Both);
            });
            std::thread::spawn(move || {
                let mut piece = [0; 65_536];
                while let Ok(count @ 1..) = back.read(&mut piece) {
                    if losing.load(Ordering::SeqCst) || out.write_all(&piece[..count]).is_err() {
                        break;
                    }
                }
                let _ = (out.shutdown(Shutdown::Both), back.shutdown(Shutdown::Both));
            });
        }
    });
    at
}

#[test]
fn a_gateway_elsewhere_serves_meters_and_says_that_it_is_there() {
    let (mut world, folder) = (World::new(None), std::env::temp_dir().join(format!("hechuang_apart_{}", std::process::id())));
    let far = Far::of(&world);
    world.gateway = None;
    let _ = std::fs::remove_dir_all(&folder);
    let gateway = gateway::identity(&folder).expect("an id");
    let remote = remote(&far.at.to_string(), &secret(), &gateway);
    let side = || Box::new(remote.clone());
    let mut apart = gateway::start(world.options(folder.clone()), side(), side()).expect("a gateway");
    apart.ship(side()).expect("a shipper");
    apart.report(gateway::About { name: "edge".into(), address: "http://edge".into(), apart: false }, side()).expect("a reporter");
    world.gateway = Some(apart);
    assert_eq!(world.ask("GET /echo/v1/anything").status, 200);
    let begun = Instant::now();
    let answered =
        |world: &World| world.shelf.lock().expect("the shelf").entries.iter().filter(|(_, _, entry)| matches!(entry, metering::Entry::Settled(_))).count();
    while answered(&world) < 1 {
        assert!(begun.elapsed() < Duration::from_secs(10), "it is not metered");
        std::thread::sleep(Duration::from_millis(10));
    }
    world.gateway = None;
    let reports = far.reports.lock().expect("reports").clone();
    let (first, last) = (reports.first().expect("a report"), reports.last().expect("a report"));
    assert_eq!((&first.id, first.name.as_str(), first.keys, first.stops, first.apart), (&gateway, "edge", 2, false, true), "{first:?}");
    assert!(last.stops, "it says goodbye: {last:?}");
    let shelf = world.shelf.lock().expect("the shelf");
    assert!(shelf.logs.keys().all(|log| log.gateway == gateway || shelf.logs[log].1), "under its own name");
    drop(shelf);
    std::fs::remove_dir_all(folder).expect("gone");
}
