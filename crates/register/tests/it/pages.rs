//! The pages through the door.

use register::{RecordDraft, save_record};
use serde_json::json;
use store::Db;
use webkit::testing::Client;
use webkit::{App, AppOptions, Credential, Gate, Visitor};
use words::Fault;

use crate::facts::{fact, save};
use crate::place::{draft, keeper, place, write};

struct Door;

impl Gate for Door {
    fn who(&self, _: &Db, _: Credential) -> Result<Option<Visitor>, Fault> {
        Ok(Some(Visitor { acting: keeper(), name: "吴".into(), session_id: "wu".into(), lang: None, theme: None }))
    }
}

#[test]
fn texts_are_the_same_in_both_languages() {
    assert_eq!(register::TEXTS.check(), Vec::<String>::new());
}

#[test]
fn records_are_listed_shown_and_taken_away_as_a_sheet() {
    let temp = place();
    for (key, zh, readers) in [("hz", "杭州伙伴", "public"), ("inner", "内部伙伴", "register.keep")] {
        let draft = RecordDraft { readers: readers.into(), ..draft(key, zh, json!({"city": "杭州", "tags": ["云", "网"]})) };
        write(&temp, move |tx| save_record(tx, &keeper(), &draft, None)).unwrap();
    }
    temp.settle();
    let app = App::new(AppOptions::new(temp.db.clone()).part(register::routes(), register::TEMPLATES, register::TEXTS).gate(Door))
        .unwrap_or_else(|wrong| panic!("{wrong}"));
    let (mut stranger, mut wu) = (Client::new(&app), Client::session(&app, "wu"));
    let list = stranger.get("/registers/partner").expect(200).body;
    assert!(list.contains("杭州伙伴") && !list.contains("内部伙伴"));
    assert!(wu.get("/registers/partner?q=内部").expect(200).body.contains("内部伙伴"));
    let page = stranger.get("/registers/partner/hz").expect(200).body;
    assert!(page.contains("城市") && page.contains("云; 网") && !page.contains("修改历史"), "{page}");
    assert!(wu.get("/registers/partner/hz").expect(200).body.contains("修改历史"));
    for path in ["/registers/partner/inner", "/registers/partner/none", "/registers/nothing"] {
        assert_eq!(stranger.get(path).status, 404, "{path}");
    }
    let sheet = stranger.get("/registers/partner?format=csv").expect(200).body;
    assert!(sheet.contains("hz,杭州伙伴,杭州伙伴 (en),杭州,,,\"云; 网\""), "{sheet}");
    assert_eq!(stranger.english().get_json("/registers/partner/hz").expect(200).json()["record"]["body"]["city"], json!("杭州"));
}

#[test]
fn facts_are_shown_with_their_sources() {
    let temp = place();
    save(&temp, fact("customers", "8.93", "L8")).unwrap();
    save(&temp, fact("customers", "8.6", "L414")).unwrap();
    let app =
        App::new(AppOptions::new(temp.db.clone()).part(register::routes(), register::TEMPLATES, register::TEXTS)).unwrap_or_else(|wrong| panic!("{wrong}"));
    let mut stranger = Client::new(&app);
    for path in ["/facts", "/facts?conflicting=true", "/facts/customers"] {
        let page = stranger.get(path).expect(200).body;
        assert!(page.contains("8.93") && page.contains("8.6") && page.contains("L414") && page.contains("说法不一"), "{path}: {page}");
    }
    stranger.clone().english().get("/facts").expect(200);
    assert_eq!(stranger.get_json("/facts/nothing").expect(404).code(), "absent");
    assert_eq!(stranger.get_json("/facts/customers").json()["conflicting"], json!(true));
}
