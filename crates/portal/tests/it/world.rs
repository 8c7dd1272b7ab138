//! A small world: the built-in pack, its units, some people with roles, and a gate that lets a person in by their id.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use identity::{MembershipDraft, NodeDraft, NodeKind, PersonDraft, Role, RoleRights, Roles};
use packs::UnitKind;
use programme::{Case, OpenCase};
use store::testing::{Temp, temp};
use store::{Db, Part, Read, Tx};
use webkit::testing::Client;
use webkit::{App, AppOptions, Credential, Texts, Visitor};
use words::{Acting, Bilingual, Fault, Id, Never, Node, Outcome, Refusal};

/// What 和米 asks; the tests need the wallet only.
pub struct Ground;

impl hemi::Asks for Ground {
    fn book(read: &Read) -> Result<Arc<ledger::Book>, Fault> {
        programme::book(read)
    }
    fn terms(_: &Read) -> Result<hemi::Terms, Fault> {
        Ok(hemi::Terms { grant_each: 1000, multiplier: 2, on_failure: hemi::OnFailure::Burn, stake_min: 1, stake_max: 500 })
    }
    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        identity::person_names(read, people)
    }
    fn staff(_: &Read) -> Result<Vec<Id>, Fault> {
        Ok(Vec::new())
    }
}

impl capabilities::Asks for Ground {
    fn open_case(_: &mut Tx, _: &Acting, _: capabilities::VersionCase) -> Result<Id, Fault> {
        Err(Fault::new("no cases of versions here"))
    }
    fn open_subscription(_: &mut Tx, _: &Acting, _: capabilities::SubscriptionCase) -> Result<Id, Fault> {
        Err(Fault::new("no cases of subscriptions here"))
    }
    fn move_subscription(_: &mut Tx, _: &Acting, _: &Id, name: &str, _: &str) -> Result<bool, Fault> {
        Err(Fault::new(format!("no {name} here")))
    }
    fn really_known(_: &Read, person: &Id) -> Result<bool, Fault> {
        Ok(*person != Id::fixed("per_none"))
    }
    fn discount(_: &Read, _: &Id, _: &Id) -> Result<Option<capabilities::Discount>, Fault> {
        Ok(None)
    }
    fn incubating(_: &Read, _: &Id) -> Result<Vec<(Id, String, capabilities::Discount)>, Fault> {
        Ok(Vec::new())
    }
    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        identity::person_names(read, people)
    }
    fn book(read: &Read) -> Result<Arc<ledger::Book>, Fault> {
        programme::book(read)
    }
    fn plans(_: &Read) -> Result<Vec<capabilities::Plan>, Fault> {
        Ok(Vec::new())
    }
    fn sunset(_: &Read) -> Result<words::Span, Fault> {
        Ok(words::Span::days(180))
    }
    fn overlap_hours(_: &Read) -> Result<i64, Fault> {
        Ok(24)
    }
}

static CAPABILITIES: Part = capabilities::Capabilities::<Ground>::PART;
static HEMI: Part = hemi::Hemi::<Ground>::PART;
/// A part whose only job never succeeds.
static FAILING: Part = Part { jobs: &[store::JobKind { name: "test.fails", run: |_, _| Err(Fault::new("it always fails")) }], ..Part::named("test") };
static PARTS: LazyLock<Vec<&'static Part>> = LazyLock::new(|| {
    vec![
        &webkit::PART,
        &packs::PART,
        &review::PART,
        &ledger::PART,
        &desk::PART,
        &identity::PART,
        &programme::PART,
        &HEMI,
        &register::PART,
        &CAPABILITIES,
        &FAILING,
    ]
});

/// Knows people by their id, as if it were their session.
struct IdGate(RoleRights);

impl webkit::Gate for IdGate {
    fn who(&self, db: &Db, credential: Credential) -> Result<Option<Visitor>, Fault> {
        let (Credential::Session(text) | Credential::Bearer(text)) = credential;
        let (text, proved) = text.strip_suffix("-proved").map_or((text.as_str(), false), |text| (text, true));
        let Ok(person) = Id::parse(text) else { return Ok(None) };
        let acting = db.read::<_, Never>(|read| Ok(identity::acting_for(read, &self.0, &person)?)).map_err(|failure| failure.into_fault())?;
        let acting = Acting { proved_at: proved.then(|| db.clock().now()), ..acting };
        Ok(Some(Visitor { acting, name: text.to_owned(), session_id: text.to_owned(), lang: None, theme: None }))
    }
}

pub struct World {
    pub temp: Temp,
    pub app: App,
    pub roles: RoleRights,
}

fn roles() -> RoleRights {
    let pack = packs::embedded().unwrap();
    let role = |role: &packs::Role| {
        (
            role.key.clone(),
            Role { title: Bilingual::new(&role.zh, &role.en), rights: pack.rights_of(&role.key), kinds: Default::default(), personal: role.personal },
        )
    };
    RoleRights::fixed(pack.roles.iter().map(role).collect::<Roles>())
}

fn settle_units(tx: &mut Tx) -> Outcome<(), identity::NodeRefusal> {
    let pack = packs::embedded().unwrap();
    let system = Acting::system("setup");
    for unit in &pack.units {
        let title = Bilingual::new(&unit.zh, &unit.en);
        let kind = match unit.kind {
            UnitKind::Group => {
                identity::ensure_group(tx, &title)?;
                continue;
            }
            UnitKind::Base => NodeKind::Base,
            _ => NodeKind::Unit,
        };
        let parent = pack.node_of(&unit.key).and_then(|node| node.above()).unwrap();
        identity::ensure_node(tx, &system, &NodeDraft { parent, name: unit.key.clone(), kind, title, city: None })?;
    }
    Ok(())
}

