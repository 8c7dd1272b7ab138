//! The pages and the API, through the door, in both languages.

use capabilities::{CallsAt, GatewayAt, Issuer, VersionDraft, VersionState};
use serde_json::{Value, json};
use store::Db;
use store::testing::Temp;
use webkit::testing::Client;
use webkit::{App, AppOptions, Credential, Gate, Visitor};
use words::Fault;

use crate::world::*;

struct Door;

impl Gate for Door {
    fn who(&self, _: &Db, credential: Credential) -> Result<Option<Visitor>, Fault> {
        let (Credential::Session(name) | Credential::Bearer(name)) = credential;
        let acting = match name.as_str() {
            "operator" => operator(),
            "owner" => owner(1),
            "gateway" => gateway(),
            "stranger" => developer(3),
            _ => developer(2),
        };
        Ok(Some(Visitor { acting, session_id: name.clone(), name, lang: None, theme: None }))
    }
}

pub fn door(world: &Temp) -> App {
    let options = AppOptions::new(world.db.clone())
        .part(capabilities::Capabilities::<Ground>::routes(), capabilities::TEMPLATES, capabilities::TEXTS)
        .value(GatewayAt(Some("http://127.0.0.1:8081".into())))
        .value(CallsAt(None))
        .value(Issuer("https://hechuang.example".into()))
        .gate(Door);
    App::new(options).unwrap_or_else(|mistake| panic!("{mistake}"))
}

#[test]
fn a_developer_gets_an_app_and_its_key_at_once() {
    let world = world();
    let door = door(&world);
    let mut developer = Client::session(&door, "developer");
    let empty = developer.get("/apps").expect(200);
    assert!(empty.body.contains("创建沙箱应用并取得密钥"), "{}", empty.body);
    let once = developer.post("/apps", &[("name", "小程序"), ("environment", "sandbox"), ("_back", "/apps")]).expect(200);
    let at = once.body.find("hcs_").expect("the key");
    let key = &once.body[at..at + 36];
    let app = once.body.split("href=\"/apps/").nth(1).and_then(|rest| rest.split('"').next()).expect("a link to the app").to_owned();
    let page = developer.get(&format!("/apps/{app}")).expect(200);
    assert!(page.body.contains(&key[..12]) && !page.body.contains(key), "only its beginning stays visible");
    assert!(developer.get("/apps").expect(200).body.contains("小程序"));
    for (client, status) in [("owner", 404), ("operator", 200)] {
        assert_eq!(Client::session(&door, client).get(&format!("/apps/{app}")).status, status, "{client}");
    }
    world.assert_clean();
}

#[test]
fn an_owner_registers_publishes_and_sends_calls_elsewhere() {
    let world = world();
    let door = door(&world);
    let mut owner = Client::session(&door, "owner");
    let fields = [("slug", "sms"), ("zh", "短信"), ("en", "Messages"), ("platform", "comms"), ("_back", "/capabilities/new")];
    owner.post_and_follow("/capabilities", &fields).expect(200);
    let again = owner.post("/capabilities", &fields).expect(409);
    assert!(again.body.contains("这个名字已被使用"), "{}", again.body);
    assert_eq!(Client::new(&door).get("/capabilities/sms").status, 404, "nothing to call yet");
    let version = [
        ("sandbox_upstream", "http://127.0.0.1:9001"),
        ("live_upstream", ""),
        ("timeout_ms", "1000"),
        ("body_limit", "1000"),
        ("document", DOCUMENT),
        ("_back", "/capabilities/sms/versions/new"),
    ];
    let page = owner.post_and_follow("/capabilities/sms/versions", &version).expect(200);
    assert!(page.body.contains("草稿") && page.body.contains("/sms/v1/messages") && page.body.contains("/cases/case_"), "{}", page.body);
    assert_eq!(Client::new(&door).get("/capabilities/sms").status, 404, "a draft is nobody else's matter");
    let moved = json!({ "sandbox_upstream": "http://127.0.0.1:9009", "live_upstream": "http://10.0.0.1" });
    owner.send_json("PUT", "/capabilities/sms/versions/1/upstreams", &moved).expect(200);
    assert!(owner.get("/capabilities/sms").body.contains("http://127.0.0.1:9009"));
    assert_eq!(owner.get_json("/capabilities/sms/versions/1/openapi").expect(200).json()["info"]["title"], "Messages");
    let wrong = json!({ "sandbox_upstream": "ftp://a", "live_upstream": "" });
    assert_eq!(owner.send_json("PUT", "/capabilities/sms/versions/1/upstreams", &wrong).expect(422).code(), "capabilities-upstream");
    world.assert_clean();
}

