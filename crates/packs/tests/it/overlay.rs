//! Overlays of every kind: tried, proposed, confirmed, in force from their day on; what began before keeps what it had.

use packs::{ChangeDraft, ChangeKind, ChangeRefusal, ExportTerms, Letter, Pack, Programme};
use store::testing::Temp;
use words::{Day, Failure, Instant, Never, Node, Refusal};

use crate::changes::{opened, person, space};

fn today(temp: &Temp) -> Day {
    temp.clock.now().day()
}

fn draft(temp: &Temp, kind: ChangeKind, target: &str, body: &str) -> ChangeDraft {
    ChangeDraft { kind, node: Node::group(), target: target.into(), body: body.into(), from: today(temp), reason: "试点需要".into() }
}

fn text(path: &str) -> String {
    String::from_utf8(crate::files()[path].clone()).unwrap()
}

fn form(version: i64, old: &str, new: &str) -> String {
    let body = text("forms/check_in.toml").replace("version = 1", &format!("version = {version}"));
    assert!(body.contains(old), "{old}");
    body.replace(old, new)
}

fn letter(edit: impl Fn(&mut Letter)) -> String {
    let mut letter = packs::embedded().unwrap().letter("admit").unwrap().clone();
    edit(&mut letter);
    toml::to_string(&letter).unwrap()
}

fn code(temp: &Temp, draft: ChangeDraft) -> &'static str {
    match temp.db.write("propose", move |tx| packs::propose_change(tx, &person("per_a"), draft.clone())) {
        Err(Failure::Refused(refusal)) => ChangeRefusal::code(&refusal),
        other => panic!("{other:?}"),
    }
}

fn put(temp: &Temp, draft: ChangeDraft) -> Instant {
    let id = temp.db.write("propose", move |tx| packs::propose_change(tx, &person("per_a"), draft.clone())).unwrap_or_else(|failure| panic!("{failure:?}")).id;
    later(temp);
    temp.db.write("confirm", move |tx| packs::confirm_change(tx, &person("per_b"), &id)).unwrap();
    later(temp);
    temp.clock.now()
}

fn later(temp: &Temp) {
    temp.clock.set(temp.clock.now().plus_seconds(60));
}

fn now(temp: &Temp) -> std::sync::Arc<Programme> {
    temp.db.read::<_, Never>(|read| Ok(packs::current(read)?)).unwrap()
}

fn question(temp: &Temp, began: Instant) -> String {
    let then = temp.db.read::<_, Never>(|read| Ok(packs::as_of(read, began)?)).unwrap();
    then.form(&space(), "check_in").unwrap().fields[0].en.clone()
}

#[test]
fn what_began_keeps_the_form_that_it_began_with() {
    let temp = opened();
    let began = temp.clock.now();
    let first = packs::embedded().unwrap().form("check_in").unwrap().fields[0].en.clone();
    let after = put(&temp, draft(&temp, ChangeKind::Form, "check_in", &form(2, &format!("en = \"{first}\""), "en = \"How is it?\"")));
    assert_eq!((question(&temp, began), question(&temp, after)), (first.clone(), "How is it?".into()));
    assert_eq!(now(&temp).form(&space(), "check_in", today(&temp)).unwrap().fields[0].en, "How is it?");
    // Back to what it was: a change like any other, with a version of its own.
    let same = code(&temp, draft(&temp, ChangeKind::Form, "check_in", &form(2, &format!("en = \"{first}\""), "en = \"Well?\"")));
    assert_eq!(same, "packs-same-version");
    let back = put(&temp, draft(&temp, ChangeKind::Form, "check_in", &form(3, "en", "en")));
    assert_eq!((question(&temp, after), question(&temp, back)), ("How is it?".into(), first));
    temp.assert_clean();
}