pub fn world() -> World {
    let temp = temp(&PARTS);
    let system = Acting::system("setup");
    let who = system.clone();
    temp.db.write("install", move |tx| packs::install(tx, &who, &packs::embedded().unwrap(), "")).unwrap_or_else(|failure| panic!("{failure:?}"));
    temp.db
        .write("definitions", move |tx| {
            let pack = packs::embedded().unwrap();
            let files: Vec<(String, String)> = pack.texts_under("lifecycles").map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
            programme::install_definitions(tx, &system, &files)
        })
        .unwrap_or_else(|failure| panic!("{failure:?}"));
    temp.db.write("units", settle_units).unwrap_or_else(|failure| panic!("{failure:?}"));
    let roles = roles();
    let engines = Texts {
        zh: concat!(
            include_str!("../../../packs/locales/zh.ftl"),
            "\n",
            include_str!("../../../review/locales/zh.ftl"),
            "\n",
            include_str!("../../../ledger/locales/zh.ftl")
        ),
        en: concat!(
            include_str!("../../../packs/locales/en.ftl"),
            "\n",
            include_str!("../../../review/locales/en.ftl"),
            "\n",
            include_str!("../../../ledger/locales/en.ftl")
        ),
    };
    let mut options = AppOptions::new(temp.db.clone())
        .part(portal::routes(), portal::TEMPLATES, portal::TEXTS)
        .part(desk::routes(), desk::TEMPLATES, desk::TEXTS)
        .part(programme::routes(), programme::TEMPLATES, programme::TEXTS)
        .part(identity::routes(), identity::TEMPLATES, identity::TEXTS)
        .part(webkit::Routes::new("engines"), &[], engines)
        .gate(IdGate(roles.clone()))
        .chrome(portal::Shell)
        .value(roles.clone())
        .value(portal::Site { icp: "京ICP备00000000号".into(), psb: String::new() })
        .value(portal::Parts(PARTS.to_vec()));
    options.strict_texts = true;
    let app = App::new(options).unwrap_or_else(|mistake| panic!("{mistake}"));
    World { temp, app, roles }
}

impl World {
    pub fn write<T: Send + 'static, R: Refusal>(&self, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> T {
        self.temp.db.write("test", case).unwrap_or_else(|failure| panic!("{failure:?}"))
    }

    /// A person with a role on a node, living in a unit.
    pub fn person(&self, name: &str, role: &str, node: &Node, unit: &str) -> Id {
        let pack = packs::embedded().unwrap();
        let (draft, home) = (PersonDraft::named(name), pack.node_of(unit).unwrap());
        let from_on = self.temp.clock.now().day().plus_days(-30);
        let id = self.write(move |tx| {
            let membership = MembershipDraft { node: home.clone(), from_on, to_on: None, grade: None, position: None };
            identity::add_person_system(tx, &draft, Some(&membership))
        });
        self.grant(&id, role, node);
        id
    }

    pub fn grant(&self, person: &Id, role: &str, node: &Node) {
        let (person, role, node, from) = (person.clone(), role.to_owned(), node.clone(), self.temp.clock.now());
        self.write(move |tx| identity::grant_system(tx, &person, &role, &node, from, None, "test"));
    }

    pub fn acting(&self, person: &Id) -> Acting {
        self.temp.db.read::<_, Never>(|read| Ok(identity::acting_for(read, &self.roles, person)?)).unwrap()
    }

    pub fn stranger(&self) -> Client {
        Client::new(&self.app)
    }

    pub fn as_person(&self, person: &Id) -> Client {
        Client::session(&self.app, person.as_str())
    }

    /// Signed in and just proved.
    pub fn as_proved(&self, person: &Id) -> Client {
        Client::session(&self.app, &format!("{person}-proved"))
    }

    pub fn project(&self, title: &str, lead: &Id) -> Case {
        let base = packs::embedded().unwrap().node_of("hz-space").unwrap();
        let open = OpenCase { definition: "incubation.self".into(), title: title.into(), base, parent: None, lead: lead.clone(), about: None, team: true };
        let who = self.acting(lead);
        self.write(move |tx| {
            programme::open_case(
                tx,
                &who,
                OpenCase {
                    title: open.title.clone(),
                    definition: open.definition.clone(),
                    base: open.base.clone(),
                    parent: None,
                    lead: open.lead.clone(),
                    about: None,
                    team: true,
                },
            )
        })
    }
}

/// Both languages as pages and as JSON: 200, right language, no inline style or handler. The JSON is returned.
pub fn in_all_faces(client: &Client, path: &str) -> serde_json::Value {
    for (mut client, lang) in [(client.clone(), "zh-CN"), (client.clone().english(), "en")] {
        let seen = client.get(path);
        assert_eq!(seen.status, 200, "{path} {lang}: {}", seen.body);
        assert!(seen.body.contains(&format!("<html lang=\"{lang}\"")), "{path} is not in {lang}");
        for forbidden in [" style=", " onclick=", "javascript:"] {
            assert!(!seen.body.contains(forbidden), "{path} holds {forbidden}");
        }
        let mut ids: Vec<&str> = seen.body.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{path} has an id twice: {ids:?}");
        assert_eq!(seen.body.matches("<h1").count(), 1, "{path} has not one heading");
    }
    let seen = client.clone().get_json(path);
    assert_eq!(seen.status, 200, "{path} as JSON: {}", seen.body);
    seen.json()
}
