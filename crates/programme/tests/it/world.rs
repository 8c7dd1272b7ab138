//! A small world: the built-in pack, three units, a base, a team, an operator, an office and ten experts.

use std::collections::BTreeMap;

use identity::{MembershipDraft, NodeDraft, NodeKind, PersonDraft, Role, RoleRights};
use serde_json::{Value, json};
use store::testing::{Temp, temp};
use store::{Db, Tx};
use webkit::testing::Client;
use webkit::{App, AppOptions, Credential, Texts, Visitor};
use words::{Acting, Bilingual, Day, Failure, Fault, Id, Lang, Never, Node, Outcome, Refusal};

pub struct World {
    pub temp: Temp,
    pub app: App,
    people: BTreeMap<&'static str, Id>,
}

/// Lets in whose id stands in the cookie; `cold:` before it means that they have not proved who they are.
struct OpenGate {
    roles: RoleRights,
}

impl webkit::Gate for OpenGate {
    fn who(&self, db: &Db, credential: Credential) -> Result<Option<Visitor>, Fault> {
        let (Credential::Session(text) | Credential::Bearer(text)) = credential;
        let cold = text.strip_prefix("cold:");
        let id = Id::fixed(cold.unwrap_or(&text));
        let found = db.read::<_, Never>(|read| {
            let mut acting = identity::acting_for(read, &self.roles, &id)?;
            acting.proved_at = acting.proved_at.filter(|_| cold.is_none());
            let name = read.personal(&id, "name")?.unwrap_or_default();
            Ok(Visitor { acting, name, session_id: text.clone(), lang: Some(Lang::Zh), theme: None })
        });
        found.map(Some).map_err(Failure::into_fault)
    }
}

pub fn base() -> Node {
    Node::at("group/zj/hz-space")
}

pub fn roles() -> RoleRights {
    let pack = packs::embedded().unwrap();
    let role = |role: &packs::Role| {
        (
            role.key.clone(),
            Role { title: Bilingual::new(&role.zh, &role.en), rights: pack.rights_of(&role.key), kinds: Default::default(), personal: role.personal },
        )
    };
    RoleRights::fixed(pack.roles.iter().map(role).collect())
}

const ENGINES: Texts = Texts {
    zh: concat!(include_str!("../../../packs/locales/zh.ftl"), "\n", include_str!("../../../review/locales/zh.ftl")),
    en: concat!(include_str!("../../../packs/locales/en.ftl"), "\n", include_str!("../../../review/locales/en.ftl")),
};

/// People of the story: key, name, unit, role, where.
const PEOPLE: [(&str, &str, &str, &str, &str); 8] = [
    ("lead", "陈思远", "group/zj", "staff", "group"),
    ("member", "李明", "group/zj", "staff", "group"),
    ("foreign", "王芳", "group/gd", "staff", "group"),
    ("operator", "周航", "group/zj", "base.operator", "group/zj/hz-space"),
    ("office", "林浩", "group", "programme.office", "group"),
    ("mentor", "赵老师", "group/gd", "mentor", "group"),
    ("unit", "孙经理", "group/js", "unit", "group/js"),
    ("hr", "钱人事", "group/zj", "unit.hr", "group/zj"),
];

impl World {
    pub fn new() -> Self {
        let temp = temp(&[&webkit::PART, &packs::PART, &review::PART, &ledger::PART, &desk::PART, &identity::PART, &register::PART, &programme::PART]);
        let app = App::new(
            AppOptions::new(temp.db.clone())
                .part(programme::routes(), programme::TEMPLATES, programme::TEXTS)
                .part(desk::routes(), desk::TEMPLATES, desk::TEXTS)
                .part(webkit::Routes::new("engines"), &[], ENGINES)
                .gate(OpenGate { roles: roles() }),
        )
        .unwrap_or_else(|mistake| panic!("{mistake}"));
        let mut world = Self { temp, app, people: BTreeMap::new() };
        world.set_up();
        world
    }

