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
    assert!(sheet.contains("hz,杭州伙伴,杭州伙伴 (en),group/zj,杭州,,,\"云; 网\""), "{sheet}");
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

fn opened() -> (store::testing::Temp, App) {
    let temp = place();
    let kind = register::Kind {
        kind: "patent".into(),
        name: words::Bilingual::new("专利", "Patents"),
        schema: json!({"type": "object", "required": ["state"], "x-about": {"zh": "登记", "en": "Register"}, "x-readers": "public", "x-order": 1, "properties": {
            "state": {"type": "string", "enum": ["filed", "granted"], "x-options": [{"key": "filed", "zh": "已申请", "en": "Filed"}, {"key": "granted", "zh": "已授权", "en": "Granted"}],
                "x-label": {"zh": "状态", "en": "State"}, "x-list": true, "x-filter": true},
            "claims": {"type": "integer", "minimum": 1, "x-label": {"zh": "权利要求数", "en": "Claims"}},
            "source": {"type": "string", "x-label": {"zh": "出处", "en": "Source"}, "x-source": true},
        }}),
    };
    write(&temp, move |tx| register::declare_kind(tx, &kind)).unwrap();
    let places = register::Places::new(|_| {
        let place = |path: &str, zh: &str, en: &str| register::Place { node: words::Node::at(path), name: words::Bilingual::new(zh, en), href: None };
        Ok(vec![place("group/gd", "广东公司", "Guangdong"), place("group/zj", "浙江公司", "Zhejiang")])
    });
    let app = App::new(AppOptions::new(temp.db.clone()).part(register::routes(), register::TEMPLATES, register::TEXTS).gate(Door).value(places))
        .unwrap_or_else(|wrong| panic!("{wrong}"));
    (temp, app)
}

const NEW: [(&str, &str); 5] = [("key", "cn-1"), ("zh", "一种终端"), ("en", "A terminal"), ("node", "group/zj"), ("body.state", "filed")];

