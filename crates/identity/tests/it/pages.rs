//! Pages and JSON through the door: sign-in, account, administration.

use identity::{DemoPersona, DemoPersonas, LoginSecret, TokenDraft};
use serde_json::json;
use webkit::testing::Client;
use words::{Acting, Bilingual, Id, Node};

use crate::house::{House, gd, zj};

const PASSWORD: &str = "correct horse battery";

struct Scene {
    house: House,
    admin: Id,
    clerk: Id,
}

fn scene() -> Scene {
    let house = House::new();
    let (admin, clerk) = (house.person("管理员", zj()), house.person("陈思远", zj()));
    house.give(&admin, "platform.admin", Node::group());
    house.give(&clerk, "unit.hr", zj());
    let (whom, secret) = (clerk.clone(), LoginSecret::of_password(PASSWORD, &[9; 16]).unwrap());
    house.write(move |tx| identity::register_login(tx, &Acting::system("setup"), &whom, "chensiyuan", &secret));
    Scene { house, admin, clerk }
}

fn signed_in(scene: &Scene, app: &webkit::App, who: &Id) -> Client {
    Client::session(app, &scene.house.session(who))
}

#[test]
fn one_signs_in_goes_on_and_signs_out() {
    let scene = scene();
    let app = scene.house.door(None);
    let mut client = Client::new(&app);
    assert_eq!(client.get("/me/security").expect(303).location(), "/login?next=%2Fme%2Fsecurity");
    let wrong = client.post("/login", &[("login", "chensiyuan"), ("password", "no such password"), ("_back", "/login")]).expect(422);
    assert!(wrong.body.contains("登录名或口令不对") && wrong.body.contains("value=\"chensiyuan\"") && !wrong.body.contains("no such password"));
    let there = client.post("/login", &[("login", "ChenSiyuan"), ("password", PASSWORD), ("next", "/me/security")]).expect(303);
    assert_eq!(there.location(), "/me/security");
    let page = client.get("/me/security").expect(200);
    assert!(page.body.contains("当前会话") && page.body.contains("陈思远"));
    client.post("/logout", &[]).expect(303);
    client.get("/me/security").expect(303);
    scene.house.temp.assert_clean();
}

#[test]
fn nobody_is_led_to_another_site() {
    let scene = scene();
    let app = scene.house.door(None);
    for next in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        let there = Client::new(&app).post("/login", &[("login", "chensiyuan"), ("password", PASSWORD), ("next", next)]).expect(303);
        assert_eq!(there.location(), "/me", "{next}");
    }
}

#[test]
fn trying_passwords_is_slowed_down() {
    let scene = scene();
    let app = scene.house.door(None);
    let mut client = Client::new(&app);
    let statuses: Vec<u16> = (0..12).map(|_| client.post_json("/api/v1/login", &json!({"login": "nobody", "password": "x"})).status).collect();
    assert_eq!(statuses[0], 422);
    assert_eq!(statuses.last(), Some(&429));
    assert_eq!(client.post_json("/api/v1/login", &json!({"login": "chensiyuan", "password": "x"})).code(), "identity-sign-in-failed");
}

#[test]
fn personas_are_entered_only_in_a_demonstration() {
    let scene = scene();
    let app = scene.house.door(None);
    Client::new(&app).post("/login/as", &[("persona", scene.clerk.as_str())]).expect(404);
    let persona = DemoPersona { person: scene.clerk.clone(), name: Bilingual::new("陈思远", "Chen Siyuan"), role: Bilingual::new("人力", "HR") };
    let app = scene.house.door(Some(DemoPersonas(vec![persona])));
    let mut client = Client::new(&app);
    assert!(client.get("/login").expect(200).body.contains("以陈思远身份进入"));
    assert!(client.clone().english().get("/login").expect(200).body.contains("Enter as Chen Siyuan"));
    client.post("/login/as", &[("persona", scene.admin.as_str())]).expect(404);
    client.post("/login/as", &[("persona", scene.clerk.as_str())]).expect(303);
    client.get("/me/profile").expect(200);
    scene.house.temp.clock.set(scene.house.temp.clock.now().plus_seconds(301));
    let asked = client.get("/reauth?next=%2Fme%2Fprofile").expect(200);
    assert!(asked.body.contains("action=\"/login/as\"") && asked.body.contains(scene.clerk.as_str()), "who knows no password enters anew");
    let again = client.post("/login/as", &[("persona", scene.clerk.as_str()), ("next", "/me/profile")]).expect(303);
    assert_eq!(again.location(), "/me/profile", "proved, and on the page one came from");
}

