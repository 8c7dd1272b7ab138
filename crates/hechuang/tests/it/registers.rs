//! The registers and facts that the pack brings: there from the start, beside their sources, on the pages of the bases, and found by search.

use serde_json::Value;
use webkit::testing::Client;

use crate::ground::House;

fn found(client: &mut Client, query: &str, kind: &str) -> Vec<String> {
    let view = client.get_json(&format!("/search?q={query}")).expect(200).json();
    let kinds = view["kinds"].as_array().into_iter().flatten();
    let hits = kinds.filter(|one| one["kind"] == kind).flat_map(|one| one["hits"].as_array().cloned().unwrap_or_default());
    hits.filter_map(|hit| hit["title"]["zh"].as_str().map(str::to_owned)).collect()
}

#[test]
fn registers_and_facts_of_the_plan_are_there_and_found() {
    let house = House::peopled();
    let mut stranger = Client::new(&house.app);
    let kinds = stranger.get_json("/registers").expect(200).json();
    let count = |kind: &str| kinds["kinds"].as_array().into_iter().flatten().find(|one| one["kind"] == kind).and_then(|one| one["count"].as_i64());
    assert_eq!((count("partner"), count("lab_topic"), count("policy"), count("obstacle")), (Some(64), Some(11), Some(6), Some(7)));
    assert_eq!((count("tenant"), count("patent")), (Some(0), Some(0)), "the plan names none");
    let partners = stranger.get_json("/registers/partner?node=group/mars").json();
    assert!(partners["records"].as_array().is_some_and(Vec::is_empty), "no such path: nothing, not everything");
    sourced(&stranger.get_json("/registers/partner?f.form=university").expect(200).json());
    let base = stranger.get_json("/bases/cd-5g").expect(200).json();
    assert_eq!((base["registers"][0]["kind"].as_str(), base["registers"][0]["records"].as_array().map(Vec::len)), (Some("partner"), Some(5)), "{base}");
    assert!(stranger.get("/bases/cd-5g").expect(200).body.contains("/registers/partner/cd-5g-changhong"));
    assert_eq!(found(&mut stranger, "大疆", "register").first().map(String::as_str), Some("大疆"), "a word of two characters, hits in the title first");
    assert!(found(&mut stranger, "Huawei", "register").len() >= 4);
    assert!(!found(&mut stranger, "%E5%AE%A2%E6%88%B7", "fact").is_empty(), "facts too");
    assert!(stranger.get_json("/facts?conflicting=true").json()["groups"].as_array().is_some_and(|groups| !groups.is_empty()));
    house.temp.assert_clean();
}

/// Every record names the line and the words that it comes from.
fn sourced(view: &Value) {
    let records = view["records"].as_array().expect("records");
    assert!(records.len() >= 8, "{view}");
    for record in records {
        assert!(record["body"]["source"].as_str().is_some_and(|place| place.starts_with('L')), "{record}");
        assert!(record["body"]["quote"].as_str().is_some_and(|quote| quote.chars().count() > 5), "{record}");
    }
}

#[test]
fn a_search_goes_on_within_a_kind() {
    let house = House::peopled();
    let mut stranger = Client::new(&house.app);
    let all = stranger.get_json("/search?q=5G").expect(200).json();
    let facts = all["kinds"].as_array().into_iter().flatten().find(|one| one["kind"] == "register").expect("registers speak of 5G").clone();
    let number = facts["found"].as_u64().expect("a number");
    assert!(number > 20 && facts["hits"].as_array().map(Vec::len) == Some(20), "{number}");
    let page = stranger.get("/search?q=5G&kind=register").expect(200).body;
    assert!(page.contains("rel=\"next\"") && page.contains("cursor=20"), "{page}");
    let rest = stranger.get_json("/search?q=5G&kind=register&cursor=20").expect(200).json();
    assert!(rest["kinds"][0]["hits"].as_array().is_some_and(|hits| !hits.is_empty()));
    assert!(stranger.english().get("/search?q=zzzz").expect(200).body.contains("/programme"), "an empty result says where else to look");
}