#[test]
fn a_record_is_added_changed_retired_and_its_history_says_so() {
    let (temp, app) = opened();
    let mut wu = Client::session(&app, "wu");
    assert!(wu.get("/registers/patent").expect(200).body.contains("/registers/patent/new"));
    let form = wu.get("/registers/patent/new").expect(200).body;
    assert!(form.contains("浙江公司") && !form.contains("广东公司") && form.contains("已授权"), "only where one keeps records: {form}");
    let wrong = wu
        .post(
            "/registers/patent",
            &[("key", "Cn 1"), ("zh", ""), ("en", "A"), ("node", "group/zj"), ("body.claims", "many"), ("_back", "/registers/patent/new")],
        )
        .expect(422)
        .body;
    assert!(wrong.contains("href=\"#body-claims\"") || wrong.contains("body.claims"), "{wrong}");
    assert!(wu.post("/registers/patent", &NEW).expect(303).location().ends_with("/registers/patent/cn-1"));
    assert!(wu.post("/registers/patent", &NEW).expect(422).body.contains("编码已被使用"));
    let revision = [("_if_match", "1"), ("zh", "一种终端"), ("en", "A terminal"), ("node", "group/zj"), ("body.state", "granted"), ("body.claims", "12")];
    wu.post("/registers/patent/cn-1", &revision).expect(303);
    assert_eq!(wu.post("/registers/patent/cn-1", &revision).status, 409, "somebody changed it in between");
    assert_eq!(wu.post("/registers/patent/cn-1/state", &[("state", "retired"), ("reason", "")]).status, 422);
    wu.post("/registers/patent/cn-1/state", &[("state", "retired"), ("reason", "未缴年费")]).expect(303);
    temp.settle();
    let page = wu.get("/registers/patent/cn-1").expect(200).body;
    for text in ["已停用", "未缴年费", "已申请 → 已授权", "权利要求数：— → 12"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let mut stranger = Client::new(&app);
    assert!(!stranger.get("/registers/patent").expect(200).body.contains("一种终端"));
    assert!(stranger.get("/registers/patent?state=retired").expect(200).body.contains("一种终端"));
    for path in ["/registers/patent/new", "/registers/patent/import", "/registers/patent/cn-1/edit"] {
        stranger.get(path).expect(303);
    }
    temp.assert_clean();
}

#[test]
fn a_list_is_narrowed_by_place_field_and_text_and_goes_on() {
    let (temp, app) = opened();
    for n in 0..60 {
        let body = json!({"state": if n % 2 == 0 { "filed" } else { "granted" }, "source": "L876"});
        let draft = RecordDraft { kind: "patent".into(), ..draft(&format!("p-{n:02}"), &format!("专利{n:02}号"), body) };
        write(&temp, move |tx| save_record(tx, &keeper(), &draft, None)).unwrap();
    }
    let mut stranger = Client::new(&app);
    let count =
        |client: &mut Client, query: &str| client.get_json(&format!("/registers/patent?{query}")).expect(200).json()["records"].as_array().unwrap().len();
    for (query, wanted) in
        [("", 50), ("f.state=granted", 30), ("f.state=none", 0), ("q=07", 1), ("node=group/zj", 50), ("node=group/gd", 0), ("f.state=filed&q=0", 10)]
    {
        assert_eq!(count(&mut stranger, query), wanted, "{query}");
    }
    let first = stranger.get("/registers/patent").expect(200).body;
    assert!(first.contains("rel=\"next\"") && first.contains("L876") && first.contains("浙江公司"), "{first}");
    assert_eq!(count(&mut stranger, "cursor=p-49"), 10);
    assert!(stranger.english().get("/registers").expect(200).body.contains("60 records"));
    let hits = crate::place::read(&temp, |read| Ok(register::find_records(read, "专利 07", |_| true, 10)?));
    assert_eq!(hits.iter().map(|record| record.key.as_str()).collect::<Vec<_>>(), ["p-07"]);
}

#[test]
fn a_sheet_is_tried_and_then_taken_in_whole() {
    let (temp, app) = opened();
    let mut wu = Client::session(&app, "wu");
    assert!(wu.get("/registers/patent/import?format=xlsx").expect(200).bytes.starts_with(b"PK"));
    let bad = "key,中文名称,英文名称,状态\na,甲,A,已授权\nb,乙,B,别的\n";
    let tried = wu.upload("/registers/patent/import", &[("deed", "check")], &[("sheet", "a.csv", "text/csv", bad.as_bytes())]).expect(200).body;
    assert!(tried.contains("新增 1，修改 0，不变 0，有误 1") && tried.contains("不在可选范围内"), "{tried}");
    let mend = wu.upload("/registers/patent/import?format=csv", &[("deed", "check")], &[("sheet", "a.csv", "text/csv", bad.as_bytes())]).expect(200).body;
    assert!(mend.contains("b,乙,B,别的") && !mend.contains("a,甲"), "{mend}");
    assert_eq!(wu.upload("/registers/patent/import", &[("deed", "take")], &[("sheet", "a.csv", "text/csv", bad.as_bytes())]).status, 422);
    let good = bad.replace("别的", "filed");
    wu.upload("/registers/patent/import", &[("deed", "take")], &[("sheet", "a.csv", "text/csv", good.as_bytes())]).expect(303);
    assert_eq!(wu.get_json("/registers/patent").json()["records"].as_array().map(Vec::len), Some(2));
    let exported = wu.get("/registers/patent?format=csv").expect(200).bytes;
    let again = wu.upload("/registers/patent/import", &[("deed", "check")], &[("sheet", "b.csv", "text/csv", &exported)]).expect(200).body;
    assert!(again.contains("新增 0，修改 0，不变 2，有误 0"), "what is exported can be imported: {again}");
    temp.assert_clean();
}

#[test]
fn what_a_pack_brings_leaves_what_people_wrote() {
    let temp = place();
    let text = "[kind]\nkey = \"policy\"\nzh = \"政策\"\nen = \"Policies\"\nabout = { zh = \"甲\", en = \"A\" }\nreaders = \"public\"\norder = 1\n\
        [[record]]\nkey = \"a\"\nnode = \"zj\"\nzh = \"一\"\nen = \"One\"\nsource = { line = 8, quote = \"x\", as_of = \"2017\" }\n\
        [[record]]\nkey = \"b\"\nnode = \"zj\"\nzh = \"二\"\nen = \"Two\"\nsource = { line = 9, quote = \"y\", as_of = \"2017\" }\n";
    let install = |text: String| {
        let kinds = register::read_catalogue(&[("registers/policy.toml", text.as_str())]).unwrap();
        let system = words::Acting::system("setup");
        write(&temp, move |tx| register::install_catalogue(tx, &system, &kinds, |key| (key == "zj").then(|| words::Node::at("group/zj"))))
    };
    assert_eq!(install(text.to_owned()).unwrap(), 2);
    assert_eq!(install(text.to_owned()).unwrap(), 0);
    let mine = RecordDraft { kind: "policy".into(), ..draft("a", "一（已核对）", json!({"source": "L8"})) };
    write(&temp, move |tx| save_record(tx, &keeper(), &mine, None)).unwrap();
    assert_eq!(install(text.replace("\"一\"", "\"壹\"").replace("\"二\"", "\"贰\"")).unwrap(), 1);
    let titles = crate::place::read(&temp, |read| Ok(["a", "b"].map(|key| register::record(read, "policy", key).unwrap().title.zh)));
    assert_eq!(titles, ["一（已核对）".to_owned(), "贰".to_owned()]);
    assert!(install(text.replace("\"zj\"", "\"mars\"")).is_err());
    temp.assert_clean();
}