#[test]
fn every_page_stands_in_both_languages_and_as_json() {
    let scene = scene();
    let app = scene.house.door(None);
    let (one, form) = (format!("/admin/people/{}", scene.clerk), format!("/admin/people/{}/forms", scene.clerk));
    let mut paths: Vec<String> =
        ["/login", "/reauth", "/me/security", "/me/profile", "/admin/people", "/admin/people?q=思远", "/admin/people?state=left", "/admin/people/new"]
            .map(str::to_owned)
            .to_vec();
    paths.extend(
        [
            "/admin/people/import",
            "/admin/people/import?kind=units",
            "/admin/units",
            "/admin/units?node=group/zj",
            "/admin/grants",
            "/admin/grants?all=true",
            "/admin/grants/new",
        ]
        .map(str::to_owned),
    );
    paths.push(one);
    paths.extend(["reveal", "membership", "grant", "deputies", "absence", "relation", "leaving", "erasure"].map(|name| format!("{form}/{name}")));
    for path in paths {
        let mut client = signed_in(&scene, &app, &scene.admin);
        client.get(&path).expect(200);
        client.get_json(&path).expect(200);
        client.english().get(&path).expect(200);
    }
}

#[test]
fn the_administration_is_for_those_who_administer() {
    let scene = scene();
    let app = scene.house.door(None);
    for path in ["/admin/people", "/admin/units", "/admin/grants"] {
        signed_in(&scene, &app, &scene.clerk).get(path).expect(403);
        Client::new(&app).get(path).expect(303);
    }
    let manager = scene.house.person("单位管理员", zj());
    scene.house.give(&manager, "unit.admin", zj());
    let stranger = scene.house.person("外单位的人", gd());
    let mut client = signed_in(&scene, &app, &manager);
    let list = client.get_json("/admin/people").expect(200).json();
    assert_eq!(list["unit"], "group/zj");
    assert_eq!(list["paging"]["total"], 3);
    client.get(&format!("/admin/people/{stranger}")).expect(404);
    client.get("/admin/people?unit=group/gd").expect(404);
}

#[test]
fn a_person_is_added_found_masked_and_revealed() {
    let scene = scene();
    let app = scene.house.door(None);
    let mut client = signed_in(&scene, &app, &scene.admin);
    let refused = client.post("/admin/people", &[("name", "李四"), ("phone", "1380013800"), ("_back", "/admin/people/new")]).expect(422);
    assert!(refused.body.contains("请填写 11 位手机号") && refused.body.contains("value=\"李四\""));
    let made = client.post("/admin/people", &[("name", "李四"), ("phone", "13800138000"), ("node", "group/gd"), ("from_on", "2026-09-01")]).expect(303);
    let page = client.get(made.location()).expect(200);
    assert!(page.body.contains("138****8000") && !page.body.contains("13800138000"));
    assert_eq!(client.get_json("/admin/people?q=13800138000").json()["people"][0]["name"], "李四");
    let seen = client.post(&format!("{}/reveals", made.location()), &[("reason", "核对联系方式")]).expect(200);
    assert!(seen.body.contains("13800138000"));
    let csv = client.get("/admin/people?format=csv").expect(200);
    assert!(csv.body.contains("138****8000") && csv.body.starts_with('\u{feff}'));
    scene.house.temp.assert_clean();
}

