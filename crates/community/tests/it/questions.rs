//! Somebody asks, others answer, an answer is accepted; something is reported and hidden.

use std::collections::{BTreeMap, BTreeSet};

use community::{About, Asks, Community};
use serde_json::{Value, json};
use store::testing::{Temp, temp};
use store::{Db, Part, Read};
use webkit::testing::Client;
use webkit::{App, AppOptions, Credential, Gate, Visitor};
use words::{Acting, Bilingual, Fault, Grant, Id, Never, Node};

struct Ground;

impl Asks for Ground {
    fn abouts(_: &Read) -> Result<Vec<About>, Fault> {
        let about = |slug: &str, zh: &str, owner| About { slug: slug.into(), name: Bilingual::new(zh, slug), owner };
        Ok(vec![about("echo", "回声", None), about("hydrant", "消防栓状态", Some(person("owner")))])
    }
    fn names(_: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        Ok(people.iter().map(|person| (person.clone(), format!("名字{}", &person.as_str()[4..]))).collect())
    }
    const MODERATORS: &'static str = "capability.operator";
}

static PART: Part = Community::<Ground>::PART;

fn person(name: &str) -> Id {
    Id::fixed(format!("per_{name}"))
}

struct Door;

impl Gate for Door {
    fn who(&self, _: &Db, credential: Credential) -> Result<Option<Visitor>, Fault> {
        let (Credential::Session(name) | Credential::Bearer(name)) = credential;
        let rights: BTreeSet<String> =
            if name == "moderator" { community::rights::ALL.iter().map(|right| (*right).to_owned()).collect() } else { BTreeSet::new() };
        let grants = vec![Grant { role: "some".into(), node: Node::group(), rights, office: false, but: BTreeSet::new(), deputy_for: None }];
        let acting = Acting { person: person(&name), grants, proved_at: None, scopes: None };
        Ok(Some(Visitor { acting, session_id: name.clone(), name, lang: None, theme: None }))
    }
}

struct World {
    temp: Temp,
    door: App,
}

fn world() -> World {
    let temp = temp(&[&webkit::PART, &desk::PART, &PART]);
    let options = AppOptions::new(temp.db.clone()).part(Community::<Ground>::routes(), community::TEMPLATES, community::TEXTS).gate(Door);
    let door = App::new(options).unwrap_or_else(|mistake| panic!("{mistake}"));
    World { temp, door }
}

impl World {
    fn client(&self, name: &str) -> Client {
        Client::session(&self.door, name)
    }

    fn asks(&self, name: &str, title: &str) -> String {
        let form = json!({ "capability": "hydrant", "title": title, "body": "返回 404，请求编号 req_1" });
        self.client(name).post_json("/questions", &form).expect(201).json()["question"].as_str().expect("an id").to_owned()
    }

    fn answers(&self, name: &str, question: &str, body: &str) -> String {
        let seen = self.client(name).post_json(&format!("/questions/{question}/answers"), &json!({ "body": body })).expect(201).json();
        seen["answer"].as_str().expect("an id").to_owned()
    }

    /// Titles of what reached somebody.
    fn inbox(&self, name: &str) -> Vec<String> {
        let person = person(name);
        let items = self.temp.db.read::<_, Never>(|read| Ok(desk::inbox(read, &person, false, None, 50)?)).expect("an inbox");
        items.into_iter().map(|item| item.title.zh).collect()
    }
}

fn shown(client: &mut Client, question: &str) -> Value {
    client.get_json(&format!("/questions/{question}")).expect(200).json()
}

#[test]
fn a_question_is_answered_and_the_answer_accepted_by_whoever_asked() {
    let world = world();
    let question = world.asks("asker", "查询消防栓返回 404");
    assert_eq!(world.inbox("owner"), ["有人提问：消防栓状态"]);
    let first = world.answers("other", &question, "编号前要加 H");
    let second = world.answers("owner", &question, "编号以 H 开头，见文档示例");
    assert_eq!(world.inbox("asker").len(), 2);
    let accept =
        |name: &str, answer: Value| world.client(name).send_json("PUT", &format!("/questions/{question}/acceptance"), &json!({ "answer": answer })).status;
    assert_eq!(accept("other", json!(second)), 403);
    assert_eq!(accept("asker", json!("ans_none")), 404);
    assert_eq!(accept("asker", json!(second)), 200);
    let view = shown(&mut world.client("asker"), &question);
    let order: Vec<&str> = view["answers"].as_array().expect("answers").iter().filter_map(|one| one["id"].as_str()).collect();
    assert_eq!((order, &view["answers"][0]["accepted"], &view["answers"][0]["by_owner"]), (vec![second.as_str(), first.as_str()], &json!(true), &json!(true)));
    assert_eq!(world.inbox("owner"), ["您的回答被采纳", "有人提问：消防栓状态"]);
    assert_eq!(accept("asker", Value::Null), 200);
    assert_eq!(shown(&mut world.client("asker"), &question)["question"]["accepted"], false);
    let stranger = shown(&mut Client::new(&world.door), &question);
    assert_eq!((&stranger["question"]["who"], stranger["answers"].as_array().map(Vec::len)), (&Value::Null, Some(2)), "a stranger reads, and finds no people");
    Client::new(&world.door).post_json("/questions", &json!({})).expect(401);
    world.temp.assert_clean();
}

