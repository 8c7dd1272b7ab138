//! Boards and lists ask the database which cases somebody sees; that is the same as asking the rule for one case, case by case.

use std::collections::BTreeSet;

use programme::{Case, CaseQuery};
use serde_json::Value;
use words::{Acting, Id};

use crate::authorisation::ENDINGS;
use crate::ground::{House, lived};

#[test]
fn a_board_shows_what_may_be_seen_one_by_one() {
    let (_temp, world) = lived(&ENDINGS);
    let everything = CaseQuery { limit: 1_000, ..CaseQuery::default() };
    let cases = world.read(|read| Ok(programme::find_cases(read, &everything)?)).expect("the cases");
    let (mut shown, mut hidden) = (0, 0);
    for persona in &world.pack.personas {
        let who = world.acting_as(&persona.key).expect("somebody");
        let lanes = world.read(|read| Ok(programme::lanes(read, &who, &everything, 1_000)?)).expect("a board");
        assert!(lanes.iter().all(|lane| lane.count as usize == lane.cases.len()), "{}: every case of a lane has its card", persona.key);
        let listed: BTreeSet<Id> = lanes.into_iter().flat_map(|lane| lane.cases).map(|case| case.id).collect();
        for case in &cases {
            let sees = world.read(|read| Ok(programme::may_see::<words::Never>(read, &who, case).is_ok())).expect("an answer");
            let other_side = sees && is_other_side(&who, case);
            assert!(
                listed.contains(&case.id) == sees || other_side,
                "{}: {} {} is {}listed",
                persona.key,
                case.definition,
                case.number,
                if sees { "not " } else { "" }
            );
            if sees { shown += 1 } else { hidden += 1 }
        }
    }
    assert!(shown > 100 && hidden > 100, "{shown} shown, {hidden} hidden: too few to compare");
}

/// Whoever signs for a unit that takes a result finds the position through the to-do.
fn is_other_side(who: &Acting, case: &Case) -> bool {
    case.about.is_some() && who.grants.iter().any(|grant| grant.role == "application_unit")
}

#[test]
fn a_list_shows_each_case_once_and_in_full_what_may_be_seen_one_by_one() {
    let house = House::of(&ENDINGS);
    let everything = CaseQuery { limit: 1_000, ..CaseQuery::default() };
    let cases = house.world.read(|read| Ok(programme::find_cases(read, &everything)?)).expect("the cases");
    let (mut in_full, mut in_part) = (0, 0);
    for key in ["lead", "expert-20", "office", "operator-hz", "hr-zj", "auditor"] {
        let who = house.world.acting_as(key).expect("somebody");
        let may = |case: &Case| house.world.read(|read| Ok(programme::may_see::<words::Never>(read, &who, case).is_ok())).expect("an answer");
        let expected: BTreeSet<&str> = cases.iter().filter(|case| may(case) && !is_other_side(&who, case)).map(|case| case.id.as_str()).collect();
        let rows = whole_list(&house, key);
        let ids: Vec<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
        assert!(ids.windows(2).all(|two| two[0] > two[1]), "{key}: newest first, each once");
        let full: BTreeSet<&str> = rows.iter().filter(|row| !row["number"].is_null()).filter_map(|row| row["id"].as_str()).collect();
        assert_eq!(full, expected, "{key}");
        (in_full, in_part) = (in_full + full.len(), in_part + rows.len() - full.len());
    }
    assert!(in_full > 100 && in_part > 5, "{in_full} in full, {in_part} in part: too few to compare");
}

/// All rows of the list, page by page.
fn whole_list(house: &House, key: &str) -> Vec<Value> {
    let (mut client, mut rows, mut at) = (house.client(key), Vec::new(), "/cases".to_owned());
    loop {
        let seen = client.get_json(&at).expect(200);
        rows.extend(seen.json()["cases"].as_array().into_iter().flatten().cloned());
        let link = seen.header("link").to_owned();
        let Some((next, _)) = link.strip_prefix('<').and_then(|rest| rest.split_once(">; rel=\"next\"")) else { return rows };
        next.trim_start_matches("/api/v1").clone_into(&mut at);
    }
}
