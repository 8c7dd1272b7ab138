//! A small house for tests: a group with two units, some people, three roles.

use std::collections::BTreeSet;

use identity::{MembershipDraft, NodeDraft, NodeKind, PersonDraft, Role, RoleRights, Roles};
use store::testing::{Temp, temp};
use store::{Read, Tx};
use words::{Acting, Bilingual, Day, Failure, Id, Node, Outcome, Refusal};

pub struct House {
    pub temp: Temp,
    pub roles: RoleRights,
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn zj() -> Node {
    Node::group().below("zj")
}

pub fn gd() -> Node {
    Node::group().below("gd")
}

pub fn roles() -> RoleRights {
    let role = |rights: &[&str], kinds: &[&str]| Role {
        title: Bilingual::new("角色", "Role"),
        rights: rights.iter().map(|right| (*right).to_owned()).collect::<BTreeSet<_>>(),
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        personal: false,
    };
    let roles: Roles = [
        ("platform.admin".to_owned(), role(identity::rights::ALL, &["group"])),
        ("unit.admin".to_owned(), role(&["identity.grant", "identity.people", "identity.units"], &["unit"])),
        ("unit.hr".to_owned(), role(&["people.freeze_pay"], &["unit", "group"])),
    ]
    .into();
    RoleRights::fixed(roles)
}

impl House {
    pub fn new() -> Self {
        let house = Self { temp: temp(&[&webkit::PART, &identity::PART]), roles: roles() };
        house.write(|tx| {
            identity::ensure_group(tx, &Bilingual::new("集团", "Group"))?;
            let system = Acting::system("setup");
            for (name, zh, en) in [("zj", "浙江公司", "Zhejiang"), ("gd", "广东公司", "Guangdong")] {
                let draft = NodeDraft { parent: Node::group(), name: name.into(), kind: NodeKind::Unit, title: Bilingual::new(zh, en), city: None };
                identity::ensure_node(tx, &system, &draft)?;
            }
            Ok(())
        });
        house
    }

    pub fn write<T: Send + 'static, R: Refusal>(&self, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> T {
        self.try_write(case).unwrap_or_else(|failure| panic!("{failure:?}"))
    }

    pub fn try_write<T: Send + 'static, R: Refusal>(&self, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> Outcome<T, R> {
        self.temp.db.write("test", case)
    }

    pub fn read<T>(&self, look: impl FnOnce(&Read) -> Result<T, words::Fault>) -> T {
        self.temp.db.read::<_, words::Never>(|read| Ok(look(read)?)).map_err(Failure::into_fault).unwrap()
    }

    pub fn person(&self, name: &str, unit: Node) -> Id {
        let draft = PersonDraft::named(name);
        let unit = MembershipDraft { node: unit, from_on: day("2026-01-01"), to_on: None, grade: Some("P7".into()), position: None };
        self.write(move |tx| identity::add_person_system(tx, &draft, Some(&unit)))
    }

    pub fn give(&self, person: &Id, role: &'static str, node: Node) -> Id {
        let person = person.clone();
        self.write(move |tx| {
            let now = tx.now();
            identity::grant_system(tx, &person, role, &node, now, None, "test")
        })
    }

    pub fn acting(&self, person: &Id) -> Acting {
        self.read(|read| identity::acting_for(read, &self.roles, person))
    }
}

impl House {
    /// The door with this crate behind it.
    pub fn door(&self, personas: Option<identity::DemoPersonas>) -> webkit::App {
        self.open(personas, identity::Providers::default())
    }

    /// The same with identity providers.
    pub fn door_with(&self, providers: identity::Providers) -> webkit::App {
        self.open(None, providers)
    }

    fn open(&self, personas: Option<identity::DemoPersonas>, providers: identity::Providers) -> webkit::App {
        let options = webkit::AppOptions::new(self.temp.db.clone())
            .part(identity::routes(), identity::TEMPLATES, identity::TEXTS)
            .gate(identity::Gate::new(self.roles.clone()))
            .value(self.roles.clone())
            .value(providers)
            .value(identity::Place::of("http://localhost:8080").unwrap())
            .value(identity::FirstRole("platform.admin".into()));
        let options = match personas {
            Some(personas) => options.value(personas),
            None => options,
        };
        webkit::App::new(options).unwrap_or_else(|wrong| panic!("{wrong}"))
    }

    /// A session of this person.
    pub fn session(&self, person: &Id) -> String {
        let person = person.clone();
        self.write(move |tx| identity::sign_in_as(tx, &person, "test")).secret
    }
}