#[test]
fn a_role_is_given_and_ended_by_name() {
    let scene = scene();
    let app = scene.house.door(None);
    let mut client = signed_in(&scene, &app, &scene.admin);
    let form = [
        ("person", "陈思远"),
        ("role", "unit.admin"),
        ("node", "group/zj"),
        ("from_on", "2026-09-01"),
        ("to_on", "2026-12-31"),
        ("reason", "轮岗"),
        ("_back", "/admin/grants/new"),
    ];
    client.post("/admin/grants", &form).expect(303);
    let doubled = client.post("/admin/grants", &form).expect(409);
    assert!(doubled.body.contains("已在该节点持有该角色"));
    let grants = client.get_json("/admin/grants?role=unit.admin").json();
    assert_eq!(grants["grants"][0]["to_on"], "2026-12-31");
    let id = grants["grants"][0]["id"].as_str().unwrap().to_owned();
    client.post(&format!("/admin/grants/{id}/ending"), &[("ending_reason", "提前结束")]).expect(303);
    assert_eq!(client.get_json("/admin/grants?role=unit.admin").json()["paging"]["total"], 0);
}

#[test]
fn a_sheet_is_checked_first_and_its_mistakes_come_as_a_workbook() {
    let scene = scene();
    let app = scene.house.door(None);
    let mut client = signed_in(&scene, &app, &scene.admin);
    let bad = "姓名,手机,单位\n王五,123,浙江公司\n";
    let file = [("sheet", "people.csv", "text/csv", bad.as_bytes())];
    let page = client.upload("/admin/people/import", &[("kind", "people"), ("deed", "check")], &file).expect(200);
    assert!(page.body.contains("1 处错误") && page.body.contains("请填写 11 位手机号"));
    let book = client.upload("/admin/people/import?format=xlsx", &[("kind", "people"), ("deed", "check")], &file).expect(200);
    assert!(book.bytes.starts_with(b"PK"));
    let again = identity::Incoming::read(&book.bytes, &[("row", &["行号"]), ("mistake", &["错误"])], &["row", "mistake"]).unwrap();
    let row = again.rows().next().unwrap();
    assert_eq!((row.text("row"), row.text("mistake")), ("2", "请填写 11 位手机号"));
    let refused = client.upload("/admin/people/import", &[("kind", "people"), ("deed", "take"), ("_back", "/admin/people/import")], &file).expect(422);
    assert!(refused.body.contains("没有导入任何一行"));
    let good = bad.replace("123", "13900139000");
    client.upload("/admin/people/import", &[("kind", "people"), ("deed", "take"), ("text", &good)], &[]).expect(303);
    assert_eq!(client.get_json("/admin/people?q=王五").json()["paging"]["total"], 1);
}

#[test]
fn tokens_work_over_the_api_with_their_scopes_and_until_revoked() {
    let scene = scene();
    let app = scene.house.door(None);
    let admin = scene.admin.clone();
    let make = |scopes: Vec<String>| {
        let whom = admin.clone();
        let draft = TokenDraft { name: "接口".into(), scopes, days: 30 };
        scene.house.write(move |tx| identity::make_token(tx, &Acting::system("demo"), &whom, &draft))
    };
    let ((_, full), (narrow_id, narrow)) = (make(Vec::new()), make(vec!["identity.people".into()]));
    Client::bearer(&app, &full).get_json("/api/v1/admin/grants").expect(200);
    Client::bearer(&app, &narrow).get_json("/api/v1/admin/people").expect(200);
    assert_eq!(Client::bearer(&app, &narrow).get_json("/api/v1/admin/grants").expect(403).code(), "denied");
    let mut owner = signed_in(&scene, &app, &scene.admin);
    owner.post(&format!("/me/tokens/{narrow_id}"), &[("_method", "delete")]).expect(303);
    Client::bearer(&app, &narrow).get_json("/api/v1/admin/people").expect(401);
    Client::bearer(&app, "hct_nonsense").get_json("/api/v1/me/profile").expect(401);
}

