//! Changes of parameters, forms and rubrics: from a day on, by a second person.

use std::collections::BTreeSet;

use packs::{ChangeDraft, ChangeKind, ChangeRefusal, ChangeState, InstallRefusal, Misfit, Pack, embedded};
use store::testing::{Temp, temp};
use words::{Acting, Day, Failure, Grant, Id, Never, Node, Refusal};

pub fn person(name: &str) -> Acting {
    let rights = BTreeSet::from([packs::rights::MANAGE.to_owned(), packs::rights::CHANGE.to_owned()]);
    let grant = Grant { role: "programme.office".into(), node: Node::group(), rights, deputy_for: None, office: false, but: Default::default() };
    Acting { person: Id::fixed(name), grants: vec![grant], proved_at: None, scopes: None }
}

pub fn stranger() -> Acting {
    Acting { grants: Vec::new(), ..person("per_stranger") }
}

pub fn opened() -> Temp {
    let temp = temp(&[&packs::PART]);
    let pack = embedded().unwrap();
    temp.db.write("install", move |tx| packs::install(tx, &person("per_a"), &pack, "first")).unwrap();
    temp
}

pub fn space() -> Node {
    Node::at("group/hzrd/hz-space")
}

fn draft(node: Node, target: &str, body: &str, from: &str) -> ChangeDraft {
    ChangeDraft { kind: ChangeKind::Param, node, target: target.into(), body: body.into(), from: Day::parse(from).unwrap(), reason: "试点需要".into() }
}

