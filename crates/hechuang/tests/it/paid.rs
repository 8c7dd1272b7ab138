//! Money holds at the gateway: a wallet that is empty, a limit that is reached, each refused with its code, and let in again once it is mended.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hechuang::wiring;
use serde_json::{Value, json};
use words::Acting;

use crate::ground::House;
use crate::opened::Opened;

/// The same house, and a month has so many free calls.
pub fn with_free_calls(house: House, count: usize) -> House {
    with_pack(house, &[("books/capability.toml", "quantity = 1000", &format!("quantity = {count}"))])
}

/// The same house under the pack with something else in its files: (file, old, new).
pub fn with_pack(house: House, changes: &[(&str, &str, &str)]) -> House {
    let mut files: packs::Files = packs::embedded_files().iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    for (path, old, new) in [("pack.toml", "version = \"1.2.0\"", "version = \"1.3.0\"")].iter().chain(changes) {
        let text = String::from_utf8(files[*path].clone()).expect("a text");
        assert!(text.contains(old), "{path} has no {old}");
        files.insert((*path).to_owned(), text.replace(old, new).into_bytes());
    }
    let pack = Arc::new(packs::Pack::load(files).expect("a pack"));
    wiring::install_pack(&house.temp.db, &Acting::system("setup"), &pack).expect("installed");
    house
}

/// What the gateway answers to a call of the echo.
fn answer(opened: &Opened, key: &str) -> (u16, String) {
    let got = opened.call(key, "GET", "/echo/v1/anything", None);
    let code = serde_json::from_str::<Value>(&got.body).ok().and_then(|body| body["code"].as_str().map(str::to_owned));
    (got.status, code.unwrap_or_default())
}

/// Calls until they are answered like that; gives how many passed before.
#[track_caller]
pub fn until(opened: &Opened, key: &str, wanted: (u16, &str)) -> i64 {
    let (began, mut passed) = (Instant::now(), 0);
    loop {
        let (status, code) = answer(opened, key);
        if (status, code.as_str()) == wanted {
            return passed;
        }
        passed += i64::from(status == 200);
        assert!(began.elapsed() < Duration::from_secs(12), "{status} {code} and not {wanted:?}");
        if status != 200 {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Finance takes in a bank statement of one row.
pub fn pay(house: &House, number: &str, yuan: &str, memo: &str) {
    let sheet = format!("交易日期,流水号,金额,附言\n2026-11-20,{number},{yuan},{memo}\n");
    let seen = house.client("finance").upload("/billing/office/receipts", &[], &[("file", "流水.csv", "text/csv", sheet.as_bytes())]);
    assert_eq!(seen.status, 200, "{}", seen.body);
    house.temp.settle();
}

#[test]
fn a_wallet_and_a_limit_hold_at_the_gateway() {
    let opened = Opened::of(with_free_calls(House::peopled(), 5));
    let house = &opened.house;
    let mut developer = house.client("developer");
    let key = opened.key_of("developer", "live");
    let app = house.first("select app as it from capabilities_key order by id desc limit 1", &[]).expect("the app");
    let asked = developer.post_json("/capabilities/echo/subscriptions", &json!({ "app": app, "plan": "payg" })).expect(201).json();
    house.temp.settle();
    let case = asked["id"].as_str().expect("an id");
    house.client("capability-operator").post_json(&format!("/cases/{case}/moves"), &json!({ "move": "approve" })).expect(200);
    house.temp.settle();

    // Five calls are free, and the wallet is empty.
    assert_eq!(until(&opened, &key, (402, "gateway-wallet-short")), 5);
    let asked = developer.post_json("/billing/topups", &json!({ "customer": house.world.persons["developer"], "amount": "0.20" })).expect(201).json();
    let reference = asked["reference"].as_str().expect("a reference").to_owned();
    pay(house, "W1", "0.20", &reference);
    assert_eq!(until(&opened, &key, (200, "")), 0, "let in again without anybody's doing");
    assert_eq!(until(&opened, &key, (402, "gateway-wallet-short")), 9, "two fen each, and one was made");

    // The wallet has money again, and the limit is reached.
    developer.send_json("PUT", "/billing/budget", &json!({ "subject": app, "amount": "0.24", "hard": true })).expect(200);
    let asked = developer.post_json("/billing/topups", &json!({ "customer": house.world.persons["developer"], "amount": "50.00" })).expect(201).json();
    pay(house, "W2", "50.00", asked["reference"].as_str().expect("a reference"));
    assert_eq!(until(&opened, &key, (402, "gateway-limit-reached")), 2, "0.20 were spent of 0.24");
    developer.send_json("PUT", "/billing/budget", &json!({ "subject": app, "amount": "0.50", "hard": true })).expect(200);
    house.temp.settle();
    until(&opened, &key, (200, ""));
    assert_eq!(until(&opened, &key, (402, "gateway-limit-reached")), 12);
    house.temp.assert_clean();
}