#[test]
fn a_signature_over_the_api_needs_a_fresh_proof() {
    let scene = scene();
    let app = scene.house.door(None);
    let whom = scene.clerk.clone();
    let draft = TokenDraft { name: "接口".into(), scopes: Vec::new(), days: 30 };
    let (_, text) = scene.house.write(move |tx| identity::make_token(tx, &Acting::system("demo"), &whom, &draft));
    let mut client = Client::bearer(&app, &text);
    let wanted = json!({"name": "another", "days": 3});
    assert_eq!(client.post_json("/api/v1/me/tokens", &wanted).expect(403).code(), "identity-proof-needed");
    assert_eq!(client.post_json("/api/v1/reauth", &json!({"password": "wrong one here"})).code(), "identity-password-wrong");
    client.post_json("/api/v1/reauth", &json!({"password": PASSWORD})).expect(200);
    client.post_json("/api/v1/me/tokens", &wanted).expect(200);
    scene.house.temp.clock.set(scene.house.temp.clock.now().plus_seconds(301));
    client.post_json("/api/v1/me/tokens", &wanted).expect(403);
}

#[test]
fn two_step_sign_in_from_the_key_to_the_recovery_code() {
    let scene = scene();
    let app = scene.house.door(None);
    let who = scene.house.acting(&scene.clerk);
    let key = scene.house.write(move |tx| identity::begin_totp(tx, &who));
    let code = |ahead: i64| identity::totp::code(&key, identity::totp::step_at(scene.house.temp.clock.now()) + ahead, 6);
    let mut client = signed_in(&scene, &app, &scene.clerk);
    client.post("/me/totp", &[("_method", "put"), ("code", "000000")]);
    client.post("/me/totp", &[("_method", "put"), ("code", &code(0))]).expect(303);
    let page = client.post("/me/recovery-codes", &[]).expect(200);
    let recovery = page.body.split("<code class=\"copyable\">").nth(1).and_then(|rest| rest.split('<').next()).unwrap().to_owned();
    let try_with = |code: &str| {
        let mut stranger = Client::new(&app);
        let seen = stranger.post_json("/api/v1/login", &json!({"login": "chensiyuan", "password": PASSWORD, "code": code}));
        (seen.status, seen.code())
    };
    assert_eq!(try_with("").1, "identity-code-needed");
    assert_eq!(try_with(&code(0)).1, "identity-code-wrong", "used already");
    assert_eq!(try_with(&code(1)).0, 200);
    assert_eq!(try_with(&recovery).0, 200);
    assert_eq!(try_with(&recovery).1, "identity-code-wrong");
    scene.house.temp.assert_clean();
}

#[test]
fn an_empty_house_is_set_up_through_its_link() {
    let scene = House::new();
    let app = scene.door(None);
    let token = scene.write(identity::begin_first_setup).unwrap();
    let mut client = Client::new(&app);
    client.get("/setup?token=nonsense").expect(410);
    let page = format!("/setup?token={token}");
    assert!(client.get(&page).expect(200).body.contains("空的平台"));
    let weak = client
        .post(
            "/setup",
            &[("token", &token), ("group_zh", "集团"), ("group_en", "Group"), ("name", "管理员"), ("login", "admin"), ("password", "short"), ("_back", &page)],
        )
        .expect(422);
    assert!(weak.body.contains("口令至少 10 个字符"));
    client
        .post("/setup", &[("token", &token), ("group_zh", "集团"), ("group_en", "Group"), ("name", "管理员"), ("login", "admin"), ("password", PASSWORD)])
        .expect(303);
    client.get("/admin/people").expect(200);
    Client::new(&app).get(&page).expect(410);
    scene.temp.assert_clean();
}

#[test]
fn my_data_come_as_a_file() {
    let scene = scene();
    let app = scene.house.door(None);
    let file = signed_in(&scene, &app, &scene.clerk).post("/me/data-copies", &[]).expect(200);
    assert!(file.header("content-disposition").contains("attachment"));
    assert_eq!(file.json()["personal"][0]["text"], "陈思远");
}

#[test]
fn a_session_ends_when_it_is_not_used() {
    let scene = scene();
    let app = scene.house.door(None);
    let mut client = signed_in(&scene, &app, &scene.clerk);
    let hours = |n: i64| scene.house.temp.clock.set(scene.house.temp.clock.now().plus_seconds(n * 3600));
    hours(11);
    client.get("/me/profile").expect(200);
    hours(11);
    client.get("/me/profile").expect(200);
    hours(12);
    client.get("/me/profile").expect(303);
}