    fn set_up(&mut self) {
        self.write(|tx| {
            identity::ensure_group(tx, &Bilingual::new("集团", "Group"))?;
            for (parent, name, kind, zh, en) in [
                ("group", "zj", NodeKind::Unit, "浙江公司", "Zhejiang"),
                ("group", "gd", NodeKind::Unit, "广东公司", "Guangdong"),
                ("group", "js", NodeKind::Unit, "江苏公司", "Jiangsu"),
                ("group/zj", "hz-space", NodeKind::Base, "杭州和创空间", "Hangzhou space"),
            ] {
                let draft = NodeDraft { parent: Node::at(parent), name: name.into(), kind, title: Bilingual::new(zh, en), city: Some("杭州".into()) };
                identity::ensure_node(tx, &Acting::system("setup"), &draft)?;
            }
            Ok(())
        });
        self.write::<_, programme::CaseRefusal>(|tx| {
            let pack = packs::embedded().map_err(Fault::new)?;
            packs::install(tx, &Acting::system("setup"), &pack, "test").map_err(|failure| Failure::Broken(failure.into_fault()))?;
            let files: Vec<(String, String)> = pack.texts_under("lifecycles").map(|(name, body)| (name.to_owned(), body.to_owned())).collect();
            programme::install_definitions(tx, &Acting::system("setup"), &files)
        });
        for (key, name, unit, role, node) in PEOPLE {
            let id = self.person(name, unit, role, node);
            self.people.insert(key, id);
        }
        for (n, unit) in ["group/gd", "group/js"].into_iter().cycle().take(10).enumerate() {
            self.person(["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"][n], unit, "expert", "group");
        }
    }

    pub fn person(&self, name: &'static str, unit: &'static str, role: &'static str, node: &'static str) -> Id {
        let id = self.write(move |tx| {
            let from_on = Day::parse("2026-01-01").expect("a day");
            let unit = MembershipDraft { node: Node::at(unit), from_on, to_on: None, grade: Some("7".into()), position: None };
            identity::add_person_system(tx, &PersonDraft::named(name), Some(&unit))
        });
        let person = id.clone();
        self.write(move |tx| {
            let now = tx.now();
            identity::grant_system(tx, &person, role, &Node::at(node), now, None, "test")
        });
        id
    }

    pub fn write<T: Send + 'static, R: Refusal + std::fmt::Debug>(&self, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> T {
        self.temp.db.write("test", case).unwrap_or_else(|failure| panic!("{failure:?}"))
    }

    /// Gives somebody a name to sign in with.
    pub fn login(&self, key: &str, name: &'static str) -> Id {
        let (who, person) = (Acting::system("setup"), self.people[key].clone());
        let id = person.clone();
        self.write(move |tx| identity::register_login(tx, &who, &person, name, &identity::LoginSecret::Later));
        id
    }

    /// A browser of somebody.
    pub fn client(&self, key: &str) -> Client {
        Client::session(&self.app, self.people[key].as_str())
    }

    /// Id of somebody of the story.
    pub fn id(&self, key: &str) -> Id {
        self.people[key].clone()
    }

    /// A browser of anybody.
    pub fn client_of(&self, person: &Id) -> Client {
        Client::session(&self.app, person.as_str())
    }

    /// The same, reading English.
    pub fn english(&self, key: &str) -> Client {
        let mut client = self.client(key);
        client.get("/notices?lang=en");
        client
    }

    /// The same, not proved recently.
    pub fn cold(&self, key: &str) -> Client {
        Client::session(&self.app, &format!("cold:{}", self.people[key]))
    }

    pub fn case(&self, id: &str) -> programme::Case {
        let id = Id::fixed(id);
        self.temp.db.read(|read| programme::case(read, &id)).map_err(Failure::into_fault).unwrap()
    }

    /// Declares in four steps as the lead does, without submitting. Returns the id of the case.
    pub fn declared(&self, title: &str) -> String {
        let mut lead = self.client("lead");
        let there = lead.post("/projects", &[("base", base().as_str()), ("channel", "self"), ("_back", "/projects/new")]).expect(303);
        let id = there.location().split('/').nth(2).unwrap().to_owned();
        let address = format!("/cases/{id}/forms/application");
        assert_eq!(there.location(), format!("{address}?step=1"));
        for (number, fields) in steps(title).into_iter().enumerate() {
            let seen = lead.get(&format!("{address}?step={}", number + 1)).expect(200);
            let revision = revision_of(&seen.body);
            let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            all.extend([("_next", "next"), ("_if_match", revision.as_str())]);
            let next = lead.post(&address, &all).expect(303);
            let wanted = if number < 3 { format!("{address}?step={}", number + 2) } else { format!("{address}/check") };
            assert_eq!(next.location(), wanted);
        }
        id
    }

    /// Somebody signs a paper of the case.
    pub fn sign(&self, key: &str, id: &str, document: &str) {
        let mut client = self.client(key);
        let address = format!("/cases/{id}/documents/{document}");
        let text = client.get_json(&address).expect(200).json();
        client
            .post(&format!("/cases/{id}/signatures"), &[("document", document), ("text_sha256", text["text_sha256"].as_str().unwrap()), ("_back", &address)])
            .expect(303);
    }

    /// Declared, consented by everybody, submitted.
    pub fn submitted(&self, title: &str) -> String {
        let id = self.declared(title);
        self.sign("member", &id, "team_consent");
        self.sign("lead", &id, "team_consent");
        self.client("lead").post(&format!("/cases/{id}/moves"), &[("move", "submit"), ("receipt", "true")]).expect(303);
        id
    }
}

