//! Records: the schema, rights, revisions, history, filters.

use register::{Kind, RecordDraft, RecordFilter, RecordRefusal, RecordState, declare_kind, record, record_history, records, save_record, set_record_state};
use serde_json::json;
use store::testing::Temp;
use words::{Acting, Bilingual, Failure, Node, Outcome};

use crate::place::{draft, keeper, place, read, write};

fn save(temp: &Temp, draft: RecordDraft, seen: Option<i64>) -> Outcome<register::Record, RecordRefusal> {
    write(temp, move |tx| save_record(tx, &keeper(), &draft, seen))
}

#[test]
fn a_record_keeps_to_the_schema_of_its_kind() {
    let temp = place();
    let wrong = save(&temp, draft("Bad Key", "", json!({"area": 0, "x": 1})), None);
    let Err(Failure::Refused(RecordRefusal::Invalid(found))) = wrong else { panic!("{wrong:?}") };
    let found: Vec<(&str, &str)> = found.iter().map(|mistake| (mistake.pointer.as_str(), mistake.code)).collect();
    let wanted = [
        ("/key", "register-key"),
        ("/zh", "register-title"),
        ("/body/city", "register-field-needed"),
        ("/body/area", "register-field-range"),
        ("/body/x", "register-field-unknown"),
    ];
    assert_eq!(found, wanted);
    let unknown = RecordDraft { kind: "nothing".into(), ..draft("a", "甲", json!({})) };
    assert_eq!(save(&temp, unknown, None), Err(Failure::Refused(RecordRefusal::UnknownKind { kind: "nothing".into() })));
    let odd = Kind { kind: "odd".into(), name: Bilingual::default(), schema: json!({"type": "object", "anyOf": []}) };
    assert_eq!(write(&temp, move |tx| declare_kind(tx, &odd)), Err(Failure::Refused(RecordRefusal::Schema { pointer: "/anyOf".into() })));
    temp.assert_clean();
}

#[test]
fn only_who_keeps_the_register_there_changes_it() {
    let temp = place();
    let elsewhere = RecordDraft { node: Node::group(), ..draft("a", "甲", json!({"city": "杭州"})) };
    assert!(matches!(save(&temp, elsewhere.clone(), None), Err(Failure::Denied(_))));
    write(&temp, move |tx| save_record(tx, &Acting::system("setup"), &elsewhere, None)).unwrap();
    assert!(matches!(save(&temp, draft("a", "乙", json!({"city": "杭州"})), None), Err(Failure::Denied(_))), "nor takes it away from where it is");
    temp.assert_clean();
}

#[test]
fn the_history_says_what_became_what() {
    let temp = place();
    let made = save(&temp, draft("iot", "物联网联盟", json!({"city": "重庆", "area": 10})), None).unwrap();
    assert_eq!(save(&temp, draft("iot", "物联网联盟", json!({"area": 10, "city": "重庆"})), None).unwrap().revision, 1, "the same changes nothing");
    assert_eq!(save(&temp, draft("iot", "物联网联盟", json!({"city": "重庆", "area": 20})), Some(1)).unwrap().revision, 2);
    assert_eq!(save(&temp, draft("iot", "别的", json!({"city": "重庆"})), Some(1)), Err(Failure::Stale));
    let retire = |reason: &'static str| {
        let id = made.id.clone();
        write(&temp, move |tx| set_record_state(tx, &keeper(), &id, RecordState::Retired, reason))
    };
    assert_eq!(retire(" ").err(), Some(Failure::Refused(RecordRefusal::ReasonNeeded)));
    assert_eq!(retire("合作结束").unwrap().revision, 3);
    temp.settle();
    let past = read(&temp, |r| Ok(record_history(r, &made.id, 10)?));
    let told: Vec<(i64, Vec<&str>)> = past.iter().map(|past| (past.revision, past.changes.iter().map(|change| change.field.as_str()).collect())).collect();
    assert_eq!(told, [(3, vec!["state"]), (2, vec!["area"]), (1, vec!["zh", "en", "node", "readers", "area", "city"])]);
    assert_eq!((&past[1].changes[0].from, &past[1].changes[0].to, past[0].reason.as_str()), (&json!(10), &json!(20), "合作结束"));
    assert_eq!(read(&temp, |r| record(r, "partner", "iot")).state, RecordState::Retired);
    temp.assert_clean();
}

#[test]
fn lists_are_filtered_and_go_on_where_they_stopped() {
    let temp = place();
    for n in 0..7 {
        let body = json!({"city": if n % 2 == 0 { "杭州" } else { "重庆" }, "tags": [format!("t{}", n % 3)]});
        save(&temp, draft(&format!("p{n}"), &format!("伙伴{n}号 100%"), body), None).unwrap();
    }
    let keys = |filter: RecordFilter, after: Option<&str>, limit| {
        let page = read(&temp, |r| Ok(records(r, "partner", &filter, |_| true, after, limit)?));
        (page.records.into_iter().map(|record| record.key).collect::<Vec<_>>().join(" "), page.next)
    };
    let all = RecordFilter::default;
    assert_eq!(keys(all(), None, 3), ("p0 p1 p2".into(), Some("p2".into())));
    assert_eq!(keys(all(), Some("p2"), 4), ("p3 p4 p5 p6".into(), None));
    assert_eq!(keys(RecordFilter { text: "重庆".into(), ..all() }, None, 9).0, "p1 p3 p5");
    assert_eq!(keys(RecordFilter { text: "伙伴4".into(), ..all() }, None, 9).0, "p4");
    assert_eq!(keys(RecordFilter { text: "0%".into(), ..all() }, None, 9).0.len(), 20, "a per cent sign is a character");
    assert_eq!(keys(RecordFilter { text: "_".into(), ..all() }, None, 9).0, "");
    assert_eq!(keys(RecordFilter { fields: vec![("tags".into(), json!("t0")), ("city".into(), json!("杭州"))], ..all() }, None, 9).0, "p0 p6");
    assert_eq!(keys(RecordFilter { node: Some(Node::group().below("z")), ..all() }, None, 9).0, "");
    assert_eq!(keys(RecordFilter { node: Some(Node::group()), state: Some(RecordState::Active), ..all() }, None, 9).0.len(), 20);
    temp.assert_clean();
}
