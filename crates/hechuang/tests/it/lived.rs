//! Scenarios 1, 2, 9, 10, 15, 18 of the checklist on a programme that was lived, not inserted.

use packs::Ending;
use words::{Acting, Id, Never};

use crate::ground::{case_of, lived};

fn balance(world: &hechuang::lived::World, path: &str) -> i64 {
    world.read(|read| Ok(ledger::available(read, path)?)).expect("a balance")
}

fn positions(world: &hechuang::lived::World, project: &Id) -> Vec<programme::Case> {
    world.read(|read| Ok(programme::children(read, project, Some("person.post"))?)).expect("positions")
}

/// Scenario 1: six months of pay at 70 %, the deferred part made up to the fen, stakes doubled, members restored, the result shown.
#[test]
fn an_idea_becomes_a_conversion_and_everything_is_exact() {
    let (temp, world) = lived(&[Ending::GraduatedInternal]);
    let project = case_of(&world, Ending::GraduatedInternal);
    assert_eq!((project.state.as_str(), project.outcome.as_deref(), project.route.as_deref()), ("graduated_internal", Some("success"), Some("internal")));
    for position in positions(&world, &project.id) {
        assert_eq!(position.state, "restored");
        let person = position.about.expect("a holder");
        assert_eq!(balance(&world, &format!("deferred_pay:{person}:{}", project.id)), 0, "the deferred part ends at exactly zero");
    }
    assert!(balance(&world, "payable:payroll") > 0, "what was deferred is payable");
    let round = world.read(|read| Ok(programme::children(read, &project.id, Some("hemi.round"))?)).unwrap().remove(0);
    assert_eq!(round.state, "settled_success");
    let notices = world.read(|read| Ok(desk::notices_of(read, project.id.as_str())?)).unwrap();
    assert!(notices.iter().any(|notice| notice.kind == "achievement"), "the result is on show");
    temp.assert_clean();
}

/// Scenario 2: the same, ended early: deferred pay extinguished, same grade restored, lessons published, no penalty anywhere.
#[test]
fn a_project_that_is_ended_harms_nobody() {
    let (temp, world) = lived(&[Ending::Closed]);
    let project = case_of(&world, Ending::Closed);
    assert_eq!((project.state.as_str(), project.outcome.as_deref()), ("closed", Some("failure")));
    for position in positions(&world, &project.id) {
        assert_eq!(position.state, "restored");
        let person = position.about.expect("a holder");
        assert_eq!(balance(&world, &format!("deferred_pay:{person}:{}", project.id)), 0);
        let own = world.read(|read| people::position_of(read, &person, &project.id)).unwrap();
        assert!(own.is_none_or(|own| own.new_grade.as_deref() == Some(own.grade.as_str())), "restored at the same grade");
    }
    assert_eq!(balance(&world, &format!("project:{}:grant", project.id)), 0, "what was left of the grant went back");
    let notices = world.read(|read| Ok(desk::notices_of(read, project.id.as_str())?)).unwrap();
    assert!(notices.iter().any(|notice| notice.kind == "lessons"), "the lessons are public");
    temp.assert_clean();
}

/// A venture: members are on leave with their right to return, and the deferred part was made up.
#[test]
fn a_venture_leaves_with_the_right_to_return() {
    let (temp, world) = lived(&[Ending::GraduatedVenture]);
    let project = case_of(&world, Ending::GraduatedVenture);
    assert_eq!(project.route.as_deref(), Some("venture"));
    assert!(positions(&world, &project.id).iter().all(|position| position.state == "on_leave"));
    temp.assert_clean();
}

/// The other ends: rejected with feedback, withdrawn, returned, extended.
#[test]
fn every_other_ending_is_reached() {
    let endings =
        [Ending::Draft, Ending::Returned, Ending::Screening, Ending::EntryReview, Ending::Rejected, Ending::Withdrawn, Ending::Notice, Ending::Extended];
    let (temp, world) = lived(&endings);
    let state = |ending| case_of(&world, ending).state;
    let found = endings.map(state);
    assert_eq!(found, ["draft", "draft", "screening", "entry_review", "rejected", "withdrawn", "onboarding", "incubating"]);
    let failed = world.read(|read| Ok(read.jobs("failed", 10)?)).unwrap();
    assert!(failed.is_empty(), "{failed:?}");
    temp.assert_clean();
}