/// The hidden revision of a form page.
fn revision_of(body: &str) -> String {
    let (_, rest) = body.split_once("name=\"_if_match\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// The four steps of the declaration, as a browser sends them.
pub fn steps(title: &str) -> [Vec<(&'static str, String)>; 4] {
    let text = |text: &str| text.to_owned();
    [
        vec![
            ("_step", text("idea")),
            ("title", text(title)),
            ("summary", text("用物联网终端监测消防栓的水压并自动报警")),
            ("channel", text("self")),
            ("line", text("everyone")),
            ("domains[]", text("iot")),
            ("domains[]", text("city")),
            ("themes", text("消防\n物联网")),
            ("problem", text("消防栓缺水或被占用时往往到火灾发生才被发现，人工巡检成本高而且覆盖不到夜间和偏远的地段。")),
            ("solution", text("在消防栓上加装低功耗终端，通过窄带物联网上报压力与倾斜，平台自动派单并统计每个片区的可用率。")),
            ("maturity", text("technology")),
            ("stage", text("seed")),
        ],
        vec![
            ("_step", text("team")),
            ("base", base().to_string()),
            ("members_add", text("李明")),
            ("team_strengths", text("两位成员分别负责终端与平台，均有三年以上经验。")),
            ("full_time", text("true")),
        ],
        vec![
            ("_step", text("plan")),
            ("plan", text("第一阶段完成终端样机，第二阶段在一个片区试点，第三阶段总结并形成可复制的方案。")),
            ("duration_months", text("12")),
            ("milestones", text("完成二十台终端样机\n完成一个片区的试点")),
            ("grant", text("120,000.00")),
            ("value", text("减少巡检人力，缩短故障发现时间，可向全省推广。")),
        ],
        vec![("_step", text("declarations")), ("original", text("true")), ("rules_read", text("true")), ("public_ok", text("true"))],
    ]
}

/// The same answers as JSON.
pub fn as_json(title: &str) -> Value {
    json!({
        "title": title, "summary": "用物联网终端监测消防栓的水压并自动报警", "channel": "self", "line": "everyone", "domains": ["iot"],
        "problem": "消防栓缺水或被占用时往往到火灾发生才被发现，人工巡检成本高而且覆盖不到夜间和偏远的地段。",
        "solution": "在消防栓上加装低功耗终端，通过窄带物联网上报压力与倾斜，平台自动派单并统计每个片区的可用率。", "maturity": "technology", "stage": "seed",
        "base": base(), "team_strengths": "两位成员分别负责终端与平台，均有三年以上经验。", "full_time": true,
        "plan": "第一阶段完成终端样机，第二阶段在一个片区试点，第三阶段总结并形成可复制的方案。", "duration_months": 12, "milestones": ["完成样机"],
        "value": "减少巡检人力，缩短故障发现时间，可向全省推广。", "original": true, "rules_read": true, "public_ok": true,
    })
}
