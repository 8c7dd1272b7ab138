//! Bills of a firm: who sees and pays them, who is told, and what becomes of a limit when another pays.

use billing::PaidBy;
use serde_json::Value;
use webkit::testing::Client;

use crate::pages::app_of;
use crate::world::*;

/// An app that the firm pays for.
fn of_the_firm(n: usize, mode: PaidBy) -> billing::Opening {
    billing::Opening { customer: firm(), ..opening(n, 70, mode) }
}

fn count(view: &Value, list: &str) -> usize {
    view[list].as_array().map_or(0, Vec::len)
}

#[test]
fn who_acts_for_a_firm_sees_its_bills_beside_their_own_and_nobody_else_does() {
    let world = world();
    open(&world, of_the_firm(1, PaidBy::Invoice));
    open(&world, opening(2, 7, PaidBy::Invoice));
    meter(&world, &app(1), "calls", hour("2026-09", 5), 6_000);
    meter(&world, &app(2), "calls", hour("2026-09", 5), 2_000);
    bill(&world, "2026-09");
    let door = app_of(&world);
    let (mut finance, mut other) = (Client::session(&door, "7"), Client::session(&door, "1"));
    let (bills, wallet) = (format!("/billing?party={}", firm()), format!("/billing/wallet?party={}", firm()));
    let (own, firms) = (finance.get_json("/billing").expect(200).json(), finance.get_json(&bills).expect(200).json());
    assert_eq!((count(&own, "invoices"), count(&firms, "invoices"), count(&own["whose"], "parties")), (1, 1, 2), "{own} {firms}");
    assert_eq!((own["whose"]["oneself"].as_bool(), firms["whose"]["oneself"].as_bool()), (Some(true), Some(false)));
    assert_ne!(own["invoices"][0]["id"], firms["invoices"][0]["id"]);
    let invoice = format!("/billing/invoices/{}", firms["invoices"][0]["id"].as_str().expect("an id"));
    let page = finance.get(&invoice).expect(200).body;
    assert!(page.contains(&format!("href=\"{bills}\"")), "back to the firm's bills: {page}");
    assert!(finance.get(&bills).expect(200).body.contains(&format!("/billing/wallet?party={}", firm())), "links keep whose they are");
    for path in [&bills, &wallet, &invoice] {
        assert_eq!(other.get_json(path).status, 404, "{path}");
    }
    assert_eq!(finance.get_json(&format!("/billing?party={}", person(1))).status, 404);
    // The wallet, the limit and the title are the firm's.
    let id = firm().to_string();
    other.post("/billing/topups", &[("customer", &id), ("amount", "12.00"), ("_back", "/billing/wallet")]).expect(404);
    let there = finance.post("/billing/topups", &[("customer", &id), ("amount", "12.00"), ("_back", "/billing/wallet")]).expect(303);
    assert_eq!(there.location(), wallet);
    let set = finance.post("/billing/budget", &[("_method", "put"), ("subject", &app(1)), ("amount", "50"), ("hard", "true"), ("_back", "/billing/wallet")]);
    assert_eq!(set.expect(303).location(), wallet);
    finance.post("/billing/details", &[("_method", "put"), ("party", &id), ("title", "青禾科技"), ("_back", "/billing")]).expect(303);
    let (own, firms) = (finance.get_json("/billing/wallet").expect(200).json(), finance.get_json(&wallet).expect(200).json());
    assert_eq!((count(&own, "top_ups"), count(&firms, "top_ups"), firms["budgets"][0]["hard"].as_bool()), (0, 1, Some(true)));
    assert_eq!(finance.get_json(&bills).expect(200).json()["details"]["title"], "青禾科技");
    world.assert_clean();
}

#[test]
fn whoever_acts_for_a_firm_is_told_where_its_wallet_is() {
    let world = world();
    open(&world, of_the_firm(1, PaidBy::Invoice));
    let subject = app(1);
    done(&world, move |tx| billing::set_budget::<Ground>(tx, &member(7), &subject, Some(1_000), false));
    meter(&world, &app(1), "calls", hour("2026-09", 10), 6_000);
    world.run_until(hour("2026-09", 14));
    let links: Vec<String> =
        seen(&world, |read| read.rows("select * from desk_message", &[])).iter().map(|row| row.get::<String>("link").expect("a link")).collect();
    assert_eq!(links, [format!("/billing/wallet?party={}", firm())]);
    world.assert_clean();
}

#[test]
fn a_limit_goes_with_whoever_set_it() {
    let world = world();
    open(&world, opening(1, 1, PaidBy::Invoice));
    let subject = app(1);
    let limited = || seen(&world, |read| billing::is_limited(read, &app(1)));
    done(&world, move |tx| billing::set_budget::<Ground>(tx, &member(1), &subject, Some(1_000), true));
    assert!(limited());
    for _ in 0..2 {
        let subject = app(1);
        done(&world, move |tx| Ok::<_, words::Failure<words::Never>>(billing::drop_budget(tx, &words::Acting::system("reaction"), &subject)?));
        assert!(!limited());
    }
    world.assert_clean();
}

#[test]
fn nobody_else_pays_while_money_is_set_aside_for_what_was_used() {
    let world = world();
    open(&world, opening(1, 1, PaidBy::Prepaid));
    crate::wallets::top_up(&world, 1, 50_000);
    let unsettled = || done(&world, |tx| Ok::<_, words::Failure<words::Never>>(billing::is_unsettled::<Ground>(tx, &app(1))?));
    assert!(!unsettled());
    let gateway = words::Acting::system("gateway");
    let reserved = done(&world, move |tx| billing::reserve::<Ground>(tx, &gateway, &app(1), "calls", 2_000));
    assert!(unsettled() && reserved.held_minor > 0, "money is set aside");
    let free = move |tx: &mut store::Tx| {
        billing::release::<Ground>(tx, &words::Acting::system("gateway"), &app(1), "calls", reserved.month, reserved.calls)?;
        Ok::<_, words::Failure<words::Never>>(())
    };
    done(&world, free);
    assert!(!unsettled(), "no call was made");
    world.assert_clean();
}
