//! The programme as everybody sees it.

use crate::world::{in_all_faces, world};

#[test]
fn every_public_page_answers_in_both_languages_and_as_json() {
    let world = world();
    let stranger = world.stranger();
    let paths = [
        "/",
        "/programme",
        "/programme/mech-fund",
        "/works",
        "/works?status=planned",
        "/bases",
        "/bases?kind=lab&city=beijing",
        "/bases/hz-space",
        "/rulebook",
        "/rulebook?status=drafting",
        "/achievements",
        "/achievements?group=N-C",
        "/platforms",
        "/platforms/iot",
        "/platforms/history",
        "/contradictions",
        "/roadmap",
        "/showcase",
        "/showcase?kind=lessons&q=x",
        "/help",
        "/privacy",
        "/accessibility",
        "/search",
        "/search?q=物联",
    ];
    for path in paths {
        in_all_faces(&stranger, path);
    }
}

#[test]
fn the_lists_hold_what_the_plan_says() {
    let world = world();
    let mut stranger = world.stranger();
    let works = stranger.get_json("/works").json();
    assert_eq!(works["works"].as_array().unwrap().len(), 28);
    let counts: Vec<i64> = works["counts"].as_array().unwrap().iter().map(|count| count["count"].as_i64().unwrap()).collect();
    assert_eq!(counts, [19, 7, 2]);
    assert_eq!(stranger.get_json("/works?status=building").json()["works"].as_array().unwrap().len(), 7);
    assert_eq!(stranger.get_json("/bases").json()["bases"].as_array().unwrap().len(), 26);
    assert_eq!(stranger.get_json("/rulebook").json()["documents"].as_array().unwrap().len(), 17);
    assert_eq!(stranger.get_json("/platforms").json()["platforms"].as_array().unwrap().len(), 7);
    let rows = stranger.get_json("/programme").json();
    let of = |group: &str| rows["rows"].as_array().unwrap().iter().find(|row| row["group"] == group).unwrap()["boxes"].as_array().unwrap().len();
    assert_eq!([of("goal"), of("platform"), of("base_kind"), of("mechanism"), of("mode")], [1, 2, 3, 4, 5]);
}

#[test]
fn every_fact_stands_beside_its_source() {
    let world = world();
    let mut stranger = world.stranger();
    for found in stranger.get_json("/achievements").json()["found"].as_array().unwrap() {
        for fact in found["facts"].as_array().unwrap() {
            let source = &fact["source"];
            assert!(
                source["line"].as_i64().unwrap() > 0 && !source["quote"].as_str().unwrap().is_empty() && !source["as_of"].as_str().unwrap().is_empty(),
                "{fact}"
            );
        }
    }
    let page = stranger.get("/bases/hz-space").body;
    assert!(page.contains("由中国移动杭州研发中心运营") && page.contains("第 463 行"), "{page}");
    for found in stranger.get_json("/contradictions").json()["contradictions"].as_array().unwrap() {
        assert!(found["readings"].as_array().unwrap().len() >= 2, "{found}");
    }
}

#[test]
fn every_box_of_the_map_and_every_base_and_platform_leads_on() {
    let world = world();
    let mut stranger = world.stranger();
    let rows = stranger.get_json("/programme").json();
    for fact in rows["rows"].as_array().unwrap().iter().flat_map(|row| row["boxes"].as_array().unwrap()) {
        stranger.get(&format!("/programme/{}", fact["key"].as_str().unwrap())).expect(200);
    }
    for base in stranger.get_json("/bases").json()["bases"].as_array().unwrap() {
        stranger.get(&format!("/bases/{}", base["key"].as_str().unwrap())).expect(200);
    }
    for platform in stranger.get_json("/platforms").json()["platforms"].as_array().unwrap() {
        stranger.get(&format!("/platforms/{}", platform["slug"].as_str().unwrap())).expect(200);
    }
}

#[test]
fn the_groupings_of_2011_and_2016_lead_on_to_platforms_that_are_there() {
    let world = world();
    let mut stranger = world.stranger();
    let history = stranger.get_json("/platforms/history").expect(200).json();
    let groupings = history["groupings"].as_array().unwrap();
    let parts = |at: usize| groupings[at]["parts"].as_array().unwrap().len();
    assert_eq!((groupings.len(), parts(0), parts(1)), (2, 4, 4), "{history}");
    assert_eq!((&groupings[0]["grouping"]["value"], &groupings[1]["grouping"]["value"]), (&"2011".into(), &"2016".into()));
    for part in groupings.iter().flat_map(|one| one["parts"].as_array().unwrap()) {
        assert!(part["part"]["source"]["line"].as_i64().unwrap() > 0 && part["part"]["note"].is_object(), "{part}");
        let href = part["part"]["href"].as_str().unwrap();
        if href != "/capabilities" {
            stranger.get(href).expect(200);
            assert!(!part["capabilities"].as_array().unwrap().is_empty() && part["platform"].is_object(), "{part}");
        }
    }
    assert!(stranger.get("/platforms").body.contains("/platforms/history"));
}

#[test]
fn lists_leave_as_csv_and_xlsx() {
    let world = world();
    let mut stranger = world.stranger();
    for path in ["/works", "/bases", "/rulebook", "/achievements", "/contradictions", "/showcase"] {
        let csv = stranger.get(&format!("{path}?format=csv")).expect(200);
        assert!(csv.bytes.starts_with("\u{feff}".as_bytes()), "{path}");
        assert!(!csv.body.contains("portal-"), "{path}: {}", csv.body.lines().next().unwrap_or_default());
        let xlsx = stranger.get(&format!("{path}?format=xlsx")).expect(200);
        assert!(xlsx.bytes.starts_with(b"PK"), "{path}");
    }
    let csv = stranger.get("/works?status=planned&format=csv");
    assert_eq!(csv.body.trim_end().lines().count(), 3, "the sheet has the rows of the filter and a head");
}

#[test]
fn what_is_not_there_is_not_found_and_bad_filters_are_named() {
    let world = world();
    let mut stranger = world.stranger();
    for path in ["/bases/no-such", "/platforms/no-such", "/programme/no-such", "/showcase/case_0", "/rounds/rnd_0"] {
        stranger.get(path).expect(404);
        stranger.get_json(path).expect(404);
    }
    let refused = stranger.get_json("/works?status=finished").expect(422);
    assert_eq!(refused.json()["errors"][0]["pointer"], "/status");
    let long = format!("/bases?q={}", "a".repeat(101));
    stranger.get_json(&long).expect(422);
}

#[test]
fn the_search_finds_a_two_character_word_for_strangers_too() {
    let world = world();
    let found = world.stranger().get_json("/search?q=联创").json();
    let kinds: Vec<&str> = found["kinds"].as_array().unwrap().iter().map(|kind| kind["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"base"), "{found}");
    let page = world.stranger().get("/search?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA").body;
    assert!(page.contains("没有找到"), "{page}");
}

#[test]
fn the_footer_shows_the_record_and_the_language_switch_keeps_the_page() {
    let world = world();
    let page = world.stranger().get("/bases?kind=lab").body;
    assert!(page.contains("京ICP备00000000号") && page.contains("/accessibility") && page.contains("/privacy"));
    assert!(page.contains("/bases?kind=lab&amp;lang=en"), "{page}");
}