/// Makes a credential of this kind over the page; gives what the page shows then, and the app.
fn credential(developer: &mut Client, kind: &str, more: &[(&str, &str)], status: u16) -> (String, String) {
    let once = developer.post("/apps", &[("name", "小程序"), ("environment", "sandbox"), ("_back", "/apps")]).expect(200);
    let app = once.body.split("href=\"/apps/").nth(1).and_then(|rest| rest.split('"').next()).expect("a link to the app").to_owned();
    let fields = [&[("kind", kind), ("name", "机器"), ("_back", "/apps")], more].concat();
    (developer.post(&format!("/apps/{app}/keys"), &fields).expect(status).body, app)
}

#[test]
fn a_signing_secret_is_shown_once_with_a_script_that_signs() {
    let world = world();
    let door = door(&world);
    let mut developer = Client::session(&door, "developer").english();
    let (once, app) = credential(&mut developer, "signing", &[], 200);
    let secret = &once[once.find("hms_").expect("the secret")..][..68];
    let keyid = once.split("keyid=\\&quot;").nth(1).or_else(|| once.split("keyid=\\\"").nth(1)).and_then(|rest| rest.split('\\').next()).expect("a keyid");
    assert!(keyid.starts_with("key_") && once.contains("openssl dgst -sha256 -hmac"), "{once}");
    let page = developer.get(&format!("/apps/{app}")).expect(200).body;
    assert!(page.contains(keyid) && page.contains(&secret[..12]) && !page.contains(secret) && page.contains("Signing secret"), "{page}");
    world.assert_clean();
}

#[test]
fn clients_of_the_token_endpoint_are_made_on_the_page_of_the_app() {
    let world = world();
    let door = door(&world);
    let mut developer = Client::session(&door, "developer").english();
    let (once, app) = credential(&mut developer, "client", &[], 200);
    let secret = &once[once.find("hos_").expect("the secret")..][..68];
    assert!(once.contains(&format!("{app}:{secret}")) && once.contains("https://hechuang.example/oauth/token"), "{once}");
    let wrong = developer.post(&format!("/apps/{app}/keys"), &[("kind", "jwks"), ("name", "keys"), ("jwks", "{}"), ("_back", &format!("/apps/{app}"))]);
    assert!(wrong.status == 422 && wrong.body.contains("Those are no public keys"), "{}", wrong.body);
    let (once, app) = credential(&mut developer, "jwks", &[("jwks", &crate::oauth::jwks(1))], 200);
    assert!(once.contains("The public keys are registered") && once.contains("key_"), "{once}");
    let page = developer.get(&format!("/apps/{app}")).expect(200).body;
    assert!(page.contains("Public keys") && page.contains("client_assertion") && page.matches("/rolling").count() == 1, "public keys are not rolled: {page}");
    world.assert_clean();
}

#[test]
fn a_certificate_is_shown_by_whom_it_names_its_fingerprint_and_its_time() {
    let world = world();
    let door = door(&world);
    let mut developer = Client::session(&door, "developer").english();
    let (wrong, _) = credential(&mut developer, "certificate", &[("certificate", "none")], 422);
    assert!(wrong.contains("That is no certificate that could be used"), "{wrong}");
    let (once, app) = credential(&mut developer, "certificate", &[("certificate", crate::certificates::PEM)], 200);
    let page = developer.get(&format!("/apps/{app}")).expect(200).body;
    for body in [&once, &page] {
        assert!(body.contains(crate::certificates::FINGERPRINT) && body.contains("CN=Test first") && body.contains("2119"), "{body}");
    }
    assert_eq!(page.matches("/rolling").count(), 1, "certificates are not rolled: {page}");
    world.assert_clean();
}

#[test]
fn every_page_shows_in_both_languages_to_whom_it_may() {
    let world = world();
    let door = door(&world);
    Client::session(&door, "owner").post("/capabilities", &[("slug", "sms"), ("zh", "短信"), ("en", "Messages")]);
    for (path, stranger, developer, owner) in [
        ("/capabilities", 200, 200, 200),
        ("/capabilities/new", 303, 403, 200),
        ("/capabilities/sms", 404, 404, 200),
        ("/capabilities/sms/versions/new", 303, 403, 200),
        ("/capabilities/nosuch", 404, 404, 404),
        ("/apps", 303, 200, 200),
    ] {
        for client in [Client::new(&door), Client::new(&door).english()] {
            assert_eq!(client.clone().get(path).status, stranger, "{path}");
        }
        for (name, status) in [("developer", developer), ("owner", owner)] {
            for mut client in [Client::session(&door, name), Client::session(&door, name).english()] {
                assert_eq!(client.get(path).status, status, "{path} {name}");
            }
        }
    }
    world.assert_clean();
}

