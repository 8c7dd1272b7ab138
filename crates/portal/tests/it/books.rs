//! The books.

use ledger::Posting;
use serde_json::json;
use words::{Acting, Id, Instant, Node};

use crate::world::{World, in_all_faces, world};

fn with_a_grant(world: &World) -> (Id, Id) {
    let lead = world.person("陈思远", "staff", &Node::group(), "zj");
    let person = lead.clone();
    let posted = world.write(move |tx| {
        let book = programme::book(tx)?;
        let posting = Posting::new("hemi.grant", format!("hemi.grant:s1:{person}"), "hemi.season", &Id::fixed("s1"));
        ledger::post(tx, &book, &Acting::system("test"), posting.id("season", "s1").id("person", person.as_str()).amount("amount", 1000))
    });
    (lead, posted.id.unwrap())
}

#[test]
fn from_the_balance_to_the_posting_to_what_is_behind_it() {
    let world = world();
    let (lead, posting) = with_a_grant(&world);
    let finance = world.person("钱会计", "finance", &Node::group(), "zj");
    let trial = in_all_faces(&world.as_person(&finance), "/ledger");
    let wallet = format!("hemi:wallet:{lead}");
    assert!(trial["lines"].as_array().unwrap().iter().any(|line| line["path"] == wallet.as_str() && line["balance"]["minor"] == 1000), "{trial}");
    in_all_faces(&world.as_person(&finance), "/ledger?as_of=2026-01-01");
    let found = in_all_faces(&world.as_person(&finance), "/ledger/accounts?q=wallet");
    assert_eq!(found["accounts"][0]["path"], wallet.as_str());
    let account = in_all_faces(&world.as_person(&finance), &format!("/ledger/accounts?path={wallet}&as_of=2026-01-01"));
    assert_eq!((account["account"]["entries"][0]["posting"].as_str(), account["account"]["as_of"]["minor"].as_i64()), (Some(posting.as_str()), Some(0)));
    let page = in_all_faces(&world.as_person(&finance), &format!("/ledger/postings/{posting}"));
    assert!(page["things"].as_array().unwrap().iter().any(|thing| thing["kind"] == "person" && thing["name"] == "陈思远"), "{page}");
    world.as_person(&finance).get("/ledger/accounts?path=no:such").expect(404);
    for form in ["csv", "hledger", "beancount"] {
        let file = world.as_person(&finance).get(&format!("/ledger/journal?form={form}")).expect(200);
        assert!(file.body.contains(posting.as_str()), "{form}: {}", file.body);
    }
    let sheet = world.as_person(&finance).get("/ledger?format=csv").expect(200);
    assert!(sheet.body.contains(&wallet));
}

#[test]
fn a_month_is_closed_after_a_second_look_by_who_may() {
    let world = world();
    with_a_grant(&world);
    let finance = world.person("钱会计", "finance", &Node::group(), "zj");
    let auditor = world.person("审计员", "auditor", &Node::group(), "zj");
    in_all_faces(&world.as_person(&finance), "/ledger/months");
    let here = "/ledger/months/2026-09";
    assert_eq!(in_all_faces(&world.as_person(&finance), here)["may_close"], false, "the month is not over");
    world.temp.clock.set(Instant::parse("2026-10-02T00:00:00Z").unwrap());
    let view = in_all_faces(&world.as_person(&finance), here);
    assert!(view["may_close"].as_bool().unwrap() && view["moved"].as_i64().unwrap() >= 2, "{view}");
    assert_eq!(in_all_faces(&world.as_person(&auditor), here)["may_close"], false);
    world.as_person(&auditor).post_json(&format!("{here}/closing"), &json!({ "confirm": "2026-09" })).expect(403);
    world.as_person(&finance).post_json(&format!("{here}/closing"), &json!({ "confirm": "2026-08" })).expect(422);
    world.as_person(&finance).post_json(&format!("{here}/closing"), &json!({ "confirm": "2026-09" })).expect(200);
    assert!(in_all_faces(&world.as_person(&finance), here)["closed"]["hash"].is_string());
    world.as_person(&finance).get("/ledger/months/nonsense").expect(404);
}
