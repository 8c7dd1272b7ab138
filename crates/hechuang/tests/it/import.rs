//! Acceptance scenario 19: a workbook of 500 projects with 17 bad rows. 483 come in whole, 17 are reported by row and column, and no case is partial.

use std::collections::BTreeSet;

use rust_xlsxwriter::Workbook;
use serde_json::Value;
use store::Value as Sql;
use webkit::testing::Client;
use words::{Failure, Never};

use crate::ground::House;

const ROWS: usize = 500;
const HEADS: [&str; 12] =
    ["项目负责人", "项目名称*", "申请入驻的基地", "申报渠道", "创新类型", "领域", "团队成员", "预计孵化月数", "申请孵化资金", "申报日期", "原编号", "备注"];
/// Row of the sheet, place of the cell, what stands there instead, column and code that are reported.
const BAD: [(usize, usize, &str, &str, &str); 17] = [
    (7, 0, "nobody-here", "lead", "programme-import-nobody"),
    (21, 0, "", "lead", "packs-field-required"),
    (40, 1, "", "title", "packs-field-required"),
    (
        58,
        1,
        "很长的名称很长的名称很长的名称很长的名称很长的名称很长的名称很长的名称很长的名称很长的名称很长的名称很长的名称很长的名称很长",
        "title",
        "packs-field-too-long",
    ),
    (77, 2, "月球基地", "base", "programme-import-no-place"),
    (99, 2, "", "base", "packs-field-required"),
    (120, 3, "空降", "channel", "packs-field-not-an-option"),
    (155, 4, "第四类", "line", "packs-field-not-an-option"),
    (180, 5, "物联网；占星", "domains", "packs-field-not-an-option"),
    (222, 5, "物联网；物联网", "domains", "packs-field-twice"),
    (250, 6, "ghost@example.com", "members", "programme-import-nobody"),
    (301, 7, "许多", "duration_months", "packs-field-not-an-integer"),
    (333, 7, "99", "duration_months", "packs-field-too-large"),
    (390, 8, "三十万", "grant", "packs-field-not-an-amount"),
    (410, 9, "2016年13月1日", "happened_on", "packs-field-not-a-date"),
    (444, 9, "2999-01-01", "happened_on", "programme-import-later"),
    (499, 10, "HZ-2", "reference", "programme-import-twice"),
];