/// Scenario 15: one altered value in any covered table is noticed and named.
#[test]
fn one_altered_value_in_any_covered_table_is_noticed() {
    let (temp, _world) = lived(&[Ending::Incubating]);
    temp.assert_clean();
    for table in hechuang::wiring::PARTS.iter().flat_map(|part| part.tables) {
        let (name, key) = (table.name, table.key);
        let row = temp.db.read::<_, Never>(|read| Ok(read.row(&format!("select * from {name} limit 1"), &[])?)).unwrap();
        let Some(row) = row else { continue };
        let keys: Vec<store::Value> = key.iter().map(|column| row.value(column).unwrap().clone()).collect();
        let place: Vec<String> = key.iter().enumerate().map(|(at, column)| format!("{column} = ${}", at + 1)).collect();
        let place = place.join(" and ");
        let run = |change: String| {
            let (sql, keys) = (format!("update {name} set {change} where {place}"), keys.clone());
            match temp.db.write::<_, Never>("tamper", move |tx| Ok(tx.execute(&sql, &keys)?)).map_err(words::Failure::into_fault) {
                Ok(_) => true,
                Err(fault) => {
                    assert!(fault.message.starts_with("23503"), "{name}: {fault}");
                    false
                }
            }
        };
        // What the database itself does not let in (a reference to nobody) is no test of the log: the next column is.
        let ways = alterations(&row, key);
        let all = ways.len();
        let Some((column, back)) = ways.into_iter().find_map(|(column, change, back)| run(change).then_some((column, back))) else {
            assert_eq!(all, 0, "no value of {name} can be altered");
            continue;
        };
        let found = temp.verify();
        assert!(found.checks.iter().flat_map(|check| &check.findings).any(|finding| finding.place == name), "{name}.{column}");
        assert!(run(back), "{name}.{column}");
    }
}

/// How each column but the key's can be altered, and altered back: texts first.
fn alterations(row: &store::Row, key: &[&str]) -> Vec<(String, String, String)> {
    let of = |(column, value): (&str, &store::Value)| match value {
        store::Value::Text(_) => {
            Some((column.to_owned(), format!("{column} = {column} || 'x'"), format!("{column} = substr({column}, 1, length({column}) - 1)")))
        }
        store::Value::Int(_) => Some((column.to_owned(), format!("{column} = {column} + 1"), format!("{column} = {column} - 1"))),
        _ => None,
    };
    let mut all: Vec<_> = row.pairs().filter(|(column, _)| !key.contains(column)).filter_map(of).collect();
    all.reverse();
    all.sort_by_key(|(_, change, _)| !change.ends_with("'x'"));
    all
}

/// Scenario 18: a person's data are gone, counts are unchanged, the chain still verifies.
#[test]
fn a_person_is_erased_and_the_log_still_verifies() {
    let (temp, world) = lived(&[Ending::Withdrawn]);
    let person = world.person("public").unwrap();
    let count = || temp.db.read::<_, Never>(|read| Ok(read.row("select count(*) as n from identity_person", &[])?.expect("a row").get::<i64>("n")?)).unwrap();
    let before = count();
    let gone = person.clone();
    temp.db.write::<_, Never>("erase", move |tx| Ok(tx.personal_erase(&gone)?)).unwrap();
    assert_eq!(temp.db.read::<_, Never>(|read| Ok(read.personal(&person, "name")?)).unwrap(), None);
    assert_eq!(count(), before);
    temp.assert_clean();
}

/// Scenario 20: no template, and so no door, turns yuan into 和米.
#[test]
fn no_posting_turns_yuan_into_hemi() {
    let (temp, world) = lived(&[Ending::Draft]);
    let book = world.read(|read| Ok(programme::book(read)?)).unwrap();
    for template in book.templates() {
        let text = format!("{template:?}");
        assert!(!(text.contains("hemi:wallet") && text.contains("payable:")), "{}", template.id);
    }
    let who = Acting::system("test");
    let refused: words::Outcome<(), ledger::LedgerRefusal> = temp.db.write("test", move |tx| {
        let book = programme::book(tx)?;
        let posting = ledger::Posting::new("cny.to.hemi", "x", "test", &Id::fixed("tst_1")).amount("amount", 1);
        ledger::post(tx, &book, &who, posting).map(drop)
    });
    assert!(refused.is_err());
}

/// The built-in pack: its own files, its lifecycles alone and together, its books.
#[test]
fn the_built_in_pack_has_no_mistake() {
    let pack = packs::embedded().expect("the built-in pack");
    assert_eq!(programme::prove_pack(&pack), Vec::new());
}

/// A position holds pay and grade: the holder and HR see it, the rest of the team does not.
#[test]
fn a_position_is_not_for_the_rest_of_the_team() {
    let (_temp, world) = lived(&[Ending::Incubating]);
    let project = case_of(&world, Ending::Incubating);
    let all = positions(&world, &project.id);
    let (first, second) = (&all[0], &all[1]);
    let sees = |person: &Id, case: &programme::Case| {
        let who = world.acting(person).expect("somebody");
        world.db.read(|read| programme::case_view(read, &who, &case.id)).is_ok()
    };
    let holder = |case: &programme::Case| case.about.clone().expect("a holder");
    assert!(sees(&holder(first), first));
    assert!(!sees(&holder(second), first));
}
