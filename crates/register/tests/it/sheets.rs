//! Import: a plan first, then whole or not at all; what is exported can be imported.

use register::{Place, RecordFilter, RecordRefusal, RowFate, SheetPlaces, import_records, plan_import, records, save_record};
use serde_json::json;
use store::testing::Temp;
use words::{Bilingual, Failure, Node, Outcome};

use crate::place::{draft, keeper, place, read, write};

fn plan(temp: &Temp, bytes: &[u8]) -> Outcome<register::ImportPlan, RecordRefusal> {
    let place = |node: Node, zh: &str| Place { node, name: Bilingual::new(zh, zh), href: None };
    let places = SheetPlaces {
        node: zj(),
        known: vec![place(zj(), "浙江公司"), place(zj().below("hz"), "杭州空间"), place(Node::group().below("gd"), "广东公司")],
    };
    temp.db.read(|read| plan_import(read, &keeper(), "partner", &places, bytes))
}

fn zj() -> Node {
    Node::group().below("zj")
}

#[test]
fn a_row_says_where_it_stands_and_otherwise_stays_where_it_is() {
    let temp = place();
    let there = register::RecordDraft { node: zj().below("hz"), ..draft("a", "甲", json!({"city": "杭州"})) };
    write(&temp, move |tx| save_record(tx, &keeper(), &there, None)).unwrap();
    let text = "key,zh,en,city,node\na,甲,甲 (en),杭州,\nb,乙,B,杭州,杭州空间\nc,丙,C,杭州,广东公司\nd,丁,D,杭州,火星\nnew,戊,E,杭州,\n";
    let planned = plan(&temp, text.as_bytes()).unwrap();
    let found: Vec<(RowFate, Vec<&str>)> = planned.rows.iter().map(|row| (row.fate, row.mistakes.iter().map(|mistake| mistake.code).collect())).collect();
    let wanted = [
        (RowFate::Same, vec![]),
        (RowFate::New, vec![]),
        (RowFate::Wrong, vec!["register-not-yours"]),
        (RowFate::Wrong, vec!["register-unknown-place"]),
        (RowFate::Wrong, vec!["register-key"]),
    ];
    assert_eq!(found, wanted);
    assert_eq!((&planned.rows[0].draft.node, &planned.rows[1].draft.node), (&zj().below("hz"), &zj().below("hz")));
}

const GOOD: &str = "key,zh,en,城市,Area,since,tags,note\nhz,杭州伙伴,Hangzhou,杭州,\"5,000\",2016-05-08,云; 物联网,x\nold,老伙伴,老伙伴 (en),重庆,,,,\n";

#[test]
fn a_plan_says_what_each_row_would_do() {
    let temp = place();
    write(&temp, |tx| save_record(tx, &keeper(), &draft("old", "老伙伴", json!({"city": "重庆"})), None)).unwrap();
    let planned = plan(&temp, GOOD.as_bytes()).unwrap();
    assert_eq!(planned.rows.iter().map(|row| (row.number, row.fate)).collect::<Vec<_>>(), [(2, RowFate::New), (3, RowFate::Same)]);
    assert_eq!(planned.rows[0].draft.body, json!({"city": "杭州", "area": 5000, "since": "2016-05-08", "tags": ["云", "物联网"]}));
    assert_eq!(planned.ignored, ["note"]);
    assert_eq!(write(&temp, move |tx| import_records(tx, &keeper(), &planned)).unwrap(), 1);
    assert_eq!(plan(&temp, GOOD.as_bytes()).unwrap().count(RowFate::Same), 2, "importing again changes nothing");
    temp.assert_clean();
}

#[test]
fn one_wrong_row_and_nothing_is_imported() {
    let temp = place();
    let planned = plan(&temp, "key,zh,en,city,area\na,甲,A,杭州,1\nb,乙,B,,many\na,丙,C,杭州,1\n".as_bytes()).unwrap();
    let codes: Vec<Vec<&str>> = planned.rows.iter().map(|row| row.mistakes.iter().map(|mistake| mistake.code).collect()).collect();
    assert_eq!(codes, [vec![], vec!["register-field-needed", "register-field-type"], vec!["register-key-twice"]]);
    assert_eq!(write(&temp, move |tx| import_records(tx, &keeper(), &planned)), Err(Failure::Refused(RecordRefusal::RowsWrong { count: 2 })));
    assert!(read(&temp, |r| Ok(records(r, "partner", &RecordFilter::default(), |_| true, None, 9)?)).records.is_empty());
    assert_eq!(plan(&temp, b"\xff").err(), Some(Failure::Refused(RecordRefusal::Sheet)));
    temp.assert_clean();
}

#[test]
fn a_workbook_is_read_like_csv() {
    let temp = place();
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    for (column, text) in (0u16..).zip(["key", "zh", "en", "city", "area"]) {
        page.write_string(0, column, text).unwrap();
    }
    for (column, text) in (0u16..).zip(["hz", "杭州伙伴", "Hangzhou", "杭州"]) {
        page.write_string(2, column, text).unwrap();
    }
    page.write_number(2, 4, 5000.0).unwrap();
    let planned = plan(&temp, &book.save_to_buffer().unwrap()).unwrap();
    assert_eq!((planned.rows[0].number, planned.rows[0].fate, &planned.rows[0].draft.body), (3, RowFate::New, &json!({"city": "杭州", "area": 5000})));
}