const SHOP: &str = r##"{"openapi":"3.1.0","info":{"title":"Shop","version":"1","description":"Orders and what becomes of them."},"paths":{
  "/orders/{id}":{"get":{"operationId":"getOrder","summary":"One order","parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"integer"},"example":7},
    {"name":"lang","in":"query","schema":{"enum":["zh","en"]}}],"responses":{"200":{"description":"The order","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Order"}}}}}}},
  "/orders":{"post":{"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Order"}}}},"responses":{"201":{"description":"Made"}}}}},
  "components":{"schemas":{"Order":{"type":"object","required":["item"],"properties":{"item":{"type":"string","maxLength":20,"description":"What was bought"}}}}}}"##;

fn shop(world: &Temp) {
    let draft = capabilities::CapabilityDraft { slug: "shop".into(), ..sms() };
    done(world, move |tx| capabilities::register_capability(tx, &owner(1), draft.clone()));
    let draft = capabilities::VersionDraft { document: SHOP.into(), ..version() };
    let added = done(world, move |tx| capabilities::add_version::<Ground>(tx, &owner(1), "shop", draft.clone()));
    done(world, move |tx| capabilities::carry_version::<Ground>(tx, &words::Acting::system("reaction"), &added.id, capabilities::VersionState::Sandbox));
}

#[test]
fn the_reference_is_written_out_and_searched() {
    let world = world();
    shop(&world);
    let door = door(&world);
    let mut stranger = Client::new(&door);
    let page = stranger.get("/capabilities/shop/versions/1").expect(200);
    for wanted in ["Orders and what becomes of them.", "string ≤ 20", "What was bought", "id=\"op-", "/versions/1/try?operation=POST%20/orders"] {
        assert!(page.body.contains(wanted), "{wanted}: {}", page.body);
    }
    let found = stranger.get_json("/capabilities/shop/versions/1?q=bought%20post").expect(200).json();
    assert_eq!((found["operations"].as_array().map(Vec::len), found["total"].as_i64()), (Some(1), Some(2)));
    assert!(stranger.get("/capabilities/shop/versions/1?q=nothing").expect(200).body.contains("没有找到"));
    assert_eq!(stranger.get("/capabilities/shop/versions/2").status, 404);
    world.assert_clean();
}

#[test]
fn the_form_to_try_is_made_from_the_document_and_names_what_is_missing() {
    let world = world();
    shop(&world);
    let (app, _) = app(&world, 2, capabilities::Environment::Sandbox);
    let door = door(&world);
    let address = "/capabilities/shop/versions/1/try";
    let page = Client::new(&door).get(&format!("{address}?operation=getOrder")).expect(200);
    assert!(page.body.contains("value=\"7\"") && page.body.contains("<option value=\"zh\""), "{}", page.body);
    assert!(page.body.contains("http://127.0.0.1:8081/shop/v1/orders/7") && !page.body.contains("data-try-send"), "strangers see it and cannot send");
    let mut developer = Client::session(&door, "developer");
    let post = developer.get(&format!("{address}?operation=POST%20/orders")).expect(200);
    assert!(post.body.contains("&quot;item&quot;: &quot;text&quot;"), "a body made from the schema: {}", post.body);
    assert_eq!(developer.get(&format!("{address}?operation=nosuch")).status, 404);
    let sent = developer.send_json("POST", address, &json!({ "operation": "getOrder", "app": app.id, "v": { "p0": "7" } }));
    assert_eq!((sent.status, sent.code().as_str()), (503, "capabilities-try-off"), "the gateway is switched off here");
    world.assert_clean();
}

