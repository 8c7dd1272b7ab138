//! The built-in pack: no mistakes, and everything the plan counts.

use std::collections::BTreeSet;

use packs::{BaseKind, Ending, Params, UnitKind, WorkStatus, embedded};
use words::{Amount, Asset, Day, Lang, Span};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

#[test]
fn it_has_no_mistakes() {
    if let Err(mistakes) = embedded() {
        panic!("{mistakes}");
    }
}

#[test]
fn the_plan_is_complete() {
    let pack = embedded().unwrap();
    let facts = &pack.facts;
    let works = |status| facts.works.iter().filter(|work| work.status == status).count();
    assert_eq!((works(WorkStatus::Built), works(WorkStatus::Building), works(WorkStatus::Planned)), (19, 7, 2));
    let bases = |kind| facts.bases.iter().filter(|base| base.kind == kind).count();
    assert_eq!((bases(BaseKind::Space), bases(BaseKind::Lab), bases(BaseKind::JointLab), bases(BaseKind::Base)), (5, 12, 4, 5));
    assert_eq!((facts.rulebook.len(), facts.rulebook.iter().filter(|it| it.issued.is_some()).count()), (17, 16));
    assert_eq!((facts.contradictions.len(), facts.phases.len()), (25, 3));
    let boxes = |group: &str| facts.map.iter().filter(|fact| fact.group.as_deref() == Some(group)).count();
    assert_eq!(["goal", "platform", "base_kind", "mechanism", "mode", "actor"].map(boxes), [1, 2, 3, 4, 5, 9]);
}

#[test]
fn the_tree_has_31_16_and_4_units_and_every_base() {
    let pack = embedded().unwrap();
    let units = |kind| pack.units.iter().filter(|unit| unit.kind == kind).count();
    assert_eq!([UnitKind::Provincial, UnitKind::Professional, UnitKind::Research, UnitKind::Base].map(units), [31, 16, 4, 26]);
    assert_eq!(pack.node_of("hz-space").unwrap().as_str(), "group/hzrd/hz-space");
}

#[test]
fn the_story_has_its_people_and_its_endings() {
    let pack = embedded().unwrap();
    assert!(pack.personas.iter().filter(|persona| persona.door).count() >= 14);
    let experts = pack.personas.iter().filter(|persona| persona.roles.iter().any(|role| role.role == "expert"));
    let homes: BTreeSet<_> = experts.map(|persona| persona.unit.clone()).collect();
    assert!(homes.len() >= 12);
    assert_eq!(pack.ideas.len(), 44);
    let endings: BTreeSet<Ending> = pack.ideas.iter().map(|idea| idea.ending).collect();
    assert_eq!(endings.len(), 17);
    assert!(pack.rights_of("home_unit.hr").contains("people.hr"));
    assert!(pack.rights_of("nobody").is_empty());
}

#[test]
fn parameters_are_typed() {
    let pack = embedded().unwrap();
    let params = Params::of(&pack.params);
    let today = params.at(day("2026-09-01"));
    assert_eq!(today.ratio("pay_ratio").unwrap(), (7, 10));
    assert_eq!(today.money("award_cap").unwrap(), Amount { minor: 200_000_000, asset: Asset::cny() });
    assert_eq!(today.span("return_window").unwrap(), Span::parse("P2Y").unwrap());
    assert_eq!((today.int("choice_days").unwrap(), today.int("hemi_grant").unwrap()), (30, 1000));
    assert_eq!((today.text("hemi_on_failure").unwrap(), today.flag("return_either").unwrap()), ("burned", true));
    assert!(today.int("pay_ratio").is_err() && today.ratio("nothing").is_err());
}

#[test]
fn tables_answer_by_their_policy() {
    let pack = embedded().unwrap();
    let wages = pack.table("minimum_wage").unwrap();
    assert_eq!(wages.lookup("hangzhou").unwrap().money("monthly").unwrap().minor, 249_000);
    assert!(wages.lookup("atlantis").is_none());
    let levels = pack.table("award_levels").unwrap();
    for (score, level) in [
        ("-1", None),
        ("0", Some("none")),
        ("59", Some("none")),
        ("60", Some("encouragement")),
        ("94", Some("first")),
        ("95", Some("special")),
        ("100", Some("special")),
    ] {
        assert_eq!(levels.lookup(score).and_then(|row| row.text("level")), level, "{score}");
    }
    assert_eq!(pack.table("difficulty").unwrap().answer("3").unwrap().text(), "100,000.00 CNY");
    assert_eq!(pack.table("capability_discounts").unwrap().answer("7").unwrap().text(), "50");
}

#[test]
fn letters_are_there_in_both_languages() {
    let pack = embedded().unwrap();
    for key in ["admit", "decline", "return", "exit_pass", "resume", "conversion", "termination", "award", "restore"] {
        let letter = pack.letter(key).unwrap_or_else(|| panic!("{key}"));
        assert!(letter.body(Lang::Zh).contains("{{ case.title }}") && letter.body(Lang::En).contains("{{ case.title }}"), "{key}");
    }
}

#[test]
fn both_languages_have_the_same_sentences() {
    let keys = |text: &str| -> BTreeSet<String> { text.lines().filter_map(|line| Some(line.split_once(" = ")?.0.to_owned())).collect() };
    assert_eq!(keys(include_str!("../../locales/zh.ftl")), keys(include_str!("../../locales/en.ftl")));
}