#[test]
fn questions_are_found_filtered_and_paged_and_texts_are_bounded() {
    let world = world();
    let first = world.asks("asker", "回执多久能到");
    let second = world.asks("asker", "怎样取签名密钥");
    world.answers("other", &second, "在应用页面");
    let found = |filter: &str| -> Vec<String> {
        let view = Client::new(&world.door).get_json(&format!("/questions?{filter}")).expect(200).json();
        view["questions"].as_array().expect("questions").iter().map(|one| one["id"].as_str().expect("an id").to_owned()).collect()
    };
    for (filter, wanted) in [
        ("", vec![&second, &first]),
        ("q=回执", vec![&first]),
        ("q=签名 404", vec![&second]),
        ("q=消防", vec![&second, &first]),
        ("q=没有", vec![]),
        ("capability=echo", vec![]),
        ("state=unanswered", vec![&first]),
        ("state=accepted", vec![]),
    ] {
        assert_eq!(found(filter).iter().collect::<Vec<_>>(), wanted, "{filter}");
    }
    Client::new(&world.door).get_json("/questions?state=maybe").expect(422);
    let ask = |form: Value| world.client("other2").post_json("/questions", &form).expect(422).json();
    for (form, pointer) in [
        (json!({ "capability": "none", "title": "标题", "body": "内容" }), "/capability"),
        (json!({ "capability": "echo", "title": "短", "body": "内容" }), "/title"),
        (json!({ "capability": "echo", "title": "标题", "body": "短" }), "/body"),
    ] {
        assert_eq!(ask(form)["errors"][0]["pointer"], pointer);
    }
    for n in 0..31 {
        world.asks(&format!("many{}", n / 5), &format!("第 {n} 问"));
    }
    let page = Client::new(&world.door).get_json("/questions?capability=hydrant").expect(200);
    assert!(page.json()["questions"].as_array().map(Vec::len) == Some(30) && page.header("link").contains("cursor="), "{}", page.header("link"));
    let too_often: Vec<u16> = (0..8)
        .map(|n| world.client("fast").post_json("/questions", &json!({ "capability": "echo", "title": format!("问 {n}"), "body": "内容" })).status)
        .collect();
    assert!(too_often.starts_with(&[201, 201]) && too_often.ends_with(&[429]), "{too_often:?}");
    for name in ["asker", "moderator"] {
        for path in ["/questions".to_owned(), "/questions/new".to_owned(), format!("/questions/{second}")] {
            world.client(name).get(&path).expect(200);
            world.client(name).english().get(&path).expect(200);
        }
    }
}

#[test]
fn what_is_reported_is_hidden_by_a_moderator_with_a_reason_and_shown_again() {
    let world = world();
    let question = world.asks("asker", "怎样取签名密钥");
    let (answer, good) = (world.answers("spammer", &question, "加我微信，便宜卖号"), world.answers("other", &question, "在应用页面"));
    world.client("asker").send_json("PUT", &format!("/questions/{question}/acceptance"), &json!({ "answer": answer })).expect(200);
    let report = |name: &str| world.client(name).post_json(&format!("/questions/{question}/reports"), &json!({ "answer": answer, "reason": "广告" })).status;
    assert_eq!((report("other"), report("other"), report("asker")), (201, 409, 201));
    world.client("other").get_json("/questions/reports").expect(403);
    let mut moderator = world.client("moderator");
    let waiting = |moderator: &mut Client| moderator.get_json("/questions/reports").expect(200).json()["reports"].as_array().map(Vec::len);
    assert_eq!(waiting(&mut moderator), Some(2));
    moderator.get("/questions/reports").expect(200);
    let at = format!("/questions/{question}/standing");
    assert_eq!(moderator.send_json("PUT", &at, &json!({ "answer": answer, "state": "hidden" })).expect(422).code(), "community-reason");
    world.client("other").send_json("PUT", &at, &json!({ "answer": answer, "state": "hidden", "reason": "x" })).expect(403);
    moderator.send_json("PUT", &at, &json!({ "answer": answer, "state": "hidden", "reason": "广告" })).expect(200);
    assert_eq!(waiting(&mut moderator), Some(0), "its reports are over");
    assert_eq!(world.inbox("spammer"), ["您的内容已隐藏：广告", "您的回答被采纳"]);
    let seen = |name: &str| shown(&mut world.client(name), &question)["answers"].as_array().map(Vec::len);
    assert_eq!((seen("other"), seen("spammer"), seen("moderator")), (Some(1), Some(2), Some(2)));
    let view = shown(&mut world.client("other"), &question);
    assert_eq!((&view["question"]["answers"], &view["question"]["accepted"], &view["answers"][0]["id"]), (&json!(1), &json!(false), &json!(good)));
    moderator.send_json("PUT", &at, &json!({ "answer": answer, "state": "shown" })).expect(200);
    assert_eq!(seen("other"), Some(2));

    moderator.send_json("PUT", &at, &json!({ "state": "hidden", "reason": "与能力无关" })).expect(200);
    world.client("other").get(&format!("/questions/{question}")).expect(404);
    assert!(world.client("asker").get(&format!("/questions/{question}")).expect(200).body.contains("与能力无关"), "its author sees why");
    assert_eq!(world.client("other").post_json(&format!("/questions/{question}/answers"), &json!({ "body": "再答" })).expect(409).code(), "community-hidden");
    assert_eq!(Client::new(&world.door).get_json("/questions").json()["questions"], json!([]));
    world.temp.assert_clean();
}
