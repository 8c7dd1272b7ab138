//! Units and people of the pack come in through the doors of identity; the fund is appropriated.

use identity::{MembershipDraft, NodeDraft, NodeKind, PersonDraft};
use words::{Acting, Bilingual, Failure, Fault, Node, Outcome};

use super::World;
use crate::ground::Ground;

/// Everybody and everything that was there before the first project.
pub(super) fn settle(world: &mut World) -> Result<(), Fault> {
    units(world)?;
    persons(world)?;
    fund(world)?;
    season(world)?;
    super::openness::settle(world)?;
    world.settle_jobs()
}

fn units(world: &World) -> Result<(), Fault> {
    let pack = world.pack.clone();
    world.write("lived.units", move |tx| -> Outcome<(), identity::NodeRefusal> {
        let system = Acting::system("setup");
        for unit in &pack.units {
            let title = Bilingual::new(&unit.zh, &unit.en);
            let Some(parent) = unit.parent.as_deref().and_then(|parent| pack.node_of(parent)) else {
                identity::ensure_group(tx, &title)?;
                continue;
            };
            let kind = if unit.kind == packs::UnitKind::Base { NodeKind::Base } else { NodeKind::Unit };
            identity::ensure_node(tx, &system, &NodeDraft { parent, name: unit.key.clone(), kind, title, city: Some(unit.city.clone()) })?;
        }
        Ok(())
    })
}

fn persons(world: &mut World) -> Result<(), Fault> {
    let pack = world.pack.clone();
    let made = world.write("lived.persons", move |tx| -> Outcome<Vec<(String, words::Id)>, identity::GrantRefusal> {
        let mut made = Vec::new();
        let now = tx.now();
        for (at, persona) in pack.personas.iter().enumerate() {
            let unit = persona.unit.as_deref().and_then(|unit| pack.node_of(unit));
            let membership = unit.map(|node| MembershipDraft { node, from_on: now.day(), to_on: None, grade: persona.grade.clone(), position: None });
            let staff_no = persona.base_pay.filter(|_| !persona.outside).map(|_| format!("1{:05}", at + 1));
            let draft = PersonDraft { staff_no, ..PersonDraft::named(&persona.zh) };
            let person = identity::add_person_system(tx, &draft, membership.as_ref()).map_err(|failure| Failure::Broken(failure.into_fault()))?;
            for role in &persona.roles {
                let node = pack.node_of(&role.node).unwrap_or_else(Node::group);
                identity::grant_system(tx, &person, &role.role, &node, now, None, "演示数据 / demo data")?;
            }
            made.push((persona.key.clone(), person));
        }
        Ok(made)
    })?;
    world.persons = made.into_iter().collect();
    deputies(world)
}

/// Each official has a fixed line of deputies before one is needed.
fn deputies(world: &World) -> Result<(), Fault> {
    for persona in world.pack.personas.iter().filter(|persona| !persona.deputies.is_empty()) {
        let (official, roles) = (world.person(&persona.key)?, world.roles.clone());
        let line: Vec<words::Id> = persona.deputies.iter().map(|key| world.person(key)).collect::<Result<_, _>>()?;
        world.write("lived.deputies", move |tx| identity::appoint_deputies(tx, &Acting::system("setup"), &roles, &official, &line))?;
    }
    Ok(())
}

/// 10亿 in all, 40 % and 60 %.
fn fund(world: &World) -> Result<(), Fault> {
    let who = world.acting_as("leading")?;
    world.write("lived.fund", move |tx| {
        let book = programme::book(tx)?;
        let cause = words::Id::fixed("plan_2017");
        let posting = ledger::Posting::new("fund.appropriate", "plan:appropriation", "plan", &cause).amount("total", 100_000_000_000);
        ledger::post(tx, &book, &who, posting).map(drop)
    })
}

/// The first season of 和米: an equal grant to every member of the staff.
fn season(world: &World) -> Result<(), Fault> {
    let who = world.acting_as("office")?;
    let staff = world.read(|read| Ok(<Ground as hemi::Asks>::staff(read)?))?;
    world.write("lived.season", move |tx| -> Outcome<(), hemi::SeasonRefusal> {
        let terms = <Ground as hemi::Asks>::terms(tx)?;
        let today = tx.now().day();
        let draft = hemi::SeasonDraft { zh: "首个和米季".into(), en: "First season".into(), starts_on: today, ends_on: today.plus_days(450) };
        let season = hemi::open_season(tx, &who, &terms, draft)?;
        hemi::grant_season(tx, &who, &season.id, &staff).map_err(|failure| Failure::Broken(failure.into_fault()))
    })
}
