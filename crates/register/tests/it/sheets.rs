//! Import: a plan first, then whole or not at all; what is exported can be imported.

use register::{PUBLIC, RecordFilter, RecordRefusal, RowFate, import_records, plan_import, records, save_record};
use serde_json::json;
use store::testing::Temp;
use words::{Failure, Node, Outcome};

use crate::place::{draft, keeper, place, read, write};

fn plan(temp: &Temp, bytes: &[u8]) -> Outcome<register::ImportPlan, RecordRefusal> {
    temp.db.read(|read| plan_import(read, "partner", &Node::group().below("zj"), PUBLIC, bytes))
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
