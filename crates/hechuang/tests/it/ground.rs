//! A lived programme for the tests: a few ideas with chosen endings on a temporary database, and the whole door in front of it.

use std::collections::BTreeSet;

use hechuang::lived::{World, live_some};
use hechuang::{config, reactions, wiring};
use packs::Ending;
use store::Value;
use store::testing::{Temp, temp_with};
use webkit::App;
use webkit::testing::Client;
use words::{Failure, Id, Never};

/// A temporary database with everything wired, still empty.
pub fn empty() -> Temp {
    temp_with(wiring::PARTS, reactions::all(), Vec::new())
}

/// The first idea of each of these endings, lived up to 420 days after the clock's moment.
pub fn lived(endings: &[Ending]) -> (Temp, World) {
    let temp = empty();
    let until = temp.clock.now().plus_seconds(420 * 86_400);
    let pack = packs::embedded().expect("the built-in pack");
    let firsts: Vec<String> = endings.iter().filter_map(|ending| pack.ideas.iter().find(|idea| idea.ending == *ending)).map(|idea| idea.key.clone()).collect();
    let world = live_some(&temp.db, &temp.clock, until, 1, |idea| firsts.contains(&idea.key)).expect("a lived programme");
    (temp, world)
}

/// The case of the idea with this ending.
pub fn case_of(world: &World, ending: Ending) -> programme::Case {
    let number = world.pack.ideas.iter().position(|idea| idea.ending == ending).expect("an idea");
    let id = world.cases[&number].clone();
    world.read(|read| programme::case(read, &id)).expect("a case")
}

/// A lived programme with its door.
pub struct House {
    /// The database.
    pub temp: Temp,
    /// Who is who, and which case is which idea's.
    pub world: World,
    /// The door.
    pub app: App,
}

impl House {
    /// Lives these endings and opens the door, with a button for each persona of the demo.
    pub fn of(endings: &[Ending]) -> Self {
        let (temp, world) = lived(endings);
        let house = Self::open(temp, world);
        house.attach();
        house
    }

    /// Everybody is there, nothing has happened yet.
    pub fn peopled() -> Self {
        let temp = empty();
        let world = live_some(&temp.db, &temp.clock, temp.clock.now(), 1, |_| false).expect("the people");
        Self::open(temp, world)
    }

    /// Opens the door of a lived programme.
    pub fn open(temp: Temp, world: World) -> Self {
        let (config, _) = config::load(None, &[]).expect("the default configuration");
        let doors = world.pack.personas.iter().filter(|persona| persona.door);
        let button = |persona: &packs::Persona| identity::DemoPersona {
            person: world.persons[&persona.key].clone(),
            name: words::Bilingual::new(&persona.zh, &persona.en),
            role: persona.story.clone().unwrap_or_default(),
        };
        let personas = identity::DemoPersonas(doors.map(button).collect());
        let app = wiring::app(temp.db.clone(), &config, Some(personas)).expect("the door");
        Self { temp, world, app }
    }

    /// Something on file: the lead's test report; and a sheet of projects that the office has checked.
    fn attach(&self) {
        let (who, project) = (self.world.acting_as("lead").expect("a lead"), case_of(&self.world, Ending::GraduatedInternal));
        let file = desk::check_file("report.pdf", b"%PDF-1.7\n%%EOF\n".to_vec()).expect("a report");
        let draft = desk::AttachDraft {
            subject: project.id.to_string(),
            node: project.node,
            kind: "report".into(),
            title: "试点报告".into(),
            readers: "programme.screen".into(),
        };
        self.temp.db.write("desk.attach", move |tx| desk::attach(tx, &who, &draft, &file)).map_err(Failure::into_fault).expect("on file");
        let sheet = "项目负责人,项目名称,申请入驻的基地\nnobody,一个旧项目,hz-space\n";
        self.client("office").upload("/projects/imports", &[], &[("sheet", "旧项目.csv", "text/csv", sheet.as_bytes())]).expect(303);
    }

    /// A browser in which this persona is signed in; a stranger's if there is no such persona.
    pub fn client(&self, who: &str) -> Client {
        let Some(person) = self.world.persons.get(who).cloned() else { return Client::new(&self.app) };
        let session = self.temp.db.write("identity.sign_in_as", move |tx| identity::sign_in_as(tx, &person, "test"));
        Client::session(&self.app, &session.map_err(Failure::into_fault).expect("a session").secret)
    }

    /// Rights that this persona holds anywhere.
    pub fn rights(&self, who: &str) -> BTreeSet<String> {
        let Some(person) = self.world.persons.get(who) else { return BTreeSet::new() };
        let acting = self.world.acting(person).expect("who acts");
        acting.grants.iter().flat_map(|grant| grant.rights.iter().cloned()).collect()
    }

    /// The first text that a sentence finds.
    pub fn first(&self, sql: &str, given: &[&str]) -> Option<String> {
        self.all(sql, given).into_iter().next()
    }

    /// The texts that a sentence finds.
    pub fn all(&self, sql: &str, given: &[&str]) -> Vec<String> {
        let values: Vec<Value> = given.iter().map(|text| (*text).into()).collect();
        let rows = self.temp.db.read::<_, Never>(|read| Ok(read.rows(sql, &values)?)).map_err(Failure::into_fault).expect(sql);
        rows.iter().map(|row| row.get::<String>("it").expect("a text named it")).collect()
    }

    /// Key of a persona by the person.
    pub fn key_of(&self, person: &str) -> Option<&str> {
        self.world.persons.iter().find(|(_, id)| id.as_str() == person).map(|(key, _)| key.as_str())
    }

    /// The project that went all the way.
    pub fn project(&self) -> Id {
        case_of(&self.world, Ending::GraduatedInternal).id
    }
}