#[test]
fn the_catalogue_shows_what_can_be_called_beside_what_the_plan_lists() {
    let world = world();
    let door = door(&world);
    let capability = done(&world, |tx| capabilities::register_capability(tx, &owner(1), sms()));
    let version = done(&world, |tx| capabilities::add_version::<Ground>(tx, &owner(1), "sms", version()));
    let mut stranger = Client::new(&door);
    let keys = |client: &mut Client, filter: &str| -> Vec<String> {
        let view = client.get_json(&format!("/capabilities?{filter}")).expect(200).json();
        view["capabilities"].as_array().expect("entries").iter().map(|one| one["key"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(keys(&mut stranger, ""), ["cap.sms", "cap.voice"], "a draft is nobody else's matter");
    assert_eq!(keys(&mut Client::session(&door, "owner"), "state=draft"), ["sms"]);
    for state in [VersionState::Sandbox, VersionState::Live] {
        done(&world, {
            let id = version.id.clone();
            move |tx| capabilities::carry_version::<Ground>(tx, &operator(), &id, state)
        });
    }
    assert_eq!(keys(&mut stranger, ""), ["sms", "cap.voice"], "what can be called takes the place of what was listed");
    let view = stranger.get_json("/capabilities?q=短信").expect(200).json();
    let found = &view["capabilities"][0];
    assert_eq!((&view["total"], &view["found"], &view["available"]), (&2.into(), &1.into(), &1.into()), "{view}");
    assert_eq!((&found["owner"], &found["owner_kind"], &found["source"]["line"]), (&json!(null), &"unit".into(), &403.into()), "{found}");
    assert_eq!(keys(&mut stranger, "q=name of"), [""; 0], "a stranger does not find people");
    assert_eq!(keys(&mut Client::session(&door, "developer"), "q=name of"), ["sms"], "{capability:?}");
    for (filter, wanted) in [
        ("platform=comms&state=listed", vec!["cap.voice"]),
        ("price=prepaid", vec!["sms"]),
        ("price=invoice", vec![]),
        ("owner=plan", vec!["cap.voice"]),
        ("platform=iot", vec![]),
    ] {
        assert_eq!(keys(&mut stranger, filter), wanted, "{filter}");
    }
    let empty = stranger.get("/capabilities?platform=iot").expect(200).body;
    assert!(empty.contains("没有符合条件的能力") && empty.contains("清除条件"), "{empty}");
    assert_eq!(stranger.get_json("/capabilities?state=perhaps").expect(422).json()["errors"][0]["pointer"], "/state");
    let csv = stranger.get("/capabilities?state=listed&format=csv").expect(200).body;
    assert!(csv.lines().count() == 2 && csv.contains("语音") && csv.contains("方案列出"), "{csv}");
    assert!(stranger.get("/capabilities?format=xlsx").expect(200).bytes.starts_with(b"PK"));
    world.assert_clean();
}

#[test]
fn a_sampled_sandbox_answers_as_its_document_shows_and_says_so() {
    let world = world();
    let door = door(&world);
    done(&world, |tx| capabilities::register_capability(tx, &owner(1), sms()));
    let state = json!({ "type": "object", "required": ["id", "left"], "properties": { "id": { "type": "string" }, "left": { "type": "integer" } } });
    let answer = |status: &str, content: Value| json!({ status: { "description": "d", "content": { "application/json": content } } });
    let document = json!({ "openapi": "3.1.0", "info": { "title": "Messages", "version": "1" }, "paths": {
        "/messages": { "post": { "responses": answer("202", json!({ "schema": state, "example": { "id": "snd_1", "left": 7 } })) } },
        "/messages/{id}": { "get": { "responses": answer("200", json!({ "schema": state })) }, "delete": { "responses": { "204": { "description": "gone" } } } },
    } });
    let draft = VersionDraft { sandbox_upstream: "builtin:sample".into(), live_upstream: String::new(), document: document.to_string(), ..version() };
    done(&world, move |tx| capabilities::add_version::<Ground>(tx, &owner(1), "sms", draft.clone()));
    let mut gateway = Client::bearer(&door, "gateway");
    let sent = gateway.post_json("/served/samples/sms-v1/messages", &json!({ "to": "1" })).expect(202);
    assert_eq!((sent.json(), sent.header("x-hechuang-sample")), (json!({ "id": "snd_1", "left": 7 }), "true"), "an example stands as it is");
    let seen = gateway.get_json("/served/samples/sms-v1/messages/snd_1").expect(200).json();
    assert!(seen["id"].is_string() && seen["left"].is_i64(), "an answer without one is made from its schema: {seen}");
    for path in ["/served/samples/sms-v1/messages", "/served/samples/sms-v1/others/1", "/served/samples/sms-v2/messages/1", "/served/samples/none/messages/1"] {
        assert_eq!(gateway.get_json(path).status, 404, "{path}");
    }
    assert_eq!(Client::session(&door, "owner").get_json("/served/samples/sms-v1/messages/1").status, 403, "only gateways are served");
    assert!(Client::session(&door, "owner").get("/capabilities/sms").expect(200).body.contains("由文档里的示例回答"), "the page says so");
    done(&world, |tx| capabilities::move_upstreams(tx, &owner(1), "sms", 1, "http://127.0.0.1:9001", ""));
    assert_eq!(gateway.get_json("/served/samples/sms-v1/messages/1").status, 404, "it has an upstream now");
    world.assert_clean();
}