fn workbook(house: &House) -> Vec<u8> {
    let logins: Vec<String> = ["lead", "member-lin", "member-he"].iter().map(|who| login(house, who)).collect();
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    for (at, head) in (0u16..).zip(HEADS) {
        page.write_string(0, at, head).expect("a heading");
    }
    for number in 2..=ROWS + 1 {
        let mut cells = [
            logins[number % 3].clone(),
            format!("历史项目第{number}号"),
            "hz-space".to_owned(),
            "自发式".to_owned(),
            "全员型创新".to_owned(),
            "物联网；智慧城市".to_owned(),
            logins[(number + 1) % 3].clone(),
            "12".to_owned(),
            "12.5万".to_owned(),
            "2016年5月8日".to_owned(),
            format!("HZ-{number}"),
            "不导入".to_owned(),
        ];
        if let Some((_, at, text, ..)) = BAD.iter().find(|(row, ..)| *row == number) {
            cells[*at] = (*text).to_owned();
        }
        let row = u32::try_from(number - 1).expect("a row");
        for (at, cell) in (0u16..).zip(&cells) {
            page.write_string(row, at, cell).expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

/// Gives a persona a name to sign in with.
fn login(house: &House, who: &str) -> String {
    let (name, person) = (format!("{who}.zj"), house.world.persons[who].clone());
    let login = name.clone();
    let system = words::Acting::system("setup");
    let done = house.temp.db.write("a login", move |tx| identity::register_login(tx, &system, &person, &login, &identity::LoginSecret::Later));
    done.map_err(Failure::into_fault).expect("a login");
    name
}

fn count(house: &House, sql: &str, given: &[Sql]) -> i64 {
    let row = house.temp.db.read::<_, Never>(|read| Ok(read.row(sql, given)?)).map_err(Failure::into_fault).expect(sql);
    row.expect("a count").get("n").expect("n")
}

fn cases(house: &House) -> i64 {
    count(house, "select count(*) as n from programme_case where definition = 'incubation.self'", &[])
}

fn bring(office: &mut Client, bytes: &[u8]) -> (String, Value) {
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let there = office.upload("/projects/imports", &[("target", "draft")], &[("sheet", "历史项目.xlsx", media, bytes)]).expect(303);
    let address = there.location().to_owned();
    let view = office.get_json(&address).expect(200).json();
    (address, view)
}

#[test]
fn five_hundred_projects_with_seventeen_bad_rows_come_in_as_483() {
    let house = House::peopled();
    let bytes = workbook(&house);
    let mut office = house.client("office");
    let (address, view) = bring(&mut office, &bytes);
    let found: Vec<(i64, &str, &str)> = lines(&view);
    let wanted: Vec<(i64, &str, &str)> = BAD.iter().map(|(row, _, _, column, code)| (i64::try_from(*row).expect("a row"), *column, *code)).collect();
    assert_eq!(found, wanted, "every bad row by row, column and code");
    assert_eq!((view["counts"]["ready"].as_i64(), view["counts"]["wrong"].as_i64()), (Some(483), Some(17)));
    assert_eq!(view["ignored"][0], "备注");
    assert_eq!(view["mistakes"][0]["value"], "nobody-here");
    assert_eq!(cases(&house), 0, "a dry run takes nothing in");
    office.post(&format!("{address}/take"), &[]).expect(303);
    house.temp.settle();
    whole(&house, 483);
    let done = office.get_json(&address).expect(200).json();
    assert_eq!((done["state"].as_str(), done["counts"]["taken"].as_i64(), done["counts"]["wrong"].as_i64()), (Some("done"), Some(483), Some(17)));
    mend_and_bring_again(&house, &mut office, &address);
    let (again, _) = bring(&mut office, &bytes);
    office.post(&format!("{again}/take"), &[]).expect(409);
    whole(&house, 484);
    house.temp.assert_clean();
}

fn lines(view: &Value) -> Vec<(i64, &str, &str)> {
    let lines = view["mistakes"].as_array().into_iter().flatten();
    lines.map(|one| (one["row"].as_i64().expect("a row"), one["column"].as_str().expect("a column"), one["code"].as_str().expect("a code"))).collect()
}

/// So many cases, each with its form, its lead and its invitation, once, and earlier than it was recorded.
fn whole(house: &House, wanted: i64) {
    assert_eq!(cases(house), wanted);
    let parts = [
        "select count(*) as n from programme_answer a join programme_case c on c.id = a.case_id where a.form = 'application' and c.title <> ''",
        "select count(*) as n from programme_member where role = 'team.lead' and state = 'consented'",
        "select count(*) as n from programme_member where role = 'team.member' and state = 'invited'",
        "select count(*) as n from programme_fact where name = 'happened_on'",
        "select count(distinct title) as n from programme_case where definition = 'incubation.self'",
        "select count(*) as n from programme_import_row where case_id is not null",
    ];
    for sql in parts {
        assert_eq!(count(house, sql, &[]), wanted, "{sql}");
    }
}

/// The workbook of bad rows holds the same rows with what is wrong; one of them mended and brought again comes in, the others are still wrong.
fn mend_and_bring_again(house: &House, office: &mut Client, address: &str) {
    let sheet = office.get(&format!("{address}?format=csv")).expect(200).body;
    assert_eq!(sheet.matches("历史项目第").count(), 15, "two have no right title: {sheet}");
    assert!(sheet.lines().next().is_some_and(|heads| heads.ends_with("问题说明")), "{sheet}");
    let there = office
        .upload("/projects/imports", &[], &[("sheet", "改.csv", "text/csv", sheet.replace("月球基地", "hz-space").as_bytes())])
        .expect(303)
        .location()
        .to_owned();
    let view = office.get_json(&there).json();
    assert_eq!(
        (view["counts"]["ready"].as_i64(), view["counts"]["wrong"].as_i64()),
        (Some(1), Some(15)),
        "the last had the reference of one that is in: {view}"
    );
    assert_eq!(view["counts"]["same"].as_i64(), Some(1));
    office.post(&format!("{there}/take"), &[]).expect(303);
    house.temp.settle();
}

/// One run of the job that takes rows in, as the worker does it: off the queue and done in one transaction.
fn batch(house: &House) {
    let id = house.first("select job_key as it from store_job where name = 'programme.take_in'", &[]).expect("a job");
    let kind = programme::PART.jobs.iter().find(|kind| kind.name == "programme.take_in").expect("the kind");
    let due_at = house.temp.clock.now();
    let run = store::JobRun { name: kind.name.into(), key: id, due_at, body: String::new(), cause: None };
    let done = house.temp.db.write::<_, Never>("a batch", move |tx| {
        tx.cancel_job(&run.name, &run.key)?;
        Ok((kind.run)(tx, &run)?)
    });
    done.map_err(Failure::into_fault).expect("a batch");
}

#[test]
fn an_import_that_is_cut_off_goes_on_where_it_was() {
    let house = House::peopled();
    let mut office = house.client("office");
    let (address, _) = bring(&mut office, &workbook(&house));
    office.post(&format!("{address}/take"), &[]).expect(303);
    let mut seen = BTreeSet::new();
    // Whoever looks between two batches sees whole cases only.
    while count(&house, "select count(*) as n from store_job where name = 'programme.take_in'", &[]) > 0 {
        batch(&house);
        let now = cases(&house);
        whole(&house, now);
        seen.insert(now);
        if seen.len() == 5 {
            break;
        }
    }
    assert_eq!(seen.iter().max(), Some(&100), "twenty at a time");
    house.temp.settle();
    whole(&house, 483);
    house.temp.assert_clean();
}