fn refused(temp: &Temp, draft: ChangeDraft) -> ChangeRefusal {
    match temp.db.write("propose", move |tx| packs::propose_change(tx, &person("per_a"), draft.clone())) {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

fn changed(temp: &Temp, draft: ChangeDraft) {
    let id = temp.db.write("propose", move |tx| packs::propose_change(tx, &person("per_a"), draft.clone())).unwrap().id;
    temp.db.write("confirm", move |tx| packs::confirm_change(tx, &person("per_b"), &id)).unwrap();
}

fn interval(temp: &Temp, node: &Node, day: &str) -> String {
    let programme = temp.db.read::<_, Never>(|read| Ok(packs::current(read)?)).unwrap();
    programme.params(node).at(Day::parse(day).unwrap()).span("check_in_every").unwrap().to_string()
}

#[test]
fn a_pack_is_installed_once_and_a_number_stands_for_one_content() {
    let temp = opened();
    let pack = embedded().unwrap();
    let first = temp.db.read::<_, Never>(|read| Ok(packs::versions(read)?)).unwrap();
    let again = pack.clone();
    let same = temp.db.write("install", move |tx| packs::install(tx, &person("per_b"), &again, "again")).unwrap();
    assert_eq!((first.len(), &first[0]), (1, &same));
    let other = Pack::load(crate::with("params.toml", "value = \"0.70\"", "value = \"0.75\"")).unwrap();
    let answer = temp.db.write("install", move |tx| packs::install(tx, &person("per_a"), &other, "other"));
    assert!(matches!(answer, Err(Failure::Refused(InstallRefusal::VersionTaken { .. }))));
    let denied = temp.db.write("install", move |tx| packs::install(tx, &stranger(), &pack, "no"));
    assert!(matches!(denied, Err(Failure::Denied(_))));
    temp.assert_clean();
}

#[test]
fn another_version_takes_over_and_is_read_from_the_store() {
    let temp = opened();
    let mut files = crate::with("pack.toml", "1.2.0", "1.3.0");
    let params = String::from_utf8(files["params.toml"].clone()).unwrap();
    files.insert("params.toml".into(), params.replacen("value = \"0.70\"", "value = \"0.75\"", 1).into_bytes());
    let plan = files.clone();
    let plan = temp.db.read::<_, Never>(|read| Ok(packs::plan_import(read, plan)?)).unwrap();
    assert!(
        plan.mistakes.0.is_empty()
            && plan.diff.0["param"].changed.len() == 1
            && plan.three_way.len() == 2
            && plan.three_way.iter().all(|it| it.side == packs::Side::Theirs)
    );
    let pack = Pack::load(files).unwrap();
    temp.db.write("install", move |tx| packs::install(tx, &person("per_a"), &pack, "second")).unwrap();
    let programme = temp.db.read::<_, Never>(|read| Ok(packs::current(read)?)).unwrap();
    assert_eq!(programme.params(&space()).at(Day::parse("2026-09-01").unwrap()).ratio("pay_ratio").unwrap(), (3, 4));
    temp.assert_clean();
}

#[test]
fn a_change_needs_a_second_person_and_holds_from_its_day() {
    let temp = opened();
    let mine = draft(space(), "check_in_every", "P14D", "2026-10-01");
    let id = temp.db.write("propose", move |tx| packs::propose_change(tx, &person("per_a"), mine.clone())).unwrap().id;
    assert_eq!(interval(&temp, &space(), "2026-10-01"), "P30D");
    let same = id.clone();
    let answer = temp.db.write("confirm", move |tx| packs::confirm_change(tx, &person("per_a"), &same));
    assert!(matches!(answer, Err(Failure::Refused(ChangeRefusal::SamePerson))));
    let again = id.clone();
    temp.db.write("confirm", move |tx| packs::confirm_change(tx, &person("per_b"), &id)).unwrap();
    let answer = temp.db.write("confirm", move |tx| packs::confirm_change(tx, &person("per_b"), &again));
    assert!(matches!(answer, Err(Failure::Refused(ChangeRefusal::Decided(ChangeState::Confirmed)))));
    for (node, day, expected) in [
        (space(), "2026-09-30", "P30D"),
        (space(), "2026-10-01", "P14D"),
        (Node::group(), "2026-10-01", "P30D"),
        (space().below("case_1"), "2027-01-01", "P14D"),
    ] {
        assert_eq!(interval(&temp, &node, day), expected, "{node} {day}");
    }
    temp.assert_clean();
}

#[test]
fn the_nearest_node_wins_whatever_comes_later_above() {
    let temp = opened();
    changed(&temp, draft(space(), "check_in_every", "P14D", "2026-10-01"));
    changed(&temp, draft(Node::group(), "check_in_every", "P45D", "2026-11-01"));
    for (node, day, expected) in [(space(), "2026-12-01", "P14D"), (Node::at("group/zj"), "2026-12-01", "P45D"), (Node::at("group/zj"), "2026-10-31", "P30D")] {
        assert_eq!(interval(&temp, &node, day), expected, "{node} {day}");
    }
}

#[test]
fn each_refusal_has_its_code() {
    let temp = opened();
    let table = [
        (draft(Node::at("group/nowhere"), "check_in_every", "P14D", "2026-10-01"), "packs-unknown-node"),
        (draft(space(), "check_in_every", "P14D", "2026-08-31"), "packs-in-the-past"),
        (ChangeDraft { reason: " ".into(), ..draft(space(), "check_in_every", "P14D", "2026-10-01") }, "packs-no-reason"),
        (draft(space(), "nothing", "P14D", "2026-10-01"), "packs-unknown-param"),
        (draft(space(), "pay_ratio", "0.80", "2026-10-01"), "packs-locked"),
        (draft(space(), "check_in_every", "monthly", "2026-10-01"), "packs-bad-value"),
        (draft(Node::group(), "pay_ratio", "1.01", "2026-10-01"), "packs-bad-value"),
        (ChangeDraft { kind: ChangeKind::Rubric, ..draft(space(), "entry.v1", "[rubric", "2026-10-01") }, "packs-bad-shape"),
    ];
    for (draft, code) in table {
        assert_eq!(refused(&temp, draft).code(), code);
    }
    changed(&temp, draft(Node::group(), "pay_ratio", "0.80", "2026-10-01"));
    let denied = temp.db.write("propose", |tx| packs::propose_change(tx, &stranger(), draft(space(), "check_in_every", "P14D", "2026-10-01")));
    assert!(matches!(denied, Err(Failure::Denied(_))));
}

#[test]
fn a_base_may_extend_a_form_and_not_drop_what_is_required() {
    let temp = opened();
    let body = String::from_utf8(crate::files()["forms/check_in.toml"].clone()).unwrap();
    let form = |body: String| ChangeDraft { kind: ChangeKind::Form, ..draft(space(), "check_in", &body, "2026-10-01") };
    let field = "\n[[field]]\nkey = \"visitors\"\ntype = \"integer\"\nstep = \"main\"\nzh = \"来访人数\"\nen = \"Visitors\"\n";
    assert_eq!(refused(&temp, form(format!("{body}{field}"))).code(), "packs-same-version");
    let raised = body.replace("version = 1", "version = 2");
    let dropped = raised.replace("key = \"status\"", "key = \"state\"");
    assert!(matches!(refused(&temp, form(dropped)), ChangeRefusal::Misfit(Misfit::FieldChanged { .. })));
    assert_eq!(refused(&temp, form(format!("{raised}{}", field.replace("main", "other")))).code(), "packs-bad-shape");
    changed(&temp, form(format!("{raised}{field}")));
    let programme = temp.db.read::<_, Never>(|read| Ok(packs::current(read)?)).unwrap();
    let has = |node: &Node, day: &str| programme.form(node, "check_in", Day::parse(day).unwrap()).unwrap().field("visitors").is_some();
    assert_eq!((has(&space(), "2026-10-01"), has(&space(), "2026-09-30"), has(&Node::group(), "2026-10-01")), (true, false, false));
    let files = temp.db.read::<_, Never>(|read| packs::export(read, &person("per_a"), packs::ExportTerms { bare: true, installed: false })).unwrap();
    assert!(!files.contains_key("personas.toml"));
    let out = Pack::load(files).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(out.overlays[0].forms[0].field("visitors").unwrap().en, "Visitors");
}

#[test]
fn a_proposal_may_be_withdrawn_by_its_maker_only() {
    let temp = opened();
    let mine = draft(space(), "check_in_every", "P14D", "2026-10-01");
    let id = temp.db.write("propose", move |tx| packs::propose_change(tx, &person("per_a"), mine.clone())).unwrap().id;
    let (theirs, list) = (id.clone(), |state| temp.db.read::<_, Never>(|read| Ok(packs::changes(read, Some(state), None)?)).unwrap().len());
    let answer = temp.db.write("withdraw", move |tx| packs::withdraw_change(tx, &person("per_b"), &theirs));
    assert!(matches!(answer, Err(Failure::Refused(ChangeRefusal::NotYours))));
    assert_eq!(list(ChangeState::Proposed), 1);
    temp.db.write("withdraw", move |tx| packs::withdraw_change(tx, &person("per_a"), &id)).unwrap();
    assert_eq!((list(ChangeState::Proposed), list(ChangeState::Withdrawn)), (0, 1));
}

#[test]
fn tampering_with_a_file_of_the_pack_is_noticed() {
    let temp = opened();
    temp.tamper("delete from packs_file where path = 'params.toml'");
    let report = format!("{:?}", temp.verify());
    assert!(report.contains("packs_file"), "{report}");
}