#[test]
fn what_began_keeps_the_form_when_another_pack_takes_over() {
    let temp = opened();
    let began = temp.clock.now();
    later(&temp);
    let first = packs::embedded().unwrap().form("check_in").unwrap().fields[0].en.clone();
    let mut files = crate::with("pack.toml", "1.2.0", "1.3.0");
    files.insert("forms/check_in.toml".into(), form(2, &format!("en = \"{first}\""), "en = \"Of the new pack\"").into_bytes());
    let (pack, old) = (Pack::load(files).unwrap(), packs::embedded().unwrap());
    temp.db.write("install", move |tx| packs::install(tx, &person("per_a"), &pack, "new")).unwrap();
    let during = temp.clock.now();
    later(&temp);
    temp.db.write("install", move |tx| packs::install(tx, &person("per_a"), &old, "back")).unwrap();
    let questions: Vec<String> = [began, during, temp.clock.now()].map(|at| question(&temp, at)).into();
    assert_eq!(questions, [first.clone(), "Of the new pack".into(), first]);
    temp.assert_clean();
}

#[test]
fn tables_and_letters_change_and_what_is_wrong_is_refused() {
    let temp = opened();
    let rows = text("tables/grades.csv");
    let (head, rest) = rows.split_once('\n').unwrap();
    put(&temp, draft(&temp, ChangeKind::Table, "grades", &format!("{head}\n{}\n", rest.lines().next().unwrap())));
    assert_eq!(now(&temp).table(&space(), "grades", today(&temp)).unwrap().rows.len(), 1);
    let before = temp.clock.now();
    put(&temp, draft(&temp, ChangeKind::Letter, "admit", &letter(|letter| letter.body_en.push_str("\nWelcome.\n"))));
    assert!(now(&temp).letter(&space(), "admit", today(&temp)).unwrap().body_en.contains("Welcome."));
    let then = temp.db.read::<_, Never>(|read| Ok(packs::as_of(read, before.plus_seconds(-3600))?)).unwrap();
    assert!(!then.letter(&space(), "admit").unwrap().body_en.contains("Welcome."));
    let levels = text("tables/award_levels.csv").replace("1000000.00", "9000000.00");
    let table = [
        (ChangeKind::Table, "nothing", "a,b\n", "packs-unknown-table"),
        (ChangeKind::Table, "grades", "x,y\n1,2\n", "packs-bad-shape"),
        (ChangeKind::Table, "grades", head, "packs-bad-shape"),
        (ChangeKind::Table, "award_levels", &levels.replace(".00 CNY", "0000.00 CNY"), "packs-bad-shape"),
        (ChangeKind::Letter, "nothing", &letter(|letter| letter.head.key = "nothing".into()), "packs-unknown-letter"),
        (ChangeKind::Letter, "admit", &letter(|letter| letter.body_zh.push_str("{{ person.password }}")), "packs-bad-shape"),
        (
            ChangeKind::Letter,
            "admit",
            &letter(|letter| letter.head.uses.push("case.secret".into())).replace("{{ case.title }}", "{{ case.secret }}"),
            "packs-bad-shape",
        ),
        (ChangeKind::Letter, "admit", &letter(|letter| letter.head.key = "decline".into()), "packs-unknown-letter"),
        (ChangeKind::Letter, "admit", "body_zh = 3", "packs-bad-shape"),
    ];
    for (kind, target, body, expected) in table {
        assert_eq!(code(&temp, draft(&temp, kind, target, body)), expected, "{target} {body}");
    }
    temp.assert_clean();
}

#[test]
fn what_is_locked_stays_the_groups() {
    let temp = opened();
    let rows = text("tables/award_cap.csv");
    let locked = |node: Node| ChangeDraft { node, ..draft(&temp, ChangeKind::Table, "award_cap", &rows) };
    assert_eq!(code(&temp, locked(space())), "packs-locked");
    put(&temp, locked(Node::group()));
}

