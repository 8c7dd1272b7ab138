//! The pages and the API through the door.

use desk::{AttachDraft, NoticeDraft, attach, check_file, publish, switch_mail};
use serde_json::json;
use store::Db;
use store::testing::Temp;
use webkit::testing::Client;
use webkit::{App, AppOptions, Credential, Gate, Visitor};
use words::{Acting, Day, Fault, Never};

use crate::inbox::{message, send};
use crate::place::{both, id, node, official, person, place, write};

struct Door;

impl Gate for Door {
    fn who(&self, _: &Db, credential: Credential) -> Result<Option<Visitor>, Fault> {
        let (Credential::Session(name) | Credential::Bearer(name)) = credential;
        let acting = if name == "wu" { official("wu", &["desk.publish", "desk.mail"]) } else { person(&name) };
        Ok(Some(Visitor { acting, name: name.clone(), session_id: name, lang: None, theme: None }))
    }
}

fn house() -> (Temp, App) {
    let temp = place();
    let options = AppOptions::new(temp.db.clone()).part(desk::routes(), desk::TEMPLATES, desk::TEXTS).gate(Door);
    let app = App::new(options).unwrap_or_else(|wrong| panic!("{wrong}"));
    (temp, app)
}

#[test]
fn texts_are_the_same_in_both_languages() {
    assert_eq!(desk::TEXTS.check(), Vec::<String>::new());
}

#[test]
fn the_inbox_lists_opens_and_marks() {
    let (temp, app) = house();
    send(&temp, message(&["per_chen"], None));
    send(&temp, message(&["per_chen"], None));
    let mut chen = Client::session(&app, "chen");
    assert_eq!(Client::new(&app).get("/inbox").status, 303, "strangers sign in first");
    let page = chen.get("/inbox").expect(200);
    assert!(page.body.contains("项目已进入孵化") && page.body.contains("您是项目成员"), "{}", page.body);
    let first = chen.get_json("/inbox").expect(200).json()["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(chen.get(&format!("/inbox/{first}")).expect(303).location(), "/projects/case_1");
    assert_eq!(Client::session(&app, "li").get_json(&format!("/inbox/{first}")).expect(404).code(), "absent");
    assert_eq!(chen.get_json("/inbox?show=unread").json()["unread"], json!(1));
    assert!(chen.post_and_follow("/inbox/readings", &[]).expect(200).body.contains("已全部标为已读"));
    assert_eq!(chen.get_json("/inbox").json()["unread"], json!(0));
    chen.get("/me/notifications").expect(200);
    chen.post_and_follow("/me/notifications", &[("kinds[]", "programme.moved")]).expect(200);
    temp.assert_clean();
}

#[test]
fn a_notice_is_public_and_takes_objections_of_signed_in_people() {
    let (temp, app) = house();
    let day = |text| Day::parse(text).unwrap();
    let draft = NoticeDraft {
        subject: "case_1".into(),
        node: node(),
        kind: "entry".into(),
        title: both("入孵结果公示"),
        body: both("第一段\n\n第二段"),
        link: None,
        from: day("2026-09-01"),
        until: day("2026-09-05"),
    };
    let notice = write(&temp, move |tx| publish(tx, &Acting::system("reaction"), draft.clone())).unwrap();
    write::<_, Never>(&temp, |tx| Ok(tx.personal_put(&id("per_zhao"), "name", "赵六")?)).unwrap();
    let path = format!("/notices/{}", notice.id);
    let mut stranger = Client::new(&app);
    assert!(stranger.get("/notices").expect(200).body.contains("入孵结果公示"));
    assert!(stranger.get(&path).expect(200).body.contains("登录后可以提出异议"));
    let form = format!("{path}/objections");
    let mut zhao = Client::session(&app, "zhao");
    let refused = zhao.post(&form, &[("reason", ""), ("_back", &path)]).expect(422);
    assert!(refused.body.contains("入孵结果公示"), "the form is shown again");
    assert!(zhao.post_and_follow(&form, &[("reason", "雷同")]).body.contains("异议已收到"));
    assert_eq!(zhao.post_json(&form, &json!({"reason": "又"})).expect(409).code(), "desk-objected-already");
    assert!(!stranger.get(&path).expect(200).body.contains("雷同"));
    let mut wu = Client::session(&app, "wu");
    let page = wu.get(&path).expect(200);
    assert!(page.body.contains("赵六") && page.body.contains("雷同"), "{}", page.body);
    let objection = wu.get_json(&path).json()["objections"][0]["id"].as_str().unwrap().to_owned();
    let answers = format!("/objections/{objection}/answers");
    assert_eq!(zhao.post_json(&answers, &json!({"verdict": "rejected", "reason": "不"})).status, 403);
    wu.post_and_follow(&answers, &[("verdict", "rejected"), ("reason", "不雷同")]).expect(200);
    let shown = stranger.get(&path).expect(200).body;
    assert!(shown.contains("不雷同") && !shown.contains("赵六"));
    stranger.english().get(&path).expect(200);
    temp.assert_clean();
}

#[test]
fn a_file_is_kept_by_who_may_read_it() {
    let (temp, app) = house();
    let file = check_file("计划.txt", "内容".into()).unwrap();
    let draft = AttachDraft { subject: "case_1".into(), node: node(), kind: "plan".into(), title: String::new(), readers: "programme.read_all".into() };
    let made = write(&temp, move |tx| attach(tx, &person("chen"), &draft, &file)).unwrap();
    let path = format!("/files/{}", made.id);
    let seen = Client::session(&app, "chen").get(&path).expect(200);
    assert_eq!(seen.body, "内容");
    assert!(seen.header("content-disposition").starts_with("attachment"), "{:?}", seen.headers);
    assert_eq!(Client::session(&app, "chen").get(&format!("{path}?version=2")).status, 404);
    for mut other in [Client::session(&app, "li"), Client::new(&app)] {
        assert_eq!(other.get(&path).status, 404);
    }
}

#[test]
fn the_mail_log_is_for_those_who_keep_it() {
    let (temp, app) = house();
    write::<_, Never>(&temp, |tx| Ok(switch_mail(tx, true)?)).unwrap();
    send(&temp, message(&["per_chen"], None));
    write::<_, Never>(&temp, |tx| Ok(switch_mail(tx, false)?)).unwrap();
    let mut wu = Client::session(&app, "wu");
    assert!(wu.get("/admin/mail?state=failed").expect(200).body.contains("项目已进入孵化"));
    assert_eq!(Client::session(&app, "chen").get("/admin/mail").status, 403);
    let mail = wu.get_json("/admin/mail").json()["mails"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(wu.post_json(&format!("/admin/mail/{mail}/resends"), &json!({})).expect(409).code(), "desk-mail-off");
    temp.assert_clean();
}
