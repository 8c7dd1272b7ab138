//! A pack that is sent: looked at, proposed with a reason, put in force by a second person.

use packs::{Files, ImportRefusal, ImportState, Pack, Upload};
use store::testing::Temp;
use words::{Acting, Failure, Id, Never};

use crate::changes::{opened, person, stranger};

fn sent(temp: &Temp, files: Files, who: Acting) -> Result<Id, Failure<ImportRefusal>> {
    let (pack, mistakes) = Pack::inspect(files);
    let upload = Upload::of("pack.zip", &pack, mistakes.0.len());
    temp.db.write("rehearse", move |tx| packs::rehearse_import(tx, &who, &upload)).map(|kept| kept.id)
}

fn newer() -> Files {
    let mut files = crate::with("pack.toml", "1.2.0", "1.3.0");
    let params = String::from_utf8(files["params.toml"].clone()).unwrap();
    files.insert("params.toml".into(), params.replace("value = \"0.70\"", "value = \"0.75\"").into_bytes());
    files
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Failure<ImportRefusal>>) -> ImportRefusal {
    match answer {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_second_person_puts_it_in_force() {
    let temp = opened();
    let pack = Pack::load(newer()).unwrap();
    let id = sent(&temp, newer(), person("per_a")).unwrap();
    let early = (id.clone(), pack.clone());
    assert_eq!(
        refused(temp.db.write("apply", move |tx| packs::apply_import(tx, &person("per_b"), &early.0, &early.1))),
        ImportRefusal::NotOpen(ImportState::Rehearsed)
    );
    let propose = |who: &'static str, reason: &'static str, mistakes: usize| {
        let id = id.clone();
        temp.db.write("propose", move |tx| packs::propose_import(tx, &person(who), &id, reason, mistakes))
    };
    assert_eq!(refused(propose("per_a", "年度修订", 2)), ImportRefusal::Mistakes(2));
    assert_eq!(refused(propose("per_a", " ", 0)), ImportRefusal::NoReason);
    assert_eq!(propose("per_a", "年度修订", 0).unwrap().state, ImportState::Proposed);
    let apply = |who: &'static str| {
        let (id, pack) = (id.clone(), pack.clone());
        temp.db.write("apply", move |tx| packs::apply_import(tx, &person(who), &id, &pack))
    };
    assert_eq!(refused(apply("per_a")), ImportRefusal::SamePerson);
    assert_eq!(apply("per_b").unwrap().1.version, "1.3.0");
    assert_eq!(refused(apply("per_b")), ImportRefusal::NotOpen(ImportState::Applied));
    let versions = temp.db.read::<_, Never>(|read| Ok((packs::versions(read)?, packs::current(read)?.pack.about.version.clone()))).unwrap();
    assert_eq!((versions.0.len(), versions.0[0].note.as_str(), versions.1.as_str()), (2, "年度修订", "1.3.0"));
    temp.assert_clean();
}

#[test]
fn it_is_withdrawn_by_its_maker_and_done_by_those_who_may() {
    let temp = opened();
    assert!(matches!(sent(&temp, newer(), stranger()), Err(Failure::Denied(_))));
    let id = sent(&temp, newer(), person("per_a")).unwrap();
    let withdraw = |who: Acting| {
        let id = id.clone();
        temp.db.write("withdraw", move |tx| packs::withdraw_import(tx, &who, &id))
    };
    assert!(matches!(withdraw(stranger()), Err(Failure::Denied(_))));
    assert_eq!(refused(withdraw(person("per_b"))), ImportRefusal::NotYours);
    assert_eq!(withdraw(person("per_a")).unwrap().state, ImportState::Withdrawn);
    assert_eq!(refused(withdraw(person("per_a"))), ImportRefusal::NotOpen(ImportState::Withdrawn));
    for _ in 0..50 {
        sent(&temp, Files::from([("pack.toml".to_owned(), Vec::new())]), person("per_a")).unwrap();
    }
    assert_eq!(refused(sent(&temp, newer(), person("per_a"))), ImportRefusal::TooMany(50));
    temp.assert_clean();
}

#[test]
fn a_plan_names_what_is_in_the_way_with_its_line() {
    let temp = opened();
    let mut files = newer();
    let about = String::from_utf8(files["pack.toml"].clone()).unwrap().replace("1.3.0", "1.2.0").replace("depends = []", "depends = [\"other\"]");
    files.insert("pack.toml".into(), about.into_bytes());
    let plan = temp.db.read::<_, Never>(|read| Ok(packs::plan_import(read, files.clone())?)).unwrap();
    let found: Vec<(&str, Option<usize>)> = plan.mistakes.0.iter().map(|mistake| (mistake.code.as_str(), mistake.line)).collect();
    assert_eq!(found, [("version-taken", Some(3)), ("depends", Some(8))]);
}

#[test]
fn an_altered_upload_is_noticed() {
    let temp = opened();
    sent(&temp, newer(), person("per_a")).unwrap();
    temp.tamper("update packs_import_file set body = 'x' where path = 'params.toml'");
    let report = format!("{:?}", temp.verify());
    assert!(report.contains("packs_import_file"), "{report}");
}