#[test]
fn a_trial_shows_the_pack_as_it_would_be_and_makes_nothing() {
    let temp = opened();
    let rubric = text("rubrics/entry.v1.toml").replacen("weight = 2500", "weight = 3000", 1).replacen("weight = 2000", "weight = 1500", 1);
    let wanted = draft(&temp, ChangeKind::Rubric, "entry.v1", &rubric);
    let trial = temp.db.read(|read| packs::try_change(read, &person("per_a"), &wanted)).unwrap();
    assert_eq!(trial.mistakes, Vec::new());
    let at: Vec<(&str, Option<&str>)> = trial.fields.iter().map(|field| (field.at.as_str(), field.new.as_deref())).collect();
    assert_eq!(at, [("/criterion/need/weight", Some("3000")), ("/criterion/novelty/weight", Some("1500"))]);
    let cap = ChangeDraft { kind: ChangeKind::Param, ..draft(&temp, ChangeKind::Param, "award_cap", "1000.00 CNY") };
    let trial = temp.db.read(|read| packs::try_change(read, &person("per_a"), &cap)).unwrap();
    assert!(trial.mistakes.iter().any(|mistake| mistake.code == "award-above-cap"), "{:?}", trial.mistakes);
    assert!(temp.db.read::<_, Never>(|read| Ok(packs::changes(read, None, None)?)).unwrap().is_empty());
}

#[test]
fn an_export_with_its_overlay_is_read_again_and_holds_the_same() {
    let temp = opened();
    put(&temp, draft(&temp, ChangeKind::Form, "check_in", &form(2, "version = 2", "version = 2")));
    put(&temp, draft(&temp, ChangeKind::Table, "grades", &text("tables/grades.csv")));
    put(&temp, draft(&temp, ChangeKind::Letter, "admit", &letter(|letter| letter.body_en.push_str("\nWelcome.\n"))));
    put(&temp, ChangeDraft { node: space(), ..draft(&temp, ChangeKind::Param, "check_in_every", "P14D") });
    let future = ChangeDraft {
        from: today(&temp).plus_days(40),
        ..draft(&temp, ChangeKind::Rubric, "entry.v1", &text("rubrics/entry.v1.toml").replace("Real need", "A real need"))
    };
    put(&temp, future);
    let out = temp.db.read(|read| packs::export(read, &person("per_a"), ExportTerms::default())).unwrap();
    let installed = temp.db.read(|read| packs::export(read, &person("per_a"), ExportTerms { installed: true, bare: false })).unwrap();
    assert_eq!(installed, crate::files());
    let pack = std::sync::Arc::new(Pack::load(out.clone()).unwrap_or_else(|mistakes| panic!("{mistakes}")));
    assert_eq!((pack.about.version.as_str(), pack.about.based_on.as_deref()), ("1.2.1", Some(packs::embedded().unwrap().hash.as_str())));
    // Elsewhere it holds the same, what begins later too.
    let (there, here) = (Programme::of(pack.clone()), now(&temp));
    for day in [today(&temp), today(&temp).plus_days(41)] {
        let (mut there, mut here) = (there.entries(day), here.entries(day));
        [&mut there, &mut here].into_iter().for_each(|all| all.retain(|at, _| at.0 != "about"));
        assert!(packs::compare(&serde_json::to_value(flat(&here)).unwrap(), &serde_json::to_value(flat(&there)).unwrap()).is_empty(), "{day}");
    }
    // And here it is the next version, against which nothing differs but its number.
    let plan = temp.db.read::<_, Never>(|read| Ok(packs::plan_import(read, out.clone())?)).unwrap();
    let differs: Vec<&str> = plan.three_way.iter().filter(|it| it.side != packs::Side::Both).map(|it| it.kind.as_str()).collect();
    assert_eq!((plan.mistakes.0.len(), plan.based_on.as_deref(), differs.as_slice()), (0, Some("1.2.0"), &["about"][..]), "{:?}", plan.three_way);
    temp.db.write("install", move |tx| packs::install(tx, &person("per_a"), &pack, "back home")).unwrap();
    let again = temp.db.read(|read| packs::export(read, &person("per_a"), ExportTerms::default())).unwrap();
    let again = Pack::load(again).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!((again.about.version.as_str(), again.overlays.len()), ("1.2.2", 3));
    temp.assert_clean();
}

fn flat(entries: &packs::Entries) -> std::collections::BTreeMap<String, &serde_json::Value> {
    entries.iter().map(|((kind, key), value)| (format!("{kind} {key}"), value)).collect()
}
